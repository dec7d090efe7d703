/* Attempts that were just stored, as the store gives them back. */
#include "db/store.h"

/* As the store has it: an empty text is an absent one. */
static bool keep(dx_str *text, dx_arena *into)
{
    *text = text->n ? dx_arena_copy(into, *text) : DX_NONE;
    return text->p || !text->n;
}

static bool keep_facts(dx_attempt *a, dx_arena *into)
{
    dx_fact *facts = dx_arena_dup(into, a->facts, a->n_facts * sizeof *facts);
    bool ok = facts || !a->n_facts;
    for (size_t i = 0; ok && i < a->n_facts; i++)
        ok = keep(&facts[i].name, into) && keep(&facts[i].value, into) && keep(&facts[i].how, into);
    a->facts = facts;
    return ok;
}

static bool keep_attempt(dx_attempt *a, int64_t id, dx_arena *into)
{
    a->id = id;
    a->counts_as = DX_NONE;
    a->trail = (dx_trail){.records = a->trail.records, .digest = a->trail.digest};
    return keep(&a->server, into) && keep(&a->format, into) && keep(&a->outcome_text, into) &&
           keep(&a->code, into) && keep(&a->zone, into) && keep_facts(a, into);
}

/* Room for the events of each attempt that is whole; *next is the id of the one that comes next. */
static bool make_room(const dx_log *log, const dx_stored *stored, dx_event **list, int64_t *next,
                      dx_arena *into)
{
    for (size_t i = 0; i < log->n_events; i++)
        next[log->events[i].attempt - 1]++;
    for (size_t i = 0; i < log->n_attempts; i++) {
        list[i] = stored[i].whole ? dx_arena_get(into, (size_t)next[i] * sizeof **list) : NULL;
        if (stored[i].whole && next[i] && !list[i])
            return false;
        next[i] = 0;
    }
    return true;
}

static bool keep_events(const dx_log *log, const dx_stored *stored, dx_event **list, int64_t *n,
                        dx_arena *into)
{
    bool ok = make_room(log, stored, list, n, into);
    for (size_t i = 0; ok && i < log->n_events; i++) {
        const size_t at = log->events[i].attempt - 1;
        if (!stored[at].whole)
            continue;
        dx_event *e = &list[at][n[at]];
        *e = log->events[i];
        e->id = stored[at].first_event + n[at]++;
        ok = dx_event_keep(e, into);
    }
    return ok;
}

static bool keep_case(const dx_log *log, size_t i, const dx_stored *stored, dx_str read_by,
                      dx_arena *into, dx_case *c)
{
    c->attempt = log->attempts[i];
    c->path = log->path;
    c->member = log->member;
    c->read_by = read_by;
    return keep_attempt(&c->attempt, stored->id, into) && keep(&c->path, into) &&
           keep(&c->member, into);
}

bool dx_cases_of_log(const dx_log *log, const dx_stored *stored, dx_str read_by, dx_arena *into,
                     dx_case *out)
{
    const size_t n = log->n_attempts;
    dx_arena *scratch = dx_arena_new(0);
    dx_event **list = scratch ? dx_arena_get(scratch, (n + 1) * sizeof *list) : NULL;
    int64_t *count = list ? dx_arena_get(scratch, (n + 1) * sizeof *count) : NULL;
    bool ok = count && keep_events(log, stored, list, count, into);
    for (size_t i = 0; ok && i < n; i++) {
        out[i] = (dx_case){.events = list[i], .n_events = (size_t)count[i]};
        ok = !stored[i].whole || keep_case(log, i, &stored[i], read_by, into, &out[i]);
    }
    dx_arena_free(scratch);
    return ok;
}

void dx_case_number(dx_case *c, const dx_stored *stored)
{
    dx_event *events = (dx_event *)(uintptr_t)c->events; /* keep_events() made them */
    c->attempt.id = stored->id;
    for (size_t i = 0; i < c->n_events; i++)
        events[i].id = stored->first_event + (int64_t)i;
}
