/* Questions about what everybody sent: what they read is fetched into a store in memory, which
 * answers them. */
#include "db/backends/clickhouse_detail.h"
#include "db/backends/clickhouse_load.h"
#include "db/backends/sqlite_notes.h"
#include "db/backends/sqlite_trend.h"

/* Questions are about what everybody sent, and that includes us. */
static dx_rc send_first(ch_store *s, dx_err *err)
{
    dx_sent sent;
    const dx_rc rc = ch_send(&s->base, &sent, err);

    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

dx_rc ch_ask_with(ch_store *s, ch_tags tags, ch_load_fn *what, void *ctx, ch_asked *a, dx_err *err)
{
    const dx_store_options options = {.now_us = s->now_us};

    *a = (ch_asked){0};
    if (send_first(s, err) != DX_OK ||
        dx_backend_sqlite.open(&a->mem, ":memory:", &options, err) != DX_OK)
        return DX_FAIL;
    if (ch_load_with(s->http, tags, what, ctx, (sq_store *)a->mem, &a->partial, err) == DX_OK)
        return DX_OK;
    dx_store_close(a->mem);
    return DX_FAIL;
}

static dx_rc ask_all(dx_store *s, const ch_wish *wish, ch_asked *a, dx_err *err)
{
    ch_wish own = *wish;

    return ch_ask_with((ch_store *)s, CH_NO_TAGS, ch_load_wish, &own, a, err);
}

dx_str ch_partial_text(const ch_asked *a)
{
    return a->partial ? DX_LIT("a part of the store does not answer, and what it holds is missing")
                      : DX_NONE;
}

dx_rc ch_may_be_away(dx_str what, dx_err *err)
{
    return dx_fail(err, DX_E_STORE, DX_NOWHERE,
                   "a part of the store does not answer, and %.*s may be there: try again later",
                   DX_FMT(what));
}

unsigned ch_kinds_of(dx_trend_of of)
{
    switch (of) {
    case DX_OF_SIGNATURE:
        return 1u << SQ_SIGNATURE | 1u << SQ_PATTERN;
    case DX_OF_DIAGNOSIS:
        return 1u << SQ_DIAGNOSIS;
    case DX_OF_CAUSE:
        return 1u << SQ_CAUSE;
    case DX_OF_CODE:
        return 1u << SQ_CODE;
    case DX_OF_PRODUCT:
    case DX_OF_SERVER:
        break;
    }
    return 0;
}

dx_rc ch_silences(dx_store *s, int64_t now_us, dx_arena *into, dx_silence **out, size_t *n,
                  dx_err *err)
{
    const ch_wish wish = {.needs = 0};
    ch_asked a;

    if (((ch_store *)s)->scanning)
        return dx_store_silences(((ch_store *)s)->spool, now_us, into, out, n, err);
    if (ask_all(s, &wish, &a, err) != DX_OK)
        return DX_FAIL;
    const dx_rc rc = a.partial ? ch_may_be_away(DX_LIT("what is silent"), err)
                               : dx_store_silences(a.mem, now_us, into, out, n, err);
    dx_store_close(a.mem);
    return rc;
}

/* Attempts tell which rules found a key. */
static void add_found(dx_buf *which, dx_str key)
{
    dx_buf text = {0};

    ch_detail_text(&text, key);
    dx_buf_add(which, DX_LIT(" AND position(detail, concat('K\\x1f', "));
    dx_clickhouse_literal(which, dx_buf_str(&text));
    dx_buf_add(which, DX_LIT(", '\\x1f')) > 0"));
    which->failed |= text.failed;
    dx_buf_done(&text);
}

dx_rc ch_notes(dx_store *s, dx_str subject, dx_arena *into, dx_notes *out, dx_err *err)
{
    dx_buf which = {0};
    ch_asked a;

    if (((ch_store *)s)->scanning)
        return dx_store_notes(((ch_store *)s)->spool, subject, into, out, err);
    add_found(&which, subject);
    ch_wish wish = {.needs = CH_ATTEMPTS | CH_DETAILS, .which = dx_buf_str(&which)};
    dx_rc rc = which.failed ? dx_nomem(err)
                            : ch_ask_with((ch_store *)s, (ch_tags){.subject = subject},
                                          ch_load_wish, &wish, &a, err);
    dx_buf_done(&which);
    if (rc != DX_OK)
        return DX_FAIL;
    rc = dx_store_notes(a.mem, subject, into, out, err);
    dx_store_close(a.mem);
    return rc;
}

dx_rc ch_resolve(dx_store *s, const dx_resolution *r, dx_err *err)
{
    const dx_note note = {.kind = DX_NOTE_RESOLVED,
                          .at_us = ((ch_store *)s)->now_us,
                          .until_us = DX_NO_TIME,
                          .subject = r->key,
                          .what = r->fix,
                          .ticket = r->ticket,
                          .by = r->by};
    const ch_wish wish = {.needs = CH_ATTEMPTS | CH_CASES | CH_KEYS, .key = r->key};
    ch_asked a;

    /* Whether there is such a finding only the server knows: others may have found it. */
    if (ask_all(s, &wish, &a, err) != DX_OK)
        return DX_FAIL;
    dx_rc rc = dx_store_resolve(a.mem, r, err);
    if (rc != DX_OK && a.partial)
        rc = ch_may_be_away(r->key, err);
    dx_store_close(a.mem);
    return rc == DX_OK ? sq_note_add((sq_store *)((ch_store *)s)->spool, &note, err) : DX_FAIL;
}
