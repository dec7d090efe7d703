/* Where a finding stands, by its state and by what people decided. */
#include "db/backends/sqlite_inbox.h"
#include <stdlib.h>

static int by_key(const void *a, const void *b)
{
    return dx_str_cmp(((const struct sq_resolved *)a)->key, ((const struct sq_resolved *)b)->key);
}

static dx_rc load_resolved(sq_inbox *f, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask_(f->s, &q, err, "SELECT key, at_us FROM resolution ORDER BY key", NULL, 0))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(f->s, q, err)) == DX_OK) {
        struct sq_resolved one = {.at_us = sqlite3_column_int64(q, 1)};
        rc = sq_copy(q, 0, f->scratch, &one.key, err);
        if (rc == DX_OK && !DX_PUSH(f->scratch, f->resolved, f->n_resolved, f->cap_resolved, one))
            rc = dx_nomem(err);
        if (rc != DX_OK)
            break;
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static dx_rc load_silenced(sq_inbox *f, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(f->s, &q, err, "SELECT diagnosis FROM silence WHERE until_us > ?1",
               SQ_I(f->q->now_us)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(f->s, q, err)) == DX_OK)
        if (!sq_grid_at(&f->silenced, sqlite3_column_int64(q, 0), 0)) {
            rc = dx_nomem(err);
            break;
        }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

dx_rc sq_inbox_decisions(sq_inbox *f, dx_err *err)
{
    return load_resolved(f, err) || load_silenced(f, err) ? DX_FAIL : DX_OK;
}

dx_standing sq_standing_of(const sq_inbox *f, const sq_inbox_key *k)
{
    const struct sq_resolved want = {.key = dx_str_of(k->key)};
    const struct sq_resolved *r =
        f->n_resolved ? bsearch(&want, f->resolved, f->n_resolved, sizeof want, by_key) : NULL;
    if (sq_grid_find(&f->silenced, k->diagnosis, 0))
        return DX_STAND_SILENCED;
    if (k->state == DX_RESOLVED)
        return DX_STAND_VERIFIED;
    /* What was resolved after it came again waits for its next good attempt. */
    if (r ? r->at_us < k->last_us : k->again)
        return DX_STAND_REGRESSED;
    if (k->state != DX_OPEN || r)
        return DX_STAND_PENDING;
    return k->first_us >= f->q->now_us - DX_WEEK_US ? DX_STAND_NEW : DX_STAND_KNOWN;
}

/* What weighs most among the keys of a diagnosis. */
dx_standing sq_standing_of_group(const sq_inbox *f, const sq_inbox_row *g)
{
    static const dx_standing order[] = {DX_STAND_SILENCED, DX_STAND_REGRESSED, DX_STAND_NEW,
                                        DX_STAND_KNOWN, DX_STAND_PENDING};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        if (!(g->standings >> order[i] & 1))
            continue;
        /* New on a server is known when it was seen elsewhere before. */
        const bool known = order[i] == DX_STAND_NEW && g->first_us < f->q->now_us - DX_WEEK_US;
        return known ? DX_STAND_KNOWN : order[i];
    }
    return DX_STAND_VERIFIED;
}
