#include "core/attempt.h"

const dx_fact *dx_attempt_find(const dx_attempt *a, const char *name)
{
    const dx_str wanted = dx_str_of(name);

    for (size_t i = 0; i < a->n_facts; i++)
        if (dx_str_eq(a->facts[i].name, wanted))
            return &a->facts[i];
    return NULL;
}

dx_str dx_attempt_fact(const dx_attempt *a, const char *name)
{
    const dx_fact *found = dx_attempt_find(a, name);

    return found ? found->value : DX_NONE;
}

bool dx_server_named(dx_str server)
{
    return server.n > 0 && !dx_str_eq(server, DX_NO_SERVER);
}

dx_str dx_attempt_machine(const dx_attempt *a)
{
    return a->counts_as.n ? a->counts_as : a->server;
}

/* Absent texts stay absent. */
static bool keep(dx_str *text, dx_arena *into)
{
    if (text->p)
        *text = dx_arena_copy(into, *text);
    return text->p || text->n == 0;
}

bool dx_attempt_keep(dx_attempt *a, dx_arena *into)
{
    dx_fact *facts = dx_arena_dup(into, a->facts, a->n_facts * sizeof *facts);
    uint64_t *marks = dx_arena_dup(into, a->trail.mark, a->trail.n * sizeof *marks);
    bool ok = facts && marks && keep(&a->server, into) && keep(&a->counts_as, into) &&
              keep(&a->format, into) && keep(&a->outcome_text, into) && keep(&a->code, into) &&
              keep(&a->zone, into);

    for (size_t i = 0; ok && i < a->n_facts; i++)
        ok = keep(&facts[i].name, into) && keep(&facts[i].value, into) && keep(&facts[i].how, into);
    a->facts = facts;
    a->trail.mark = marks;
    return ok;
}
