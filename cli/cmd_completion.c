#include <string.h>

#include "cli/command.h"
#include "cli/tell.h"
#include "cli/option_rows.h"
#include "core/buf.h"

/* The script asks the program for what only it knows: rule ids and log formats. */
static const char prologue[] =
    "# bash completion for setupdx; made by: setupdx completion bash\n"
    "_setupdx_words() { COMPREPLY=($(compgen -W \"$1\" -- \"$cur\")); }\n"
    "_setupdx_files() {\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    local IFS=$'\\n'\n"
    "    COMPREPLY=($(compgen -f -- \"$cur\"))\n"
    "}\n"
    "_setupdx_rule() { _setupdx_words \"$(\"${COMP_WORDS[0]}\" rules list 2>/dev/null | cut -d' ' "
    "-f1)\"; }\n"
    "_setupdx_log_format() {\n"
    "    _setupdx_words \"$(\"${COMP_WORDS[0]}\" version -v 2>/dev/null |\n"
    "        awk '/^log formats:/ { on = 1; next } /^[^ ]/ { on = 0 } on { print $1 }')\"\n"
    "}\n"
    "_setupdx_server() {\n"
    "    _setupdx_words \"$(\"${COMP_WORDS[0]}\" server list --top 1000 -q -f csv 2>/dev/null |\n"
    "        cut -d, -f2 | tail -n +2)\"\n"
    "}\n"
    "_setupdx_format() {\n"
    "    _setupdx_words \"$(\"${COMP_WORDS[0]}\" version -v 2>/dev/null |\n"
    "        awk '/^result formats:/ { on = 1; next } /^[^ ]/ { on = 0 } on { print $1 }')\"\n"
    "}\n";

static void add_action(dx_buf *out, const char *values)
{
    if (!values || strcmp(values, "@file") == 0)
        dx_buf_add(out, DX_LIT("_setupdx_files"));
    else if (values[0] == '@') {
        dx_buf_add(out, DX_LIT("_setupdx_"));
        for (const char *c = values + 1; *c; c++)
            dx_buf_char(out, *c == '-' ? '_' : *c);
    } else
        dx_buf_printf(out, "_setupdx_words '%s'", values);
}

/* Options of one command that take a value: how to complete it. */
static void add_values(dx_buf *out, const dx_command *c)
{
    for (const dx_option *o = c->options; o->name; o++) {
        if (!o->argument)
            continue;
        dx_buf_printf(out, "        '%s:--%s'", c->name, o->name);
        if (o->letter)
            dx_buf_printf(out, " | '%s:-%c'", c->name, o->letter);
        dx_buf_add(out, DX_LIT(") "));
        if (o->values)
            add_action(out, o->values);
        else
            dx_buf_char(out, ':');
        dx_buf_add(out, DX_LIT("; return ;;\n"));
    }
}

static void add_options(dx_buf *out, const dx_command *c)
{
    dx_buf_printf(out, "        '%s:'-*) _setupdx_words '", c->name);
    for (const dx_option *o = c->options; o->name; o++)
        dx_buf_printf(out, "%s--%s", o == c->options ? "" : " ", o->name);
    dx_buf_add(out, DX_LIT("' ;;\n"));
}

static void add_arguments(dx_buf *out, const dx_command *c)
{
    dx_buf_printf(out, "        '%s:'*) ", c->name);
    if (c->complete)
        add_action(out, c->complete);
    else
        dx_buf_char(out, ':');
    dx_buf_add(out, DX_LIT(" ;;\n"));
}

static void add_commands(dx_buf *out)
{
    dx_buf_add(out, DX_LIT("_setupdx_command() { _setupdx_words '"));
    for (const dx_command *const *at = dx_commands, *c; (c = *at) != NULL; at++) {
        if (!strchr(c->name, ' '))
            dx_buf_printf(out, "%s%s", at == dx_commands ? "" : " ", c->name);
    }
    dx_buf_add(out, DX_LIT("'; }\n"));
}

static void add_function(dx_buf *out)
{
    dx_buf_add(out, DX_LIT("_setupdx() {\n"
                           "    local cur=${COMP_WORDS[COMP_CWORD]} "
                           "prev=${COMP_WORDS[COMP_CWORD - 1]} command=scan\n"
                           "    case ${COMP_WORDS[1]-} in\n"));
    for (const dx_command *const *at = dx_commands, *c; (c = *at) != NULL; at++) {
        if (!strchr(c->name, ' '))
            dx_buf_printf(out, "        %s) command=%s ;;\n", c->name, c->name);
    }
    dx_buf_add(out, DX_LIT("    esac\n"
                           "    case \"$command ${COMP_WORDS[2]-}\" in\n"));
    for (const dx_command *const *at = dx_commands, *c; (c = *at) != NULL; at++) {
        if (strchr(c->name, ' '))
            dx_buf_printf(out, "        '%s') [ \"$COMP_CWORD\" -gt 2 ] && command='%s' ;;\n",
                          c->name, c->name);
    }
    dx_buf_add(out, DX_LIT("    esac\n"
                           "    case $command:$prev in\n"));
    for (const dx_command *const *at = dx_commands, *c; (c = *at) != NULL; at++)
        add_values(out, c);
    dx_buf_add(out, DX_LIT("    esac\n"
                           "    case $command:$cur in\n"));
    for (const dx_command *const *at = dx_commands, *c; (c = *at) != NULL; at++) {
        add_options(out, c);
        add_arguments(out, c);
    }
    dx_buf_add(out, DX_LIT("    esac\n"
                           "    if [ \"$COMP_CWORD\" = 1 ] && [[ $cur != -* ]]; then\n"
                           "        local files=(\"${COMPREPLY[@]}\")\n"
                           "        _setupdx_command\n"
                           "        COMPREPLY+=(\"${files[@]}\")\n"
                           "    fi\n"
                           "}\n"
                           "complete -F _setupdx setupdx\n"));
}

static int run_command(const dx_invocation *in)
{
    dx_buf text = {0};

    if (in->n_args != 1 || strcmp(in->args[0], "bash") != 0) {
        dx_cli_say("completion: only 'bash' is known: setupdx completion bash");
        return DX_EXIT_USAGE;
    }
    dx_buf_add(&text, dx_str_of(prologue));
    add_commands(&text);
    add_function(&text);
    const int code = dx_stdout_end(&text, DX_EXIT_OK);
    dx_buf_done(&text);
    return code;
}

const dx_command dx_command_completion = {
    .name = "completion",
    .arguments = "bash",
    .summary = "print the completion script for a shell",
    .examples = "setupdx completion bash > ~/.local/share/bash-completion/completions/setupdx\n"
                "source <(setupdx completion bash)\n"
                "setupdx completion bash | less\n",
    .options = dx_bare_options,
    .complete = "bash",
    .run = run_command,
};
