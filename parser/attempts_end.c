/* What is settled when a log ends. */
#include "parser/attempts_impl.h"
#include "parser/detect.h"

static dx_str own_server(const dx_follow *f)
{
    for (size_t i = 0; i < f->n_facts; i++)
        if (dx_str_eq(f->facts[i].name, DX_LIT("server")))
            return f->facts[i].value;
    return DX_NONE;
}

/* A log is of one machine: an attempt that does not name it has that of the one before it, or of
 * the first that does. */
static void name_servers(const dx_tracker *t)
{
    dx_str near = DX_NONE;

    for (size_t i = 0; i < t->n && near.n == 0; i++)
        near = own_server(&t->all[i]);
    for (size_t i = 0; i < t->n; i++) {
        dx_str own = own_server(&t->all[i]);
        near = own.n > 0 ? own : near;
        t->done[i].server = t->given.server.n > 0        ? t->given.server
                            : near.n > 0                 ? near
                            : t->given.path_server.n > 0 ? t->given.path_server
                                                         : DX_NO_SERVER;
    }
}

static void settle_outcome(const dx_tracker *t, dx_attempt *a)
{
    const dx_format *f = t->given.format;

    if (a->outcome != DX_UNDECIDED || a->outcome_text.n > 0)
        return;
    if (f->ends.n > 0 && a->opened && !a->closed) {
        a->outcome = f->has_unclosed ? f->unclosed : DX_CUT_OFF;
        a->outcome_text = DX_LIT("the log stops before the end of this attempt");
    } else if (f->has_unclosed) {
        a->outcome = f->unclosed;
        a->outcome_text = DX_LIT("the log does not say how this attempt ended");
    }
}

static bool facts_of_name(dx_tracker *t, dx_follow *f, dx_regex_scratch *rx)
{
    const dx_markers *all = &t->given.format->facts;
    dx_str name = dx_file_name(t->given.path);
    dx_span spans[DX_FOLLOW_GROUPS];

    for (size_t i = 0; i < all->n; i++)
        if (all->p[i].on_name && dx_follow_finds(all->p[i].rx, rx, name, spans) &&
            !dx_follow_facts(t, f, &all->p[i], name, spans, 0, DX_LIT("file name")))
            return false;
    return true;
}

static bool name_product(dx_tracker *t, dx_follow *f)
{
    const dx_fact own = {DX_LIT("product"), t->given.format->product, 0, DX_LIT("format")};

    return own.value.n == 0 || dx_follow_fact(t, f, &own, false);
}

static void finish(dx_tracker *t, size_t i)
{
    dx_follow *f = &t->all[i];

    f->is.trail = dx_tracing_get(&f->lines);
    f->is.facts = f->facts;
    f->is.n_facts = f->n_facts;
    f->is.zone = f->is.began_us == DX_NO_TIME ? DX_LIT("none") : t->zone;
    settle_outcome(t, &f->is);
    t->done[i] = f->is;
}

void dx_tracker_zone(dx_tracker *t, dx_str zone)
{
    t->zone = zone;
}

dx_rc dx_tracker_end(dx_tracker *t, dx_regex_scratch *rx, dx_err *err)
{
    if (t->n == 0 && !dx_tracker_open(t, 0))
        return dx_nomem(err);
    t->done = dx_arena_get(t->arena, t->n * sizeof *t->done);
    if (t->done == NULL)
        return dx_nomem(err);
    for (size_t i = 0; i < t->n; i++)
        if (!facts_of_name(t, &t->all[i], rx) || !name_product(t, &t->all[i]))
            return dx_nomem(err);
    for (size_t i = 0; i < t->n; i++)
        finish(t, i);
    name_servers(t);
    return DX_OK;
}

size_t dx_tracker_attempts(const dx_tracker *t, const dx_attempt **out)
{
    *out = t->done;
    return t->done ? t->n : 0;
}
