/* No value is left in what was written, whatever the encoding. */
#include <string.h>

#include "cli/redaction.h"
#include "core/os.h"
#include "parser/decode.h"
#include "redact/leak.h"

enum { PIECE = 1 << 20, OVERLAP = 2 * DX_VALUE_BYTES };

/* The bytes as they are, and read as if they were in each of these encodings: a file may hold
 * passages in another one than its own. */
static const char *const readings[] = {"utf-16le", "utf-16be", "cp1252"};

static dx_rc leaked(const dx_redacted *file, const char *how, dx_err *err)
{
    return dx_fail(err, DX_E_INPUT, DX_NOWHERE,
                   "a name, address or secret of the original is still in '%s' (%s)", file->path.p,
                   how);
}

/* Looks through what was gathered and keeps its end, where a value may go on. */
static dx_rc look(const dx_redaction *r, const dx_redacted *file, dx_buf *seen, const char *as,
                  dx_err *err)
{
    dx_leak leak;
    bool found;

    if (dx_leak_find(r->values, dx_buf_str(seen), &found, &leak, err) != DX_OK)
        return DX_FAIL;
    if (found)
        return leaked(file, as ? as : leak.how, err);
    const size_t keep = seen->n < OVERLAP ? seen->n : OVERLAP;
    if (keep)
        memmove(seen->p, seen->p + seen->n - keep, keep);
    seen->n = keep;
    return DX_OK;
}

static dx_rc look_raw(const dx_redaction *r, const dx_redacted *file, dx_file *f, dx_err *err)
{
    dx_buf seen = {0};
    size_t got = 1;
    dx_rc rc = DX_OK;

    while (rc == DX_OK && got > 0) {
        if (!dx_buf_reserve(&seen, PIECE)) {
            rc = dx_nomem(err);
            break;
        }
        rc = dx_file_read(f, seen.p + seen.n, PIECE, &got, err);
        seen.n += rc == DX_OK ? got : 0;
        if (rc == DX_OK && got > 0)
            rc = look(r, file, &seen, NULL, err);
    }
    dx_buf_done(&seen);
    return rc;
}

static dx_rc look_decoded(const dx_redaction *r, const dx_redacted *file, dx_source *src,
                          const char *encoding, dx_err *err)
{
    dx_decoder *decoder;
    dx_buf seen = {0};

    dx_rc rc = dx_decoder_open(&decoder, src, encoding, err);
    if (rc != DX_OK)
        return DX_FAIL;
    while ((rc = dx_decoder_more(decoder, PIECE, &seen, err)) == DX_OK)
        if (look(r, file, &seen, encoding, err) != DX_OK) {
            rc = DX_FAIL;
            break;
        }
    dx_buf_done(&seen);
    dx_decoder_close(decoder);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static dx_rc look_as(const dx_redaction *r, const dx_redacted *file, const char *encoding,
                     dx_err *err)
{
    const char *const paths[] = {file->path.p};
    dx_walk *walk = NULL;
    dx_source *src;

    dx_rc rc = dx_walk_open(&walk, paths, 1, NULL, err);
    while (rc == DX_OK && (rc = dx_walk_next(walk, &src, err)) == DX_OK)
        rc = look_decoded(r, file, src, encoding, err);
    dx_walk_close(walk);
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

static dx_rc verify_file(const dx_redaction *r, const dx_redacted *file, dx_err *err)
{
    const dx_str below = dx_str_slice(file->path, strlen(r->out), file->path.n);
    dx_value_at at;
    dx_file *f;

    if (dx_values_find(r->values, below, 0, below.n, &at))
        return leaked(file, "in the file's name", err);
    if (dx_file_open(&f, file->path.p, err) != DX_OK)
        return DX_FAIL;
    dx_rc rc = look_raw(r, file, f, err);
    dx_file_close(f);
    for (size_t i = 0; rc == DX_OK && i < sizeof readings / sizeof *readings; i++)
        rc = look_as(r, file, readings[i], err);
    return rc;
}

dx_rc dx_redaction_verify(const dx_redaction *r, dx_err *err)
{
    for (size_t i = 0; i < r->n_files; i++)
        if (verify_file(r, &r->files[i], err) != DX_OK)
            return DX_FAIL;
    return DX_OK;
}
