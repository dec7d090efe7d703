#include "cli/rematch.h"

#include <stdlib.h>

#include "cli/textrun.h"

typedef struct list {
    dx_event *p;
    size_t n, cap;
} list;

/* A message may have begun in the record before, or go on in the next. */
static bool touches(const dx_event *e, const dx_event *record)
{
    const uint32_t end = e->last_line > e->line ? e->last_line : e->line;
    return end >= record->line && e->line <= record->last_line;
}

/* The same signature was seen there before. */
static bool is_known(const dx_case *c, const dx_event *record, dx_str signature)
{
    for (size_t i = 0; i < c->n_events; i++) {
        const dx_event *e = &c->events[i];
        if (touches(e, record) &&
            (dx_str_eq(e->signature, signature) || dx_str_eq(e->base, signature)))
            return true;
    }
    return false;
}

/* Adds what the rules see in a text, at its place; *found counts. */
static dx_rc look(const dx_rematch *m, const dx_case *c, const dx_event *record, dx_arena *into,
                  list *out, size_t *found, dx_err *err)
{
    dx_textrun run = {.know = m->know,
                      .matcher = m->matcher,
                      .into = m->scratch,
                      .text = record->text,
                      .scope = c->attempt.format,
                      .server = c->attempt.server};
    if (dx_textrun_do(&run, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < run.events.n; i++) {
        dx_event e = run.events.events[i];
        if (e.polarity == DX_UNKNOWN || is_known(c, record, e.signature))
            continue;
        e.last_line = record->line + (e.last_line - 1);
        e.line = record->line + (e.line - 1);
        e.seq = record->seq;
        e.attempt = record->attempt;
        e.offset = record->offset;
        e.time_us = record->time_us;
        if (!dx_event_keep(&e, into) || !DX_PUSH(into, out->p, out->n, out->cap, e))
            return dx_nomem(err);
        ++*found;
    }
    return DX_OK;
}

static int in_log_order(const void *a, const void *b)
{
    const dx_event *x = a, *y = b;
    if (x->seq != y->seq)
        return x->seq < y->seq ? -1 : 1;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return dx_str_cmp(x->signature, y->signature);
}

static dx_rc look_at_all(const dx_rematch *m, const dx_case *c, dx_arena *into, list *out,
                         size_t *found, dx_err *err)
{
    for (size_t i = 0; i < c->n_events; i++) {
        const dx_event *e = &c->events[i];
        const size_t before = *found;
        if (e->polarity == DX_UNKNOWN && look(m, c, e, into, out, found, err) != DX_OK)
            return DX_FAIL;
        if (*found == before && !DX_PUSH(into, out->p, out->n, out->cap, *e))
            return dx_nomem(err);
    }
    for (size_t i = 0; i < c->n_kept; i++) {
        if (look(m, c, &c->kept[i], into, out, found, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

dx_rc dx_rematch_case(const dx_rematch *m, const dx_case *c, dx_arena *into, dx_event **events,
                      size_t *n, dx_err *err)
{
    list all = {.n = 0};
    size_t found = 0;
    const dx_rc rc = look_at_all(m, c, into, &all, &found, err);
    dx_arena_reset(m->scratch);
    if (rc != DX_OK)
        return DX_FAIL;
    *n = found ? all.n : 0;
    *events = all.p;
    if (found)
        qsort(all.p, all.n, sizeof *all.p, in_log_order);
    return DX_OK;
}
