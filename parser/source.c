/* One log's bytes, wherever they come from, with a look ahead. */
#include "parser/source.h"
#include <stdlib.h>
#include <string.h>
#include "core/os.h"
#include "core/time.h"
#include "parser/stream.h"

enum { KEEP = 1 << 16, FIRST = 8192 };

void dx_source_reuse(dx_source *s, dx_pull_fn *pull, void *ctx)
{
    if (s->own_cap > KEEP) {
        free(s->own);
        s->own = NULL;
        s->own_cap = 0;
    }
    s->file = NULL;
    s->pull = pull;
    s->ctx = ctx;
    s->ahead = DX_NONE;
    s->ended = false;
    s->broken.kind = DX_E_NONE;
}

void dx_source_done(dx_source *s)
{
    free(s->own);
    s->own = NULL;
    s->own_cap = 0;
}

/* One call of the puller; remembers how it ended. */
static void pull(dx_source *s, char *to, size_t cap, size_t *got)
{
    *got = 0;
    if (s->pull(s->ctx, to, cap, got, &s->broken) == DX_FAIL)
        *got = 0;
    else if (*got == 0)
        s->ended = true;
}

/* Room for more bytes behind `ahead`, which is moved to the buffer's start. */
static bool make_room(dx_source *s, size_t want)
{
    if (s->own_cap > s->ahead.n || s->own_cap >= want) {
        if (s->ahead.n && s->ahead.p != s->own)
            memmove(s->own, s->ahead.p, s->ahead.n);
    } else {
        size_t cap = s->file ? want : s->own_cap ? s->own_cap * 2 : FIRST;
        cap = cap > want || cap <= s->ahead.n ? want : cap;
        char *grown = malloc(cap);
        if (!grown)
            return false;
        if (s->ahead.n)
            memcpy(grown, s->ahead.p, s->ahead.n);
        free(s->own);
        s->own = grown;
        s->own_cap = cap;
    }
    s->ahead.p = s->own;
    return true;
}

/* Of a file most is read later anyway: each call of the system costs. */
static size_t at_once(const dx_source *s, size_t want)
{
    return s->file && want < KEEP ? KEEP : want;
}

dx_rc dx_source_look(dx_source *s, size_t want, dx_str *out, bool *whole, dx_err *err)
{
    const size_t most = at_once(s, want);
    while (s->ahead.n < want && !s->ended && !s->broken.kind) {
        if (!make_room(s, most))
            return dx_nomem(err);
        size_t cap = (s->own_cap < most ? s->own_cap : most) - s->ahead.n;
        size_t got;
        pull(s, s->own + s->ahead.n, cap, &got);
        s->ahead.n += got;
    }
    *out = dx_str_slice(s->ahead, 0, want);
    if (whole)
        *whole = s->ended && s->ahead.n <= want;
    return DX_OK;
}

dx_rc dx_source_read(dx_source *s, void *buf, size_t cap, size_t *got, dx_err *err)
{
    size_t n = s->ahead.n < cap ? s->ahead.n : cap;
    if (n) {
        memcpy(buf, s->ahead.p, n);
        s->ahead = dx_str_slice(s->ahead, n, s->ahead.n);
    } else if (cap && !s->ended && !s->broken.kind) {
        pull(s, buf, cap, &n);
    }
    if (n == 0 && s->broken.kind) {
        *err = s->broken;
        return DX_FAIL;
    }
    *got = n;
    return DX_OK;
}

dx_rc dx_source_memory(dx_source **out, dx_str path, dx_str bytes, dx_err *err)
{
    dx_source *s = calloc(1, sizeof *s);
    if (!s)
        return dx_nomem(err);
    s->path = path;
    s->modified_us = DX_NO_TIME;
    s->ahead = bytes;
    s->ended = true;
    *out = s;
    return DX_OK;
}

void dx_source_close(dx_source *s)
{
    if (!s)
        return;
    dx_source_done(s);
    free(s);
}

dx_str dx_source_path(const dx_source *s)
{
    return s->path;
}

dx_str dx_source_member(const dx_source *s)
{
    return s->member;
}

int64_t dx_source_modified(const dx_source *s)
{
    return s->modified_us;
}

void dx_skips_tell(const dx_skips *skips, dx_str member, bool damage, const dx_err *why)
{
    if (!skips->fn)
        return;
    const dx_skip skip = {.path = skips->path,
                          .member = member,
                          .damage = damage,
                          .asked = skips->asked && !member.n,
                          .why = *why};
    skips->fn(skips->ctx, &skip);
}

void dx_skips_tell_not_a_log(const dx_skips *skips, dx_str member, const char *what)
{
    dx_err why;
    (void)dx_fail(&why, DX_E_INPUT, DX_NOWHERE, "%s", what);
    dx_skips_tell(skips, member, false, &why);
}

bool dx_err_ends_walk(const dx_err *err)
{
    return err->kind == DX_E_NOMEM || err->kind == DX_E_CANCEL;
}

dx_rc dx_check_interrupt(dx_err *err)
{
    const int signal = dx_os_interrupted();
    return signal ? dx_fail(err, DX_E_CANCEL, DX_NOWHERE, "interrupted by signal %d", signal)
                  : DX_OK;
}
