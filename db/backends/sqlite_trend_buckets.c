/* The buckets of a trend: days, weeks or months of the window, or the releases or sites that the
 * total knows. */
#include <stdlib.h>
#include "db/backends/sqlite_trend.h"

enum { MOST_NAMED = 1000 };

typedef struct bucket {
    int64_t id;
    dx_str name;
} bucket;

/* By the numbers in them where there are some: "9.2" before "10.0". */
static int by_version(const void *a, const void *b)
{
    dx_str x = ((const bucket *)a)->name, y = ((const bucket *)b)->name;
    size_t i = 0, k = 0;
    while (i < x.n && k < y.n) {
        uint64_t m = 0, n = 0;
        const size_t i0 = i, k0 = k;
        while (i < x.n && x.p[i] >= '0' && x.p[i] <= '9' && i - i0 < 18)
            m = m * 10 + (uint64_t)(x.p[i++] - '0');
        while (k < y.n && y.p[k] >= '0' && y.p[k] <= '9' && k - k0 < 18)
            n = n * 10 + (uint64_t)(y.p[k++] - '0');
        if (i > i0 && k > k0) {
            if (m != n)
                return m < n ? -1 : 1;
            continue;
        }
        i = i0, k = k0;
        if (x.p[i] != y.p[k])
            return (unsigned char)x.p[i] < (unsigned char)y.p[k] ? -1 : 1;
        i++, k++;
    }
    return dx_str_cmp(x, y);
}

static dx_rc time_buckets(sq_job *j, dx_trend *out, dx_err *err)
{
    dx_trend_bucket *list = dx_arena_get(j->into, ((size_t)j->n_buckets + 1) * sizeof *list);
    int64_t *ids = dx_arena_get(j->scratch, ((size_t)j->n_buckets + 1) * sizeof *ids);
    if (!list || !ids)
        return dx_nomem(err);
    for (int64_t i = 0; i < j->n_buckets; i++) {
        char name[32];
        const int64_t b = j->first + i;
        ids[i] = b;
        dx_bucket_name(j->grain, b, name);
        list[i] = (dx_trend_bucket){dx_arena_copy(j->into, dx_str_of(name)),
                                    dx_bucket_day(j->grain, b) * DX_DAY_US,
                                    dx_bucket_day(j->grain, b + 1) * DX_DAY_US};
        if (!list[i].name.p)
            return dx_nomem(err);
    }
    j->bucket_ids = ids;
    out->buckets = list;
    out->n_buckets = (size_t)j->n_buckets;
    return DX_OK;
}

static dx_rc bucket_name(sq_job *j, bucket *b, dx_err *err)
{
    if (j->q->by == DX_BY_VERSION)
        return sq_release_name(j->s, b->id, j->into, &b->name, err);
    return b->id ? sq_term_text(j->s, b->id, j->into, &b->name, err) : DX_OK;
}

/* Those releases or sites that the total knows. */
static dx_rc named_buckets(sq_job *j, dx_trend *out, dx_err *err)
{
    bucket *found = NULL;
    size_t n = 0, cap = 0;
    for (size_t i = 0; i < j->total.n; i++) {
        bucket b = {.id = j->total.p[i].bucket};
        if (b.id == SQ_WHOLE)
            continue;
        if (bucket_name(j, &b, err))
            return DX_FAIL;
        if (!DX_PUSH(j->scratch, found, n, cap, b))
            return dx_nomem(err);
    }
    if (n)
        qsort(found, n, sizeof *found, by_version);
    n = n > MOST_NAMED ? MOST_NAMED : n;
    dx_trend_bucket *list = dx_arena_get(j->into, (n + 1) * sizeof *list);
    int64_t *ids = dx_arena_get(j->scratch, (n + 1) * sizeof *ids);
    if (!list || !ids)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++) {
        ids[i] = found[i].id;
        list[i] = (dx_trend_bucket){found[i].name, DX_NO_TIME, DX_NO_TIME};
    }
    j->bucket_ids = ids;
    j->n_buckets = (int64_t)n;
    out->buckets = list;
    out->n_buckets = n;
    return DX_OK;
}

dx_rc sq_trend_buckets(sq_job *j, dx_trend *out, dx_err *err)
{
    return j->grain != DX_GRAIN_ALL ? time_buckets(j, out, err) : named_buckets(j, out, err);
}
