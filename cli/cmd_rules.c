#include "cli/help.h"
#include "cli/options.h"
#include "cli/tell.h"
#include "cli/option_rows.h"

static int run_command(const dx_invocation *in)
{
    dx_buf text = {0};

    if (in->n_args == 0) {
        dx_help_command(&text, in->command);
        const int code = dx_stdout_end(&text, DX_EXIT_OK);
        dx_buf_done(&text);
        return code;
    }
    const dx_str name = dx_arena_printf(in->arena, "rules %s", in->args[0]);
    const char *near = name.p ? dx_command_nearest(name.p) : NULL;
    dx_cli_say(near ? "no command 'rules %s': did you mean 'setupdx %s'?"
                    : "no command 'rules %s'; there are: check, list, show, try, words, new",
               in->args[0], near);
    return DX_EXIT_USAGE;
}

const dx_command dx_command_rules = {
    .name = "rules",
    .arguments = "",
    .summary = "work with rules: check, list, show, try, words, new",
    .examples = "setupdx rules list\n"
                "setupdx rules show exch55.ims-ts-execute-mode\n"
                "setupdx rules check my-rules.yaml\n",
    .options = dx_rules_options,
    .complete = "check list show try words new",
    .run = run_command,
};
