/* What an attempt counts as. */
#include "db/backends/sqlite_sums.h"
#include <stdio.h>
#include <string.h>

/* CROSS JOIN and + keep SQLite from other ways into the tables: without statistics it cannot know
 * that those are long. */

/* ---- which server ---- */

/* A number by a server's id, looked up once; `otherwise` when there is none. */
static dx_rc about_server(sq_store *s, sq_topic topic, const char *sql, int64_t server,
                          int64_t otherwise, int64_t *out, dx_err *err)
{
    sq_memory m;
    const sq_arg arg = SQ_I(server);
    if (!sq_recall(s, topic, sq_key_of(server), &m)) {
        m = (sq_memory){otherwise, 0};
        if (sq_value_(s, &m.a, err, sql, &arg, 1) == DX_FAIL)
            return DX_FAIL;
        sq_remember(s, topic, sq_key_of(server), m);
    }
    *out = m.a;
    return DX_OK;
}

dx_rc sq_counts_as(sq_store *s, int64_t server, int64_t *as, dx_err *err)
{
    return about_server(s, SQ_MEMO_COUNTS,
                        "SELECT coalesce(counts_as, id) FROM server WHERE id = ?1", server, server,
                        as, err);
}

dx_rc sq_site(sq_store *s, int64_t server, int64_t *site, dx_err *err)
{
    return about_server(s, SQ_MEMO_SITE,
                        "SELECT value FROM tag WHERE server = ?1"
                        " AND name = (SELECT id FROM term WHERE text = 'site')",
                        server, 0, site, err);
}

/* ---- which release ---- */

/* The term that stands for a fact's value; SHORT bytes are enough to tell products apart. */
enum { SHORT = 255 };

static dx_rc term_of(sq_store *s, dx_str value, int64_t *term, dx_err *err)
{
    const dx_str text = dx_str_trim(value);
    size_t n = text.n < SHORT ? text.n : SHORT;
    while (n && n < text.n && ((unsigned char)text.p[n] & 0xC0) == 0x80)
        n--; /* cut between characters */
    return sq_term(s, (dx_str){text.p, n}, term, err);
}

static dx_rc fact_of(sq_store *s, int64_t attempt, const char *name, int64_t *term, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(s, &q, err,
               "SELECT value FROM attempt CROSS JOIN sq_facts(facts) WHERE attempt.id = ?1"
               " AND name = (SELECT id FROM term WHERE text = ?2) LIMIT 1",
               SQ_I(attempt), SQ_T(dx_str_of(name))))
        return DX_FAIL;
    const dx_rc rc = sq_next(s, q, err);
    if (rc == DX_FAIL)
        return DX_FAIL;
    const dx_rc found = term_of(s, rc == DX_OK ? sq_bytes(q, 0) : DX_NONE, term, err);
    sq_done(q);
    return found;
}

static dx_rc release_id(sq_store *s, int64_t product, int64_t version, int64_t *release,
                        dx_err *err)
{
    const dx_hash128 key = {.hi = (uint64_t)product, .lo = (uint64_t)version};
    sq_memory m;
    if (sq_recall(s, SQ_MEMO_RELEASE, key, &m)) {
        *release = m.a;
        return DX_OK;
    }
    if (sq_value(s, release, err,
                 "INSERT INTO release (product, version) VALUES (?1, ?2)"
                 " ON CONFLICT DO UPDATE SET product = product RETURNING id",
                 SQ_I(product), SQ_I(version)) != DX_OK)
        return DX_FAIL;
    sq_remember(s, SQ_MEMO_RELEASE, key, (sq_memory){*release, 0});
    return DX_OK;
}

static dx_rc release_of(sq_store *s, int64_t attempt, sq_account *out, dx_err *err)
{
    int64_t version = 0;
    return fact_of(s, attempt, "product", &out->product, err) ||
                   fact_of(s, attempt, "version", &version, err) ||
                   release_id(s, out->product, version, &out->at.release, err)
               ? DX_FAIL
               : DX_OK;
}

/* ---- signatures and patterns ---- */

static dx_rc shares_of(sq_store *s, int64_t attempt, dx_arena *into, sq_account *out, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    sq_share *list = NULL;
    size_t n = 0, cap = 0;
    if (sq_ask(s, &q, err,
               "SELECT signature.id, signature.polarity, evidence.pattern, count(*) FROM event"
               " CROSS JOIN evidence ON evidence.id = event.evidence"
               " CROSS JOIN signature ON signature.id = evidence.signature"
               " WHERE event.id BETWEEN ?1 AND ?2 AND signature.polarity IN (?3, ?4)"
               " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
               SQ_I(sq_event_id(attempt, 0)), SQ_I(sq_event_id(attempt, SQ_EVENT_MAX - 1)),
               SQ_I(DX_FAILURE), SQ_I(DX_UNKNOWN)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK) {
        const int64_t events = sqlite3_column_int64(q, 3);
        const bool known = sqlite3_column_int(q, 1) != DX_UNKNOWN;
        const int64_t id = known ? sqlite3_column_int64(q, 0) : sqlite3_column_int64(q, 2);
        const sq_share share = {SQ_WHAT(known ? SQ_SIGNATURE : SQ_PATTERN, id), events};
        if (!DX_PUSH(into, list, n, cap, share)) {
            rc = dx_nomem(err);
            break;
        }
    }
    sq_done(q);
    out->shares = list;
    out->n_shares = n;
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* ---- accounts ---- */

static dx_rc stored_account(sq_store *s, int64_t attempt, dx_arena *into, sq_account *out,
                            dx_err *err)
{
    sqlite3_stmt *q = NULL;
    *out = (sq_account){0};
    if (sq_ask(
            s, &q, err,
            "SELECT standing.server, release, happened_us, failed, diagnosis, cause, standing.code,"
            " of_product, outcome FROM standing JOIN attempt ON id = attempt WHERE attempt = ?1",
            SQ_I(attempt)))
        return DX_FAIL;
    const dx_rc rc = sq_next(s, q, err);
    if (rc != DX_OK)
        return rc == DX_END ? DX_OK : DX_FAIL;
    *out = (sq_account){.counted = true,
                        .at = {.server = sqlite3_column_int64(q, 0),
                               .release = sqlite3_column_int64(q, 1),
                               .happened_us = sqlite3_column_int64(q, 2),
                               .failed = sqlite3_column_int(q, 3) != 0},
                        .diagnosis = sqlite3_column_int64(q, 4),
                        .cause = sqlite3_column_int64(q, 5),
                        .code = sqlite3_column_int64(q, 6),
                        .product = sqlite3_column_int64(q, 7),
                        .outcome = sq_word(q, 8, DX_CUT_OFF)};
    sq_done(q);
    return shares_of(s, attempt, into, out, err);
}

dx_rc sq_account_now(sq_store *s, int64_t attempt, dx_arena *into, sq_account *out, dx_err *err)
{
    const sq_account *waits = sq_pending(s, attempt);
    if (!waits)
        return stored_account(s, attempt, into, out, err);
    *out = *waits;
    out->shares = dx_arena_dup(into, waits->shares, waits->n_shares * sizeof *waits->shares);
    return out->shares || !waits->n_shares ? DX_OK : dx_nomem(err);
}

/* A finding is a failure, but for one that says that a person stopped it. */
static dx_rc found_failure(sq_store *s, int64_t attempt, unsigned outcome, bool *failed,
                           dx_err *err)
{
    sqlite3_stmt *q = NULL;
    dx_rc rc = sq_ask(s, &q, err,
                      "SELECT text, confidence FROM finding JOIN term ON term.id = cause_class"
                      " WHERE attempt = ?1",
                      SQ_I(attempt));
    *failed = false;
    if (rc != DX_OK)
        return DX_FAIL;
    while (!*failed && (rc = sq_next(s, q, err)) == DX_OK)
        *failed = !dx_cause_stopped((dx_outcome)outcome, sq_bytes(q, 0), sqlite3_column_int(q, 1));
    sq_done(q);
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

/* No outcome in the log, and yet something failed that no rule calls harmless. */
static dx_rc failed_silently(sq_store *s, int64_t attempt, unsigned outcome, bool *failed,
                             dx_err *err)
{
    int64_t one;
    if (found_failure(s, attempt, outcome, failed, err))
        return DX_FAIL;
    if (*failed)
        return DX_OK;
    const dx_rc rc = sq_value(s, &one, err,
                              "SELECT 1 WHERE EXISTS (SELECT 1 FROM undecided WHERE attempt = ?1)"
                              " OR EXISTS (SELECT 1 FROM verdict_event"
                              " JOIN event ON event.id = verdict_event.event"
                              " JOIN evidence ON evidence.id = event.evidence"
                              " JOIN signature ON signature.id = evidence.signature"
                              " WHERE verdict_event.attempt = ?1 AND kind = 1 AND polarity = ?2)",
                              SQ_I(attempt), SQ_I(DX_FAILURE));
    *failed = rc == DX_OK;
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

enum { CODE_BYTES = 64 }; /* a longer one is none */

static dx_rc code_of_number(sq_store *s, int64_t number, int64_t *code, dx_err *err)
{
    char text[16];
    snprintf(text, sizeof text, "0x%08x", (unsigned)(uint64_t)number);
    return sq_term(s, dx_str_of(text), code, err);
}

static dx_rc code_in_events(sq_store *s, int64_t attempt, int64_t *code, dx_err *err)
{
    int64_t number;
    const dx_rc rc =
        sq_value(s, &number, err,
                 "SELECT field.number FROM event"
                 " CROSS JOIN evidence ON evidence.id = event.evidence"
                 " CROSS JOIN signature ON signature.id = evidence.signature AND polarity = ?3"
                 " CROSS JOIN field ON field.evidence = event.evidence AND field.type IN (2, 3)"
                 " WHERE event.id BETWEEN ?1 AND ?2 AND field.number <> 0"
                 " ORDER BY event.id, field.ord LIMIT 1",
                 SQ_I(sq_event_id(attempt, 0)), SQ_I(sq_event_id(attempt, SQ_EVENT_MAX - 1)),
                 SQ_I(DX_FAILURE));
    if (rc != DX_OK)
        return rc == DX_END ? DX_OK : DX_FAIL;
    return code_of_number(s, number, code, err);
}

/* The code by which it failed: what the log gives as its outcome, else the first that a message
 * of a failure names. */
static dx_rc code_of(sq_store *s, int64_t attempt, int64_t *code, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    char text[CODE_BYTES];
    if (sq_ask(s, &q, err, "SELECT code FROM attempt WHERE id = ?1", SQ_I(attempt)) ||
        sq_next(s, q, err) == DX_FAIL)
        return DX_FAIL;
    const dx_str written = dx_str_trim(sq_bytes(q, 0));
    const size_t n = written.n < sizeof text ? written.n : 0;
    if (n)
        memcpy(text, written.p, n);
    sq_done(q);
    if (n)
        return sq_term(s, (dx_str){text, n}, code, err);
    return code_in_events(s, attempt, code, err);
}

static dx_rc best_finding(sq_store *s, int64_t attempt, sq_account *out, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(s, &q, err,
               "SELECT diagnosis, cause_class FROM finding WHERE attempt = ?1 AND ord = 0",
               SQ_I(attempt)))
        return DX_FAIL;
    const dx_rc rc = sq_next(s, q, err);
    if (rc == DX_OK) {
        out->diagnosis = sqlite3_column_int64(q, 0);
        out->cause = sqlite3_column_int64(q, 1);
    }
    sq_done(q);
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

static bool is_silent(unsigned outcome)
{
    return outcome == DX_UNDECIDED || outcome == DX_CUT_OFF;
}

static dx_rc classify(sq_store *s, int64_t attempt, sq_account *out, dx_err *err)
{
    out->at.failed = out->outcome == DX_FAILED;
    if ((is_silent(out->outcome) &&
         failed_silently(s, attempt, out->outcome, &out->at.failed, err)) ||
        best_finding(s, attempt, out, err))
        return DX_FAIL;
    return out->at.failed ? code_of(s, attempt, &out->code, err) : DX_OK;
}

dx_rc sq_account_due(sq_store *s, int64_t attempt, const sq_shares *known, dx_arena *into,
                     sq_account *out, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(s, &q, err,
               "SELECT server, coalesce(began_us, first_seen_us), outcome FROM attempt"
               " WHERE id = ?1",
               SQ_I(attempt)))
        return DX_FAIL;
    const dx_rc rc = sq_next(s, q, err);
    if (rc == DX_END)
        return dx_fail(err, DX_E_STORE, DX_NOWHERE, "the store '%s' has no attempt %lld", s->where,
                       (long long)attempt);
    if (rc == DX_FAIL)
        return DX_FAIL;
    const int64_t server = sqlite3_column_int64(q, 0);
    const unsigned outcome = sq_word(q, 2, DX_CUT_OFF);
    *out = (sq_account){
        .counted = true, .at.happened_us = sqlite3_column_int64(q, 1), .outcome = outcome};
    sq_done(q);
    if (sq_counts_as(s, server, &out->at.server, err) || release_of(s, attempt, out, err) ||
        classify(s, attempt, out, err))
        return DX_FAIL;
    if (!known)
        return shares_of(s, attempt, into, out, err);
    out->shares = known->p;
    out->n_shares = known->n;
    return DX_OK;
}

/* The same as failed_silently() of what is stored of it. */
static bool tells_of_failure(const dx_verdict *v, unsigned outcome)
{
    bool any = v->n_undecided > 0;
    for (size_t i = 0; i < v->n_findings && !any; i++)
        any = !dx_cause_stopped((dx_outcome)outcome, v->findings[i].cause_class,
                                v->findings[i].confidence);
    for (size_t i = 0; i < v->n_unexplained && !any; i++)
        any = v->unexplained[i]->polarity == DX_FAILURE;
    return any;
}

dx_rc sq_account_judged(sq_store *s, int64_t attempt, const sq_account *was,
                        const dx_verdict *verdict, sq_account *out, dx_err *err)
{
    const sq_shares shares = {was->shares, was->n_shares};
    if (!was->counted)
        return sq_account_due(s, attempt, &shares, NULL, out, err);
    *out = *was;
    out->at.failed = was->outcome == DX_FAILED ||
                     (is_silent(was->outcome) && tells_of_failure(verdict, was->outcome));
    out->diagnosis = out->cause = 0;
    if (verdict->n_findings && (sq_term(s, verdict->findings->diagnosis, &out->diagnosis, err) ||
                                sq_term(s, verdict->findings->cause_class, &out->cause, err)))
        return DX_FAIL;
    if (!out->at.failed)
        out->code = 0;
    else if (!was->at.failed) /* else it has its code: that does not depend on the verdict */
        return code_of(s, attempt, &out->code, err);
    return DX_OK;
}

/* ---- the same of one that was just read ---- */

static dx_rc code_of_new(sq_store *s, const sq_new *new, int64_t *code, dx_err *err)
{
    const dx_str written = dx_str_trim(new->attempt->code);
    if (written.n && written.n < CODE_BYTES)
        return sq_term(s, written, code, err);
    for (size_t i = 0; i < new->n_events; i++) {
        const dx_event *e = new->event[i];
        for (size_t k = 0; k < e->n_fields && e->polarity == DX_FAILURE; k++)
            if ((e->fields[k].type == DX_T_HEX32 || e->fields[k].type == DX_T_CODE) &&
                e->fields[k].number)
                return code_of_number(s, e->fields[k].number, code, err);
    }
    return DX_OK;
}

dx_rc sq_account_new(sq_store *s, const sq_new *new, const sq_shares *shares, sq_account *out,
                     dx_err *err)
{
    const dx_attempt *a = new->attempt;
    int64_t version = 0;
    *out = (sq_account){.counted = true,
                        .at = {.happened_us = a->began_us == DX_NO_TIME ? s->now_us : a->began_us,
                               .failed = a->outcome == DX_FAILED},
                        .outcome = a->outcome,
                        .n_shares = shares->n,
                        .shares = shares->p};
    if (sq_counts_as(s, new->server, &out->at.server, err) ||
        term_of(s, dx_attempt_fact(a, "product"), &out->product, err) ||
        term_of(s, dx_attempt_fact(a, "version"), &version, err) ||
        release_id(s, out->product, version, &out->at.release, err))
        return DX_FAIL;
    return out->at.failed ? code_of_new(s, new, &out->code, err) : DX_OK;
}

/* ---- what it counts as ---- */

static int64_t known_events(const sq_account *a)
{
    int64_t sum = 0;
    for (size_t i = 0; i < a->n_shares; i++)
        sum += a->shares[i].events;
    return sum;
}

static int64_t unknown_events(const sq_account *a)
{
    int64_t sum = 0;
    for (size_t i = 0; i < a->n_shares; i++)
        if (a->shares[i].what >> SQ_KIND_SHIFT == SQ_PATTERN)
            sum += a->shares[i].events;
    return sum;
}

/* Everything one attempt counts as. */
dx_rc sq_account_things(const sq_account *a, dx_arena *into, sq_share **out, size_t *n, dx_err *err)
{
    const int64_t events = known_events(a), unknown = unknown_events(a);
    const bool failed = a->at.failed;
    sq_share *list = dx_arena_get(into, (a->n_shares + 5) * sizeof *list);
    size_t k = 0;
    if (!list)
        return dx_nomem(err);
    list[k++] = (sq_share){SQ_WHAT(SQ_ALL, 0), events};
    if (failed || a->diagnosis) {
        list[k++] = (sq_share){SQ_WHAT(SQ_DIAGNOSIS, a->diagnosis), events};
        list[k++] = (sq_share){SQ_WHAT(SQ_CAUSE, a->cause), events};
    }
    if (failed)
        list[k++] = (sq_share){SQ_WHAT(SQ_CODE, a->code), events};
    if (unknown)
        list[k++] = (sq_share){SQ_WHAT(SQ_SIGNATURE, 0), unknown};
    for (size_t i = 0; i < a->n_shares; i++)
        list[k++] = a->shares[i];
    *out = list;
    *n = k;
    return DX_OK;
}
