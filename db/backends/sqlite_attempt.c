/* One attempt's row, facts and events, written new or over an earlier reading of the same. */
#include "db/backends/sqlite_sums.h"

int64_t sq_event_id(int64_t attempt, size_t index)
{
    return (int64_t)(((uint64_t)attempt << SQ_EVENT_BITS) + index + 1);
}

void sq_digest(const dx_attempt *a, char out[16])
{
    sq_put64(out, a->trail.digest.lo);
    sq_put64(out + 8, a->trail.digest.hi);
}

/* ---- evidence: a text with its fields, stored once ---- */

static void spell(dx_buf *out, const dx_event *e)
{
    char number[8];
    dx_buf_add(out, e->text);
    for (size_t i = 0; i < e->n_fields; i++) {
        const dx_field *f = &e->fields[i];
        sq_put64(number, (uint64_t)f->number);
        dx_buf_char(out, '\0');
        dx_buf_add(out, f->name);
        dx_buf_char(out, (char)f->type);
        dx_buf_add(out, (dx_str){number, sizeof number});
        dx_buf_add(out, f->text);
    }
}

static dx_rc put_signature(sq_store *s, const dx_event *e, int64_t *id, dx_err *err)
{
    const dx_hash128 key = {.hi = dx_hash64(e->signature, (uint64_t)e->polarity),
                            .lo = dx_hash64(e->base, e->signature.n)};
    sq_memory known;
    if (sq_recall(s, SQ_MEMO_SIGNATURE, key, &known)) {
        *id = known.a;
        return DX_OK;
    }
    dx_rc rc = sq_number(s, id, err, SQ_SIGNATURE_GET, SQ_T(e->signature), SQ_T(e->base),
                         SQ_I(e->polarity));
    if (rc == DX_END)
        rc = sq_add(s, id, err, SQ_SIGNATURE_ADD, SQ_T(e->signature), SQ_T(e->base),
                    SQ_I(e->polarity));
    if (rc == DX_OK)
        sq_remember(s, SQ_MEMO_SIGNATURE, key, (sq_memory){*id, 0});
    return rc;
}

static dx_rc put_fields(sq_store *s, int64_t evidence, const dx_event *e, dx_err *err)
{
    for (size_t i = 0; i < e->n_fields; i++) {
        const dx_field *f = &e->fields[i];
        int64_t name = 0;
        if (sq_term(s, f->name, &name, err) ||
            sq_run(s, err, SQ_FIELD_ADD, SQ_I(evidence), SQ_I(i), SQ_I(name), SQ_I(f->type),
                   SQ_T(f->text), SQ_I(f->number)))
            return DX_FAIL;
    }
    return DX_OK;
}

/* Unknown errors are found again by what they have in common. */
static dx_rc put_pattern(sq_store *s, const dx_event *e, dx_buf *scratch, sq_arg *out, dx_err *err)
{
    int64_t pattern = 0;
    *out = SQ_NIL;
    if (e->polarity != DX_UNKNOWN)
        return DX_OK;
    sq_pattern_of(e->text, scratch);
    if (scratch->failed)
        return dx_nomem(err);
    if (sq_pattern(s, dx_buf_str(scratch), &pattern, err))
        return DX_FAIL;
    *out = SQ_I(pattern);
    return DX_OK;
}

/* Adds it under the hash unless another has that; *id stays 0 then. */
static dx_rc try_evidence(sq_store *s, int64_t signature, const dx_event *e, uint64_t hash,
                          const sq_arg *pattern, int64_t *id, dx_err *err)
{
    if (sq_add(s, id, err, SQ_EVIDENCE_ADD, SQ_I(signature), SQ_I(hash), SQ_T(e->text), *pattern))
        return DX_FAIL;
    if (sqlite3_changes(s->db) == 0)
        *id = 0;
    return DX_OK;
}

/* DX_OK and the id of what has the hash when its text is this one, else DX_END. */
static dx_rc same_evidence(sq_store *s, int64_t signature, const dx_event *e, uint64_t hash,
                           int64_t *id, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_query(s, &q, err, SQ_EVIDENCE_GET, SQ_I(signature), SQ_I(hash)))
        return DX_FAIL;
    const dx_rc rc = sq_next(s, q, err);
    if (rc == DX_END) /* it stood in the way just now */
        return dx_fail(err, DX_E_STORE, DX_NOWHERE, "the store '%s' is damaged: evidence %llx",
                       s->where, (unsigned long long)hash);
    if (rc == DX_FAIL)
        return DX_FAIL;
    *id = sqlite3_column_int64(q, 0);
    const bool same = dx_str_eq(sq_bytes(q, 1), e->text);
    sq_done(q);
    return same ? DX_OK : DX_END;
}

/* Most texts that are not remembered are new, so they are not looked for before they are added.
 * Another text may have the same hash: then the next free number stands for it. */
static dx_rc store_evidence(sq_store *s, int64_t signature, const dx_event *e, uint64_t hash,
                            dx_buf *scratch, int64_t *id, dx_err *err)
{
    sq_arg pattern;
    if (put_pattern(s, e, scratch, &pattern, err))
        return DX_FAIL;
    for (;; hash++) {
        if (try_evidence(s, signature, e, hash, &pattern, id, err))
            return DX_FAIL;
        if (*id)
            return put_fields(s, *id, e, err);
        const dx_rc rc = same_evidence(s, signature, e, hash, id, err);
        if (rc != DX_END)
            return rc;
    }
}

static dx_rc what_of_unknown(sq_store *s, sq_memory *m, dx_err *err)
{
    int64_t pattern = 0;
    if (sq_value(s, &pattern, err, "SELECT pattern FROM evidence WHERE id = ?1", SQ_I(m->a)) !=
        DX_OK)
        return dx_fail(err, DX_E_STORE, DX_NOWHERE, "the store '%s' is damaged: evidence %lld",
                       s->where, (long long)m->a);
    m->b = SQ_WHAT(SQ_PATTERN, pattern);
    return DX_OK;
}

/* By what an evidence is known. */
typedef struct sought {
    int64_t signature;
    dx_hash128 key;
    uint64_t hash;
} sought;

static dx_rc seek_evidence(sq_store *s, const dx_event *e, dx_buf *scratch, sought *out,
                           dx_err *err)
{
    dx_buf_clear(scratch);
    if (e->n_fields)
        spell(scratch, e);
    if (scratch->failed)
        return dx_nomem(err);
    const dx_str whole = e->n_fields ? dx_buf_str(scratch) : e->text;
    if (put_signature(s, e, &out->signature, err))
        return DX_FAIL;
    out->hash = dx_hash64(whole, 0);
    out->key = dx_hash_of(whole);
    out->key.hi ^= (uint64_t)out->signature;
    sq_foresee(s, SQ_MEMO_EVIDENCE, out->key);
    return DX_OK;
}

/* Its id, and what an event with it counts as (0 = nothing). */
static dx_rc put_evidence(sq_store *s, const dx_event *e, const sought *by, dx_buf *scratch,
                          sq_memory *out, dx_err *err)
{
    if (sq_recall(s, SQ_MEMO_EVIDENCE, by->key, out))
        return DX_OK;
    *out = (sq_memory){0, e->polarity == DX_FAILURE ? SQ_WHAT(SQ_SIGNATURE, by->signature) : 0};
    dx_rc rc = store_evidence(s, by->signature, e, by->hash, scratch, &out->a, err);
    if (rc == DX_OK && e->polarity == DX_UNKNOWN)
        rc = what_of_unknown(s, out, err);
    if (rc == DX_OK)
        sq_remember(s, SQ_MEMO_EVIDENCE, by->key, *out);
    return rc;
}

/* Some at once: memory has time to fetch what each looks for. */
enum { AT_ONCE = 32 };

static dx_rc put_evidences(sq_store *s, const dx_event *const *e, size_t n, dx_buf *scratch,
                           sq_memory *out, dx_err *err)
{
    sought by[AT_ONCE];
    dx_rc rc = DX_OK;
    for (size_t i = 0; i < n && rc == DX_OK; i++)
        rc = seek_evidence(s, e[i], scratch, &by[i], err);
    for (size_t i = 0; i < n && rc == DX_OK; i++)
        rc = put_evidence(s, e[i], &by[i], scratch, &out[i], err);
    return rc;
}

/* ---- events ---- */

enum { EVENT_COLUMNS = 9, BATCH = 512 };

/* Rows of events on their way into the store. */
typedef struct batch {
    int64_t p[BATCH * EVENT_COLUMNS];
    size_t n;
} batch;

/* Everything is relative to the attempt's beginning, so that it holds in every copy of the log. */
static void add_row(batch *b, int64_t id, int64_t evidence, const dx_attempt *a, const dx_event *e)
{
    int64_t *at = b->p + b->n++ * EVENT_COLUMNS;
    at[0] = id;
    at[1] = evidence;
    at[2] = (int64_t)e->seq - a->first_seq;
    at[3] = e->at;
    at[4] = (int64_t)e->line - a->first_line;
    at[5] = (int64_t)e->last_line - e->line;
    at[6] = (int64_t)e->offset - (int64_t)a->first_offset;
    at[7] = e->time_us; /* DX_NO_TIME is SQ_ROW_NULL */
    at[8] = e->level;
}

#define INSERT_EVENTS                                                                              \
    "INSERT OR FAIL INTO event (id, evidence, seq, at, line, more, offset, time_us, level)"        \
    " SELECT a, b, c, d, e, f, g, h, i FROM sq_rows(?1)"

/* Of a new attempt nothing is stored that would have to be replaced; saying so to SQLite makes
 * each row much cheaper. */
static dx_rc write_rows(sq_store *s, batch *b, bool fresh, dx_err *err)
{
    const sq_rows rows = {.p = b->p, .n = b->n, .width = EVENT_COLUMNS};
    b->n = 0;
    return fresh
               ? sq_rows_run(s, INSERT_EVENTS, &rows, err)
               : sq_rows_run(s,
                             INSERT_EVENTS
                             " WHERE 1 ON CONFLICT (id) DO UPDATE SET evidence = excluded.evidence,"
                             " seq = excluded.seq, at = excluded.at, line = excluded.line,"
                             " more = excluded.more, offset = excluded.offset,"
                             " time_us = excluded.time_us, level = excluded.level",
                             &rows, err);
}

typedef struct tally {
    sq_share *p; /* room for one of each event */
    size_t n;
} tally;

static void count(tally *t, int64_t what)
{
    size_t i = 0;
    if (!what)
        return;
    while (i < t->n && t->p[i].what != what)
        i++;
    if (i == t->n)
        t->p[t->n++] = (sq_share){what, 0};
    t->p[i].events++;
}

/* Events beyond the first `n` go, and with them what a verdict says about them. */
static dx_rc cut_events(sq_store *s, int64_t id, size_t n, dx_err *err)
{
    const int64_t first = sq_event_id(id, n), last = sq_event_id(id, SQ_EVENT_MAX - 1);
    if (sq_run(s, err, SQ_EVENT_CUT, SQ_I(first), SQ_I(last)))
        return DX_FAIL;
    if (!sqlite3_changes(s->db))
        return DX_OK;
    return sq_do(s, err, "DELETE FROM verdict_event WHERE event BETWEEN ?1 AND ?2", SQ_I(first),
                 SQ_I(last)) ||
                   sq_do(s, err,
                         "UPDATE finding_evidence SET event = NULL WHERE event BETWEEN ?1 AND ?2",
                         SQ_I(first), SQ_I(last))
               ? DX_FAIL
               : DX_OK;
}

static dx_rc put_events(sq_store *s, int64_t id, bool fresh, const sq_new *a, tally *t, dx_err *err)
{
    dx_buf scratch = {0};
    batch b;
    sq_memory evidence[AT_ONCE];
    dx_rc rc = DX_OK;
    b.n = 0;
    for (size_t i = 0; i < a->n_events && rc == DX_OK; i++) {
        const size_t left = a->n_events - i, at = i % AT_ONCE;
        if (!at)
            rc = put_evidences(s, a->event + i, left < AT_ONCE ? left : AT_ONCE, &scratch, evidence,
                               err);
        if (rc != DX_OK)
            break;
        add_row(&b, sq_event_id(id, i), evidence[at].a, a->attempt, a->event[i]);
        if (b.n == BATCH)
            rc = write_rows(s, &b, fresh, err);
        count(t, evidence[at].b);
    }
    dx_buf_done(&scratch);
    if (rc != DX_OK || write_rows(s, &b, fresh, err))
        return DX_FAIL;
    return fresh ? DX_OK : cut_events(s, id, a->n_events, err);
}

static dx_rc put_kept(sq_store *s, int64_t id, bool fresh, const sq_new *a, dx_err *err)
{
    dx_buf scratch = {0};
    dx_rc rc = fresh ? DX_OK : sq_run(s, err, SQ_KEPT_CLEAR, SQ_I(id));
    for (size_t i = 0; i < a->n_kept && rc == DX_OK; i++) {
        const dx_event *e = a->kept[i];
        sq_memory evidence = {0, 0};
        rc = put_evidences(s, &e, 1, &scratch, &evidence, err);
        if (rc == DX_OK)
            rc =
                sq_run(s, err, SQ_KEPT_ADD, SQ_I(id), SQ_I((int64_t)e->seq - a->attempt->first_seq),
                       SQ_I((int64_t)e->line - a->attempt->first_line),
                       SQ_I((int64_t)e->last_line - e->line),
                       SQ_I((int64_t)e->offset - (int64_t)a->attempt->first_offset),
                       sq_time(e->time_us), SQ_I(e->level), SQ_I(evidence.a));
    }
    dx_buf_done(&scratch);
    return rc;
}

/* ---- facts and fingerprints ---- */

static dx_rc put_facts(sq_store *s, int64_t id, bool fresh, const dx_attempt *a, dx_err *err)
{
    if (!fresh && sq_run(s, err, SQ_FACT_CLEAR, SQ_I(id)))
        return DX_FAIL;
    for (size_t i = 0; i < a->n_facts; i++) {
        const dx_fact *f = &a->facts[i];
        int64_t name = 0, how = 0;
        const sq_arg line = f->line ? SQ_I((int64_t)f->line - a->first_line) : SQ_NIL;
        if (sq_term(s, f->name, &name, err) || sq_term(s, f->how, &how, err) ||
            sq_run(s, err, SQ_FACT_ADD, SQ_I(id), SQ_I(i), SQ_I(name), SQ_T(f->value), line,
                   SQ_I(how)))
            return DX_FAIL;
    }
    return DX_OK;
}

static dx_rc put_prefixes(sq_store *s, int64_t id, const sq_new *a, dx_err *err)
{
    const dx_trail *t = &a->attempt->trail;
    int64_t p[2 * 64];
    sq_rows rows = {.p = p, .width = 2};
    uint64_t mark;
    for (uint64_t count = t->stride; rows.n < 64 && sq_mark_at(t, count, &mark); count *= 2) {
        if (!sq_prefix_kept(t, count))
            continue;
        p[2 * rows.n] = sq_prefix_key(a, mark);
        p[2 * rows.n++ + 1] = id;
    }
    return sq_rows_run(s, "INSERT OR IGNORE INTO attempt_prefix SELECT a, b FROM sq_rows(?1)",
                       &rows, err);
}

/* The fingerprints worth keeping, 8 bytes each; stride 0 when the trail is not usable. */
static size_t pick_marks(const dx_trail *t, char out[SQ_MARKS * 8], uint32_t *stride)
{
    uint64_t count[SQ_MARKS], mark;
    const size_t n = sq_mark_counts(t->records, t->stride, count);
    *stride = t->stride;
    for (size_t i = 0; i < n; i++) {
        if (!sq_mark_at(t, count[i], &mark)) {
            *stride = 0;
            return 0;
        }
        sq_put64(out + i * 8, mark);
    }
    return n * 8;
}

/* ---- the row ---- */

static dx_rc put_row(sq_store *s, int64_t scan, const sq_new *new, int64_t *id, dx_err *err)
{
    const dx_attempt *a = new->attempt;
    char digest[16], marks[SQ_MARKS * 8];
    uint32_t stride;
    uint64_t top;
    int64_t zone = 0, occurrence = 0;
    sq_digest(a, digest);
    const dx_str key = {digest, sizeof digest};
    const size_t n_marks = pick_marks(&a->trail, marks, &stride);
    const sq_arg beginning = sq_mark_at(&a->trail, sq_top_count(&a->trail), &top)
                                 ? SQ_I(sq_prefix_key(new, top))
                                 : SQ_NIL;
    if (sq_term(s, a->zone, &zone, err) ||
        sq_number(s, &occurrence, err, SQ_ATTEMPT_OCCURRENCE, SQ_I(new->server), SQ_I(new->format),
                  SQ_B(key)))
        return DX_FAIL;
    const sq_arg row[] = {
        SQ_I(*id), /* of one that is written over */
        SQ_I(new->server),
        SQ_I(new->format),
        SQ_B(key),
        SQ_I(occurrence),
        SQ_I(a->trail.records),
        SQ_I(stride),
        SQ_B(((dx_str){marks, n_marks})),
        beginning,
        SQ_I(a->outcome),
        a->outcome_line ? SQ_I((int64_t)a->outcome_line - a->first_line) : SQ_NIL,
        SQ_T(a->outcome_text),
        SQ_T(a->code),
        SQ_I(a->opened),
        SQ_I(a->closed),
        sq_time(a->began_us),
        sq_time(a->ended_us),
        SQ_I(zone),
        SQ_I((int64_t)a->last_line - a->first_line),
        SQ_I((int64_t)a->last_seq - a->first_seq),
        SQ_I(a->errors),
        SQ_I(a->warnings),
        SQ_I(s->now_us),
        SQ_I(scan),
    };
    const size_t n = sizeof row / sizeof *row;
    return *id ? sq_run_(s, err, SQ_ATTEMPT_PUT, row, n)
               : sq_add_(s, id, err, SQ_ATTEMPT_ADD, row + 1, n - 1);
}

static dx_rc put_content(sq_store *s, int64_t scan, const sq_new *a, int64_t *id, tally *t,
                         dx_err *err)
{
    const bool fresh = !*id;
    if (put_row(s, scan, a, id, err))
        return DX_FAIL;
    if (*id > INT64_MAX >> SQ_EVENT_BITS)
        return dx_fail(err, DX_E_STORE, DX_NOWHERE, "the store '%s' is damaged: attempt %lld",
                       s->where, (long long)*id);
    if (put_prefixes(s, *id, a, err) || put_facts(s, *id, fresh, a->attempt, err) ||
        put_kept(s, *id, fresh, a, err))
        return DX_FAIL;
    return put_events(s, *id, fresh, a, t, err);
}

dx_rc sq_put_attempt(sq_store *s, int64_t scan, const sq_new *a, int64_t *id, dx_err *err)
{
    const bool fresh = !*id;
    sq_account was = {0};
    dx_arena *scratch = dx_arena_new(0);
    if (!scratch)
        return dx_nomem(err);
    tally t = {.p = dx_arena_get(scratch, (a->n_events + 1) * sizeof *t.p)};
    dx_rc rc = !t.p ? dx_nomem(err) : *id ? sq_account_now(s, *id, scratch, &was, err) : DX_OK;
    if (rc == DX_OK)
        rc = put_content(s, scan, a, id, &t, err);
    const sq_shares shares = {t.p, t.n};
    if (rc == DX_OK)
        rc = fresh ? sq_count_new(s, *id, a, &shares, err)
                   : sq_recount(s, *id, &was, &shares, scratch, err);
    dx_arena_free(scratch);
    return rc;
}

static dx_rc replace_events(sq_store *s, const dx_case *of, const sq_new *a, dx_arena *scratch,
                            dx_err *err)
{
    const int64_t id = of->attempt.id;
    sq_account was;
    tally t = {.p = dx_arena_get(scratch, (a->n_events + 1) * sizeof *t.p)};
    if (!t.p)
        return dx_nomem(err);
    if (sq_account_now(s, id, scratch, &was, err) || put_events(s, id, false, a, &t, err))
        return DX_FAIL;
    return sq_recount(s, id, &was, &(sq_shares){t.p, t.n}, scratch, err);
}

dx_rc sq_put_case_events(dx_store *base, const dx_case *of, const dx_event *events, size_t n,
                         dx_err *err)
{
    sq_store *s = (sq_store *)base;
    dx_arena *scratch = dx_arena_new(0);
    const dx_event **list = scratch ? dx_arena_get(scratch, (n + 1) * sizeof *list) : NULL;
    dx_rc rc = list ? sq_enter(s, err) : dx_nomem(err);
    for (size_t i = 0; rc == DX_OK && i < n; i++)
        list[i] = &events[i];
    if (rc == DX_OK) {
        const sq_new a = {.attempt = &of->attempt, .event = list, .n_events = n};
        rc = sq_leave(s, replace_events(s, of, &a, scratch, err), err);
    }
    dx_arena_free(scratch);
    return rc;
}
