#include "cli/help.h"

#include <string.h>

#include "cli/options.h"
#include "cli/tell.h"
#include "cli/option_rows.h"

enum { HELP_COLUMN = 26, HELP_WIDTH = 80 };

void dx_help_welcome(dx_buf *out)
{
    dx_buf_add(
        out,
        DX_LIT("setupdx reads setup logs and error messages, says why an installation failed,\n"
               "how sure that is, and what to do about it.\n"
               "\n"
               "  setupdx /mnt/logs                      a folder, file or archive with logs\n"
               "  setupdx -                              paste an error message, end with Ctrl+D\n"
               "  setupdx code 0xc0020002                what a number can mean\n"
               "\n"
               "Reading changes no log. What is found is remembered in ~/.local/state/setupdx;\n"
               "with --db :memory: nothing is. Nothing leaves this computer.\n"
               "\n"
               "All commands:       setupdx --help\n"
               "One command:        setupdx scan --help       The manual:  man setupdx\n"));
}

static void add_examples(dx_buf *out, const char *examples)
{
    dx_str rest = dx_str_of(examples), line;
    while (dx_str_next(&rest, '\n', &line)) {
        if (line.n)
            dx_buf_printf(out, "  %.*s\n", DX_FMT(line));
    }
}

/* Refilled: only a line that ends a sentence ends a line. */
static void add_about(dx_buf *out, const char *about)
{
    dx_str rest = dx_str_of(about), line, word;
    size_t column = 0;

    while (dx_str_next(&rest, '\n', &line)) {
        const bool ends = line.n == 0 || line.p[line.n - 1] == '.';
        while (dx_str_next(&line, ' ', &word)) {
            const bool fits = column + 1 + word.n <= HELP_WIDTH;
            dx_buf_add(out, column == 0 ? DX_NONE : fits ? DX_LIT(" ") : DX_LIT("\n"));
            dx_buf_add(out, word);
            column = (column > 0 && fits ? column + 1 : 0) + word.n;
        }
        if (ends || rest.n == 0)
            dx_buf_char(out, '\n');
        column = ends ? 0 : column;
    }
}

/* `text` wrapped from HELP_COLUMN on; the line so far has `used` columns. */
static void add_wrapped(dx_buf *out, const char *text, size_t used)
{
    dx_str rest = dx_str_of(text), word;
    size_t column = used;

    if (used + 1 >= HELP_COLUMN) {
        dx_buf_char(out, '\n');
        column = 0;
    }
    for (; column < HELP_COLUMN; column++)
        dx_buf_char(out, ' ');
    while (dx_str_next(&rest, ' ', &word)) {
        if (column > HELP_COLUMN && column + 1 + word.n > HELP_WIDTH) {
            dx_buf_printf(out, "\n%*s", HELP_COLUMN, "");
            column = HELP_COLUMN;
        } else if (column > HELP_COLUMN) {
            dx_buf_char(out, ' ');
            column++;
        }
        dx_buf_add(out, word);
        column += word.n;
    }
    dx_buf_char(out, '\n');
}

static void add_option(dx_buf *out, const dx_option *o)
{
    const size_t before = out->n;
    if (o->letter)
        dx_buf_printf(out, "  -%c, --%s", o->letter, o->name);
    else
        dx_buf_printf(out, "      --%s", o->name);
    if (o->argument)
        dx_buf_printf(out, " %s", o->argument);
    add_wrapped(out, o->help, out->n - before);
}

static void add_summary(dx_buf *out, const dx_command *command)
{
    const size_t before = out->n;

    dx_buf_printf(out, "  %s", command->name);
    add_wrapped(out, command->summary, out->n - before);
}

/* The commands whose names begin with that of `group`. */
static void add_members(dx_buf *out, const dx_command *group)
{
    const size_t n = strlen(group->name), before = out->n;

    for (const dx_command *const *at = dx_commands, *c; (c = *at) != NULL; at++) {
        if (strncmp(c->name, group->name, n) == 0 && c->name[n] == ' ')
            add_summary(out, c);
    }
    if (out->n > before)
        dx_buf_char(out, '\n');
}

void dx_help_command(dx_buf *out, const dx_command *command)
{
    add_examples(out, command->examples);
    dx_buf_printf(out, "\nusage: setupdx %s [OPTION...]%s%s\n", command->name,
                  *command->arguments ? " " : "", command->arguments);
    dx_buf_char(out, '\n');
    if (command->about) {
        add_about(out, command->about);
        dx_buf_char(out, '\n');
    }
    add_members(out, command);
    for (const dx_option *o = command->options; o->name; o++)
        add_option(out, o);
}

void dx_help_overview(dx_buf *out)
{
    add_examples(out, "setupdx /mnt/logs\n"
                      "setupdx scan -f json -o result.json -f text server1.zip\n"
                      "setupdx code 0xc0020002\n");
    dx_buf_add(out, DX_LIT("\nusage: setupdx [COMMAND] [OPTION...] [ARGUMENT...]\n\n"));
    for (const dx_command *const *at = dx_commands, *c; (c = *at) != NULL; at++)
        add_summary(out, c);
    dx_buf_add(out, DX_LIT("\nWithout a command, the arguments are paths to scan. 'setupdx COMMAND "
                           "--help' tells more.\n"
                           "'--' ends the options; '-' is standard input.\n"));
}

static int print_help(const dx_command *command)
{
    dx_buf text = {0};

    dx_help_command(&text, command);
    const int code = dx_stdout_end(&text, DX_EXIT_OK);
    dx_buf_done(&text);
    return code;
}

static void say_group(const dx_invocation *in)
{
    dx_str rest = dx_str_of(in->command->complete), word;
    dx_buf words = {0};

    for (const char *between = ""; dx_str_next(&rest, ' ', &word); between = ", ")
        dx_buf_printf(&words, "%s%.*s", between, DX_FMT(word));
    dx_cli_say("no command '%s %s'; there are: %s", in->command->name, in->args[0],
               words.failed ? in->command->complete : words.p);
    dx_buf_done(&words);
}

int dx_help_group(const dx_invocation *in)
{
    if (in->n_args == 0)
        return print_help(in->command);
    const dx_str name = dx_arena_printf(in->arena, "%s %s", in->command->name, in->args[0]);
    const char *near = name.p ? dx_command_nearest(name.p) : NULL;
    if (near)
        dx_cli_say("no command '%s': did you mean 'setupdx %s'?", name.p, near);
    else
        say_group(in);
    return DX_EXIT_USAGE;
}

static int show_command(const char *name)
{
    const dx_command *command = dx_command_find(name);
    if (!command) {
        const char *near = dx_command_nearest(name);
        dx_cli_say(near ? "no command '%s': did you mean '%s'?"
                        : "no command '%s'; see: setupdx --help",
                   name, near);
        return DX_EXIT_USAGE;
    }
    return print_help(command);
}

static int run_command(const dx_invocation *in)
{
    dx_buf text = {0};

    if (in->n_args == 0) {
        dx_help_overview(&text);
        const int code = dx_stdout_end(&text, DX_EXIT_OK);
        dx_buf_done(&text);
        return code;
    }
    for (size_t i = 0; i < in->n_args; i++)
        dx_buf_printf(&text, "%s%s", i ? " " : "", in->args[i]);
    const int code = text.failed ? DX_EXIT_RUNTIME : show_command(text.p);
    dx_buf_done(&text);
    return code;
}

const dx_command dx_command_help = {
    .name = "help",
    .arguments = "[COMMAND]",
    .summary = "show the help of a command",
    .examples = "setupdx help\n"
                "setupdx help scan\n"
                "setupdx help rules check\n",
    .options = dx_bare_options,
    .complete = "@command",
    .run = run_command,
};
