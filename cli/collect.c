#include "cli/collect.h"

#include <stdlib.h>
#include <string.h>

#include "cli/flood.h"

/* The last few unknown errors of one attempt, each with room for its text. */
typedef struct late_error {
    dx_event event;
    char text[DX_UNKNOWN_BYTES];
} late_error;

/* Of one attempt. */
struct dx_collected {
    uint32_t events;
    dx_flood *flood; /* NULL until there are too many */
    uint32_t kept;   /* whole records */
    uint32_t near_errors, near_failures;
    uint32_t near_until; /* the last line that is kept because of them */
    uint32_t seen;
    late_error *late; /* DX_UNKNOWN_LAST, used in turn; NULL until needed */
};

static struct dx_collected *collected_of(dx_collect *c, uint32_t attempt)
{
    while (c->n_of < attempt) {
        if (!DX_PUSH(c->into, c->of, c->n_of, c->cap_of, NULL))
            return NULL;
    }
    struct dx_collected **slot = &c->of[attempt - 1];
    if (!*slot)
        *slot = dx_arena_get(c->into, sizeof **slot);
    return *slot;
}

/* At most `max` bytes, cut between characters. */
static dx_str cut(dx_str text, size_t max)
{
    if (text.n <= max)
        return text;
    while (max > 0 && ((unsigned char)text.p[max] & 0xC0) == 0x80)
        max--;
    return (dx_str){text.p, max};
}

static dx_event unknown_error(const dx_record *rec, dx_str text)
{
    return (dx_event){.polarity = DX_UNKNOWN,
                      .attempt = rec->attempt,
                      .line = rec->line,
                      .last_line = rec->line + (rec->n_lines ? rec->n_lines - 1 : 0),
                      .seq = rec->seq,
                      .offset = rec->offset,
                      .time_us = rec->time_us,
                      .level = rec->level,
                      .text = text};
}

static bool keep_early(dx_collect *c, const dx_record *rec, dx_str text)
{
    const dx_str kept = dx_arena_copy(c->into, text);
    return kept.p && DX_PUSH_MANY(c->into, c->events, c->n, c->cap, unknown_error(rec, kept));
}

static bool keep_late(dx_collect *c, struct dx_collected *errors, const dx_record *rec, dx_str text)
{
    if (!errors->late)
        errors->late = dx_arena_get(c->into, DX_UNKNOWN_LAST * sizeof *errors->late);
    if (!errors->late)
        return false;
    late_error *slot = &errors->late[(errors->seen - DX_UNKNOWN_FIRST) % DX_UNKNOWN_LAST];
    memcpy(slot->text, text.p, text.n);
    slot->event = unknown_error(rec, (dx_str){slot->text, text.n});
    return true;
}

static bool keep_unknown(dx_collect *c, const dx_record *rec)
{
    const dx_str text = cut(dx_str_trim(rec->text), DX_UNKNOWN_BYTES);
    if (rec->attempt == 0 || text.n == 0)
        return true;
    struct dx_collected *errors = collected_of(c, rec->attempt);
    if (!errors)
        return false;
    const bool ok = errors->seen < DX_UNKNOWN_FIRST ? keep_early(c, rec, text)
                                                    : keep_late(c, errors, rec, text);
    errors->seen++;
    return ok;
}

static bool keep_record(dx_collect *c, const dx_record *rec, dx_str text)
{
    const dx_str copy = dx_arena_copy(c->into, text);
    dx_event e = unknown_error(rec, copy);
    e.polarity = DX_CONTEXT;
    return copy.p && DX_PUSH(c->into, c->kept, c->n_kept, c->cap_kept, e);
}

/* A record of which the events of failures hold only a part. */
static bool keep_whole(dx_collect *c, const dx_record *rec, dx_events found)
{
    const dx_str text = cut(dx_str_trim(rec->text), DX_UNKNOWN_BYTES);
    size_t failures = 0, told = 0;
    for (size_t i = 0; i < found.n; i++) {
        failures += found.p[i].polarity == DX_FAILURE;
        told = found.p[i].text.n > told ? found.p[i].text.n : told;
    }
    if (!failures || rec->attempt == 0 || text.n <= told)
        return true;
    struct dx_collected *errors = collected_of(c, rec->attempt);
    if (!errors || errors->kept == DX_KEPT_FIRST)
        return errors != NULL;
    errors->kept++;
    return keep_record(c, rec, text);
}

static uint32_t end_of(const dx_record *rec)
{
    return rec->line + (rec->n_lines ? rec->n_lines - 1 : 0);
}

/* With the record itself where no event may hold it. */
static dx_rc keep_around(dx_collect *c, const dx_record *rec, bool itself, uint32_t *until,
                         dx_err *err)
{
    dx_neighbours near;

    if (itself && !keep_record(c, rec, cut(dx_str_trim(rec->text), DX_NEIGHBOURS_BYTES)))
        return dx_nomem(err);
    if (dx_framer_neighbours(c->framer, rec, *until, &near, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < near.n; i++) {
        if (near.p[i].line > *until && !keep_record(c, &near.p[i], near.p[i].text))
            return dx_nomem(err);
    }
    const uint32_t end =
        end_of(near.n > 0 && near.p[near.n - 1].line > rec->line ? &near.p[near.n - 1] : rec);
    *until = end > *until ? end : *until;
    return DX_OK;
}

static dx_rc keep_decisive(dx_collect *c, const dx_record *rec, dx_events found, bool unknown,
                           dx_err *err)
{
    bool failure = rec->fails;

    for (size_t i = 0; i < found.n; i++)
        failure |= found.p[i].polarity == DX_FAILURE;
    if (!c->framer || rec->attempt == 0 || (!failure && !unknown) || c->n_kept >= DX_EVENTS_MAX)
        return DX_OK;
    struct dx_collected *errors = collected_of(c, rec->attempt);
    if (!errors)
        return dx_nomem(err);
    uint32_t *n = failure ? &errors->near_failures : &errors->near_errors;
    if (*n == (failure ? DX_NEAR_FAILURES : DX_NEAR_ERRORS))
        return DX_OK;
    ++*n;
    return keep_around(c, rec, found.n == 0, &errors->near_until, err);
}

/* ---- known messages ---- */

dx_arena *dx_collect_room(dx_collect *c, const dx_record *rec)
{
    const bool many = rec->attempt > 0 && rec->attempt <= c->n_of && c->of[rec->attempt - 1] &&
                      c->of[rec->attempt - 1]->flood;

    if (!many)
        return c->into;
    if (c->passing)
        dx_arena_reset(c->passing);
    else
        c->passing = dx_arena_new(0);
    return c->passing;
}

static bool keep_first(dx_collect *c, struct dx_collected *of, const dx_event *e)
{
    of->events++;
    return DX_PUSH_MANY(c->into, c->events, c->n, c->cap, *e);
}

static bool keep_some(dx_collect *c, struct dx_collected *of, dx_event e)
{
    bool early;

    if (!of->flood && !(of->flood = dx_flood_new()))
        return false;
    if (!dx_flood_add(of->flood, &e, &early))
        return false;
    return !early ||
           (dx_event_keep(&e, c->into) && DX_PUSH_MANY(c->into, c->events, c->n, c->cap, e));
}

static bool keep_known(dx_collect *c, const dx_record *rec, dx_events found)
{
    struct dx_collected *of = rec->attempt > 0 ? collected_of(c, rec->attempt) : NULL;
    bool ok = of || rec->attempt == 0; /* what stands before all attempts is dropped at the end */

    for (size_t i = 0; ok && i < found.n; i++) {
        if (of)
            ok = of->events < DX_EVENTS_FIRST ? keep_first(c, of, &found.p[i])
                                              : keep_some(c, of, found.p[i]);
        if (found.p[i].last_line > c->covered)
            c->covered = found.p[i].last_line;
    }
    return ok;
}

dx_rc dx_collect_add(dx_collect *c, const dx_record *rec, dx_events found, dx_err *err)
{
    if (found.n > DX_EVENTS_MAX - c->n)
        return dx_fail(err, DX_E_LIMIT, DX_NOWHERE,
                       "over %d messages that rules know; what follows line %u was not read",
                       DX_EVENTS_MAX, (unsigned)rec->line);
    if (found.n > 0 && !keep_known(c, rec, found))
        return dx_nomem(err);
    if (!keep_whole(c, rec, found))
        return dx_nomem(err);
    const bool unknown = found.n == 0 && rec->level == DX_LEVEL_ERROR && rec->line > c->covered;
    if (unknown && c->n < DX_EVENTS_MAX && !keep_unknown(c, rec))
        return dx_nomem(err);
    return keep_decisive(c, rec, found, unknown, err);
}

static int in_log_order(const void *a, const void *b)
{
    const dx_event *x = a, *y = b;
    if (x->seq != y->seq)
        return x->seq < y->seq ? -1 : 1;
    if (x->offset != y->offset) /* parts of one long line */
        return x->offset < y->offset ? -1 : 1;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return dx_str_cmp(x->signature, y->signature);
}

static bool add_late(dx_collect *c, const struct dx_collected *errors)
{
    if (!errors || errors->seen <= DX_UNKNOWN_FIRST)
        return true;
    const uint32_t beyond = errors->seen - DX_UNKNOWN_FIRST;
    const uint32_t n = beyond < DX_UNKNOWN_LAST ? beyond : DX_UNKNOWN_LAST;
    for (uint32_t i = 0; i < n; i++) {
        if (!DX_PUSH_MANY(c->into, c->events, c->n, c->cap, errors->late[i].event))
            return false;
    }
    return true;
}

/* By record, and of the same record that of which more is kept. */
static int longest_first(const void *a, const void *b)
{
    const dx_event *x = a, *y = b;
    if (x->seq != y->seq)
        return x->seq < y->seq ? -1 : 1;
    if (x->text.n != y->text.n)
        return x->text.n > y->text.n ? -1 : 1;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static size_t only_of_attempts(dx_event *list, size_t n, size_t n_attempts)
{
    size_t stay = 0;

    for (size_t i = 0; i < n; i++) {
        if (list[i].attempt >= 1 && list[i].attempt <= n_attempts)
            list[stay++] = list[i];
    }
    return stay;
}

/* Each record once, and none that is an unknown error: its event holds more. */
static void drop_told(dx_collect *c)
{
    size_t stay = 0, at = 0;

    for (size_t i = 0; i < c->n_kept; i++) {
        const uint32_t seq = c->kept[i].seq;
        bool told = stay > 0 && c->kept[stay - 1].seq == seq;
        while (at < c->n && c->events[at].seq < seq)
            at++;
        for (size_t j = at; j < c->n && c->events[j].seq == seq; j++)
            told |= c->events[j].polarity == DX_UNKNOWN;
        if (!told)
            c->kept[stay++] = c->kept[i];
    }
    c->n_kept = stay;
}

static bool add_flood(dx_collect *c, const struct dx_collected *of)
{
    const size_t n = of && of->flood ? dx_flood_count(of->flood) : 0;
    bool ok = true;

    for (size_t i = 0; ok && i < n; i++) {
        dx_event e = *dx_flood_at(of->flood, i);
        ok = dx_event_keep(&e, c->into) && DX_PUSH_MANY(c->into, c->events, c->n, c->cap, e);
    }
    return ok;
}

dx_rc dx_collect_finish(dx_collect *c, size_t n_attempts, dx_err *err)
{
    for (size_t i = 0; i < c->n_of; i++) {
        if (!add_late(c, c->of[i]) || !add_flood(c, c->of[i]))
            return dx_nomem(err);
    }
    c->n = only_of_attempts(c->events, c->n, n_attempts);
    c->n_kept = only_of_attempts(c->kept, c->n_kept, n_attempts);
    if (c->n)
        qsort(c->events, c->n, sizeof *c->events, in_log_order);
    if (c->n_kept)
        qsort(c->kept, c->n_kept, sizeof *c->kept, longest_first);
    drop_told(c);
    return DX_OK;
}

uint64_t dx_collect_lost(const dx_collect *c, size_t n_attempts)
{
    uint64_t n = 0;

    for (size_t i = 0; i < c->n_of && i < n_attempts; i++)
        if (c->of[i] && c->of[i]->flood)
            n += dx_flood_lost(c->of[i]->flood);
    return n;
}

void dx_collect_done(dx_collect *c)
{
    for (size_t i = 0; i < c->n_of; i++)
        if (c->of[i])
            dx_flood_free(c->of[i]->flood);
    dx_arena_free(c->passing);
    c->passing = NULL;
    c->n_of = 0;
}
