/* What is told in short: line by line, but once for all servers on which the same went wrong. */
#include <stdlib.h>

#include "report/text.h"

enum { ALIKE_LEAST = 4, NAMED = 3 };

/* A finding among the items; of those alike the first has all of them. */
typedef struct entry {
    const dx_finding *finding;
    size_t at; /* of the item */
} entry;

typedef struct run {
    const entry *first; /* NULL: the item is told by itself */
    size_t servers;     /* 0: another one tells it */
} run;

static int by_words(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    const int order = dx_str_cmp(x->finding->title, y->finding->title);

    if (order != 0)
        return order;
    if (x->finding->state != y->finding->state)
        return x->finding->state < y->finding->state ? -1 : 1;
    const int servers = dx_str_cmp(x->finding->server, y->finding->server);
    if (servers != 0)
        return servers;
    return x->at < y->at ? -1 : x->at > y->at;
}

static bool are_alike(const entry *a, const entry *b)
{
    return a->finding->state == b->finding->state &&
           dx_str_eq(a->finding->title, b->finding->title);
}

/* Of those alike: not only another key of the server before. */
static bool is_of_another(const entry *alike, size_t i)
{
    return i == 0 || !dx_str_eq(alike[i].finding->server, alike[i - 1].finding->server);
}

/* The first item of those alike tells them all. */
static void mark_run(const entry *alike, size_t n, run *runs)
{
    size_t servers = 0, first = alike[0].at;

    for (size_t i = 0; i < n; i++) {
        servers += is_of_another(alike, i);
        first = alike[i].at < first ? alike[i].at : first;
    }
    for (size_t i = 0; servers >= ALIKE_LEAST && i < n; i++)
        runs[alike[i].at] = (run){alike, alike[i].at == first ? servers : 0};
}

static void mark(const entry *all, size_t n, run *runs)
{
    for (size_t i = 0, next; i < n; i = next) {
        for (next = i + 1; next < n && are_alike(&all[i], &all[next]); next++)
            ;
        mark_run(&all[i], next - i, runs);
    }
}

static void tell_run(dx_teller *t, const run *r)
{
    const dx_finding *f = r->first->finding;
    const dx_word word = dx_state_words[f->state];

    dx_buf_printf(&t->text, "%zu servers  ", r->servers);
    if (f->state != DX_OPEN)
        dx_buf_printf(&t->text, "%s: ", dx_state_names[f->state]);
    dx_say_title(t, f->title, f->diagnosis, 2 * (t->page.columns - DX_HANG));
    dx_tell(t, DX_PART_HEAD, (dx_para){.label = word.word, .tone = word.tone, .hang = DX_HANG});
    for (size_t i = 0, named = 0; named < NAMED; i++) {
        if (!is_of_another(r->first, i))
            continue;
        dx_say_server(t, r->first[i].finding->server);
        t->text.n -= 1; /* one blank is enough before a key */
        dx_buf_printf(&t->text, "[key %.10s], ", r->first[i].finding->key);
        named++;
    }
    dx_buf_printf(&t->text, "%zu more (-v)", r->servers - NAMED);
    dx_tell(t, DX_PART_HEAD, (dx_para){.indent = DX_HANG, .hang = DX_HANG});
    dx_tell_block(t);
}

/* In the order of the items; false when out of memory. */
static bool find_runs(const dx_teller *t, const dx_item *const *items, size_t n, dx_arena *into,
                      run *runs)
{
    entry *all = dx_arena_get(into, n * sizeof *all);
    size_t found = 0;

    if (!all)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (items[i]->kind == DX_ITEM_FINDING)
            all[found++] =
                (entry){&dx_item_attempt(t, items[i])->verdict->findings[items[i]->which], i};
    }
    if (found > 0)
        qsort(all, found, sizeof *all, by_words);
    mark(all, found, runs);
    return true;
}

bool dx_text_in_short(dx_teller *t, const dx_item *const *items, size_t n, dx_arena *scratch)
{
    run *runs = dx_arena_get(scratch, n * sizeof *runs);

    if (!runs || (t->verbose == 0 && !find_runs(t, items, n, scratch, runs)))
        return false;
    for (size_t i = 0; i < n && dx_sink_poll(&t->sink); i++) {
        if (!runs[i].first)
            dx_text_one_line(t, items[i]);
        else if (runs[i].servers > 0)
            tell_run(t, &runs[i]);
    }
    return true;
}
