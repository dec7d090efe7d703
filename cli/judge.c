#include "cli/judge.h"

#include "cli/lineage.h"
#include "core/os.h"
#include "core/os_thread.h"
#include "db/manage.h"
#include "diagnosis/diagnose.h"

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

/* ---- a history is weighed, in any thread ---- */

static bool was_foreseen(const dx_lineage *h)
{
    for (size_t i = 0; i < h->n; i++)
        if (!h->wanted[i] || h->wanted[i]->foreseen != h->n)
            return false;
    return true;
}

static dx_rc weigh_one(const dx_rulebook *book, const dx_lineage *h, size_t self,
                       const dx_case *others, dx_arena *into, dx_err *err)
{
    dx_judged *const wanted = h->wanted[self];

    if (dx_os_interrupted())
        return dx_fail(err, DX_E_CANCEL, DX_NOWHERE, "interrupted");
    if (weigh(book, h->cases, h->n, self, others, wanted ? into : h->scratch,
              wanted ? &wanted->verdict : &h->earlier[self], err) == DX_OK)
        return DX_OK;
    return dx_context(err, "judging attempt %u in '%.*s'", (unsigned)h->cases[self].attempt.ordinal,
                      DX_FMT(h->cases[self].path));
}

static dx_rc weigh_history(const dx_rulebook *book, const dx_lineage *h, dx_arena *into,
                           dx_err *err)
{
    if (h->n == 0 || was_foreseen(h))
        return DX_OK;
    /* All but `self`, in order: stepping from one attempt to the next changes one entry. */
    dx_case *others =
        h->n > 1 ? dx_arena_dup(into, h->cases + 1, (h->n - 1) * sizeof *others) : NULL;
    if (!others && h->n > 1)
        return dx_nomem(err);
    for (size_t self = 0; self < h->n; self++) {
        if (self > 0)
            others[self - 1] = h->cases[self - 1];
        if (weigh_one(book, h, self, others, into, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

/* ---- and what it comes to is written ---- */

/* Other rules may have judged it, and found less. */
static dx_rc set_state(const dx_judge *j, int64_t attempt, const dx_finding *found, dx_err *err)
{
    bool shown;
    if (dx_store_shows(j->store, attempt, dx_str_of(found->key), &shown, err) != DX_OK)
        return DX_FAIL;
    return shown ? dx_store_set_state(j->store, attempt, found, err) : DX_OK;
}

/* Of an attempt of an earlier scan what was found stays, only what became of it may have changed.
 */
static dx_rc write_one(const dx_judge *j, const dx_lineage *h, size_t self, dx_err *err)
{
    const int64_t id = h->cases[self].attempt.id;

    if (h->wanted[self] && h->wanted[self]->over)
        return DX_OK;
    if (h->wanted[self])
        return dx_store_put_verdict(j->store, j->scan, id, j->digest, &h->wanted[self]->verdict,
                                    err);
    for (size_t i = 0; i < h->earlier[self].n_findings; i++)
        if (set_state(j, id, &h->earlier[self].findings[i], err) != DX_OK)
            return DX_FAIL;
    return j->revised ? j->revised(j->revised_ctx, &h->cases[self], &h->earlier[self], err) : DX_OK;
}

static dx_rc write_history(const dx_judge *j, const dx_lineage *h, dx_err *err)
{
    for (size_t self = 0; self < h->n; self++)
        if (write_one(j, h, self, err) != DX_OK)
            return dx_context(err, "judging attempt %u in '%.*s'",
                              (unsigned)h->cases[self].attempt.ordinal,
                              DX_FMT(h->cases[self].path));
    return DX_OK;
}

dx_rc dx_judge_server(const dx_judge *j, dx_str server, dx_err *err)
{
    dx_lineage h = {0};
    dx_rc rc = dx_lineage_of_server(j, server, &h, err);

    if (rc == DX_OK)
        rc = weigh_history(j->book, &h, j->into, err);
    if (rc == DX_OK)
        rc = write_history(j, &h, err);
    dx_arena_free(h.scratch);
    return rc;
}

/* Many groups are one transaction, but not for so long that others wait for the store.  Who waits
 * for a file looks ten times a second whether it is free, and would miss a shorter rest. */
enum { BATCH_ATTEMPTS = 10000, BATCH_US = 1000000, REST_US = 120000 };
enum { HISTORIES = 1024, CASES = 4096 };

/* What is weighed together. */
typedef struct load {
    const dx_judge *judge;
    dx_lineage *list; /* HISTORIES, of which there are n; these have so many cases */
    size_t n, cases;
} load;

/* While others weigh one load, this thread gathers the next and writes what came of the one before.
 */
typedef struct batch {
    const dx_judge *judge;
    size_t attempts;
    int64_t began_us;
    int64_t rested_us; /* when others could last write */
    load load[2];
    unsigned at;            /* the one that is gathered */
    dx_crew_work *weighing; /* the other one */
} batch;

static dx_rc begin(batch *b, dx_err *err)
{
    b->attempts = 0;
    b->began_us = dx_os_now_us();
    return dx_store_begin(b->judge->store, err);
}

static void let_others_write(batch *b)
{
    if (dx_os_now_us() - b->rested_us < BATCH_US)
        return;
    if (dx_store_file(b->judge->store))
        dx_thread_rest(REST_US);
    b->rested_us = dx_os_now_us();
}

static dx_rc go_on(batch *b, size_t attempts, dx_err *err)
{
    b->attempts += attempts;
    if (b->attempts < BATCH_ATTEMPTS && dx_os_now_us() - b->began_us < BATCH_US)
        return DX_OK;
    if (dx_store_commit(b->judge->store, err) != DX_OK)
        return DX_FAIL;
    let_others_write(b);
    return begin(b, err);
}

static dx_rc tell_weighed(const dx_judge *j, const dx_lineage *h, unsigned member, dx_err *err)
{
    for (size_t i = 0; i < h->n && j->weighed; i++)
        if (h->wanted[i] && !h->wanted[i]->over &&
            j->weighed(j->weighed_ctx, member, h->wanted[i], err) != DX_OK)
            return DX_FAIL;
    return DX_OK;
}

static dx_rc weigh_some(void *ctx, unsigned member, size_t from, size_t to, dx_err *err)
{
    const load *l = ctx;
    const dx_judge *j = l->judge;
    dx_arena *into = member < j->crew.n ? j->crew.into[member] : j->into;

    for (size_t i = from; i < to; i++)
        if (weigh_history(j->book, &l->list[i], into, err) != DX_OK ||
            tell_weighed(j, &l->list[i], member, err) != DX_OK)
            return DX_FAIL;
    return DX_OK;
}

static void let_go(load *l)
{
    for (size_t i = 0; i < l->n; i++)
        dx_arena_free(l->list[i].scratch);
    l->n = l->cases = 0;
}

static dx_rc write_load(batch *b, const load *l, dx_err *err)
{
    for (size_t i = 0; i < l->n; i++)
        if (write_history(b->judge, &l->list[i], err) != DX_OK ||
            go_on(b, dx_lineage_wanted(&l->list[i]), err) != DX_OK)
            return DX_FAIL;
    return DX_OK;
}

static dx_rc end_weighing(batch *b, dx_err *err)
{
    dx_crew_work *w = b->weighing;

    b->weighing = NULL;
    return dx_crew_end(w, err);
}

static dx_rc judge_gathered(batch *b, dx_err *err)
{
    load *gathered = &b->load[b->at], *sent = &b->load[!b->at];

    if (end_weighing(b, err) != DX_OK ||
        dx_crew_begin(&b->weighing, &b->judge->crew, gathered->n, weigh_some, gathered, err) !=
            DX_OK ||
        write_load(b, sent, err) != DX_OK)
        return DX_FAIL;
    let_go(sent);
    b->at = !b->at;
    return DX_OK;
}

/* Of a log that names no server nothing else depends on them. */
static bool are_over(dx_judged *const *group, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!group[i]->over)
            return false;
    return dx_lineage_of_log_alone(group[0]);
}

static dx_rc judge_groups(batch *b, dx_judged **order, size_t n, dx_err *err)
{
    size_t end;

    for (size_t first = 0; first < n; first = end) {
        for (end = first + 1; end < n && dx_lineage_shared(order[first], order[end]);)
            end++;
        if (are_over(order + first, end - first))
            continue;
        load *l = &b->load[b->at];
        dx_lineage *h = &l->list[l->n++];
        *h = (dx_lineage){0};
        if (dx_lineage_of(b->judge, order + first, end - first, h, err) != DX_OK)
            return DX_FAIL;
        l->cases += h->n;
        if ((l->n == HISTORIES || l->cases >= CASES) && judge_gathered(b, err) != DX_OK)
            return DX_FAIL;
    }
    /* The last load is sent, then what came of it is written. */
    return judge_gathered(b, err) == DX_OK ? judge_gathered(b, err) : DX_FAIL;
}

static dx_rc judge_sorted(batch *b, dx_judged *const *attempts, size_t n, dx_err *err)
{
    dx_arena *into = b->judge->into;
    dx_judged **order = dx_arena_dup(into, attempts, n * sizeof *order);

    for (int i = 0; i < 2; i++) {
        b->load[i] = (load){b->judge, dx_arena_get(into, HISTORIES * sizeof(dx_lineage)), 0, 0};
        if (!b->load[i].list)
            return dx_nomem(err);
    }
    if (!order)
        return dx_nomem(err);
    dx_lineage_sort(order, n);
    return judge_groups(b, order, n, err);
}

dx_rc dx_judge_all(const dx_judge *j, dx_judged *const *attempts, size_t n, dx_err *err)
{
    const int64_t now_us = dx_os_now_us();
    batch b = {.judge = j, .began_us = now_us, .rested_us = now_us};
    dx_err late = {0};

    if (!j->grouped && n == 0)
        return DX_OK;
    if (!j->grouped && begin(&b, err) != DX_OK)
        return DX_FAIL;
    const dx_rc rc = n > 0 ? judge_sorted(&b, attempts, n, err) : DX_OK;
    dx_crew_drop(b.weighing);
    let_go(&b.load[0]);
    let_go(&b.load[1]);
    /* After a failure, too: each verdict that is there is whole. */
    if (dx_store_commit(j->store, rc == DX_OK ? err : &late) == DX_OK)
        return rc;
    dx_store_rollback(j->store);
    return DX_FAIL;
}

/* ---- one, for somebody who looks at it ---- */

dx_rc dx_judge_only(const dx_judge *j, dx_judged *attempt, dx_err *err)
{
    dx_lineage h = {.cases = &attempt->of, .n = 1};
    size_t self = 0;

    if (!dx_lineage_of_log_alone(attempt) && dx_lineage_around(j, attempt, &h, &self, err) != DX_OK)
        return DX_FAIL;
    if (dx_judge_case(j->book, h.cases, h.n, self, j->into, &attempt->verdict, err) != DX_OK)
        return DX_FAIL;
    attempt->of = h.cases[self]; /* what the verdict's events belong to */
    return DX_OK;
}
