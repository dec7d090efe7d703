#include "cli/decide.h"
#include "cli/explain.h"
#include "cli/judge.h"
#include "report/cmdline.h"
#include "report/judge.h"
#include "report/words.h"

enum { NEIGHBOURS = 50, MOST_OTHERS = 20 };

/* The attempts of one server around the one in question, in order of time. */
typedef struct around {
    dx_case *cases;
    size_t n, self;
} around;

static size_t place_of(const int64_t *ids, size_t n, int64_t id)
{
    size_t at = 0;

    while (at < n && ids[at] != id)
        at++;
    return at;
}

/* Nobody knows which machines those without a name are: only attempts of one log share one. */
static bool belongs(const dx_case *own, const dx_case *other)
{
    return dx_server_named(own->attempt.server) ||
           (dx_str_eq(own->path, other->path) && dx_str_eq(own->member, other->member));
}

static dx_rc load_around(const dx_explain *q, dx_store *store, const dx_case *own, around *out,
                         dx_err *err)
{
    int64_t *ids;
    size_t n;

    if (dx_store_server_attempts(store, own->attempt.server, q->into, &ids, &n, err) != DX_OK)
        return DX_FAIL;
    const size_t at = place_of(ids, n, own->attempt.id);
    const size_t from = at > NEIGHBOURS ? at - NEIGHBOURS : 0;
    const size_t to = at + NEIGHBOURS < n ? at + NEIGHBOURS : n;
    *out = (around){.cases = dx_arena_get(q->into, (2 * NEIGHBOURS + 1) * sizeof *out->cases)};
    if (!out->cases)
        return dx_nomem(err);
    for (size_t i = from; i < to; i++) {
        dx_case *slot = &out->cases[out->n];
        if (dx_store_case(store, ids[i], 0, q->into, slot, err) != DX_OK)
            return DX_FAIL;
        if (i == at)
            out->self = out->n;
        out->n += belongs(own, slot);
    }
    return DX_OK;
}

/* ---- the one finding ---- */

static bool has_key(const char key[10], dx_str wanted)
{
    return dx_str_eq(dx_key_str(key), wanted);
}

/* Leaves nothing in the verdict but what the key names; false when that is nothing. */
static bool narrow(dx_verdict *v, dx_str key)
{
    size_t f = 0, u = 0;

    while (f < v->n_findings && !has_key(v->findings[f].key, key))
        f++;
    while (u < v->n_undecided && !has_key(v->undecided[u].key, key))
        u++;
    if (f == v->n_findings && u == v->n_undecided)
        return false;
    v->findings += f;
    v->n_findings = f < v->n_findings ? 1 : 0;
    v->undecided += u;
    v->n_undecided = u < v->n_undecided && v->n_findings == 0 ? 1 : 0;
    return true;
}

static dx_rc recall(const dx_explain *q, dx_store *store, const dx_verdict *v,
                    dx_report_attempt *out, dx_err *err)
{
    struct dx_report_history *history = dx_arena_get(q->into, sizeof *history);
    dx_history past;

    if (!history)
        return dx_nomem(err);
    if (v->n_findings == 0)
        return DX_OK;
    if (dx_store_history(store, v->findings[0].diagnosis, v->findings[0].server, &past, err) !=
        DX_OK)
        return DX_FAIL;
    *history = (struct dx_report_history){past.servers,     past.attempts, past.resolved,
                                          past.same_server, past.first_us, past.last_us};
    out->history = history;
    return DX_OK;
}

static dx_rc judge(const dx_explain *q, dx_store *store, dx_str key, int64_t id,
                   dx_report_attempt *out, dx_err *err)
{
    dx_case own;
    around a;
    dx_judged *judged = dx_arena_get(q->into, sizeof *judged);

    if (!judged)
        return dx_nomem(err);
    if (dx_store_case(store, id, 0, q->into, &own, err) != DX_OK ||
        load_around(q, store, &own, &a, err) != DX_OK ||
        dx_judge_case(q->know->book, a.cases, a.n, a.self, q->into, &judged->verdict, err) != DX_OK)
        return DX_FAIL;
    judged->of = a.cases[a.self];
    if (dx_decide(store, q->now_us, &judged, 1, q->into, err) != DX_OK)
        return DX_FAIL;
    if (!narrow(&judged->verdict, key))
        return dx_fail(err, DX_E_RULE, DX_NOWHERE,
                       "%.*s was found by other rules; 'setupdx rediagnose' brings the store to "
                       "those that are here",
                       DX_FMT(key));
    *out = (dx_report_attempt){
        .of = &a.cases[a.self], .seen_before = true, .verdict = &judged->verdict};
    return recall(q, store, out->verdict, out, err);
}

/* ---- its story ---- */

static dx_rc add_others(const dx_explain *q, dx_store *store, const dx_finding *f,
                        struct dx_explanation *e, dx_err *err)
{
    dx_attempts found = {0};
    const dx_attempts_query ask = {
        .diagnosis = f->diagnosis,
        .where = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME},
        .top = 10 * MOST_OTHERS,
    };

    if (dx_store_attempts(store, &ask, q->into, &found, err) != DX_OK)
        return DX_FAIL;
    dx_attempt_row *others = dx_arena_get(q->into, MOST_OTHERS * sizeof *others);
    if (!others)
        return dx_nomem(err);
    e->all_others = found.all;
    for (size_t i = 0; i < found.n; i++) {
        if (dx_str_eq(found.rows[i].key, dx_str_of(f->key)))
            e->all_others--;
        else if (e->n_others < MOST_OTHERS)
            others[e->n_others++] = found.rows[i];
    }
    e->others = others;
    return DX_OK;
}

static dx_rc add_story(const dx_explain *q, dx_store *store, dx_str key, const dx_verdict *v,
                       struct dx_explanation *e, dx_err *err)
{
    dx_finding_page page;
    const dx_rc rc = dx_store_finding(store, key, q->now_us, q->into, &page, err);

    if (rc == DX_FAIL)
        return DX_FAIL;
    if (rc == DX_OK) {
        e->first_us = page.finding.first_us;
        e->last_us = page.finding.last_us;
        e->standing = dx_str_of(dx_standing_names[page.finding.standing]);
        e->notes = page.notes;
    }
    return v->n_findings > 0 ? add_others(q, store, &v->findings[0], e, err) : DX_OK;
}

/* A pasted text is stored as it was read.  False when out of memory. */
static bool tell_reading(const dx_explain *q, const dx_attempt *a, struct dx_explanation *e)
{
    const dx_str how = dx_attempt_fact(a, DX_FACT_READ_AS);

    if (how.n > 0)
        e->what = dx_arena_printf(q->into, "%.*s; the text was read as %.*s", DX_FMT(e->what),
                                  DX_FMT(how));
    return e->what.p != NULL;
}

dx_rc dx_explain_finding(const dx_explain *q, dx_store *store, dx_str store_name, dx_str key,
                         dx_report *out, dx_err *err)
{
    struct dx_explanation *e = dx_arena_get(q->into, sizeof *e);
    dx_report_attempt *attempt = dx_arena_get(q->into, sizeof *attempt);
    int64_t id;

    if (!e || !attempt)
        return dx_nomem(err);
    const dx_rc rc = dx_store_key_attempt(store, key, &id, err);
    if (rc != DX_OK)
        return rc;
    dx_report report = dx_explain_report(q, e);
    e->timeline = true;
    e->what = dx_arena_printf(q->into, "%.*s of the store %.*s", DX_FMT(key), DX_FMT(store_name));
    e->next = dx_cmdline_with_db(
        q->into, dx_arena_printf(q->into, "setupdx report %.*s --ticket plain", DX_FMT(key)),
        dx_str_of(q->db));
    if (!e->what.p || !e->next.p)
        return dx_nomem(err);
    if (judge(q, store, key, id, attempt, err) != DX_OK ||
        add_story(q, store, key, attempt->verdict, e, err) != DX_OK ||
        dx_explain_checks(q, attempt->of, e, err) != DX_OK)
        return DX_FAIL;
    if (!tell_reading(q, &attempt->of->attempt, e))
        return dx_nomem(err);
    report.store = store_name;
    report.db = dx_str_of(q->db);
    report.attempts = attempt;
    report.n_attempts = 1;
    *out = report;
    return DX_OK;
}
