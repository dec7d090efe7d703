#include "cli/manage.h"
#include "cli/option_rows.h"

static dx_rc check(dx_manage *m, dx_err *err)
{
    size_t faults = 0;
    if (dx_store_check(m->store, dx_manage_line, m, &faults, err) != DX_OK)
        return DX_FAIL;
    if (faults)
        m->code = DX_EXIT_FAILURE_FOUND;
    else
        dx_buf_printf(&m->said, "%.*s is sound\n", DX_FMT(m->name));
    return DX_OK;
}

static int run_command(const dx_invocation *in)
{
    return dx_manage_run(in, 0, "db check takes no argument; --db names the store", false, check);
}

static const dx_option options[] = {OPT_DB, OPT_NOW, OPT_HELP, OPT_END};

const dx_command dx_command_db_check = {
    .name = "db check",
    .arguments = "",
    .summary = "check that a store is whole and its sums are right",
    .about = "Reads all of the file, follows every reference and compares the sums that answer "
             "trends with\n"
             "the attempts. Exit code 1 when something is wrong; then each fault is one line.",
    .examples = "setupdx db check\n"
                "setupdx db check --db site.db\n"
                "setupdx db check --db copy.db || echo broken\n",
    .options = options,
    .run = run_command,
};
