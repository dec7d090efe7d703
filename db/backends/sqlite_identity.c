/* Which stored attempt is the one in hand?  docs/store.md, "Identity", says the same in prose. */
#include "db/backends/sqlite.h"

/* ---- fingerprints ---- */

static void add_count(uint64_t out[SQ_MARKS], size_t *n, uint64_t count)
{
    if (*n < SQ_MARKS && (!*n || out[*n - 1] < count))
        out[(*n)++] = count;
}

/* Powers of two let a shorter copy be compared; lines rounded down to each power of two let
 * a longer one, whose stride is coarser; the one before the last lets a log that was read while
 * its last line was being written. */
size_t sq_mark_counts(uint64_t records, uint32_t stride, uint64_t out[SQ_MARKS])
{
    size_t n = 0;
    if (!stride || records < stride)
        return 0;
    const uint64_t last = records / stride * stride;
    uint64_t power = stride;
    for (; power <= records / 2; power *= 2)
        add_count(out, &n, power);
    for (; power > stride; power /= 2)
        if (records / power * power < last)
            add_count(out, &n, records / power * power);
    if (stride == 1 && last > 1)
        add_count(out, &n, last - 1);
    add_count(out, &n, last);
    return n;
}

bool sq_mark_at(const dx_trail *trail, uint64_t count, uint64_t *mark)
{
    if (!count || !trail->stride || count > trail->records || count % trail->stride ||
        count / trail->stride > trail->n)
        return false;
    *mark = trail->mark[count / trail->stride - 1];
    return *mark != 0; /* 0: not kept, of an attempt that comes from another store */
}

enum { HASH_BITS = 36 };

int64_t sq_prefix_key(const sq_new *a, uint64_t mark)
{
    char bytes[24];
    sq_put64(bytes, dx_hash64(a->attempt->server, 1));
    sq_put64(bytes + 8, dx_hash64(a->attempt->format, 2));
    sq_put64(bytes + 16, mark);
    const uint64_t hash = dx_hash64((dx_str){bytes, sizeof bytes}, 0);
    return (int64_t)((uint64_t)a->server << HASH_BITS | (hash & ((UINT64_C(1) << HASH_BITS) - 1)));
}

/* As schema13_attempts.sql has it. */
int64_t sq_top_key(int64_t prefix_key)
{
    return prefix_key ^ INT64_C(24253932965);
}

uint64_t sq_content_key(int64_t server, int64_t format, dx_str digest)
{
    return dx_hash64(digest, (uint64_t)server << 32 ^ (uint64_t)format);
}

static bool is_power_of_eight(uint64_t power_of_two)
{
    return __builtin_ctzll(power_of_two) % 3 == 0;
}

bool sq_prefix_kept(const dx_trail *trail, uint64_t count)
{
    return count == trail->stride || is_power_of_eight(count);
}

uint64_t sq_top_count(const dx_trail *trail)
{
    /* The last line may still grow, so it is left out where the stride allows. */
    const uint64_t sure = trail->records > 1 ? trail->records - 1 : trail->records;
    uint64_t power = trail->stride, ignored;
    if (!sq_mark_at(trail, power, &ignored) || power > sure)
        return 0;
    while (power <= sure / 2)
        power *= 2;
    return power;
}

/* ---- a stored attempt ---- */

typedef struct stored {
    int64_t id, began_us;
    uint64_t records;
    uint32_t stride, lines;
    bool closed;
    size_t n_marks;
    uint64_t count[SQ_MARKS], mark[SQ_MARKS];
} stored;

static void read_stored(sqlite3_stmt *q, stored *out)
{
    out->records = (uint64_t)sqlite3_column_int64(q, 2);
    out->stride = sq_u32(sqlite3_column_int64(q, 3));
    out->closed = sqlite3_column_int(q, 5) != 0;
    out->began_us = sq_time_at(q, 6);
    out->lines = sq_u32(sqlite3_column_int64(q, 7));
    const dx_str marks = sq_bytes(q, 4);
    out->n_marks = sq_mark_counts(out->records, out->stride, out->count);
    if (marks.n != out->n_marks * sizeof *out->mark)
        out->n_marks = 0; /* written by somebody else: known by its digest alone */
    for (size_t i = 0; i < out->n_marks; i++)
        out->mark[i] = sq_get64(marks.p + i * sizeof *out->mark);
}

/* DX_END when the attempt is of another server or format (two keys happened to be equal). */
static dx_rc load_stored(sq_store *s, int64_t id, const sq_new *a, stored *out, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_query(s, &q, err, SQ_ATTEMPT_TRAIL, SQ_I(id)))
        return DX_FAIL;
    const dx_rc rc = sq_next(s, q, err);
    if (rc != DX_OK)
        return rc;
    const bool same =
        sqlite3_column_int64(q, 0) == a->server && sqlite3_column_int64(q, 1) == a->format;
    out->id = id;
    read_stored(q, out);
    sq_done(q);
    return same ? DX_OK : DX_END;
}

/* ---- events behind the last common fingerprint ---- */

typedef struct place {
    int64_t seq, at, last; /* last: the line it ends at, relative as seq is */
    dx_str text;
} place;

typedef struct places {
    place *p;
    size_t n, cap;
} places;

static dx_rc stored_places(sq_store *s, const stored *old, uint64_t from, dx_arena *into,
                           places *out, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_query(s, &q, err, SQ_ATTEMPT_TAIL, SQ_I(sq_event_id(old->id, 0)),
                 SQ_I(sq_event_id(old->id, SQ_EVENT_MAX - 1)), SQ_I(from)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK) {
        place next = {sqlite3_column_int64(q, 0), sqlite3_column_int64(q, 1),
                      sqlite3_column_int64(q, 2), DX_NONE};
        rc = sq_copy(q, 3, into, &next.text, err);
        if (rc == DX_OK && !DX_PUSH(into, out->p, out->n, out->cap, next))
            rc = dx_nomem(err);
        if (rc != DX_OK)
            break;
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static dx_rc new_places(const sq_new *a, uint64_t from, dx_arena *into, places *out, dx_err *err)
{
    for (size_t i = 0; i < a->n_events; i++) {
        const dx_event *e = a->event[i];
        const int64_t seq = (int64_t)e->seq - a->attempt->first_seq;
        if (seq >= (int64_t)from &&
            !DX_PUSH(into, out->p, out->n, out->cap,
                     (place){seq, e->at, (int64_t)e->last_line - a->attempt->first_line, e->text}))
            return dx_nomem(err);
    }
    return DX_OK;
}

static bool before(const place *a, const place *b)
{
    return a->seq != b->seq ? a->seq < b->seq : a->at < b->at;
}

/* Every event of the shorter copy is in the longer one; one that reaches the shorter one's last
 * line may have only the beginning of its text (`last`: that line, or INT64_MAX when that is not
 * allowed). */
static bool contained(const places *shorter, const places *longer, int64_t last)
{
    size_t j = 0;
    for (size_t i = 0; i < shorter->n; i++) {
        const place *want = &shorter->p[i];
        while (j < longer->n && before(&longer->p[j], want))
            j++;
        bool found = false;
        for (size_t k = j; k < longer->n && !before(want, &longer->p[k]) && !found; k++)
            found = want->last >= last ? dx_str_starts(longer->p[k].text, want->text)
                                       : dx_str_eq(longer->p[k].text, want->text);
        if (!found)
            return false;
    }
    return true;
}

/* ---- comparing ---- */

typedef struct comparison {
    bool grown;       /* the one in hand is the longer */
    bool differs;     /* the fingerprints at the shorter one's end differ */
    uint64_t shorter; /* its lines */
    uint64_t proven;  /* lines that are surely the same */
} comparison;

/* False when the beginnings differ. */
static bool compare_marks(const stored *old, const dx_attempt *a, comparison *out)
{
    const uint64_t records = a->trail.records;
    const uint32_t lines = a->last_line - a->first_line;
    out->grown = records > old->records || (records == old->records && lines >= old->lines);
    out->shorter = out->grown ? old->records : records;
    for (size_t i = old->n_marks; i-- > 0;) {
        uint64_t mark;
        if (old->count[i] > out->shorter || !sq_mark_at(&a->trail, old->count[i], &mark))
            continue;
        if (mark == old->mark[i]) {
            out->proven = old->count[i];
            return true;
        }
        if (old->count[i] != out->shorter)
            return false;
        out->differs = true;
    }
    return true;
}

static dx_rc compare_tails(sq_store *s, const stored *old, const sq_new *a, const comparison *c,
                           bool dated, bool *same, dx_err *err)
{
    dx_arena *scratch = dx_arena_new(0);
    places theirs = {0}, ours = {0};
    if (!scratch)
        return dx_nomem(err);
    dx_rc rc = stored_places(s, old, c->proven, scratch, &theirs, err);
    if (rc == DX_OK)
        rc = new_places(a, c->proven, scratch, &ours, err);
    const dx_attempt *now = a->attempt;
    const int64_t last = c->grown ? old->lines : (int64_t)now->last_line - now->first_line;
    if (rc == DX_OK)
        *same = contained(c->grown ? &theirs : &ours, c->grown ? &ours : &theirs,
                          dated ? last : INT64_MAX);
    dx_arena_free(scratch);
    return rc;
}

/* `placed`: it was seen under the same name at the same ordinal. */
static dx_rc relate(sq_store *s, const stored *old, const sq_new *a, bool placed, sq_relation *out,
                    dx_err *err)
{
    comparison c = {0};
    *out = SQ_STRANGER;
    if (!old->records || !a->attempt->trail.records || !compare_marks(old, a->attempt, &c))
        return DX_OK;
    const sq_relation relation = c.grown ? SQ_GROWN : SQ_OLDER;
    if (c.proven == c.shorter) {
        *out = relation;
        return DX_OK;
    }
    /* An attempt that came to its end can only be known by all of its lines. */
    const bool complete = c.grown ? old->closed : a->attempt->closed;
    const bool dated = old->began_us != DX_NO_TIME && old->began_us == a->attempt->began_us;
    if (complete || (c.differs && !dated) || (!c.proven && !(placed && dated)))
        return DX_OK;
    bool same = false;
    if (compare_tails(s, old, a, &c, dated, &same, err))
        return DX_FAIL;
    if (same)
        *out = relation;
    return DX_OK;
}

/* ---- candidates ---- */

enum { CANDIDATES = 64 }; /* more than these share a beginning only by being meaningless */

typedef struct candidates {
    int64_t id[CANDIDATES];
    size_t n, placed; /* the first `placed` have the same name and ordinal */
} candidates;

static dx_rc gather(sq_store *s, sqlite3_stmt *q, candidates *c, dx_err *err)
{
    dx_rc rc = DX_OK;
    while (c->n < CANDIDATES && (rc = sq_next(s, q, err)) == DX_OK) {
        const int64_t id = sqlite3_column_int64(q, 0);
        size_t i = 0;
        while (i < c->n && c->id[i] != id)
            i++;
        if (i == c->n)
            c->id[c->n++] = id;
    }
    sq_done(q);
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

static dx_rc gather_placed(sq_store *s, const sq_new *a, const sq_scope *scope, candidates *c,
                           dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (!scope->source)
        return DX_OK;
    if (sq_query(s, &q, err, SQ_ATTEMPT_BY_PLACE, SQ_I(scope->source), SQ_I(a->attempt->ordinal),
                 SQ_I(scope->last)) ||
        gather(s, q, c, err))
        return DX_FAIL;
    c->placed = c->n;
    return DX_OK;
}

/* Those that have the first of the keys come first, of these the oldest: the order of the loops
 * that CROSS JOIN asks for. */
static dx_rc gather_keys(sq_store *s, const sq_rows *keys, int64_t last, candidates *c, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_beginnings_ready(s, keys, err) ||
        sq_ask(s, &q, err,
               "SELECT attempt FROM sq_rows(?1) CROSS JOIN attempt_prefix ON key = a"
               " WHERE attempt <= ?2",
               SQ_R(keys), SQ_I(last)))
        return DX_FAIL;
    return gather(s, q, c, err);
}

/* Those whose longest sure beginning is one of ours: we may have grown out of them.  The longest
 * come first. */
static dx_rc gather_shorter(sq_store *s, const sq_new *a, int64_t last, candidates *c, dx_err *err)
{
    const dx_trail *trail = &a->attempt->trail;
    int64_t key[64];
    sq_rows rows = {.p = key, .width = 1};
    bool any = false;
    for (uint64_t count = sq_top_count(trail), mark; rows.n < 64 && sq_mark_at(trail, count, &mark);
         count /= 2) {
        key[rows.n] = sq_top_key(sq_prefix_key(a, mark));
        any |= !sq_absent(s, SQ_HELD_TOP, (uint64_t)key[rows.n++]);
    }
    return any ? gather_keys(s, &rows, last, c, err) : DX_OK;
}

/* Those that begin with a long sure beginning of ours: we may be an older copy of them.  They have
 * a key of the longest with a power of eight of lines, or, when they have more lines than we know
 * of, of one that is longer than that. */
static dx_rc gather_longer(sq_store *s, const sq_new *a, int64_t last, candidates *c, dx_err *err)
{
    const dx_trail *trail = &a->attempt->trail;
    uint64_t mark, count = sq_top_count(trail);
    int64_t key[3];
    sq_rows rows = {.p = key, .width = 1};
    bool any = false;
    while (rows.n < 3 && sq_mark_at(trail, count, &mark)) {
        key[rows.n] = sq_prefix_key(a, mark);
        any |= !sq_absent(s, SQ_HELD_PREFIX, (uint64_t)key[rows.n++]);
        count = is_power_of_eight(count) ? 0 : count / 2;
    }
    return any ? gather_keys(s, &rows, last, c, err) : DX_OK;
}

/* A log often names its server only some lines after it began.  One that was read before that
 * stands under no server, and has grown into one that has a name: at the same place. */
static dx_rc named_since(sq_store *s, const sq_new *a, const sq_scope *scope, const candidates *c,
                         int64_t *id, sq_relation *relation, dx_err *err)
{
    sq_new unnamed = *a;
    if (!c->placed)
        return DX_OK;
    dx_rc rc = sq_value(s, &unnamed.server, err,
                        "SELECT id FROM server WHERE name = 'unknown'"
                        " AND id <> ?1",
                        SQ_I(a->server));
    for (size_t i = 0; rc == DX_OK && i < c->placed; i++) {
        stored old;
        if (scope->taken(scope->ctx, c->id[i]))
            continue;
        rc = load_stored(s, c->id[i], &unnamed, &old, err);
        if (rc == DX_OK)
            rc = relate(s, &old, &unnamed, true, relation, err);
        if (rc == DX_OK && *relation == SQ_GROWN) {
            *id = c->id[i];
            return DX_OK;
        }
        *relation = SQ_STRANGER;
        rc = rc == DX_FAIL ? DX_FAIL : DX_OK;
    }
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

dx_rc sq_related(sq_store *s, const sq_new *a, const sq_scope *scope, int64_t *id,
                 sq_relation *relation, dx_err *err)
{
    candidates c = {.n = 0};
    if (gather_placed(s, a, scope, &c, err) || gather_shorter(s, a, scope->last, &c, err) ||
        gather_longer(s, a, scope->last, &c, err))
        return DX_FAIL;
    *relation = SQ_STRANGER;
    for (size_t i = 0; i < c.n; i++) {
        stored old;
        if (scope->taken(scope->ctx, c.id[i]))
            continue;
        const dx_rc rc = load_stored(s, c.id[i], a, &old, err);
        if (rc == DX_END)
            continue;
        if (rc != DX_OK || relate(s, &old, a, i < c.placed, relation, err))
            return DX_FAIL;
        if (*relation != SQ_STRANGER) {
            *id = c.id[i];
            return DX_OK;
        }
    }
    return named_since(s, a, scope, &c, id, relation, err);
}
