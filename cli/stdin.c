#include "cli/stdin.h"

#include "core/buf.h"
#include "core/os.h"

enum { STDIN_LIMIT = 16 * 1024 * 1024 };

static dx_rc read_all(dx_file *file, dx_buf *text, dx_err *err)
{
    char piece[65536];
    size_t got;

    while (text->n <= STDIN_LIMIT) {
        if (dx_file_read(file, piece, sizeof piece, &got, err) != DX_OK)
            return DX_FAIL;
        if (got == 0)
            return text->failed ? dx_nomem(err) : DX_OK;
        dx_buf_add(text, (dx_str){piece, got});
    }
    return dx_fail(err, DX_E_LIMIT, DX_NOWHERE, "over %d MiB on standard input",
                   STDIN_LIMIT / (1024 * 1024));
}

dx_rc dx_stdin_text(dx_arena *into, dx_str *out, dx_err *err)
{
    dx_file *file = NULL;
    dx_buf text = {0};
    dx_rc rc = dx_file_open(&file, "-", err);

    if (rc == DX_OK)
        rc = read_all(file, &text, err);
    if (rc == DX_OK) {
        const dx_str copy = dx_arena_copy(into, dx_buf_str(&text));
        if (copy.p)
            *out = copy;
        else
            rc = dx_nomem(err);
    }
    dx_buf_done(&text);
    dx_file_close(file);
    return rc;
}
