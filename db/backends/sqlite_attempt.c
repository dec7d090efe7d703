/* One attempt's row, facts and events, written new or over an earlier reading of the same. */
#include "db/backends/sqlite_evidence.h"
#include "db/backends/sqlite_lists.h"

int64_t sq_event_id(int64_t attempt, size_t index)
{
    return (int64_t)(((uint64_t)attempt << SQ_EVENT_BITS) + index + 1);
}

void sq_digest(const dx_attempt *a, char out[16])
{
    sq_put64(out, a->trail.digest.lo);
    sq_put64(out + 8, a->trail.digest.hi);
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
    dx_hashed at; /* by what */
} tally;

static bool tally_new(tally *t, size_t events, dx_arena *arena)
{
    t->at.arena = arena;
    t->p = dx_arena_get(arena, (events + 1) * sizeof *t->p);
    return t->p != NULL;
}

static bool count(tally *t, int64_t what)
{
    if (!what)
        return true;
    size_t at = dx_hashed_find_number(&t->at, (uint64_t)what, &t->p->what, sizeof *t->p);
    if (at == DX_HASHED_NONE) {
        if (!dx_hashed_add(&t->at, (uint64_t)what, t->n))
            return false;
        at = t->n++;
        t->p[at].what = what;
    }
    t->p[at].events++;
    return true;
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
    sq_pen p;
    batch b;
    sq_memory evidence[SQ_AT_ONCE];
    dx_rc rc = fresh ? DX_OK : sq_runs_take(s, id, err);
    b.n = 0;
    sq_pen_begin(&p);
    for (size_t i = 0; i < a->n_events && rc == DX_OK; i++) {
        const size_t left = a->n_events - i, at = i % SQ_AT_ONCE;
        if (!at)
            rc = sq_put_evidences(s, a->event + i, left < SQ_AT_ONCE ? left : SQ_AT_ONCE, &p,
                                  evidence, err);
        if (rc != DX_OK)
            break;
        add_row(&b, sq_event_id(id, i), evidence[at].a, a->attempt, a->event[i]);
        rc = sq_runs_add(s, evidence[at].a, sq_event_id(id, i), err);
        if (rc == DX_OK && b.n == BATCH)
            rc = write_rows(s, &b, fresh, err);
        if (!count(t, evidence[at].b))
            rc = dx_nomem(err);
    }
    if (sq_pen_end(s, &p, rc, err) || write_rows(s, &b, fresh, err) ||
        (!fresh && cut_events(s, id, a->n_events, err)))
        return DX_FAIL;
    return sq_runs_put(s, id, err);
}

/* ---- fingerprints ---- */

static dx_rc put_prefixes(sq_store *s, int64_t id, const sq_new *a, dx_err *err)
{
    const dx_trail *t = &a->attempt->trail;
    uint64_t mark;
    for (uint64_t count = t->stride; sq_mark_at(t, count, &mark); count *= 2) {
        const int64_t key = sq_prefix_key(a, mark);
        if (!sq_prefix_kept(t, count))
            continue;
        sq_held_note(s, SQ_HELD_PREFIX, (uint64_t)key);
        if (sq_beginning_add(s, key, id, err))
            return DX_FAIL;
    }
    return DX_OK;
}

/* Of an attempt that is written over: its longest sure beginning will be another. */
static dx_rc drop_top(sq_store *s, int64_t id, dx_err *err)
{
    int64_t top = 0;
    const dx_rc rc = sq_value(s, &top, err, "SELECT top FROM attempt WHERE id = ?1", SQ_I(id));
    if (rc != DX_OK)
        return rc == DX_END ? DX_OK : DX_FAIL;
    return sq_beginnings_flush(s, err) ||
                   sq_do(s, err, "DELETE FROM attempt_prefix WHERE key = ?1 AND attempt = ?2",
                         SQ_I(sq_top_key(top)), SQ_I(id))
               ? DX_FAIL
               : DX_OK;
}

static dx_rc add_top(sq_store *s, int64_t id, const sq_arg *top, dx_err *err)
{
    if (top->kind != SQ_INT)
        return DX_OK;
    sq_held_note(s, SQ_HELD_TOP, (uint64_t)sq_top_key(top->number));
    return sq_beginning_add(s, sq_top_key(top->number), id, err);
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

/* Its longest sure beginning, where there is one. */
static sq_arg beginning_of(const sq_new *new)
{
    const dx_trail *t = &new->attempt->trail;
    uint64_t top;
    return sq_mark_at(t, sq_top_count(t), &top) ? SQ_I(sq_prefix_key(new, top)) : SQ_NIL;
}

/* How many there are of the same content; this one is noted as one of them. */
static dx_rc occurrence_of(sq_store *s, const sq_new *new, dx_str digest, int64_t *out, dx_err *err)
{
    const uint64_t content = sq_content_key(new->server, new->format, digest);
    *out = 0;
    if (!sq_absent(s, SQ_HELD_CONTENT, content) &&
        sq_number(s, out, err, SQ_ATTEMPT_OCCURRENCE, SQ_I(new->server), SQ_I(new->format),
                  SQ_B(digest)))
        return DX_FAIL;
    sq_held_note(s, SQ_HELD_CONTENT, content);
    return DX_OK;
}

/* What of a row is not in the attempt itself. */
typedef struct row_parts {
    int64_t id, scan, zone, occurrence; /* id: of one that is written over, else 0 */
    dx_str key, marks, facts;
    uint32_t stride;
    sq_arg beginning;
} row_parts;

static dx_rc write_row(sq_store *s, const sq_new *new, const row_parts *r, int64_t *id, dx_err *err)
{
    const dx_attempt *a = new->attempt;
    const sq_arg row[] = {
        SQ_I(r->id),
        SQ_I(new->server),
        SQ_I(new->format),
        SQ_B(r->key),
        SQ_I(r->occurrence),
        SQ_I(a->trail.records),
        SQ_I(r->stride),
        SQ_B(r->marks),
        r->beginning,
        SQ_I(a->outcome),
        a->outcome_line ? SQ_I((int64_t)a->outcome_line - a->first_line) : SQ_NIL,
        SQ_T(a->outcome_text),
        SQ_T(a->code),
        SQ_I(a->opened),
        SQ_I(a->closed),
        sq_time(a->began_us),
        sq_time(a->ended_us),
        SQ_I(r->zone),
        SQ_I((int64_t)a->last_line - a->first_line),
        SQ_I((int64_t)a->last_seq - a->first_seq),
        SQ_I(a->errors),
        SQ_I(a->warnings),
        SQ_T(r->facts),
        SQ_I(s->now_us),
        SQ_I(r->scan),
    };
    const size_t n = sizeof row / sizeof *row;
    return r->id ? sq_run_(s, err, SQ_ATTEMPT_PUT, row, n)
                 : sq_add_(s, id, err, SQ_ATTEMPT_ADD, row + 1, n - 1);
}

static dx_rc put_row(sq_store *s, int64_t scan, const sq_new *new, dx_str facts, int64_t *id,
                     dx_err *err)
{
    const dx_attempt *a = new->attempt;
    char digest[16], marks[SQ_MARKS * 8];
    sq_digest(a, digest);
    row_parts r = {.id = *id,
                   .scan = scan,
                   .key = {digest, sizeof digest},
                   .facts = facts,
                   .beginning = beginning_of(new)};
    r.marks = (dx_str){marks, pick_marks(&a->trail, marks, &r.stride)};
    if (sq_term(s, a->zone, &r.zone, err) || occurrence_of(s, new, r.key, &r.occurrence, err) ||
        (*id && drop_top(s, *id, err)) || write_row(s, new, &r, id, err))
        return DX_FAIL;
    sq_held_put(s, *id);
    if (s->last_attempt >= 0 && *id > s->last_attempt)
        s->last_attempt = *id;
    return add_top(s, *id, &r.beginning, err);
}

static dx_rc put_facts_and_row(sq_store *s, int64_t scan, const sq_new *a, int64_t *id, dx_err *err)
{
    dx_buf facts = {0};
    dx_rc rc = sq_facts_of(s, a->attempt, &facts, err);
    if (rc == DX_OK)
        rc = put_row(s, scan, a, dx_buf_str(&facts), id, err);
    dx_buf_done(&facts);
    return rc;
}

static dx_rc put_content(sq_store *s, int64_t scan, const sq_new *a, int64_t *id, tally *t,
                         dx_err *err)
{
    const bool fresh = !*id;
    if (put_facts_and_row(s, scan, a, id, err))
        return DX_FAIL;
    if (*id > INT64_MAX >> SQ_EVENT_BITS)
        return dx_fail(err, DX_E_STORE, DX_NOWHERE, "the store '%s' is damaged: attempt %lld",
                       s->where, (long long)*id);
    if (put_prefixes(s, *id, a, err) || sq_put_kept(s, *id, fresh, a, err))
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
    tally t = {0};
    dx_rc rc = !tally_new(&t, a->n_events, scratch) ? dx_nomem(err)
               : *id                                ? sq_account_now(s, *id, scratch, &was, err)
                                                    : DX_OK;
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
    tally t = {0};
    if (!tally_new(&t, a->n_events, scratch))
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
