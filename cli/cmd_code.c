#include <string.h>

#include "cli/code_command.h"
#include "cli/code_failures.h"
#include "cli/knowledge.h"
#include "cli/tell.h"
#include "cli/stdin.h"
#include "cli/option_rows.h"

typedef struct session {
    const dx_invocation *in;
    dx_knowledge know;
    dx_str *inputs;
    size_t n_inputs, cap_inputs;
} session;

static size_t failures_with(void *ctx, uint32_t code, dx_str *out, size_t cap)
{
    const session *s = ctx;
    return dx_code_failure_titles(s->know.book, code, s->in->arena, out, cap);
}

/* ---- inputs ---- */

static dx_rc add_input(session *s, dx_str text, dx_err *err)
{
    return DX_PUSH(s->in->arena, s->inputs, s->n_inputs, s->cap_inputs, text) ? DX_OK
                                                                              : dx_nomem(err);
}

static dx_rc add_lines(session *s, dx_err *err)
{
    dx_str rest, line;

    if (dx_stdin_text(s->in->arena, &rest, err) != DX_OK)
        return DX_FAIL;
    while (dx_str_next(&rest, '\n', &line)) {
        line = dx_str_trim(line);
        if (line.n && add_input(s, line, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

static dx_rc take_inputs(session *s, dx_err *err)
{
    if (s->in->n_args == 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "which code? For example: setupdx code 0xc0020002");
    for (size_t i = 0; i < s->in->n_args; i++) {
        const char *arg = s->in->args[i];
        if ((strcmp(arg, "-") == 0 ? add_lines(s, err) : add_input(s, dx_str_of(arg), err)) !=
            DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

static dx_rc to_stdout(void *ctx, dx_str bytes, dx_err *err)
{
    (void)ctx;
    return dx_stdout_put(bytes, err);
}

static int run(session *s)
{
    const dx_settings *settings = &s->in->settings;
    dx_faults faults = {.on_fault = dx_cli_say_fault};
    const dx_codes *codes;
    dx_err err = {0};
    bool all_known = false;

    if (take_inputs(s, &err) != DX_OK || dx_knowledge_load(&s->know, settings, &err) != DX_OK ||
        dx_code_tables_load(s->know.codes, &faults, &codes, &err) != DX_OK)
        return dx_cli_say_error(&err);
    const dx_code_request request = {.inputs = s->inputs,
                                     .n_inputs = s->n_inputs,
                                     .near = dx_str_of(settings->near),
                                     .product = dx_str_of(settings->product),
                                     .json = settings->json,
                                     .hex = settings->hex,
                                     .failures = failures_with,
                                     .failures_ctx = s};
    if (dx_code_command(codes, &request, &(dx_out){.write = to_stdout}, &all_known, &err) != DX_OK)
        return dx_cli_say_error(&err);
    return all_known ? DX_EXIT_OK : DX_EXIT_FAILURE_FOUND;
}

static int run_command(const dx_invocation *in)
{
    session s = {.in = in};
    const int code = run(&s);

    dx_knowledge_done(&s.know);
    return code;
}

static const dx_option options[] = {
    {"near", 0, "TEXT", DX_OPT_TEXT, AT(near), NULL,
     "the message that stood beside the code: decides between readings"},
    {"product", 0, "NAME", DX_OPT_TEXT, AT(product), NULL, "the product that printed the code"},
    {"hex", 0, NULL, DX_OPT_FLAG, AT(hex), NULL, "bare digits are hexadecimal"},
    {"json", 0, NULL, DX_OPT_FLAG, AT(json), NULL, "answer as JSON"},
    OPT_RULES,
    OPT_NO_DEFAULT_RULES,
    OPT_NO_CACHE,
    OPT_HELP,
    OPT_END,
};

const dx_command dx_command_code = {
    .name = "code",
    .arguments = "CODE...",
    .summary = "say what an error code can mean",
    .about =
        "Takes hexadecimal, signed and unsigned decimal, names, and what logs print around them;\n"
        "'-' reads codes from standard input, one a line. Exit code 1 when a code is not known.",
    .examples = "setupdx code 0xc0020002 --near 'The system cannot find the file specified'\n"
                "setupdx code 1603 -2147024891\n"
                "setupdx code --json ERROR_FILE_NOT_FOUND\n",
    .options = options,
    .run = run_command,
};
