#include "cli/tell.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/os.h"
#include "core/utf.h"

static void put_visible(dx_str text)
{
    dx_buf shown = {0};
    dx_utf_visible(&shown, text, true);
    fprintf(stderr, "%.*s\n", DX_FMT(dx_buf_str(&shown)));
    dx_buf_done(&shown);
}

void dx_cli_say(const char *fmt, ...)
{
    char text[2048] = "setupdx: ";
    const size_t used = strlen(text);
    va_list args;

    va_start(args, fmt);
    vsnprintf(text + used, sizeof text - used, fmt, args);
    va_end(args);
    put_visible(dx_str_of(text));
}

void dx_cli_say_line(const char *fmt, ...)
{
    char text[2048];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    put_visible(dx_str_of(text));
}

int dx_cli_exit_of(dx_kind kind)
{
    switch (kind) {
    case DX_E_NONE:
        return DX_EXIT_OK;
    case DX_E_RULE:
    case DX_E_USAGE:
        return DX_EXIT_USAGE;
    case DX_E_CANCEL: /* as shells count: 130 for SIGINT, 143 for SIGTERM */
        return dx_os_interrupted() ? 128 + dx_os_interrupted() : DX_EXIT_INTERRUPTED;
    case DX_E_NOMEM:
    case DX_E_IO:
    case DX_E_INPUT:
    case DX_E_STORE:
    case DX_E_LIMIT:
        return DX_EXIT_RUNTIME;
    }
    return DX_EXIT_RUNTIME;
}

int dx_cli_say_error(const dx_err *err)
{
    char text[1024];

    dx_err_format(err, text, sizeof text);
    dx_cli_say("%s", text);
    return dx_cli_exit_of(err->kind);
}

void dx_cli_say_fault(void *ctx, const dx_err *fault)
{
    char text[1024];

    (void)ctx;
    dx_err_format(fault, text, sizeof text);
    put_visible(dx_str_of(text));
}

dx_rc dx_stdout_put(dx_str bytes, dx_err *err)
{
    if (ferror(stdout))
        return DX_OK; /* the reader has gone; said once already when it was an error */
    errno = 0;
    if ((bytes.n == 0 || fwrite(bytes.p, 1, bytes.n, stdout) == bytes.n) && fflush(stdout) == 0)
        return DX_OK;
    if (errno == EPIPE)
        return DX_OK;
    const int os = errno;
    (void)dx_fail(err, DX_E_IO, DX_NOWHERE, "cannot write the result: %s", strerror(os));
    err->os = os;
    return DX_FAIL;
}

int dx_stdout_end(const dx_buf *text, int code)
{
    dx_err err = {0};

    if (text->failed) {
        (void)dx_nomem(&err);
        return dx_cli_say_error(&err);
    }
    if (dx_stdout_put(dx_buf_str(text), &err) != DX_OK)
        return dx_cli_say_error(&err);
    return code;
}
