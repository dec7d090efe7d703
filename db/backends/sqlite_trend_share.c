/* What trends take from sums by release and site, and different servers of a window that reaches to
 * the end: those that told of a thing for the last time in it. */
#include "db/backends/sqlite_trend.h"

bool sq_kept_last(const sq_job *j, sq_kind kind)
{
    return j->window.open && !j->sieve.some && !j->gathered && !j->s->told && sq_few(kind);
}

bool sq_kept_shares(const sq_job *j, sq_kind kind)
{
    const bool by_version = j->q->by == DX_BY_VERSION;
    if (j->grain != DX_GRAIN_ALL || j->sieve.some || j->gathered || j->s->told)
        return false;
    /* Of sites only all attempts are known by product. */
    if (!by_version && j->sieve.product && kind != SQ_ALL)
        return false;
    return kind == SQ_EACH_SIGNATURE || sq_kept_last(j, kind);
}

/* As what each is; `as` >= 0: all as this one. */
static dx_rc add_servers(sq_job *j, sqlite3_stmt *q, sq_grid *to, int64_t as, dx_err *err)
{
    dx_rc rc;
    while ((rc = sq_next(j->s, q, err)) == DX_OK) {
        sq_count *whole = sq_grid_at(to, as >= 0 ? as : sqlite3_column_int64(q, 0), SQ_WHOLE);
        if (!whole) {
            rc = dx_nomem(err);
            break;
        }
        whole->n.servers += sqlite3_column_int64(q, 1);
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

dx_rc sq_last_read(sq_job *j, sq_grid *to, sq_kind kind, int64_t product, int64_t as, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    const dx_grain grain = j->grain != DX_GRAIN_ALL ? j->grain : DX_GRAIN_WEEK;
    if (j->window.all ? sq_ask(j->s, &q, err,
                               "SELECT id, servers FROM tally WHERE kind = ?1 AND product = ?2"
                               " AND grain = 0 AND bucket = 0",
                               SQ_I(kind), SQ_I(product))
                      : sq_ask(j->s, &q, err,
                               "SELECT id, servers FROM tally_last WHERE kind = ?1 AND product = ?2"
                               " AND grain = ?3 AND bucket >= ?4",
                               SQ_I(kind), SQ_I(product), SQ_I(grain),
                               SQ_I(dx_bucket_of(grain, j->window.from))))
        return DX_FAIL;
    return add_servers(j, q, to, as, err);
}

/* ---- by release, by site ---- */

typedef struct share_job {
    sq_job *j;
    sq_grid *to;
    sq_kind kind;
    int64_t as;
} share_job;

static dx_rc add_row(const share_job *x, sqlite3_stmt *q, dx_err *err)
{
    sq_job *j = x->j;
    const int64_t of = sqlite3_column_int64(q, 1), last = sqlite3_column_int64(q, 5);
    int64_t id = x->as >= 0 ? x->as : sqlite3_column_int64(q, 0);
    dx_trend_cell n = {.events = sqlite3_column_int64(q, 2),
                       .attempts = sqlite3_column_int64(q, 3),
                       .failures = sqlite3_column_int64(q, 4),
                       .servers = last};
    const bool by_version = j->q->by == DX_BY_VERSION;
    if (by_version ? !sq_sieve_release(&j->sieve, of)
                   : j->sieve.product && j->sieve.product != sqlite3_column_int64(q, 0))
        return DX_OK;
    if (by_version && j->of_product && x->to == &j->grid && sq_product_of(j->s, of, &id, err))
        return DX_FAIL;
    if (!sq_grid_add(x->to, id, of, &n, 0))
        return dx_nomem(err);
    if (!by_version) { /* a server has one site */
        sq_count *whole = sq_grid_at(x->to, id, SQ_WHOLE);
        whole->n.servers += last; /* it was made before */
    }
    return DX_OK;
}

static dx_rc read_span(const share_job *x, int grain, int64_t from, int64_t to, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    sq_job *j = x->j;
    const sq_arg args[] = {SQ_I(x->kind), SQ_I(grain), SQ_I(from), SQ_I(to)};
    if (sq_ask_(j->s, &q, err,
                j->q->by == DX_BY_VERSION
                    ? "SELECT id, release, events, attempts, failures, last FROM tally_release"
                      " WHERE kind = ?1 AND grain = ?2 AND bucket BETWEEN ?3 AND ?4"
                    : "SELECT id, site, events, attempts, failures, last FROM tally_site"
                      " WHERE kind = ?1 AND grain = ?2 AND bucket BETWEEN ?3 AND ?4",
                args, sizeof args / sizeof *args))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(j->s, q, err)) == DX_OK)
        if ((rc = add_row(x, q, err)) != DX_OK)
            break;
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* All of time, or whole eras and the weeks before and behind them. */
static dx_rc read_spans(const share_job *x, dx_err *err)
{
    const sq_window *w = &x->j->window;
    const int64_t from = dx_bucket_of(DX_GRAIN_WEEK, w->from);
    const int64_t to = dx_bucket_of(DX_GRAIN_WEEK, w->to);
    const int64_t first = sq_era_of(from + SQ_ERA_WEEKS - 1), last = sq_era_of(to + 1) - 1;
    if (w->all)
        return read_span(x, SQ_BY_ALL, 0, 0, err);
    if (first > last)
        return read_span(x, SQ_BY_WEEK, from, to, err);
    return read_span(x, SQ_BY_ERA, first, last, err) ||
                   read_span(x, SQ_BY_WEEK, from, first * SQ_ERA_WEEKS - 1, err) ||
                   read_span(x, SQ_BY_WEEK, (last + 1) * SQ_ERA_WEEKS, to, err)
               ? DX_FAIL
               : DX_OK;
}

/* By version, a server may be in several. */
static dx_rc read_servers(const share_job *x, dx_err *err)
{
    sq_job *j = x->j;
    if (j->q->by == DX_BY_SITE || x->kind == SQ_EACH_SIGNATURE)
        return DX_OK;
    if (!(j->of_product && x->to == &j->grid))
        return sq_last_read(j, x->to, x->kind, j->sieve.product, x->as, err);
    for (size_t i = 0; i < x->to->n; i++) {
        const sq_count c = x->to->p[i];
        if (c.bucket == SQ_WHOLE && sq_last_read(j, x->to, SQ_ALL, c.id, c.id, err))
            return DX_FAIL;
    }
    return DX_OK;
}

dx_rc sq_shares_read(sq_job *j, sq_grid *to, sq_kind kind, int64_t as, dx_err *err)
{
    const bool product = j->q->by == DX_BY_SITE && kind == SQ_ALL &&
                         (j->sieve.product || (j->of_product && to == &j->grid));
    const share_job x = {j, to, product ? SQ_PRODUCT : kind, as};
    return read_spans(&x, err) || read_servers(&x, err) ? DX_FAIL : DX_OK;
}
