/* One log into the store: which of its attempts are known, and what to write of the others. */
#include "db/backends/sqlite_sums.h"

typedef struct content {
    uint64_t key; /* of server, format and digest */
    int64_t last; /* occurrence used */
} content;

typedef struct job {
    sq_store *s;
    const dx_log *log;
    int64_t scan, source, last; /* last: attempt that was stored before */
    dx_arena *arena;
    sq_new *attempt; /* with its events */
    int64_t *ids;
    dx_hashed taken;  /* of them those of stored attempts that one of this log's attempts is */
    content *content; /* of the first attempt with it */
    dx_hashed by_content;
    bool *seen, *fresh;
    bool new_source; /* its path was not read before */
    bool merging;    /* from another store: later rules win, whichever comes first */
} job;

static bool is_taken(const void *ctx, int64_t id)
{
    const job *j = ctx;
    return dx_hashed_find_number(&j->taken, (uint64_t)id, j->ids, sizeof *j->ids) != DX_HASHED_NONE;
}

static dx_rc take(job *j, size_t i, int64_t id, bool seen, dx_err *err)
{
    j->ids[i] = id;
    j->seen[i] = seen;
    return dx_hashed_add(&j->taken, (uint64_t)id, i) ? DX_OK : dx_nomem(err);
}

/* Hands each event to its attempt, keeping the order; *n counts an attempt's. */
static dx_rc share_list(job *j, const dx_event *events, size_t n, bool kept, dx_err *err)
{
    const size_t n_attempts = j->log->n_attempts;
    const dx_event **list = dx_arena_get(j->arena, (n + 1) * sizeof *list);
    size_t *next = dx_arena_get(j->arena, (n_attempts + 1) * sizeof *next);
    if (!list || !next)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++) {
        if (events[i].attempt < 1 || events[i].attempt > n_attempts)
            return dx_fail(err, DX_E_STORE, DX_NOWHERE,
                           "an event belongs to no attempt of its log");
        if (++next[events[i].attempt - 1] > SQ_EVENT_MAX)
            return dx_fail(err, DX_E_LIMIT, DX_NOWHERE, "more than %d events in one attempt",
                           SQ_EVENT_MAX);
    }
    for (size_t i = 0, at = 0; i < n_attempts; i++) {
        sq_new *a = &j->attempt[i];
        const size_t count = next[i];
        *(kept ? &a->kept : &a->event) = list + at;
        *(kept ? &a->n_kept : &a->n_events) = count;
        next[i] = at;
        at += count;
    }
    for (size_t i = 0; i < n; i++)
        list[next[events[i].attempt - 1]++] = &events[i];
    return DX_OK;
}

static dx_rc share_out(job *j, dx_err *err)
{
    const dx_log *log = j->log;
    for (size_t i = 0; i < log->n_attempts; i++)
        j->attempt[i].attempt = &log->attempts[i];
    return share_list(j, log->events, log->n_events, false, err) ||
                   share_list(j, log->kept, log->n_kept, true, err)
               ? DX_FAIL
               : DX_OK;
}

static dx_rc put_source(job *j, dx_err *err)
{
    const dx_log *log = j->log;
    int64_t format = 0, encoding = 0;
    char digest[16];
    sq_put64(digest, log->digest.lo);
    sq_put64(digest + 8, log->digest.hi);
    if (sq_term(j->s, log->format, &format, err) || sq_term(j->s, log->encoding, &encoding, err))
        return DX_FAIL;
    const sq_arg row[] = {SQ_T(log->path),    SQ_T(log->member),
                          SQ_I(format),       SQ_I(encoding),
                          SQ_I(log->bytes),   SQ_I(log->bad_bytes),
                          SQ_I(log->lines),   SQ_B(((dx_str){digest, sizeof digest})),
                          SQ_I(j->s->now_us), SQ_I(j->scan)};
    const size_t n = sizeof row / sizeof *row;
    if (sq_add_(j->s, &j->source, err, SQ_SOURCE_ADD, row, n))
        return DX_FAIL;
    j->new_source = sqlite3_changes(j->s->db) != 0;
    return j->new_source ? DX_OK : sq_number_(j->s, &j->source, err, SQ_SOURCE_PUT, row, n);
}

/* ---- the same content ---- */

/* Where the content of attempt i is noted; anew when none before it has the same. */
static content *content_of(job *j, size_t i, uint64_t key)
{
    const size_t at = dx_hashed_find_number(&j->by_content, key, j->content, sizeof *j->content);
    if (at != DX_HASHED_NONE)
        return &j->content[at];
    j->content[i] = (content){key, -1};
    return dx_hashed_add(&j->by_content, key, i) ? &j->content[i] : NULL;
}

/* The next stored attempt with exactly this content that no earlier one of this log is. */
static dx_rc find_same(job *j, size_t i, dx_err *err)
{
    const sq_new *a = &j->attempt[i];
    char digest[16];
    sq_digest(a->attempt, digest);
    const dx_str bytes = {digest, sizeof digest};
    const uint64_t key = sq_content_key(a->server, a->format, bytes);
    content *held = NULL;
    sqlite3_stmt *q = NULL;
    if (sq_absent(j->s, SQ_HELD_CONTENT, key))
        return DX_END;
    if (!(held = content_of(j, i, key)))
        return dx_nomem(err);
    if (sq_query(j->s, &q, err, SQ_ATTEMPT_SAME, SQ_I(a->server), SQ_I(a->format), SQ_B(bytes),
                 SQ_I(held->last)))
        return DX_FAIL;
    dx_rc rc = sq_next(j->s, q, err);
    if (rc == DX_OK) {
        held->last = sqlite3_column_int64(q, 1);
        rc = take(j, i, sqlite3_column_int64(q, 0), true, err);
    }
    sq_done(q);
    return rc;
}

/* Known content that was read with other rules or by another program is read anew. */
static dx_rc stale(job *j, size_t i, bool *out, dx_err *err)
{
    int64_t one = 0;
    const dx_rc rc =
        j->merging
            ? sq_value(
                  j->s, &one, err,
                  "SELECT 1 FROM attempt JOIN scan AS a ON a.id = attempt.read_scan"
                  " JOIN ruleset AS ar ON ar.id = a.ruleset JOIN term AS ap ON ap.id = a.program"
                  " JOIN scan AS b ON b.id = ?2 JOIN ruleset AS br ON br.id = b.ruleset"
                  " JOIN term AS bp ON bp.id = b.program WHERE attempt.id = ?1"
                  " AND (br.version, br.digest, bp.text) > (ar.version, ar.digest, ap.text)",
                  SQ_I(j->ids[i]), SQ_I(j->scan))
            : sq_number(j->s, &one, err, SQ_ATTEMPT_STALE, SQ_I(j->ids[i]), SQ_I(j->scan));
    *out = rc == DX_OK;
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

static dx_rc refresh(job *j, size_t i, dx_err *err)
{
    if (stale(j, i, &j->fresh[i], err))
        return DX_FAIL;
    if (!j->fresh[i])
        return DX_OK;
    return sq_put_attempt(j->s, j->scan, &j->attempt[i], &j->ids[i], err);
}

/* While a transaction lasts nobody else adds one. */
static dx_rc know_last(job *j, dx_err *err)
{
    sq_store *s = j->s;
    if (s->last_attempt < 0 && sq_number_(s, &s->last_attempt, err, SQ_ATTEMPT_LAST, NULL, 0))
        return DX_FAIL;
    j->last = s->last_attempt;
    return DX_OK;
}

static dx_rc put_same(job *j, dx_err *err)
{
    if (know_last(j, err))
        return DX_FAIL;
    sq_held_ready(j->s, j->last);
    for (size_t i = 0; i < j->log->n_attempts; i++) {
        sq_new *a = &j->attempt[i];
        if (sq_server(j->s, a->attempt->server, &a->server, err) ||
            sq_term(j->s, a->attempt->format, &a->format, err))
            return DX_FAIL;
        const dx_rc rc = find_same(j, i, err);
        if (rc == DX_FAIL || (rc == DX_OK && refresh(j, i, err)))
            return DX_FAIL;
    }
    return DX_OK;
}

/* ---- the rest ---- */

static dx_rc put_others(job *j, dx_err *err)
{
    const sq_scope scope = {
        .source = j->new_source ? 0 : j->source, .last = j->last, .taken = is_taken, .ctx = j};
    for (size_t i = 0; i < j->log->n_attempts; i++) {
        int64_t id = 0;
        sq_relation relation;
        if (j->ids[i])
            continue;
        if (sq_related(j->s, &j->attempt[i], &scope, &id, &relation, err) ||
            (relation != SQ_OLDER && sq_put_attempt(j->s, j->scan, &j->attempt[i], &id, err)) ||
            take(j, i, id, relation != SQ_STRANGER, err))
            return DX_FAIL;
        j->fresh[i] = relation != SQ_OLDER;
    }
    return DX_OK;
}

static dx_rc put_sightings(job *j, dx_err *err)
{
    for (size_t i = 0; i < j->log->n_attempts; i++) {
        const dx_attempt *a = &j->log->attempts[i];
        /* No row of an attempt that is new stands in the way; looking for one costs as much as
         * writing. */
        const sq_id put = j->seen[i] ? SQ_SIGHTING_PUT : SQ_SIGHTING_ADD;
        if (sq_run(j->s, err, put, SQ_I(j->ids[i]), SQ_I(j->source), SQ_I(a->ordinal),
                   SQ_I(a->parent), SQ_I(a->first_line), SQ_I(a->first_offset), SQ_I(a->first_seq),
                   SQ_I(a->trail.records), SQ_I(j->scan)))
            return DX_FAIL;
    }
    return DX_OK;
}

static dx_rc make_room(job *j, dx_err *err)
{
    const size_t n = j->log->n_attempts;
    j->attempt = dx_arena_get(j->arena, (n + 1) * sizeof *j->attempt);
    j->ids = dx_arena_get(j->arena, (n + 1) * sizeof *j->ids);
    j->seen = dx_arena_get(j->arena, (n + 1) * sizeof *j->seen);
    j->fresh = dx_arena_get(j->arena, (n + 1) * sizeof *j->fresh);
    j->content = dx_arena_get(j->arena, (n + 1) * sizeof *j->content);
    j->taken.arena = j->by_content.arena = j->arena;
    if (!j->attempt || !j->ids || !j->seen || !j->fresh || !j->content)
        return dx_nomem(err);
    return share_out(j, err);
}

static dx_rc put_all(job *j, dx_err *err)
{
    if (make_room(j, err) || put_source(j, err) || put_same(j, err) || put_others(j, err))
        return DX_FAIL;
    return put_sightings(j, err);
}

dx_rc sq_put_group(sq_store *s, int64_t scan, const dx_log *log, int64_t *ids, bool *seen,
                   bool *fresh, dx_err *err)
{
    job j = {.s = s, .log = log, .scan = scan, .arena = dx_arena_new(0), .merging = true};
    if (!j.arena)
        return dx_nomem(err);
    const dx_rc rc =
        make_room(&j, err) || put_same(&j, err) || put_others(&j, err) ? DX_FAIL : DX_OK;
    for (size_t i = 0; rc == DX_OK && i < log->n_attempts; i++) {
        ids[i] = j.ids[i];
        seen[i] = j.seen[i];
        fresh[i] = j.fresh[i];
    }
    dx_arena_free(j.arena);
    return rc;
}

/* Its server has no other name under which it would be given back. */
static dx_rc is_whole(const job *j, size_t i, bool *out, dx_err *err)
{
    int64_t as = 0;
    if (j->fresh[i] && sq_counts_as(j->s, j->attempt[i].server, &as, err))
        return DX_FAIL;
    *out = j->fresh[i] && as == j->attempt[i].server;
    return DX_OK;
}

static dx_rc hand_out(const job *j, dx_stored *out, dx_err *err)
{
    for (size_t i = 0; i < j->log->n_attempts; i++) {
        out[i] = (dx_stored){
            .id = j->ids[i], .first_event = sq_event_id(j->ids[i], 0), .seen = j->seen[i]};
        if (is_whole(j, i, &out[i].whole, err))
            return DX_FAIL;
    }
    return DX_OK;
}

dx_rc sq_put_log(dx_store *base, int64_t scan, const dx_log *log, dx_stored *out, dx_err *err)
{
    job j = {.s = (sq_store *)base, .log = log, .scan = scan, .arena = dx_arena_new(0)};
    if (!j.arena)
        return dx_nomem(err);
    dx_rc rc = sq_enter(j.s, err);
    if (rc == DX_OK)
        rc = sq_leave(j.s, put_all(&j, err) || hand_out(&j, out, err) ? DX_FAIL : DX_OK, err);
    dx_arena_free(j.arena);
    return rc;
}
