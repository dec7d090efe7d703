/* Reading an attempt back as it was put, with the lines of one of its sightings. */
#include "db/backends/sqlite.h"
#include <stdlib.h>

/* Where the sighting begins; everything stored is relative to it. */
typedef struct base_line {
    int64_t line, offset, seq;
} base_line;

static uint32_t shifted(int64_t base, sqlite3_stmt *q, int column)
{
    int64_t sum;
    const int64_t relative = sqlite3_column_int64(q, column);
    if (relative > UINT32_MAX || relative < -(int64_t)UINT32_MAX)
        return 0;
    sum = base + relative;
    return sq_u32(sum);
}

static dx_hash128 digest_at(sqlite3_stmt *q, int column)
{
    const dx_str bytes = sq_bytes(q, column);
    if (bytes.n != 16)
        return (dx_hash128){0};
    return (dx_hash128){.lo = sq_get64(bytes.p), .hi = sq_get64(bytes.p + 8)};
}

static void read_attempt(sqlite3_stmt *q, const base_line *at, dx_attempt *a)
{
    a->trail =
        (dx_trail){.records = (uint64_t)sqlite3_column_int64(q, 3), .digest = digest_at(q, 2)};
    a->outcome = (dx_outcome)sq_word(q, 4, DX_CUT_OFF);
    if (sqlite3_column_type(q, 5) != SQLITE_NULL)
        a->outcome_line = shifted(at->line, q, 5);
    a->opened = sqlite3_column_int(q, 8) != 0;
    a->closed = sqlite3_column_int(q, 9) != 0;
    a->began_us = sq_time_at(q, 10);
    a->ended_us = sq_time_at(q, 11);
    a->first_line = sq_u32(at->line);
    a->first_offset = (uint64_t)at->offset;
    a->first_seq = sq_u32(at->seq);
    a->last_line = shifted(at->line, q, 13);
    a->last_seq = shifted(at->seq, q, 14);
    a->errors = (uint64_t)sqlite3_column_int64(q, 15);
    a->warnings = (uint64_t)sqlite3_column_int64(q, 16);
    a->ordinal = sq_u32(sqlite3_column_int64(q, 17));
    a->parent = sq_u32(sqlite3_column_int64(q, 18));
}

static dx_rc read_texts(sqlite3_stmt *q, dx_arena *into, dx_case *c, dx_err *err)
{
    const struct {
        int column;
        dx_str *to;
    } texts[] = {{0, &c->attempt.server}, {1, &c->attempt.format}, {6, &c->attempt.outcome_text},
                 {7, &c->attempt.code},   {12, &c->attempt.zone},  {22, &c->path},
                 {23, &c->member},        {24, &c->read_by},       {25, &c->attempt.counts_as}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (sq_copy(q, texts[i].column, into, texts[i].to, err))
            return DX_FAIL;
    return DX_OK;
}

static dx_rc read_row(sq_store *s, int64_t id, int64_t scan, dx_arena *into, base_line *at,
                      dx_case *c, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_query(s, &q, err, SQ_CASE, SQ_I(id), SQ_I(scan)))
        return DX_FAIL;
    dx_rc rc = sq_next(s, q, err);
    if (rc == DX_END)
        return dx_fail(err, DX_E_STORE, DX_NOWHERE, "the store '%s' has no attempt %lld", s->where,
                       (long long)id);
    if (rc == DX_FAIL)
        return DX_FAIL;
    *at = (base_line){.line = sq_u32(sqlite3_column_int64(q, 19)),
                      .offset = sqlite3_column_int64(q, 20),
                      .seq = sq_u32(sqlite3_column_int64(q, 21))};
    c->attempt.id = id;
    read_attempt(q, at, &c->attempt);
    rc = read_texts(q, into, c, err);
    sq_done(q);
    return rc;
}

static dx_rc read_fact(sqlite3_stmt *q, const base_line *at, dx_arena *into, dx_fact *out,
                       dx_err *err)
{
    if (sqlite3_column_type(q, 2) != SQLITE_NULL)
        out->line = shifted(at->line, q, 2);
    if (sq_copy(q, 0, into, &out->name, err) || sq_copy(q, 1, into, &out->value, err))
        return DX_FAIL;
    return sq_copy(q, 3, into, &out->how, err);
}

static dx_rc read_facts(sq_store *s, const base_line *at, dx_arena *into, dx_attempt *a,
                        dx_err *err)
{
    sqlite3_stmt *q = NULL;
    dx_fact *list = NULL;
    size_t cap = 0;
    if (sq_query(s, &q, err, SQ_CASE_FACTS, SQ_I(a->id)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK) {
        dx_fact next = {.line = 0};
        rc = read_fact(q, at, into, &next, err);
        if (rc == DX_OK && !DX_PUSH(into, list, a->n_facts, cap, next))
            rc = dx_nomem(err);
        if (rc != DX_OK)
            break;
    }
    sq_done(q);
    a->facts = list;
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* ---- events ---- */

enum { FEW_FIELDS = 32 };

/* Events may be many: no room is taken for more than there are. */
static dx_rc read_fields(sq_store *s, int64_t evidence, dx_arena *into, dx_event *e, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    dx_field few[FEW_FIELDS], *list = few;
    size_t cap = FEW_FIELDS;
    if (sq_query(s, &q, err, SQ_CASE_FIELDS, SQ_I(evidence)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK) {
        dx_field next = {.type = (dx_type)sq_word(q, 1, DX_T_VERSION),
                         .number = sqlite3_column_int64(q, 3)};
        rc = sq_copy(q, 0, into, &next.name, err);
        if (rc == DX_OK)
            rc = sq_copy(q, 2, into, &next.text, err);
        if (rc == DX_OK && !DX_PUSH(into, list, e->n_fields, cap, next))
            rc = dx_nomem(err);
        if (rc != DX_OK)
            break;
    }
    sq_done(q);
    if (rc == DX_FAIL)
        return DX_FAIL;
    e->fields = list == few ? dx_arena_dup(into, few, e->n_fields * sizeof *few) : list;
    return e->fields ? DX_OK : dx_nomem(err);
}

static dx_rc read_event(sq_store *s, sqlite3_stmt *q, const base_line *at, dx_arena *into,
                        dx_event *e, dx_err *err)
{
    e->id = sqlite3_column_int64(q, 0);
    e->polarity = (dx_polarity)sq_word(q, 3, DX_UNKNOWN);
    e->seq = shifted(at->seq, q, 4);
    e->at = sq_u32(sqlite3_column_int64(q, 5));
    e->line = shifted(at->line, q, 6);
    e->last_line = shifted(e->line, q, 7);
    e->offset = (uint64_t)at->offset + (uint64_t)sqlite3_column_int64(q, 8);
    e->time_us = sq_time_at(q, 9);
    e->level = (dx_level)sq_word(q, 10, DX_LEVEL_ERROR);
    if (sq_copy(q, 1, into, &e->signature, err) || sq_copy(q, 2, into, &e->base, err) ||
        sq_copy(q, 11, into, &e->text, err))
        return DX_FAIL;
    return read_fields(s, sqlite3_column_int64(q, 12), into, e, err);
}

static dx_rc count_events(sq_store *s, int64_t attempt, size_t *n, dx_err *err)
{
    int64_t count = 0;
    if (sq_value(s, &count, err, "SELECT count(*) FROM event WHERE id BETWEEN ?1 AND ?2",
                 SQ_I(sq_event_id(attempt, 0)), SQ_I(sq_event_id(attempt, SQ_EVENT_MAX - 1))))
        return DX_FAIL;
    *n = (size_t)count;
    return DX_OK;
}

static dx_rc read_events(sq_store *s, const base_line *at, dx_arena *into, dx_case *c,
                         dx_event **out, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    dx_event *list = NULL;
    size_t cap = 0;
    if (count_events(s, c->attempt.id, &cap, err))
        return DX_FAIL;
    if (cap && !(list = dx_arena_get(into, cap * sizeof *list)))
        return dx_nomem(err);
    if (sq_query(s, &q, err, SQ_CASE_EVENTS, SQ_I(sq_event_id(c->attempt.id, 0)),
                 SQ_I(sq_event_id(c->attempt.id, SQ_EVENT_MAX - 1))))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK) {
        dx_event next = {.attempt = c->attempt.ordinal};
        rc = read_event(s, q, at, into, &next, err);
        if (rc == DX_OK && !DX_PUSH(into, list, c->n_events, cap, next))
            rc = dx_nomem(err);
        if (rc != DX_OK)
            break;
    }
    sq_done(q);
    *out = list;
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static dx_rc read_kept(sq_store *s, const base_line *at, dx_arena *into, dx_case *c, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    dx_event *list = NULL;
    size_t cap = 0;
    if (sq_ask(s, &q, err,
               "SELECT seq, line, more, offset, time_us, level, coalesce(one.text, evidence.text)"
               " FROM kept CROSS JOIN sq_kept(list) AS one"
               " LEFT JOIN evidence ON evidence.id = one.evidence WHERE attempt = ?1",
               SQ_I(c->attempt.id)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK) {
        dx_event e = {.attempt = c->attempt.ordinal,
                      .polarity = DX_CONTEXT,
                      .seq = shifted(at->seq, q, 0),
                      .line = shifted(at->line, q, 1),
                      .offset = (uint64_t)at->offset + (uint64_t)sqlite3_column_int64(q, 3),
                      .time_us = sq_time_at(q, 4),
                      .level = (dx_level)sq_word(q, 5, DX_LEVEL_ERROR)};
        e.last_line = shifted(e.line, q, 2);
        rc = sq_copy(q, 6, into, &e.text, err);
        if (rc == DX_OK && !DX_PUSH(into, list, c->n_kept, cap, e))
            rc = dx_nomem(err);
        if (rc != DX_OK)
            break;
    }
    sq_done(q);
    c->kept = list;
    return rc == DX_END ? DX_OK : DX_FAIL;
}

dx_rc sq_read_brief(dx_store *base, int64_t attempt, int64_t scan, dx_arena *into, dx_case *out,
                    dx_err *err)
{
    sq_store *s = (sq_store *)base;
    dx_case c = {.n_events = 0};
    dx_event *events = NULL;
    base_line at;
    if (read_row(s, attempt, scan, into, &at, &c, err) ||
        read_facts(s, &at, into, &c.attempt, err) || read_events(s, &at, into, &c, &events, err))
        return DX_FAIL;
    c.events = events;
    *out = c;
    return DX_OK;
}

dx_rc sq_read_case(dx_store *base, int64_t attempt, int64_t scan, dx_arena *into, dx_case *out,
                   dx_err *err)
{
    dx_case c;
    if (sq_read_brief(base, attempt, scan, into, &c, err))
        return DX_FAIL;
    const base_line at = {.line = c.attempt.first_line,
                          .offset = (int64_t)c.attempt.first_offset,
                          .seq = c.attempt.first_seq};
    if (read_kept((sq_store *)base, &at, into, &c, err))
        return DX_FAIL;
    *out = c;
    return DX_OK;
}

/* ---- lists ---- */

dx_rc sq_server_attempts(dx_store *base, dx_str server, dx_arena *into, int64_t **ids, size_t *n,
                         dx_err *err)
{
    sq_store *s = (sq_store *)base;
    sqlite3_stmt *q = NULL;
    if (sq_query(s, &q, err, SQ_SERVER_ATTEMPTS, SQ_T(server)))
        return DX_FAIL;
    return sq_numbers(s, q, into, ids, n, err);
}

dx_rc sq_all_attempts(dx_store *base, dx_arena *into, int64_t **ids, size_t *n, dx_err *err)
{
    sq_store *s = (sq_store *)base;
    sqlite3_stmt *q = NULL;
    if (sq_query(s, &q, err, SQ_ALL_ATTEMPTS, SQ_I(0)))
        return DX_FAIL;
    return sq_numbers(s, q, into, ids, n, err);
}
