/* Findings: written whole for one attempt. */
#include "db/backends/sqlite_sums.h"
#include <stdlib.h>
#include <string.h>

static dx_str key_of(const char key[10])
{
    const char *end = memchr(key, '\0', 10);
    return (dx_str){key, end ? (size_t)(end - key) : 10};
}

/* ---- what is only shown is kept as JSON ---- */

/* `name` with its comma when it is not the first, then the text. */
static void json_member(dx_buf *out, const char *name, dx_str value)
{
    const char last = out->n ? out->p[out->n - 1] : '{';
    dx_buf_printf(out, last == '{' ? "\"%s\":" : ",\"%s\":", name);
    sq_quote(out, value, SQ_PLAIN);
}

static void json_list(dx_buf *out, const char *name, const dx_str *items, size_t n)
{
    dx_buf_printf(out, out->n && out->p[out->n - 1] == '{' ? "\"%s\":[" : ",\"%s\":[", name);
    for (size_t i = 0; i < n; i++) {
        if (i)
            dx_buf_char(out, ',');
        sq_quote(out, items[i], SQ_PLAIN);
    }
    dx_buf_char(out, ']');
}

static void json_rivals(dx_buf *out, const dx_rival *rivals, size_t n)
{
    dx_buf_char(out, '[');
    for (size_t i = 0; i < n; i++) {
        dx_buf_printf(out, i ? ",{" : "{");
        json_member(out, "id", rivals[i].id);
        json_member(out, "title", rivals[i].title);
        json_member(out, "tell", rivals[i].tell);
        dx_buf_printf(out, ",\"confidence\":%d}", rivals[i].confidence);
    }
    dx_buf_char(out, ']');
}

/* What many findings of one diagnosis have in common. */
static void json_wording(dx_buf *out, const dx_finding *f)
{
    dx_buf_char(out, '{');
    json_member(out, "title", f->title);
    json_member(out, "applies", f->applies);
    json_member(out, "cause", f->cause);
    dx_buf_printf(out, ",\"fix\":[");
    for (size_t i = 0; i < f->n_fix; i++) {
        dx_buf_printf(out, i ? ",{" : "{");
        json_member(out, "act", f->fix[i].act);
        json_member(out, "command", f->fix[i].command);
        json_member(out, "see", f->fix[i].see);
        json_member(out, "undo", f->fix[i].undo);
        dx_buf_char(out, '}');
    }
    dx_buf_char(out, ']');
    json_list(out, "refs", f->refs, f->n_refs);
    dx_buf_char(out, '}');
}

static void json_detail(dx_buf *out, const dx_finding *f)
{
    dx_buf_printf(out, "{\"rivals\":");
    json_rivals(out, f->rivals, f->n_rivals);
    json_list(out, "absent", f->absent, f->n_absent);
    dx_buf_char(out, '}');
}

/* ---- writing ---- */

static dx_rc put_wording(sq_store *s, dx_str title, dx_str body, int64_t *id, dx_err *err)
{
    for (uint64_t hash = dx_hash64(body, 0);; hash++) {
        sqlite3_stmt *q = NULL;
        if (sq_query(s, &q, err, SQ_WORDING_GET, SQ_I(hash)))
            return DX_FAIL;
        const dx_rc rc = sq_next(s, q, err);
        if (rc == DX_END)
            return sq_add(s, id, err, SQ_WORDING_ADD, SQ_I(hash), SQ_T(title), SQ_T(body));
        if (rc == DX_FAIL)
            return DX_FAIL;
        *id = sqlite3_column_int64(q, 0);
        const bool same = dx_str_eq(sq_bytes(q, 1), body);
        sq_done(q);
        if (same)
            return DX_OK;
    }
}

static bool all_stored(const dx_event *const *events, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!events[i]->id)
            return false;
    return true;
}

/* Before anything of the verdict is written. */
static dx_rc check_events(const dx_verdict *v, dx_err *err)
{
    bool ok =
        all_stored(v->unexplained, v->n_unexplained) && all_stored(v->harmless, v->n_harmless);
    for (size_t i = 0; i < v->n_undecided; i++)
        ok &= all_stored(v->undecided[i].events, v->undecided[i].n_events);
    for (size_t i = 0; i < v->n_findings; i++)
        for (size_t k = 0; k < v->findings[i].n_evidence; k++)
            ok &= !v->findings[i].evidence[k].event || v->findings[i].evidence[k].event->id;
    return ok ? DX_OK
              : dx_fail(err, DX_E_STORE, DX_NOWHERE,
                        "a finding rests on an event that is not in the store");
}

static dx_rc put_evidence(sq_store *s, int64_t finding, const dx_finding *f, dx_err *err)
{
    for (size_t i = 0; i < f->n_evidence; i++) {
        const dx_evidence *e = &f->evidence[i];
        int64_t step = 0, why = 0;
        const sq_arg event = e->event ? SQ_I(e->event->id) : SQ_NIL;
        if (sq_term(s, e->step, &step, err) || sq_term(s, e->why, &why, err) ||
            sq_run(s, err, SQ_FINDING_EVIDENCE_ADD, SQ_I(finding), SQ_I(i), event, SQ_I(e->points),
                   SQ_I(step), SQ_I(why)))
            return DX_FAIL;
    }
    return DX_OK;
}

static dx_rc put_finding(sq_store *s, int64_t attempt, size_t ord, const dx_finding *f,
                         dx_buf *scratch, dx_err *err)
{
    const dx_str key = key_of(f->key);
    int64_t diagnosis = 0, cause = 0, wording = 0, finding = 0;
    dx_buf_clear(scratch);
    json_wording(scratch, f);
    if (scratch->failed)
        return dx_nomem(err);
    if (put_wording(s, f->title, dx_buf_str(scratch), &wording, err) ||
        sq_term(s, f->diagnosis, &diagnosis, err) || sq_term(s, f->cause_class, &cause, err) ||
        sq_run(s, err, SQ_KEY_ADD, SQ_T(key), SQ_I(s->now_us)))
        return DX_FAIL;
    dx_buf_clear(scratch);
    json_detail(scratch, f);
    if (scratch->failed)
        return dx_nomem(err);
    if (sq_add(s, &finding, err, SQ_FINDING_ADD, SQ_I(attempt), SQ_I(ord), SQ_T(key),
               SQ_I(diagnosis), SQ_I(cause), SQ_I(f->confidence), SQ_I(f->state),
               SQ_T(f->state_why), SQ_I(wording), SQ_T(dx_buf_str(scratch)), sq_time(f->begun_us)))
        return DX_FAIL;
    return put_evidence(s, finding, f, err);
}

enum { KIND_UNDECIDED, KIND_UNEXPLAINED, KIND_HARMLESS };
enum { SOME = 256 }; /* rows at once */

static dx_rc put_list(sq_store *s, int64_t attempt, int kind, size_t item,
                      const dx_event *const *events, size_t n, dx_err *err)
{
    int64_t row[SOME][5];
    if (n == 1)
        return sq_run(s, err, SQ_VERDICT_EVENT_ADD, SQ_I(attempt), SQ_I(kind), SQ_I(item), SQ_I(0),
                      SQ_I(events[0]->id));
    for (size_t i = 0; i < n;) {
        sq_rows rows = {.p = row[0], .width = 5};
        for (; i < n && rows.n < SOME; i++) {
            const int64_t next[] = {attempt, kind, (int64_t)item, (int64_t)i, events[i]->id};
            memcpy(row[rows.n++], next, sizeof next);
        }
        if (sq_rows_run(s,
                        "INSERT INTO verdict_event (attempt, kind, item, ord, event)"
                        " SELECT a, b, c, d, e FROM sq_rows(?1)",
                        &rows, err))
            return DX_FAIL;
    }
    return DX_OK;
}

static dx_rc put_undecided(sq_store *s, int64_t attempt, size_t ord, const dx_undecided *u,
                           dx_buf *scratch, dx_err *err)
{
    int64_t question = 0;
    dx_buf_clear(scratch);
    json_rivals(scratch, u->candidates, u->n_candidates);
    if (scratch->failed)
        return dx_nomem(err);
    if (sq_term(s, u->question, &question, err) ||
        sq_run(s, err, SQ_UNDECIDED_ADD, SQ_I(attempt), SQ_I(ord), SQ_T(key_of(u->key)),
               SQ_I(question), SQ_T(dx_buf_str(scratch))))
        return DX_FAIL;
    return put_list(s, attempt, KIND_UNDECIDED, ord, u->events, u->n_events, err);
}

static dx_rc put_all(sq_store *s, int64_t attempt, const dx_verdict *v, dx_buf *scratch,
                     dx_err *err)
{
    for (size_t i = 0; i < v->n_findings; i++)
        if (put_finding(s, attempt, i, &v->findings[i], scratch, err))
            return DX_FAIL;
    for (size_t i = 0; i < v->n_undecided; i++)
        if (put_undecided(s, attempt, i, &v->undecided[i], scratch, err))
            return DX_FAIL;
    if (put_list(s, attempt, KIND_UNEXPLAINED, 0, v->unexplained, v->n_unexplained, err))
        return DX_FAIL;
    return put_list(s, attempt, KIND_HARMLESS, 0, v->harmless, v->n_harmless, err);
}

dx_rc sq_clear_verdict(sq_store *s, int64_t attempt, dx_err *err)
{
    static const char *const clear[] = {
        "DELETE FROM finding_evidence WHERE finding IN (SELECT id FROM finding WHERE attempt = ?1)",
        "DELETE FROM finding WHERE attempt = ?1", "DELETE FROM undecided WHERE attempt = ?1",
        "DELETE FROM verdict_event WHERE attempt = ?1"};
    const sq_arg id = SQ_I(attempt);
    if (sq_do_(s, err, "DELETE FROM verdict WHERE attempt = ?1", &id, 1))
        return DX_FAIL;
    if (!sqlite3_changes(s->db))
        return DX_OK;
    for (size_t i = 0; i < sizeof clear / sizeof *clear; i++)
        if (sq_do_(s, err, clear[i], &id, 1))
            return DX_FAIL;
    return DX_OK;
}

static dx_rc ruleset_of(sq_store *s, dx_str digest, int64_t *ruleset, dx_err *err)
{
    const dx_hash128 key = dx_hash_of(digest);
    sq_memory m;
    if (sq_recall(s, SQ_MEMO_RULESET, key, &m)) {
        *ruleset = m.a;
        return DX_OK;
    }
    dx_rc rc = sq_number(s, ruleset, err, SQ_RULESET_GET, SQ_T(digest));
    if (rc == DX_END)
        rc = sq_number(s, ruleset, err, SQ_RULESET_PUT, SQ_T(digest), SQ_T(DX_NONE));
    if (rc == DX_OK)
        sq_remember(s, SQ_MEMO_RULESET, key, (sq_memory){*ruleset, 0});
    return rc == DX_OK ? DX_OK : DX_FAIL;
}

/* A verdict on its way into the store. */
typedef struct writing {
    sq_store *s;
    int64_t scan, attempt, ruleset;
    const dx_verdict *verdict;
} writing;

/* *first: the attempt is there, and nobody had judged it. */
static dx_rc put_row(const writing *w, bool *first, dx_err *err)
{
    if (sq_run(w->s, err, SQ_VERDICT_ADD, SQ_I(w->attempt), SQ_I(w->ruleset), SQ_I(w->scan),
               SQ_I(w->s->now_us)))
        return DX_FAIL;
    *first = sqlite3_changes(w->s->db) != 0;
    return DX_OK;
}

static dx_rc put_content(const writing *w, dx_err *err)
{
    dx_buf scratch = {0};
    const dx_rc rc = put_all(w->s, w->attempt, w->verdict, &scratch, err);
    dx_buf_done(&scratch);
    if (rc != DX_OK || !w->verdict->n_findings)
        return rc;
    return sq_do(w->s, err,
                 "INSERT OR IGNORE INTO key_history SELECT DISTINCT key, ?2, ?3 FROM finding"
                 " WHERE attempt = ?1",
                 SQ_I(w->attempt), SQ_I(w->ruleset), SQ_I(w->s->now_us));
}

static bool says_nothing(const dx_verdict *v)
{
    return v->n_findings + v->n_undecided + v->n_unexplained + v->n_harmless == 0;
}

/* What the attempt counts as, and its earlier verdict, of which nothing is left then. */
static dx_rc replace_row(const writing *w, bool first, dx_arena *scratch, sq_account *was,
                         dx_err *err)
{
    bool added;
    if ((!first && sq_touch_keys_of(w->s, w->attempt, err)) ||
        sq_account_now(w->s, w->attempt, scratch, was, err))
        return DX_FAIL;
    return !first && (sq_clear_verdict(w->s, w->attempt, err) || put_row(w, &added, err)) ? DX_FAIL
                                                                                          : DX_OK;
}

static dx_rc change_verdict(const writing *w, bool first, dx_arena *scratch, dx_err *err)
{
    const dx_verdict *v = w->verdict;
    sq_account was;
    if (replace_row(w, first, scratch, &was, err) || put_content(w, err) ||
        sq_recount_judged(w->s, w->attempt, &was, v, err))
        return DX_FAIL;
    for (size_t i = 0; i < v->n_findings; i++)
        if (sq_touch_key(w->s, key_of(v->findings[i].key), err))
            return DX_FAIL;
    return DX_OK;
}

/* Until it is judged an attempt counts as one of which nothing is said. */
static dx_rc write_verdict(writing *w, dx_str digest, dx_err *err)
{
    bool first;
    if (ruleset_of(w->s, digest, &w->ruleset, err) || put_row(w, &first, err))
        return DX_FAIL;
    if (first && says_nothing(w->verdict))
        return DX_OK;
    dx_arena *scratch = dx_arena_new(0);
    const dx_rc rc = scratch ? change_verdict(w, first, scratch, err) : dx_nomem(err);
    dx_arena_free(scratch);
    return rc;
}

dx_rc sq_put_verdict(dx_store *base, int64_t scan, int64_t attempt, dx_str ruleset_digest,
                     const dx_verdict *verdict, dx_err *err)
{
    sq_store *s = (sq_store *)base;
    writing w = {.s = s, .scan = scan, .attempt = attempt, .verdict = verdict};
    if (check_events(verdict, err) || sq_enter(s, err))
        return DX_FAIL;
    return sq_leave(s, write_verdict(&w, ruleset_digest, err), err);
}

static dx_rc touch_attempt(sq_store *s, int64_t attempt, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(s, &q, err,
               "SELECT server, of_product, happened_us FROM standing WHERE attempt = ?1",
               SQ_I(attempt)))
        return DX_FAIL;
    const dx_rc rc = sq_next(s, q, err);
    if (rc != DX_OK)
        return rc == DX_END ? DX_OK : DX_FAIL;
    const sq_place at = {sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1),
                         sqlite3_column_int64(q, 2)};
    sq_done(q);
    return sq_touch_place(s, &at, err);
}

static dx_rc change_state(sq_store *s, int64_t attempt, const dx_finding *now, dx_err *err)
{
    const dx_str key = key_of(now->key);
    int64_t id = 0;
    const dx_rc rc = sq_number(s, &id, err, SQ_STATE_SET, SQ_I(attempt), SQ_T(key),
                               SQ_I(now->state), sq_time(now->begun_us), SQ_T(now->state_why));
    if (rc == DX_END)
        return dx_fail(err, DX_E_STORE, DX_NOWHERE, "attempt %lld has no finding '%.*s'",
                       (long long)attempt, DX_FMT(key));
    return rc == DX_FAIL || sq_touch_key(s, key, err) || touch_attempt(s, attempt, err) ? DX_FAIL
                                                                                        : DX_OK;
}

dx_rc sq_shows(dx_store *base, int64_t attempt, dx_str key, bool *out, dx_err *err)
{
    int64_t one;
    const dx_rc rc =
        sq_value((sq_store *)base, &one, err,
                 "SELECT 1 FROM finding WHERE attempt = ?1 AND key = ?2", SQ_I(attempt), SQ_T(key));
    *out = rc == DX_OK;
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

dx_rc sq_set_state(dx_store *base, int64_t attempt, const dx_finding *now, dx_err *err)
{
    sq_store *s = (sq_store *)base;
    sqlite3_stmt *q = NULL;
    if (sq_ask(s, &q, err,
               "SELECT 1 FROM finding WHERE attempt = ?1 AND key = ?2 AND state = ?3"
               " AND begun_us IS ?4 AND state_why = ?5",
               SQ_I(attempt), SQ_T(key_of(now->key)), SQ_I(now->state), sq_time(now->begun_us),
               SQ_T(now->state_why)))
        return DX_FAIL;
    const dx_rc same = sq_next(s, q, err);
    sq_done(q);
    if (same != DX_END)
        return same;
    if (sq_enter(s, err))
        return DX_FAIL;
    return sq_leave(s, change_state(s, attempt, now, err), err);
}
