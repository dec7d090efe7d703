#include <string.h>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/tell.h"
#include "core/os_memory.h"

static int show_welcome(void)
{
    dx_buf text = {0};
    dx_help_welcome(&text);
    const int code = dx_stdout_end(&text, DX_EXIT_OK);
    dx_buf_done(&text);
    return code;
}

/* `setupdx --help` is about the program, `setupdx scan --help` about the command. */
static int show_help(const dx_invocation *in, const char *first)
{
    const bool about_all = in->command == dx_commands[0] && strcmp(first, in->command->name) != 0;
    dx_buf text = {0};

    if (about_all)
        dx_help_overview(&text);
    else
        dx_help_command(&text, in->command);
    const int code = dx_stdout_end(&text, DX_EXIT_OK);
    dx_buf_done(&text);
    return code;
}

static int run(int argc, char **argv, dx_arena *arena)
{
    dx_invocation in;
    dx_err err = {0};

    if (!arena) {
        (void)dx_nomem(&err);
        return dx_cli_say_error(&err);
    }
    if (argc < 2)
        return show_welcome();
    if (dx_options_parse(&in, argc, argv, arena, &err) != DX_OK)
        return dx_cli_say_error(&err);
    if (in.settings.help)
        return show_help(&in, argv[1]);
    if (in.settings.version)
        return dx_command_find("version")->run(&in);
    return in.command->run(&in);
}

int main(int argc, char **argv)
{
    dx_os_ignore_broken_pipe();
    dx_os_keep_memory();
    dx_arena *arena = dx_arena_new(0);
    const int code = run(argc, argv, arena);
    dx_arena_free(arena);
    return code;
}
