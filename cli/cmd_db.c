#include "cli/help.h"
#include "cli/option_rows.h"
#include "cli/options.h"
#include "cli/tell.h"

static int run_command(const dx_invocation *in)
{
    dx_buf text = {0};

    if (in->n_args == 0) {
        dx_help_command(&text, in->command);
        const int code = dx_stdout_end(&text, DX_EXIT_OK);
        dx_buf_done(&text);
        return code;
    }
    const dx_str name = dx_arena_printf(in->arena, "db %s", in->args[0]);
    const char *near = name.p ? dx_command_nearest(name.p) : NULL;
    dx_cli_say(near ? "no command 'db %s': did you mean 'setupdx %s'?"
                    : "no command 'db %s'; there are: merge, snapshot, check, prune, schema, "
                      "stats, dump, push",
               in->args[0], near);
    return DX_EXIT_USAGE;
}

const dx_command dx_command_db = {
    .name = "db",
    .arguments = "",
    .summary = "look after stores: merge, snapshot, check, prune, schema, stats, dump, push",
    .examples = "setupdx db check --db site.db\n"
                "setupdx db merge a.db b.db --into site.db\n"
                "setupdx db snapshot copy.db\n",
    .options = dx_bare_options,
    .complete = "merge snapshot check prune schema stats dump push",
    .run = run_command,
};
