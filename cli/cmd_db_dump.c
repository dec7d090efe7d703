#include "cli/manage.h"
#include "cli/option_rows.h"

static dx_rc dump(dx_manage *m, dx_err *err)
{
    return dx_store_dump(m->store, dx_manage_line, m, err);
}

static int run_command(const dx_invocation *in)
{
    return dx_manage_run(in, 0, "db dump takes no argument; --db names the store", false, dump);
}

static const dx_option options[] = {OPT_DB, OPT_NOW, OPT_HELP, OPT_END};

const dx_command dx_command_db_dump = {
    .name = "db dump",
    .arguments = "",
    .summary = "write all that is known as lines in a fixed order",
    .about = "The same logs give the same lines, whatever the order, paths, archives, encodings "
             "and times in\n"
             "which they were read: to compare stores.",
    .examples = "setupdx db dump --db site.db | sha256sum\n"
                "setupdx db dump --db a.db >a.txt\n"
                "diff <(setupdx db dump --db a.db) <(setupdx db dump --db b.db)\n",
    .options = options,
    .run = run_command,
};
