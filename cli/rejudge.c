#include "cli/rejudge.h"

#include <stdlib.h>

#include "cli/judge.h"
#include "cli/knowledge.h"
#include "cli/version.h"

static int by_number(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static dx_rc load(const dx_rejudge *r, int64_t *ids, size_t n_ids, dx_judged ***out, size_t *n,
                  dx_err *err)
{
    dx_judged *one = dx_arena_get(r->into, n_ids * sizeof *one);
    dx_judged **list = dx_arena_get(r->into, n_ids * sizeof *list);
    *n = 0;
    if (!one || !list)
        return dx_nomem(err);
    qsort(ids, n_ids, sizeof *ids, by_number);
    for (size_t i = 0; i < n_ids; i++) {
        if (i && ids[i] == ids[i - 1])
            continue;
        list[*n] = &one[*n];
        one[*n].seen_before = true;
        if (dx_store_brief(r->store, ids[i], 0, r->into, &one[*n].of, err) != DX_OK)
            return DX_FAIL;
        ++*n;
    }
    *out = list;
    return DX_OK;
}

static dx_rc judge_with(const dx_rejudge *r, const dx_knowledge *know, int64_t *ids, size_t n_ids,
                        dx_err *err)
{
    dx_judge j = {.store = r->store, .book = know->book, .into = r->into};
    dx_judged **attempts;
    size_t n;
    char digest[33];

    dx_hash_hex(dx_rulebook_digest(know->book), digest);
    j.digest = dx_str_of(digest);
    const dx_scan_info info = {.ruleset_digest = j.digest,
                               .ruleset_version = dx_rulebook_version(know->book),
                               .program_version = dx_str_of(dx_version())};
    if (dx_store_begin_scan(r->store, &info, &j.scan, err) != DX_OK ||
        load(r, ids, n_ids, &attempts, &n, err) != DX_OK ||
        dx_judge_all(&j, attempts, n, err) != DX_OK)
        return DX_FAIL;
    return dx_store_end_scan(r->store, j.scan, true, err);
}

dx_rc dx_rejudge_ids(const dx_rejudge *r, int64_t *attempts, size_t n, dx_err *err)
{
    dx_knowledge know = {0};

    if (n == 0)
        return DX_OK;
    dx_rc rc = dx_knowledge_load(&know, r->settings, err);
    if (rc == DX_OK)
        rc = judge_with(r, &know, attempts, n, err);
    dx_knowledge_done(&know);
    return rc;
}
