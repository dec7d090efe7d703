/* Fix cases added up by diagnosis and by how long they took: what `trend fixes` tells of all of
 * them, and where among them the one in the middle is. */
#include "db/backends/sqlite_sums.h"

/* Two to a power of two. */
static int64_t span_of(int64_t took_us)
{
    int64_t power = 0;
    while (power < 62 && took_us >> (power + 1))
        power++;
    return 2 * power + (power ? took_us >> (power - 1) & 1 : 0);
}

int64_t sq_span_begin(int64_t span)
{
    const int64_t power = span / 2;
    return power ? INT64_C(1) << power | (span & 1) << (power - 1) : 0;
}

/* 0 has all below 2. */
int64_t sq_span_end(int64_t span)
{
    enum { LAST = 2 * 62 + 1 };
    return span >= LAST ? INT64_MAX : sq_span_begin(span < 2 ? 2 : span + 1);
}

dx_rc sq_fix_sum(sq_store *s, int64_t diagnosis, const sq_fix *c, int sign, dx_err *err)
{
    struct sq_sums *w = sq_sums_of(s);
    if (!w)
        return dx_nomem(err);
    const int64_t span = !c->closed ? SQ_SPAN_OPEN : span_of(c->took_us < 0 ? 0 : c->took_us);
    sq_wait_fix(w, &(sq_fix_delta){.diagnosis = diagnosis,
                                   .span = span,
                                   .cases = sign,
                                   .begun = c->begun ? sign : 0,
                                   .failed = sign * c->failed});
    return DX_OK;
}

dx_rc sq_fixes_sum(sq_store *s, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask_(s, &q, err, "SELECT diagnosis, took_us, begun, failed FROM fix_case", NULL, 0))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK) {
        const sq_fix c = sq_fix_at(q, 1);
        if ((rc = sq_fix_sum(s, sqlite3_column_int64(q, 0), &c, 1, err)) != DX_OK)
            break;
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

sq_fix sq_fix_at(sqlite3_stmt *q, int column)
{
    return (sq_fix){.closed = sqlite3_column_type(q, column) != SQLITE_NULL,
                    .took_us = sqlite3_column_int64(q, column),
                    .begun = sqlite3_column_int64(q, column + 1) != 0,
                    .failed = sqlite3_column_int64(q, column + 2)};
}
