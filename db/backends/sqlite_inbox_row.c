/* What a row of the inbox tells: its texts, its weeks. */
#include "db/backends/sqlite_inbox.h"
#include "db/backends/sqlite_packs.h"

static dx_rc fill_texts(sq_inbox *f, const sq_inbox_row *r, dx_finding_row *out, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(f->s, &q, err,
               "SELECT wording.title, cause.text, finding.confidence, finding.attempt, server.name,"
               " product.text, diagnosis.text FROM finding_key"
               " JOIN finding ON finding.id = last_finding"
               " JOIN wording ON wording.id = wording"
               " JOIN term AS cause ON cause.id = finding.cause_class"
               " JOIN server ON server.id = finding_key.server"
               " JOIN term AS product ON product.id = finding_key.product"
               " JOIN term AS diagnosis ON diagnosis.id = finding_key.diagnosis"
               " WHERE finding_key.key = ?1",
               SQ_T(dx_str_of(r->last.key))))
        return DX_FAIL;
    dx_rc rc = sq_next(f->s, q, err);
    if (rc == DX_OK) {
        out->confidence = (int)sq_word(q, 2, 99);
        out->last_attempt = sqlite3_column_int64(q, 3);
        if (sq_copy(q, 0, f->into, &out->title, err) ||
            sq_copy(q, 1, f->into, &out->cause_class, err) ||
            sq_copy(q, 5, f->into, &out->product, err) ||
            sq_copy(q, 6, f->into, &out->diagnosis, err) ||
            (r->servers == 1 && sq_copy(q, 4, f->into, &out->server, err)))
            rc = DX_FAIL;
    }
    sq_done(q);
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

typedef struct weeks_job {
    int64_t last; /* the week that is the last one */
    dx_finding_row *out;
} weeks_job;

static void add_to_week(const weeks_job *w, int64_t day, int64_t attempts)
{
    const int64_t at = DX_SPARK_WEEKS - 1 - (w->last - dx_bucket_of(DX_GRAIN_WEEK, day));
    if (at >= 0 && at < DX_SPARK_WEEKS)
        w->out->weeks[at] += attempts;
}

static weeks_job weeks_into(const sq_inbox *f, dx_finding_row *out)
{
    return (weeks_job){dx_bucket_of(DX_GRAIN_WEEK, dx_day_of(f->q->now_us)), out};
}

static dx_rc weeks_of_key(sq_inbox *f, const sq_inbox_row *r, dx_finding_row *out, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    const weeks_job w = weeks_into(f, out);
    if (sq_ask(f->s, &q, err,
               "SELECT happened_us FROM (SELECT DISTINCT attempt FROM finding WHERE key = ?1)"
               " AS f JOIN standing ON standing.attempt = f.attempt",
               SQ_T(dx_str_of(r->last.key))))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(f->s, q, err)) == DX_OK)
        add_to_week(&w, dx_day_of(sqlite3_column_int64(q, 0)), 1);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static dx_rc add_cell(void *ctx, const sq_cell *c, dx_err *err)
{
    (void)err;
    add_to_week(ctx, c->day, c->attempts);
    return DX_OK;
}

static dx_rc weeks_of_diagnosis(sq_inbox *f, const sq_inbox_row *r, dx_finding_row *out,
                                dx_err *err)
{
    const int64_t now = dx_bucket_of(DX_GRAIN_WEEK, dx_day_of(f->q->now_us));
    const int64_t from = dx_bucket_day(DX_GRAIN_WEEK, now - DX_SPARK_WEEKS + 1);
    if (!f->sieve.some) {
        for (int64_t w = 0; w < DX_SPARK_WEEKS; w++)
            if (sq_value(f->s, &out->weeks[w], err,
                         "SELECT attempts FROM tally WHERE kind = 2 AND product = ?1 AND grain = 2"
                         " AND bucket = ?2 AND id = ?3",
                         SQ_I(f->sieve.product), SQ_I(now - DX_SPARK_WEEKS + 1 + w),
                         SQ_I(r->last.diagnosis)) == DX_FAIL)
                return DX_FAIL;
        return DX_OK;
    }
    const int64_t what = SQ_WHAT(SQ_DIAGNOSIS, r->last.diagnosis);
    const sq_cells_asked q = {.servers = f->sieve.servers,
                              .n = f->sieve.n_servers,
                              .from = from,
                              .to = INT64_MAX,
                              .what = {{what, what}},
                              .n_what = 1};
    weeks_job w = weeks_into(f, out);
    return sq_cells_read(f->s, &q, add_cell, &w, err);
}

dx_rc sq_inbox_fill(sq_inbox *f, const sq_inbox_row *r, dx_finding_row *out, dx_err *err)
{
    out->standing = r->standing;
    out->state = r->last.state;
    out->servers = r->servers;
    out->attempts = r->attempts;
    out->findings = r->keys;
    out->first_us = r->first_us;
    out->last_us = r->last.last_us;
    if (!f->q->by_diagnosis) {
        out->key = dx_arena_copy(f->into, dx_str_of(r->last.key));
        if (!out->key.p)
            return dx_nomem(err);
    }
    if (fill_texts(f, r, out, err))
        return DX_FAIL;
    return f->q->by_diagnosis ? weeks_of_diagnosis(f, r, out, err) : weeks_of_key(f, r, out, err);
}
