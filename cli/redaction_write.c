/* The copies: the same folders, names, encodings and times, with other values in them. */
#include <stdlib.h>
#include <string.h>

#include "cli/redaction.h"
#include "core/os.h"
#include "parser/decode.h"
#include "parser/encode.h"

enum { PIECE = 1 << 20, AHEAD = 2 * DX_VALUE_BYTES };

/* ---- where a copy goes ---- */

static dx_str last_part(dx_str path)
{
    size_t from;

    while (path.n > 1 && path.p[path.n - 1] == '/')
        path.n--;
    for (from = path.n; from > 0 && path.p[from - 1] != '/';)
        from--;
    return dx_str_slice(path, from, path.n);
}

static bool is_below(dx_str path, dx_str folder)
{
    while (folder.n > 1 && folder.p[folder.n - 1] == '/')
        folder.n--;
    return dx_str_starts(path, folder) &&
           (path.n == folder.n || path.p[folder.n] == '/' || folder.p[folder.n - 1] == '/');
}

/* The path below what was named, with the last part of that. */
static dx_str relative(const dx_redaction *r, dx_str path)
{
    for (size_t i = 0; i < r->n_paths; i++) {
        const dx_str root = dx_str_of(r->paths[i]);
        if (!is_below(path, root))
            continue;
        const dx_str name = last_part(root);
        if (dx_str_eq(name, DX_LIT(".")) || dx_str_eq(name, DX_LIT("..")) || name.n == 0)
            return dx_str_slice(path, root.n, path.n);
        return dx_str_slice(path, (size_t)(name.p - root.p), path.n);
    }
    return last_part(path);
}

/* One folder or file name.  A member of an archive may be called anything. */
static void add_part(dx_buf *out, dx_str part)
{
    if (part.n == 0 || dx_str_eq(part, DX_LIT(".")))
        return;
    if (out->n)
        dx_buf_char(out, '/');
    if (dx_str_eq(part, DX_LIT("..")))
        dx_buf_add(out, DX_LIT("__"));
    else
        for (size_t i = 0; i < part.n; i++)
            dx_buf_char(out, (unsigned char)part.p[i] < 0x20 ? '_' : part.p[i]);
}

static void add_parts(dx_buf *out, dx_str path)
{
    dx_str part;

    while (dx_str_next(&path, '/', &part)) {
        if (dx_str_ends(part, DX_LIT("!"))) /* an archive, which becomes a folder */
            part.n--;
        add_part(out, part);
    }
}

static dx_str without_values(dx_redaction *r, dx_str name)
{
    dx_buf out = {0};

    dx_values_replace(r->values, name, name.n, &out);
    const dx_str kept = out.failed ? DX_NONE : dx_arena_copy(r->arena, dx_buf_str(&out));
    dx_buf_done(&out);
    return kept;
}

/* Members of an archive may have one name twice: the second gets a number. */
static dx_str own_name(dx_redaction *r, dx_str name)
{
    dx_str tried = name;

    for (unsigned i = 2; tried.p != NULL && dx_set_has(&r->names, tried); i++)
        tried = dx_arena_printf(r->arena, "%.*s~%u", DX_FMT(name), i);
    if (tried.p == NULL || dx_set_add(&r->names, r->arena, tried) == DX_SET_FULL)
        return DX_NONE;
    return tried;
}

static dx_rc target_of(dx_redaction *r, dx_source *src, dx_str *out, dx_err *err)
{
    dx_buf name = {0};

    add_parts(&name, relative(r, dx_source_path(src)));
    add_parts(&name, dx_source_member(src));
    const dx_str own = name.failed ? DX_NONE : own_name(r, without_values(r, dx_buf_str(&name)));
    dx_buf_done(&name);
    if (own.p == NULL)
        return dx_nomem(err);
    *out = dx_arena_printf(r->arena, "%s/%.*s", r->out, DX_FMT(own));
    return out->p ? DX_OK : dx_nomem(err);
}

/* Every folder above the file, remembered so that it can be removed again. */
static dx_rc make_folders(dx_redaction *r, dx_str path, dx_err *err)
{
    for (size_t i = strlen(r->out); i < path.n; i++) {
        if (path.p[i] != '/')
            continue;
        const dx_str folder = dx_arena_copy(r->arena, dx_str_slice(path, 0, i));
        if (folder.p == NULL)
            return dx_nomem(err);
        const int added = dx_set_add(&r->folders, r->arena, folder);
        if (added == DX_SET_FULL)
            return dx_nomem(err);
        if (added == DX_SET_NEW && dx_os_make_dirs(folder.p, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

/* ---- one copy ---- */

typedef struct copy {
    dx_redaction *r;
    dx_decoder *decoder;
    dx_encoder *encoder;
    dx_writer *writer;
    dx_buf text, plain, coded;
    uint64_t bytes;
} copy;

static dx_rc put(copy *c, dx_str bytes, dx_err *err)
{
    c->bytes += bytes.n;
    return dx_writer_put(c->writer, bytes, err);
}

static dx_rc put_text(copy *c, dx_str text, dx_err *err)
{
    dx_buf_clear(&c->coded);
    dx_encode(c->encoder, text, &c->coded);
    return c->coded.failed ? dx_nomem(err) : put(c, dx_buf_str(&c->coded), err);
}

/* A place where no name is torn: behind a line, or behind what is no letter, before the end. */
static size_t limit_of(dx_str text, bool last)
{
    size_t n = text.n;

    if (last)
        return n;
    n = n > AHEAD ? n - AHEAD : 0;
    for (size_t at = n, steps = 0; at > 0 && steps < AHEAD; at--, steps++)
        if (text.p[at - 1] == '\n')
            return at;
    while (n > 0 && ((unsigned char)text.p[n] & 0xC0) == 0x80)
        n--;
    return n;
}

static dx_rc put_pieces(copy *c, dx_err *err)
{
    dx_rc rc = DX_OK;
    dx_err broken = {0};

    while (rc == DX_OK) {
        rc = dx_decoder_more(c->decoder, PIECE, &c->text, &broken);
        if (c->text.failed)
            return dx_nomem(err);
        const dx_str text = dx_buf_str(&c->text);
        dx_buf_clear(&c->plain);
        const size_t done =
            dx_values_replace(c->r->values, text, limit_of(text, rc != DX_OK), &c->plain);
        if (c->plain.failed || put_text(c, dx_buf_str(&c->plain), err) != DX_OK)
            return c->plain.failed ? dx_nomem(err) : DX_FAIL;
        if (dx_os_interrupted())
            return dx_fail(err, DX_E_CANCEL, DX_NOWHERE, "interrupted");
        memmove(c->text.p, c->text.p + done, c->text.n - done);
        c->text.n -= done;
    }
    c->r->damaged += rc == DX_FAIL;
    return DX_OK;
}

static dx_rc write_copy(copy *c, dx_source *src, dx_err *err)
{
    if (dx_encoder_new(&c->encoder, dx_decoder_encoding(c->decoder), err) != DX_OK)
        return DX_FAIL;
    if (!dx_buf_reserve(&c->text, PIECE))
        return dx_nomem(err);
    if (strcmp(dx_decoder_how(c->decoder), "byte order mark") == 0 &&
        put(c, dx_encoder_mark(c->encoder), err) != DX_OK)
        return DX_FAIL;
    if (put_pieces(c, err) != DX_OK)
        return DX_FAIL;
    dx_writer *w = c->writer;
    c->writer = NULL;
    return dx_writer_close(w, dx_source_modified(src), err);
}

static void close_copy(copy *c)
{
    dx_writer_drop(c->writer);
    dx_encoder_free(c->encoder);
    dx_decoder_close(c->decoder);
    dx_buf_done(&c->text);
    dx_buf_done(&c->plain);
    dx_buf_done(&c->coded);
}

static dx_rc write_log(dx_redaction *r, dx_source *src, dx_err *err)
{
    copy c = {.r = r};
    dx_str path;

    if (dx_decoder_open(&c.decoder, src, r->settings->encoding, err) != DX_OK) {
        if (err->kind == DX_E_NOMEM || err->kind == DX_E_USAGE)
            return DX_FAIL;
        r->damaged++;
        return DX_OK;
    }
    dx_rc rc = target_of(r, src, &path, err);
    if (rc == DX_OK)
        rc = make_folders(r, path, err);
    if (rc == DX_OK)
        rc = dx_writer_open(&c.writer, path.p, err);
    if (rc == DX_OK)
        rc = write_copy(&c, src, err);
    close_copy(&c);
    if (rc != DX_OK)
        return DX_FAIL;
    r->bytes += c.bytes;
    return DX_PUSH(r->arena, r->files, r->n_files, r->cap_files, (dx_redacted){path, c.bytes})
               ? DX_OK
               : dx_nomem(err);
}

dx_rc dx_redaction_write(dx_redaction *r, dx_err *err)
{
    return dx_redaction_each(r, write_log, err);
}

void dx_redaction_undo(dx_redaction *r)
{
    for (size_t i = 0; i < r->n_files; i++)
        dx_os_remove(r->files[i].path.p);
    for (size_t i = r->folders.n; i > 0; i--)
        dx_os_remove(r->folders.text[i - 1].p);
    r->n_files = 0;
}
