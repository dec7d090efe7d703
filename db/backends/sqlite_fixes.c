/* How fixing went, by diagnosis. */
#include "db/backends/sqlite_trend.h"
#include <stdlib.h>

typedef struct fix_job {
    sq_store *s;
    dx_arena *into, *scratch;
    const dx_trend_filter *where;
    sq_sieve sieve;
    int64_t diagnosis; /* in hand */
    dx_fix_row now;
    int64_t *took; /* of the verified ones, ascending */
    size_t n_took, cap_took;
    dx_fix_row *rows;
    size_t n, cap;
} fix_job;

static dx_rc close_row(fix_job *f, dx_err *err)
{
    dx_fix_row row = f->now;
    if (!row.cases)
        return DX_OK;
    row.median_us = f->n_took ? f->took[(f->n_took - 1) / 2] : DX_NO_TIME;
    if (sq_name(f->s, SQ_DIAGNOSIS, f->diagnosis, f->into, &row.diagnosis, &row.title, err))
        return DX_FAIL;
    return DX_PUSH(f->into, f->rows, f->n, f->cap, row) ? DX_OK : dx_nomem(err);
}

static bool wanted(const fix_job *f, sqlite3_stmt *q)
{
    const int64_t began = sqlite3_column_int64(q, 2), product = sqlite3_column_int64(q, 4);
    return (f->where->since_us == DX_NO_TIME || began >= f->where->since_us) &&
           (f->where->until_us == DX_NO_TIME || began < f->where->until_us) &&
           (!f->sieve.product || product == f->sieve.product) &&
           sq_sieve_server(&f->sieve, sqlite3_column_int64(q, 3));
}

static dx_rc read_case(fix_job *f, sqlite3_stmt *q, dx_err *err)
{
    const int64_t diagnosis = sqlite3_column_int64(q, 0);
    if (diagnosis != f->diagnosis) {
        if (close_row(f, err))
            return DX_FAIL;
        f->diagnosis = diagnosis;
        f->now = (dx_fix_row){.cases = 0};
        f->n_took = 0;
    }
    if (!wanted(f, q))
        return DX_OK;
    f->now.cases++;
    f->now.begun += sqlite3_column_int64(q, 5) != 0;
    f->now.failed += sqlite3_column_int64(q, 6);
    if (sqlite3_column_type(q, 1) == SQLITE_NULL)
        return DX_OK;
    f->now.verified++;
    return DX_PUSH(f->scratch, f->took, f->n_took, f->cap_took, sqlite3_column_int64(q, 1))
               ? DX_OK
               : dx_nomem(err);
}

int sq_by_cases(const void *a, const void *b)
{
    const dx_fix_row *x = a, *y = b;
    if (x->cases != y->cases)
        return x->cases > y->cases ? -1 : 1;
    return dx_str_cmp(x->diagnosis, y->diagnosis);
}

static dx_rc read_cases(fix_job *f, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_sums_flush(f->s, err) || sq_sieve_make(f->s, f->where, f->scratch, &f->sieve, err))
        return DX_FAIL;
    if (f->sieve.nothing)
        return DX_OK;
    if (sq_ask_(f->s, &q, err,
                "SELECT diagnosis, took_us, began_us, server, product, begun, failed"
                " FROM fix_case INDEXED BY fix_case_by_diagnosis ORDER BY diagnosis, took_us",
                NULL, 0))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(f->s, q, err)) == DX_OK)
        if ((rc = read_case(f, q, err)) != DX_OK)
            break;
    sq_done(q);
    return rc == DX_END ? close_row(f, err) : DX_FAIL;
}

dx_rc sq_fixes(dx_store *base, const dx_trend_filter *where, dx_arena *into, dx_fixes *out,
               dx_err *err)
{
    fix_job f = {.s = (sq_store *)base, .into = into, .where = where, .scratch = dx_arena_new(0)};
    if (!f.scratch)
        return dx_nomem(err);
    const dx_rc rc = read_cases(&f, err);
    if (rc == DX_OK) {
        if (f.n)
            qsort(f.rows, f.n, sizeof *f.rows, sq_by_cases);
        *out = (dx_fixes){.n = f.n, .rows = f.rows, .all = (int64_t)f.n};
    }
    dx_arena_free(f.scratch);
    return rc;
}
