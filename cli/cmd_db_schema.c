#include "cli/manage.h"
#include "cli/option_rows.h"

static dx_rc schema(dx_manage *m, dx_err *err)
{
    return dx_store_schema(m->store, dx_manage_line, m, err);
}

static int run_command(const dx_invocation *in)
{
    return dx_manage_run(in, 0, "db schema takes no argument; --db names the store", false, schema);
}

static const dx_option options[] = {OPT_DB, OPT_NOW, OPT_HELP, OPT_END};

const dx_command dx_command_db_schema = {
    .name = "db schema",
    .arguments = "",
    .summary = "write the SQL that makes such a store",
    .examples = "setupdx db schema\n"
                "setupdx db schema --db site.db\n"
                "setupdx db schema | sqlite3 empty.db\n",
    .options = options,
    .run = run_command,
};
