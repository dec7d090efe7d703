#include "cli/judge.h"

#include <stdlib.h>
#include <string.h>

#include "core/os.h"
#include "diagnosis/diagnose.h"

/* All attempts of one server in order of time; wanted[i] is the caller's entry, or NULL. */
typedef struct history {
    dx_case *cases;
    dx_judged **wanted;
    size_t n;
} history;

static bool history_new(history *h, size_t n, dx_arena *into)
{
    h->n = 0;
    h->cases = dx_arena_get(into, n * sizeof *h->cases);
    h->wanted = dx_arena_get(into, n * sizeof *h->wanted);
    return h->cases && h->wanted;
}

/* Weighs one attempt and looks at what followed it; `others` are all cases but it, in order. */
static dx_rc weigh(const dx_rulebook *book, const dx_case *cases, size_t n, size_t self,
                   const dx_case *others, dx_arena *into, dx_verdict *out, dx_err *err)
{
    dx_verdict verdict = {0};
    if (dx_diagnose(book, &cases[self], others, n - 1, into, &verdict, err) != DX_OK)
        return DX_FAIL;
    if (verdict.n_findings) {
        dx_finding *found =
            dx_arena_dup(into, verdict.findings, verdict.n_findings * sizeof *verdict.findings);
        if (!found)
            return dx_nomem(err);
        for (size_t i = 0; i < verdict.n_findings; i++) {
            if (dx_follow_up(book, cases, n, self, into, &found[i], err) != DX_OK)
                return DX_FAIL;
        }
        verdict.findings = found;
    }
    *out = verdict;
    return DX_OK;
}

dx_rc dx_judge_case(const dx_rulebook *book, const dx_case *cases, size_t n, size_t self,
                    dx_arena *into, dx_verdict *out, dx_err *err)
{
    dx_case *others = dx_arena_get(into, n * sizeof *others);

    if (!others)
        return dx_nomem(err);
    for (size_t i = 0, k = 0; i < n; i++)
        if (i != self)
            others[k++] = cases[i];
    return weigh(book, cases, n, self, others, into, out, err);
}

static dx_rc judge_wanted(const dx_judge *j, const history *h, size_t self, const dx_case *others,
                          dx_err *err)
{
    dx_verdict *verdict = &h->wanted[self]->verdict;
    if (weigh(j->book, h->cases, h->n, self, others, j->into, verdict, err) != DX_OK)
        return DX_FAIL;
    return dx_store_put_verdict(j->store, j->scan, h->cases[self].attempt.id, j->digest, verdict,
                                err);
}

/* Other rules may have judged it, and found less. */
static dx_rc set_state(const dx_judge *j, int64_t attempt, const dx_finding *found, dx_err *err)
{
    bool shown;
    if (dx_store_shows(j->store, attempt, dx_str_of(found->key), &shown, err) != DX_OK)
        return DX_FAIL;
    return shown ? dx_store_set_state(j->store, attempt, found, err) : DX_OK;
}

/* An attempt of an earlier scan: what was found stays, only what became of it may have changed. */
static dx_rc judge_earlier(const dx_judge *j, const history *h, size_t self, const dx_case *others,
                           dx_err *err)
{
    dx_verdict verdict;
    if (weigh(j->book, h->cases, h->n, self, others, j->scratch, &verdict, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < verdict.n_findings; i++) {
        if (set_state(j, h->cases[self].attempt.id, &verdict.findings[i], err) != DX_OK)
            return DX_FAIL;
    }
    dx_arena_reset(j->scratch);
    return DX_OK;
}

static dx_rc judge_history(const dx_judge *j, const history *h, dx_err *err)
{
    if (h->n == 0)
        return DX_OK;
    /* All but `self`, in order: stepping from one attempt to the next changes one entry. */
    dx_case *others = dx_arena_dup(j->into, h->cases + 1, (h->n - 1) * sizeof *others);
    if (!others && h->n > 1)
        return dx_nomem(err);
    for (size_t self = 0; self < h->n; self++) {
        if (self > 0)
            others[self - 1] = h->cases[self - 1];
        if (dx_os_interrupted())
            return dx_fail(err, DX_E_CANCEL, DX_NOWHERE, "interrupted");
        if ((h->wanted[self] ? judge_wanted : judge_earlier)(j, h, self, others, err) != DX_OK)
            return dx_context(err, "judging attempt %u in '%.*s'",
                              (unsigned)h->cases[self].attempt.ordinal,
                              DX_FMT(h->cases[self].path));
    }
    return DX_OK;
}

/* ---- putting histories together ---- */

static dx_str machine_of(const dx_judged *x)
{
    return dx_attempt_machine(&x->of.attempt);
}

static bool is_unknown(const dx_judged *x)
{
    const dx_str server = machine_of(x);
    return server.n == 0 || dx_str_eq(server, DX_LIT("unknown"));
}

static int by_server_and_log(const void *a, const void *b)
{
    const dx_judged *x = *(dx_judged *const *)a, *y = *(dx_judged *const *)b;
    int order = dx_str_cmp(machine_of(x), machine_of(y));

    if (order == 0 && is_unknown(x)) {
        order = dx_str_cmp(x->of.path, y->of.path);
        if (order == 0)
            order = dx_str_cmp(x->of.member, y->of.member);
    }
    if (order == 0 && x->of.attempt.id != y->of.attempt.id)
        order = x->of.attempt.id < y->of.attempt.id ? -1 : 1;
    return order;
}

static bool same_group(const dx_judged *x, const dx_judged *y)
{
    if (!dx_str_eq(machine_of(x), machine_of(y)))
        return false;
    return !is_unknown(x) ||
           (dx_str_eq(x->of.path, y->of.path) && dx_str_eq(x->of.member, y->of.member));
}

static int by_ordinal(const void *a, const void *b)
{
    const uint32_t x = (*(dx_judged *const *)a)->of.attempt.ordinal;
    const uint32_t y = (*(dx_judged *const *)b)->of.attempt.ordinal;
    return (x > y) - (x < y);
}

/* Nobody knows which machines these are: only attempts in one log surely share one. */
static dx_rc history_of_log(const dx_judge *j, dx_judged **group, size_t n, history *out,
                            dx_err *err)
{
    if (!history_new(out, n, j->into))
        return dx_nomem(err);
    qsort(group, n, sizeof *group, by_ordinal);
    for (; out->n < n; out->n++) {
        out->cases[out->n] = group[out->n]->of;
        out->wanted[out->n] = group[out->n];
    }
    return DX_OK;
}

static int compare_id(const void *key, const void *entry)
{
    const int64_t id = *(const int64_t *)key;
    const int64_t other = (*(dx_judged *const *)entry)->of.attempt.id;
    return (id > other) - (id < other);
}

static dx_rc history_of_server(const dx_judge *j, dx_str server, dx_judged **group, size_t n,
                               history *out, dx_err *err)
{
    int64_t *ids;
    size_t n_ids;

    if (dx_store_server_attempts(j->store, server, j->into, &ids, &n_ids, err) != DX_OK)
        return DX_FAIL;
    if (!history_new(out, n_ids, j->into))
        return dx_nomem(err);
    for (; out->n < n_ids; out->n++) {
        dx_judged **hit = n ? bsearch(&ids[out->n], group, n, sizeof *group, compare_id) : NULL;
        dx_case *slot = &out->cases[out->n];
        out->wanted[out->n] = hit ? *hit : NULL;
        if (hit)
            *slot = (*hit)->of;
        else if (dx_store_case(j->store, ids[out->n], j->scan, j->into, slot, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

static dx_rc judge_group(const dx_judge *j, dx_judged **group, size_t n, dx_err *err)
{
    history h = {0};
    const dx_rc rc = is_unknown(group[0])
                         ? history_of_log(j, group, n, &h, err)
                         : history_of_server(j, group[0]->of.attempt.server, group, n, &h, err);

    return rc == DX_OK ? judge_history(j, &h, err) : DX_FAIL;
}

dx_rc dx_judge_server(const dx_judge *j, dx_str server, dx_err *err)
{
    history h = {0};

    return history_of_server(j, server, NULL, 0, &h, err) == DX_OK ? judge_history(j, &h, err)
                                                                   : DX_FAIL;
}

/* Many groups are one transaction, but not for so long that others wait for the store. */
enum { BATCH_ATTEMPTS = 10000, BATCH_US = 1000000 };

typedef struct batch {
    dx_store *store;
    size_t attempts;
    int64_t began_us;
} batch;

static dx_rc begin(batch *b, dx_err *err)
{
    b->attempts = 0;
    b->began_us = dx_os_now_us();
    return dx_store_begin(b->store, err);
}

static dx_rc go_on(batch *b, size_t attempts, dx_err *err)
{
    b->attempts += attempts;
    if (b->attempts < BATCH_ATTEMPTS && dx_os_now_us() - b->began_us < BATCH_US)
        return DX_OK;
    return dx_store_commit(b->store, err) == DX_OK ? begin(b, err) : DX_FAIL;
}

static dx_rc judge_groups(const dx_judge *j, batch *b, dx_judged **order, size_t n, dx_err *err)
{
    size_t end;

    for (size_t first = 0; first < n; first = end) {
        for (end = first + 1; end < n && same_group(order[first], order[end]);)
            end++;
        if (judge_group(j, order + first, end - first, err) != DX_OK ||
            go_on(b, end - first, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

dx_rc dx_judge_all(const dx_judge *j, dx_judged *attempts, size_t n, dx_err *err)
{
    dx_judged **order = dx_arena_get(j->into, n * sizeof *order);
    batch b = {.store = j->store};
    dx_err late = {0};

    if (!order)
        return dx_nomem(err);
    if (n == 0)
        return DX_OK;
    for (size_t i = 0; i < n; i++)
        order[i] = &attempts[i];
    qsort(order, n, sizeof *order, by_server_and_log);
    if (begin(&b, err) != DX_OK)
        return DX_FAIL;
    const dx_rc rc = judge_groups(j, &b, order, n, err);
    /* After a failure, too: each verdict that is there is whole. */
    if (dx_store_commit(j->store, rc == DX_OK ? err : &late) == DX_OK)
        return rc;
    dx_store_rollback(j->store);
    return DX_FAIL;
}

/* ---- one, for somebody who looks at it ---- */

enum { AROUND = 100 }; /* attempts before and after it that are looked at */

static dx_rc neighbours(const dx_judge *j, const dx_judged *attempt, history *out, size_t *self,
                        dx_err *err)
{
    const int64_t id = attempt->of.attempt.id;
    int64_t *ids;
    size_t n, at = 0;

    if (dx_store_server_attempts(j->store, attempt->of.attempt.server, j->into, &ids, &n, err) !=
        DX_OK)
        return DX_FAIL;
    while (at < n && ids[at] != id)
        at++;
    const size_t from = at > AROUND ? at - AROUND : 0, to = n - at > AROUND ? at + AROUND : n;
    if (!history_new(out, to - from, j->into))
        return dx_nomem(err);
    *self = at - from;
    for (size_t i = from; i < to; i++, out->n++) {
        dx_case *slot = &out->cases[out->n];
        if (i == at)
            *slot = attempt->of;
        else if (dx_store_case(j->store, ids[i], j->scan, j->into, slot, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

dx_rc dx_judge_only(const dx_judge *j, dx_judged *attempt, dx_err *err)
{
    history h = {.cases = &attempt->of, .n = 1};
    size_t self = 0;

    if (!is_unknown(attempt) && neighbours(j, attempt, &h, &self, err) != DX_OK)
        return DX_FAIL;
    if (dx_judge_case(j->book, h.cases, h.n, self, j->into, &attempt->verdict, err) != DX_OK)
        return DX_FAIL;
    attempt->of = h.cases[self]; /* what the verdict's events belong to */
    return DX_OK;
}
