/* What was read, and which logs deserve a second look. */
#include "db/backends/sqlite_trend.h"

enum { TOP = 50, MOST_ROWS = 1000, MOST_SHARES = 100 };

/* Of a log: the condition under which it is doubtful so. */
#define IS_BAD   "source.bad_bytes > 0"
#define IS_EMPTY "NOT EXISTS (SELECT 1 FROM sighting WHERE sighting.source = source.id)"
#define IS_CUT                                                                                     \
    "source.id IN (SELECT sighting.source FROM sighting JOIN attempt"                              \
    " ON attempt.id = sighting.attempt WHERE attempt.outcome = 4)"
#define IS_GAPPY "source.scan IN (SELECT id FROM scan WHERE complete = 0)"

#define COUNT(where) "SELECT count(*) FROM source WHERE " where
#define ROWS(where)                                                                                \
    "SELECT source.path, source.member, format.text, encoding.text, source.lines, source.bytes,"   \
    " source.bad_bytes, (SELECT count(*) FROM sighting WHERE sighting.source = source.id),"        \
    " scan.began_us FROM source JOIN term AS format ON format.id = source.format"                  \
    " JOIN term AS encoding ON encoding.id = source.encoding JOIN scan ON scan.id = source.scan"   \
    " WHERE " where " ORDER BY source.id DESC LIMIT ?1 OFFSET ?2"
/* Names are looked up for the groups, not for every log. */
#define SHARES(column)                                                                             \
    "SELECT term.text, logs, lines, bytes, bad FROM (SELECT " column                               \
    " AS id, count(*) AS logs, sum(lines) AS lines, sum(bytes) AS bytes, sum(bad_bytes) AS bad"    \
    " FROM source GROUP BY " column ") AS share JOIN term ON term.id = share.id"                   \
    " ORDER BY logs DESC, term.text LIMIT ?1"

_Static_assert(DX_CUT_OFF == 4, "as IS_CUT says");

static const char *const counts[DX_DOUBTS] = {[DX_DOUBT_NONE] = COUNT("1"),
                                              [DX_DOUBT_BAD_BYTES] = COUNT(IS_BAD),
                                              [DX_DOUBT_NO_ATTEMPT] = COUNT(IS_EMPTY),
                                              [DX_DOUBT_CUT_OFF] = COUNT(IS_CUT),
                                              [DX_DOUBT_GAPS] = COUNT(IS_GAPPY)};
static const char *const lists[DX_DOUBTS] = {[DX_DOUBT_NONE] = ROWS("1"),
                                             [DX_DOUBT_BAD_BYTES] = ROWS(IS_BAD),
                                             [DX_DOUBT_NO_ATTEMPT] = ROWS(IS_EMPTY),
                                             [DX_DOUBT_CUT_OFF] = ROWS(IS_CUT),
                                             [DX_DOUBT_GAPS] = ROWS(IS_GAPPY)};

static dx_rc number(sq_store *s, const char *text, int64_t *out, dx_err *err)
{
    return sq_value_(s, out, err, text, NULL, 0) == DX_FAIL ? DX_FAIL : DX_OK;
}

static dx_rc count(sq_store *s, dx_coverage *out, dx_err *err)
{
    for (size_t i = 0; i < DX_DOUBTS; i++)
        if (number(s, counts[i], &out->logs[i], err) != DX_OK)
            return DX_FAIL;
    if (number(s, "SELECT count(*) FROM scan", &out->scans, err) != DX_OK)
        return DX_FAIL;
    return number(s, "SELECT count(*) FROM scan WHERE complete = 1", &out->gapless, err);
}

static dx_rc read_share(sqlite3_stmt *q, dx_arena *into, dx_read_share *out, dx_err *err)
{
    *out = (dx_read_share){.logs = sqlite3_column_int64(q, 1),
                           .lines = sqlite3_column_int64(q, 2),
                           .bytes = sqlite3_column_int64(q, 3),
                           .bad_bytes = sqlite3_column_int64(q, 4)};
    return sq_copy(q, 0, into, &out->name, err);
}

static dx_rc read_shares(sq_store *s, const char *text, dx_arena *into, const dx_read_share **out,
                         size_t *n, dx_err *err)
{
    dx_read_share *shares = dx_arena_get(into, MOST_SHARES * sizeof *shares);
    sqlite3_stmt *q = NULL;
    dx_rc rc;

    if (!shares)
        return dx_nomem(err);
    if (sq_ask(s, &q, err, text, SQ_I(MOST_SHARES)))
        return DX_FAIL;
    *n = 0;
    while ((rc = sq_next(s, q, err)) == DX_OK)
        if ((rc = read_share(q, into, &shares[(*n)++], err)) != DX_OK)
            break;
    sq_done(q);
    *out = shares;
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static dx_rc read_row(sqlite3_stmt *q, dx_arena *into, dx_log_row *out, dx_err *err)
{
    *out = (dx_log_row){.lines = sqlite3_column_int64(q, 4),
                        .bytes = sqlite3_column_int64(q, 5),
                        .bad_bytes = sqlite3_column_int64(q, 6),
                        .attempts = sqlite3_column_int64(q, 7),
                        .last_us = sq_time_at(q, 8)};
    return sq_copy(q, 0, into, &out->path, err) || sq_copy(q, 1, into, &out->member, err) ||
                   sq_copy(q, 2, into, &out->format, err) ||
                   sq_copy(q, 3, into, &out->encoding, err)
               ? DX_FAIL
               : DX_OK;
}

static dx_rc read_rows(sq_store *s, const dx_coverage_query *ask, dx_arena *into, dx_coverage *out,
                       dx_err *err)
{
    const size_t top = ask->top ? ask->top : TOP;
    dx_log_row *rows = dx_arena_get(into, top * sizeof *rows);
    sqlite3_stmt *q = NULL;
    dx_rc rc;

    if (!rows)
        return dx_nomem(err);
    if (sq_ask(s, &q, err, lists[ask->doubt], SQ_I(top), SQ_I(ask->skip)))
        return DX_FAIL;
    while ((rc = sq_next(s, q, err)) == DX_OK)
        if ((rc = read_row(q, into, &rows[out->n++], err)) != DX_OK)
            break;
    sq_done(q);
    out->rows = rows;
    return rc == DX_END ? DX_OK : DX_FAIL;
}

dx_rc sq_coverage(dx_store *base, const dx_coverage_query *q, dx_arena *into, dx_coverage *out,
                  dx_err *err)
{
    sq_store *s = (sq_store *)base;
    dx_coverage c = {0};

    if (q->top > MOST_ROWS)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "at most %d logs at a time", MOST_ROWS);
    if (count(s, &c, err) != DX_OK ||
        read_shares(s, SHARES("format"), into, &c.formats, &c.n_formats, err) != DX_OK ||
        read_shares(s, SHARES("encoding"), into, &c.encodings, &c.n_encodings, err) != DX_OK ||
        read_rows(s, q, into, &c, err) != DX_OK)
        return DX_FAIL;
    *out = c;
    return DX_OK;
}
