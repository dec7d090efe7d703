#include "report/groups.h"

#include <stdlib.h>

#include "report/judge.h"

/* What makes two items alike, and what puts one before the other. */
typedef struct entry {
    const dx_item *item;
    unsigned kind, class; /* class: state of a finding, number of causes, or ending */
    dx_str name, second, code;
    dx_str server;
    int64_t when_us;
} entry;

/* A group and what it is sorted by. */
typedef struct bunch {
    dx_group group;
    size_t spread, first;
    int64_t last_us;
} bunch;

static dx_str candidate(const dx_undecided *u, size_t i)
{
    return i < u->n_candidates ? u->candidates[i].id : DX_NONE;
}

static void describe(const dx_report_attempt *a, const dx_item *item, entry *e)
{
    const dx_verdict *v = a->verdict;

    if (item->kind == DX_ITEM_FINDING) {
        const dx_finding *f = &v->findings[item->which];
        e->class = 2U * f->state + dx_report_stopped(a, f);
        e->name = f->diagnosis;
    } else if (item->kind == DX_ITEM_UNDECIDED) {
        const dx_undecided *u = &v->undecided[item->which];
        e->class = (unsigned)u->n_candidates;
        e->name = candidate(u, 0);
        e->second = candidate(u, 1);
    } else {
        e->class = dx_report_ending(a);
        e->name = dx_attempt_fact(&a->of->attempt, "product");
        e->second = dx_attempt_fact(&a->of->attempt, "version");
        if (item->kind == DX_ITEM_UNEXPLAINED) /* all that is known of why */
            e->code = a->of->attempt.code;
    }
}

static entry entry_of(const dx_report *r, const dx_item *item)
{
    const dx_report_attempt *a = &r->attempts[item->attempt];
    const dx_attempt *of = &a->of->attempt;
    entry e = {.item = item, .kind = item->kind, .server = of->server};

    e.when_us = of->ended_us > of->began_us ? of->ended_us : of->began_us;
    describe(a, item, &e);
    return e;
}

static int compare(size_t x, size_t y)
{
    return (x > y) - (x < y);
}

/* 0: alike. */
static int by_likeness(const entry *x, const entry *y)
{
    int order = compare(x->kind, y->kind);

    if (order == 0)
        order = compare(x->class, y->class);
    if (order == 0)
        order = dx_str_cmp(x->name, y->name);
    if (order == 0)
        order = dx_str_cmp(x->second, y->second);
    return order ? order : dx_str_cmp(x->code, y->code);
}

/* Items lie in one array, in the order of the plan. */
static int by_likeness_and_server(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    int order = by_likeness(x, y);

    if (order == 0)
        order = dx_str_cmp(x->server, y->server);
    return order ? order : (x->item > y->item) - (x->item < y->item);
}

static int by_urgency(const void *a, const void *b)
{
    const bunch *x = a, *y = b;
    int order = compare(x->group.latest->rank, y->group.latest->rank);

    if (order == 0)
        order = compare(y->spread, x->spread);
    if (order == 0)
        order = (y->last_us > x->last_us) - (y->last_us < x->last_us);
    return order ? order : compare(x->first, y->first);
}

static dx_str path_of(const dx_report *r, const dx_item *item)
{
    return r->attempts[item->attempt].of->path;
}

/* On how many servers it is; where no log names its server, in how many logs. */
static size_t spread_of(const dx_report *r, const entry *e)
{
    size_t n = 1;

    if (dx_server_named(e->server))
        return 1;
    for (size_t i = 0; i < e->item->n_same; i++)
        n += !dx_str_eq(path_of(r, &e->item->same[i]),
                        path_of(r, i > 0 ? &e->item->same[i - 1] : e->item));
    return n;
}

static bunch bunch_of(const dx_report *r, const dx_item *all, const entry *e, size_t n,
                      const dx_item **into)
{
    bunch b = {.group = {into, n, 0, e->item}, .first = SIZE_MAX, .last_us = e->when_us};

    for (size_t i = 0; i < n; i++) {
        const size_t at = (size_t)(e[i].item - all);
        const bool other = i == 0 || !dx_str_eq(e[i].server, e[i - 1].server);
        into[i] = e[i].item;
        b.group.servers += other;
        b.spread += other || !dx_server_named(e[i].server) ? spread_of(r, &e[i]) : 0;
        b.first = at < b.first ? at : b.first;
        if (e[i].when_us > b.last_us) {
            b.last_us = e[i].when_us;
            b.group.latest = e[i].item;
        }
    }
    return b;
}

static size_t run_of(const entry *e, size_t n)
{
    size_t run = 1;

    while (run < n && by_likeness(&e[0], &e[run]) == 0)
        run++;
    return run;
}

bool dx_report_groups(const dx_report *r, const dx_item *items, size_t n, dx_arena *into,
                      dx_group **out, size_t *n_out)
{
    entry *e = dx_arena_get(into, (n + 1) * sizeof *e);
    bunch *b = dx_arena_get(into, (n + 1) * sizeof *b);
    const dx_item **list = dx_arena_get(into, (n + 1) * sizeof *list);
    size_t n_b = 0;

    *out = dx_arena_get(into, (n + 1) * sizeof **out);
    *n_out = 0;
    if (!e || !b || !list || !*out)
        return false;
    for (size_t i = 0; i < n; i++)
        e[i] = entry_of(r, &items[i]);
    if (n > 0)
        qsort(e, n, sizeof *e, by_likeness_and_server);
    for (size_t i = 0, run; i < n; i += run) {
        run = run_of(e + i, n - i);
        b[n_b++] = bunch_of(r, items, e + i, run, list + i);
    }
    if (n_b > 0)
        qsort(b, n_b, sizeof *b, by_urgency);
    for (size_t i = 0; i < n_b; i++)
        (*out)[i] = b[i].group;
    *n_out = n_b;
    return true;
}

/* Those of one kind of thing, or the others, in the order of the plan. */
static size_t pick(const dx_item *items, size_t n, bool endings, dx_item *out)
{
    size_t picked = 0;

    for (size_t i = 0; i < n; i++)
        if ((items[i].kind == DX_ITEM_ENDING) == endings)
            out[picked++] = items[i];
    return picked;
}

static bool group_or_not(const dx_report *r, const dx_item *items, size_t n, bool each,
                         dx_arena *into, dx_group **out, size_t *n_out)
{
    if (!each)
        return dx_report_groups(r, items, n, into, out, n_out);
    const dx_item **list = dx_arena_get(into, (n + 1) * sizeof *list);
    *out = dx_arena_get(into, (n + 1) * sizeof **out);
    if (!list || !*out)
        return false;
    for (size_t i = 0; i < n; i++) {
        list[i] = &items[i];
        (*out)[i] = (dx_group){&list[i], 1, 1, &items[i]};
    }
    *n_out = n;
    return true;
}

dx_rc dx_report_outline(const dx_report *r, bool each, dx_arena *into, dx_outline *out, dx_err *err)
{
    dx_item *items;
    size_t n;

    if (dx_report_plan(r, into, &items, &n, err) != DX_OK)
        return DX_FAIL;
    dx_item *block = dx_arena_get(into, (n + 1) * sizeof *block);
    dx_item *ending = dx_arena_get(into, (n + 1) * sizeof *ending);
    if (!block || !ending)
        return dx_nomem(err);
    const size_t n_blocks = pick(items, n, false, block);
    const size_t n_endings = pick(items, n, true, ending);
    *out = (dx_outline){.grouped = !each && n_blocks > DX_OUTLINE_FEW};
    return group_or_not(r, block, n_blocks, !out->grouped, into, &out->block, &out->n_blocks) &&
                   group_or_not(r, ending, n_endings, each, into, &out->ending, &out->n_endings)
               ? DX_OK
               : dx_nomem(err);
}

bool dx_outline_source(const dx_report *r, size_t source, bool damaged, size_t *told)
{
    return r->sources[source].damage == damaged && (*told)++ < DX_OUTLINE_SOURCES;
}

static dx_str server_of(const dx_report *r, const dx_item *item)
{
    return r->attempts[item->attempt].of->attempt.server;
}

bool dx_group_next_server(const dx_report *r, const dx_group *g, size_t i)
{
    return i == 0 || !dx_str_eq(server_of(r, g->item[i]), server_of(r, g->item[i - 1]));
}

static dx_str title_of(const dx_report *r, const dx_item *item)
{
    return r->attempts[item->attempt].verdict->findings[item->which].title;
}

static size_t common(dx_str a, dx_str b)
{
    size_t n = 0;

    while (n < a.n && n < b.n && a.p[n] == b.p[n])
        n++;
    return n;
}

dx_str dx_group_title(const dx_report *r, const dx_group *g)
{
    enum { ENOUGH = 12 };
    const dx_str title = title_of(r, g->item[0]);
    size_t n = title.n;

    for (size_t i = 1; i < g->n; i++) {
        const size_t same = common(title, title_of(r, g->item[i]));
        n = same < n ? same : n;
        if (n < title.n || n < title_of(r, g->item[i]).n)
            while (n > 0 && title.p[n - 1] != ' ')
                n--;
    }
    return n == title.n || n >= ENOUGH ? dx_str_trim(dx_str_slice(title, 0, n)) : DX_NONE;
}
