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

/* ---- all of them, from their sums ---- */

static bool is_all(const dx_trend_filter *w)
{
    return w->since_us == DX_NO_TIME && w->until_us == DX_NO_TIME && !w->product.n &&
           !w->server.n && !w->n_tags;
}

typedef struct span {
    int64_t begin, end, cases; /* end: where the next one begins */
} span;

typedef struct sum_job {
    fix_job *f;
    int64_t diagnosis;
    dx_fix_row now;
    span *spans; /* of the closed ones, ascending */
    size_t n, cap;
} sum_job;

/* Only the span in which the middle lies is looked through. */
static dx_rc median(const sum_job *x, int64_t *out, dx_err *err)
{
    int64_t skip = (x->now.verified - 1) / 2;
    size_t i = 0;
    *out = DX_NO_TIME;
    while (i < x->n && skip >= x->spans[i].cases)
        skip -= x->spans[i++].cases;
    if (i == x->n)
        return DX_OK;
    const bool back = skip > x->spans[i].cases / 2; /* from the nearer end */
    const sq_arg args[] = {SQ_I(x->diagnosis), SQ_I(back ? x->spans[i].end : x->spans[i].begin),
                           SQ_I(back ? x->spans[i].cases - 1 - skip : skip)};
    return sq_value_(x->f->s, out, err,
                     back ? "SELECT took_us FROM fix_case INDEXED BY fix_case_by_diagnosis"
                            " WHERE diagnosis = ?1 AND took_us < ?2 ORDER BY took_us DESC"
                            " LIMIT 1 OFFSET ?3"
                          : "SELECT took_us FROM fix_case INDEXED BY fix_case_by_diagnosis"
                            " WHERE diagnosis = ?1 AND took_us >= ?2 ORDER BY took_us"
                            " LIMIT 1 OFFSET ?3",
                     args, sizeof args / sizeof *args) == DX_FAIL
               ? DX_FAIL
               : DX_OK;
}

static dx_rc close_sum(sum_job *x, dx_err *err)
{
    fix_job *f = x->f;
    dx_fix_row row = x->now;
    if (!row.cases)
        return DX_OK;
    if (median(x, &row.median_us, err) ||
        sq_name(f->s, SQ_DIAGNOSIS, x->diagnosis, f->into, &row.diagnosis, &row.title, err))
        return DX_FAIL;
    x->now = (dx_fix_row){.cases = 0};
    x->n = 0;
    return DX_PUSH(f->into, f->rows, f->n, f->cap, row) ? DX_OK : dx_nomem(err);
}

static dx_rc read_sum(sum_job *x, sqlite3_stmt *q, dx_err *err)
{
    const int64_t diagnosis = sqlite3_column_int64(q, 0), at = sqlite3_column_int64(q, 1);
    const int64_t cases = sqlite3_column_int64(q, 2);
    if (diagnosis != x->diagnosis && close_sum(x, err))
        return DX_FAIL;
    x->diagnosis = diagnosis;
    x->now.cases += cases;
    x->now.begun += sqlite3_column_int64(q, 3);
    x->now.failed += sqlite3_column_int64(q, 4);
    if (at == SQ_SPAN_OPEN)
        return DX_OK;
    x->now.verified += cases;
    const span one = {sq_span_begin(at), sq_span_end(at), cases};
    return DX_PUSH(x->f->scratch, x->spans, x->n, x->cap, one) ? DX_OK : dx_nomem(err);
}

static dx_rc read_sums(fix_job *f, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    sum_job x = {.f = f};
    if (sq_sums_flush(f->s, err) ||
        sq_ask_(f->s, &q, err,
                "SELECT diagnosis, span, cases, begun, failed FROM fix_took"
                " ORDER BY diagnosis, span",
                NULL, 0))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(f->s, q, err)) == DX_OK)
        if ((rc = read_sum(&x, q, err)) != DX_OK)
            break;
    sq_done(q);
    return rc == DX_END ? close_sum(&x, err) : DX_FAIL;
}

/* ---- the question ---- */

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
    const dx_rc rc = is_all(where) ? read_sums(&f, err) : read_cases(&f, err);
    if (rc == DX_OK) {
        if (f.n)
            qsort(f.rows, f.n, sizeof *f.rows, sq_by_cases);
        *out = (dx_fixes){.n = f.n, .rows = f.rows, .all = (int64_t)f.n};
    }
    dx_arena_free(f.scratch);
    return rc;
}
