#include "cli/manage.h"
#include "cli/option_rows.h"
#include "cli/table.h"

static dx_rc stats(dx_manage *m, dx_err *err)
{
    dx_table t;
    if (dx_store_stats(m->store, m->into, &t, err) != DX_OK)
        return DX_FAIL;
    dx_table_write(&m->said, &t, m->in->settings.answer_format);
    return DX_OK;
}

static int run_command(const dx_invocation *in)
{
    return dx_manage_run(in, 0, "db stats takes no argument; --db names the store", false, stats);
}

static const dx_option options[] = {OPT_DB, OPT_TABLE_FORMAT, OPT_NOW, OPT_HELP, OPT_END};

const dx_command dx_command_db_stats = {
    .name = "db stats",
    .arguments = "",
    .summary = "tell rows and bytes of each table and index",
    .examples = "setupdx db stats\n"
                "setupdx db stats --db site.db -f json\n"
                "setupdx db stats -f csv >sizes.csv\n",
    .options = options,
    .run = run_command,
};
