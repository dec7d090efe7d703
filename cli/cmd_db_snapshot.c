#include "cli/manage.h"
#include "cli/option_rows.h"

static dx_rc snapshot(dx_manage *m, dx_err *err)
{
    const char *path = m->in->args[0];
    if (dx_store_snapshot(m->store, path, err) != DX_OK)
        return DX_FAIL;
    dx_buf_printf(&m->said, "%s is a copy of %.*s in one file\n", path, DX_FMT(m->name));
    return DX_OK;
}

static int run_command(const dx_invocation *in)
{
    return dx_manage_run(in, 1, "into which file? For example: setupdx db snapshot copy.db", false,
                         snapshot);
}

static const dx_option options[] = {OPT_DB, OPT_NOW, OPT_HELP, OPT_END};

const dx_command dx_command_db_snapshot = {
    .name = "db snapshot",
    .arguments = "FILE",
    .summary = "copy a store into one file to hand around",
    .about = "The copy needs no other file beside it and can be read where nothing may be written. "
             "Programs\n"
             "that write to the store meanwhile are not disturbed. Also frees the room that db "
             "prune left.",
    .examples = "setupdx db snapshot copy.db\n"
                "setupdx db snapshot --db site.db /mnt/usb/site.db\n"
                "setupdx db snapshot backup-$(date +%F).db\n",
    .options = options,
    .complete = "@file",
    .run = run_command,
};
