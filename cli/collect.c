#include "cli/collect.h"

#include <stdlib.h>
#include <string.h>

/* The last few unknown errors of one attempt, each with room for its text. */
typedef struct late_error {
    dx_event event;
    char text[DX_UNKNOWN_BYTES];
} late_error;

struct dx_attempt_errors {
    uint32_t kept; /* whole records */
    uint32_t seen;
    late_error *late; /* DX_UNKNOWN_LAST, used in turn; NULL until needed */
};

static struct dx_attempt_errors *errors_of(dx_collect *c, uint32_t attempt)
{
    while (c->n_errors < attempt) {
        if (!DX_PUSH(c->into, c->errors, c->n_errors, c->cap_errors, NULL))
            return NULL;
    }
    struct dx_attempt_errors **slot = &c->errors[attempt - 1];
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
    return kept.p && DX_PUSH(c->into, c->events, c->n, c->cap, unknown_error(rec, kept));
}

static bool keep_late(dx_collect *c, struct dx_attempt_errors *errors, const dx_record *rec,
                      dx_str text)
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
    struct dx_attempt_errors *errors = errors_of(c, rec->attempt);
    if (!errors)
        return false;
    const bool ok = errors->seen < DX_UNKNOWN_FIRST ? keep_early(c, rec, text)
                                                    : keep_late(c, errors, rec, text);
    errors->seen++;
    return ok;
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
    struct dx_attempt_errors *errors = errors_of(c, rec->attempt);
    if (!errors || errors->kept == DX_KEPT_FIRST)
        return errors != NULL;
    const dx_str copy = dx_arena_copy(c->into, text);
    dx_event e = unknown_error(rec, copy);
    e.polarity = DX_CONTEXT;
    errors->kept++;
    return copy.p && DX_PUSH(c->into, c->kept, c->n_kept, c->cap_kept, e);
}

dx_rc dx_collect_add(dx_collect *c, const dx_record *rec, dx_events found, dx_err *err)
{
    if (found.n > DX_EVENTS_MAX - c->n)
        return dx_fail(err, DX_E_LIMIT, DX_NOWHERE,
                       "over %d messages that rules know; what follows line %u was not read",
                       DX_EVENTS_MAX, (unsigned)rec->line);
    for (size_t i = 0; i < found.n; i++) {
        if (!DX_PUSH(c->into, c->events, c->n, c->cap, found.p[i]))
            return dx_nomem(err);
        if (found.p[i].last_line > c->covered)
            c->covered = found.p[i].last_line;
    }
    if (!keep_whole(c, rec, found))
        return dx_nomem(err);
    const bool unknown = found.n == 0 && rec->level == DX_LEVEL_ERROR && rec->line > c->covered;
    return !unknown || c->n == DX_EVENTS_MAX || keep_unknown(c, rec) ? DX_OK : dx_nomem(err);
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

static bool add_late(dx_collect *c, const struct dx_attempt_errors *errors)
{
    if (!errors || errors->seen <= DX_UNKNOWN_FIRST)
        return true;
    const uint32_t beyond = errors->seen - DX_UNKNOWN_FIRST;
    const uint32_t n = beyond < DX_UNKNOWN_LAST ? beyond : DX_UNKNOWN_LAST;
    for (uint32_t i = 0; i < n; i++) {
        if (!DX_PUSH(c->into, c->events, c->n, c->cap, errors->late[i].event))
            return false;
    }
    return true;
}

dx_rc dx_collect_finish(dx_collect *c, size_t n_attempts, dx_err *err)
{
    size_t kept = 0;

    for (size_t i = 0; i < c->n_errors; i++) {
        if (!add_late(c, c->errors[i]))
            return dx_nomem(err);
    }
    for (size_t i = 0; i < c->n; i++) {
        if (c->events[i].attempt >= 1 && c->events[i].attempt <= n_attempts)
            c->events[kept++] = c->events[i];
    }
    c->n = kept;
    kept = 0;
    for (size_t i = 0; i < c->n_kept; i++) {
        if (c->kept[i].attempt >= 1 && c->kept[i].attempt <= n_attempts)
            c->kept[kept++] = c->kept[i];
    }
    c->n_kept = kept;
    kept = c->n;
    if (kept)
        qsort(c->events, kept, sizeof *c->events, in_log_order);
    return DX_OK;
}
