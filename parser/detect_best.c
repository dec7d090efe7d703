/* Which format a log's head fits best. */
#include <string.h>

#include "parser/detect.h"

/* What all formats are measured against. */
typedef struct evidence {
    dx_str name, text;
    const bool *seen; /* by number: clues that may be there; NULL = all of them */
    dx_regex_scratch *rx;
} evidence;

static bool may_hold(const dx_clue *c, const evidence *e)
{
    return e->seen ? e->seen[c->number] : c->line || dx_str_glob(e->name, c->name);
}

static bool finds(const dx_regex *rx, const evidence *e)
{
    return dx_regex_find(rx, e->rx, e->text, 0, NULL, 0) == DX_RX_YES;
}

static bool holds(const dx_clue *c, const evidence *e)
{
    return !c->line || ((!c->part || finds(c->part, e)) && finds(c->line, e));
}

/* What is known of a format's points while its clues are tried one by one. */
typedef struct candidate {
    const dx_format *format;
    int least, most;
    uint64_t tried, there; /* a bit for each clue */
    uint64_t late;         /* those that were not there in the log before */
} candidate;

static uint64_t bit_of(size_t clue)
{
    return (uint64_t)1 << clue;
}

static candidate at_first_sight(const dx_format *f, const evidence *e)
{
    candidate c = {.format = f};

    for (size_t i = 0; i < f->n_clues; i++) {
        if (may_hold(&f->clues[i], e))
            *(f->clues[i].points > 0 ? &c.most : &c.least) += f->clues[i].points;
        else
            c.tried |= bit_of(i);
    }
    return c;
}

static void settle(candidate *c, size_t i, bool there)
{
    const int points = c->format->clues[i].points;

    c->tried |= bit_of(i);
    c->there |= there ? bit_of(i) : 0;
    if (there)
        *(points > 0 ? &c->least : &c->most) += points;
    else
        *(points > 0 ? &c->most : &c->least) -= points;
}

/* The first that was not tried and is none of these; n_clues when there is none. */
static size_t next_clue(const candidate *c, uint64_t but)
{
    size_t i = 0;

    while (i < c->format->n_clues && ((c->tried | but) & bit_of(i)))
        i++;
    return i;
}

static bool try_next(candidate *c, uint64_t but, const evidence *e)
{
    const size_t i = next_clue(c, but);

    if (i < c->format->n_clues)
        settle(c, i, holds(&c->format->clues[i], e));
    return i < c->format->n_clues;
}

/* ---- hunches ---- */

/* The least points of a format that shows itself as it did before; 0 when it does not. */
static int try_hunch(const dx_hunch *h, const evidence *e)
{
    candidate c = at_first_sight(h->format, e);

    for (size_t i = 0; i < h->format->n_clues; i++) {
        const dx_clue *clue = &h->format->clues[i];
        if (!(h->there & bit_of(i)))
            continue;
        if (!may_hold(clue, e) || !holds(clue, e))
            return 0;
        settle(&c, i, true);
    }
    return c.least;
}

/* What is there when the hunch is right. */
static void believe(candidate *c, const dx_hunch *h)
{
    c->late = h->missing;
    for (size_t i = 0; i < h->format->n_clues; i++)
        if (h->there & bit_of(i))
            settle(c, i, true);
}

/* NULL: none is right. */
static const dx_hunch *right_hunch(const dx_hunches *all, const evidence *e, int *points)
{
    for (size_t i = 0; all && i < all->n; i++)
        if ((*points = try_hunch(&all->p[i], e)) >= DX_DETECT_FLOOR)
            return &all->p[i];
    *points = 0;
    return NULL;
}

static void remember(dx_hunches *all, const candidate *c)
{
    size_t i = 0;

    while (i < all->n && all->p[i].format != c->format)
        i++;
    if (i == all->n)
        all->n < DX_HUNCHES ? all->n++ : i--;
    memmove(all->p + 1, all->p, i * sizeof *all->p);
    all->p[0] = (dx_hunch){c->format, c->there, c->late | (c->tried & ~c->there)};
}

/* ---- the best ---- */

/* The one that has most points for sure; of equals the first. */
static size_t leader_of(const candidate *all, size_t n)
{
    size_t best = 0;

    for (size_t i = 1; i < n; i++)
        if (all[i].least > all[best].least)
            best = i;
    return best;
}

static bool may_beat(const candidate *all, size_t i, size_t leader)
{
    const int least = all[leader].least, most = all[i].most;

    return i != leader && most >= DX_DETECT_FLOOR &&
           (most > least || (most == least && i < leader));
}

/* The most promising of those that may still beat the leader; n: none. */
static size_t rival_of(const candidate *all, size_t n, size_t leader)
{
    size_t best = n;

    for (size_t i = 0; i < n; i++)
        if (may_beat(all, i, leader) && next_clue(&all[i], 0) < all[i].format->n_clues &&
            (best == n || all[i].most > all[best].most))
            best = i;
    return best;
}

/* The first of those with the most points; NULL when none has enough.  No regex is tried that
 * cannot change that: what the leader has is asked first, unless it was not there last time. */
static const candidate *best_of(candidate *all, size_t n, const evidence *e)
{
    for (;;) {
        const size_t leader = leader_of(all, n), rival = rival_of(all, n, leader);
        if (n == 0 || (rival == n && all[leader].most < DX_DETECT_FLOOR))
            return NULL;
        if (rival == n && all[leader].least >= DX_DETECT_FLOOR)
            return &all[leader];
        if (all[leader].least > 0 && try_next(&all[leader], all[leader].late, e))
            continue;
        (void)try_next(&all[rival < n ? rival : leader], 0, e);
    }
}

/* The places of formats that may have as many points as the hunch certainly has, and enough: few,
 * and of the others nothing is read.  All of them where nothing is known.  Gives how many. */
static size_t list_places(const dx_clues *clues, const evidence *e, int points, size_t all,
                          uint32_t *place)
{
    const int least = points > DX_DETECT_FLOOR ? points : DX_DETECT_FLOOR;

    if (e->seen)
        return dx_clues_formats(clues, e->seen, least, place);
    for (size_t i = 0; i < all; i++)
        place[i] = (uint32_t)i;
    return all;
}

/* All formats that may be the best; gives how many there are. */
static size_t list_candidates(const dx_formats *formats, const dx_hunch *hunch, int points,
                              const evidence *e, candidate *list, uint32_t *place)
{
    const dx_format *const *all;
    const size_t most = dx_formats_all(formats, &all);
    const size_t n = list_places(dx_formats_clues(formats), e, points, most, place);

    for (size_t i = 0; i < n; i++) {
        list[i] = at_first_sight(all[place[i]], e);
        if (hunch && hunch->format == all[place[i]])
            believe(&list[i], hunch);
    }
    return n;
}

/* As it was before it was packed: NEWS.gz is called NEWS. */
static dx_str unpacked_name(dx_str path)
{
    static const char *const packed[] = {".gz", ".bz2", ".xz", ".zst", NULL};
    const dx_str name = dx_file_name(path);

    for (size_t i = 0; packed[i]; i++)
        if (dx_str_iends(name, dx_str_of(packed[i])))
            return dx_str_slice(name, 0, name.n - dx_str_of(packed[i]).n);
    return name;
}

const dx_format *dx_best_format(const dx_detection *given, dx_str text, dx_regex_scratch *rx,
                                dx_arena *scratch)
{
    const dx_format *const *all;
    const size_t most = dx_formats_all(given->formats, &all);
    const dx_clues *clues = dx_formats_clues(given->formats);
    const dx_str name = unpacked_name(given->path);
    const bool *fit = dx_clues_fit(clues, name, text, scratch);
    evidence e = {.name = name, .text = text, .seen = fit, .rx = rx};
    candidate *list = dx_arena_room(scratch, most * sizeof *list);
    uint32_t *place = dx_arena_room(scratch, most * sizeof *place);
    int points;
    const dx_hunch *hunch = right_hunch(given->hunches, &e, &points);
    const dx_rival_format rival = {hunch ? hunch->format : NULL, points};

    e.seen = dx_clues_look(clues, text, fit, &rival, scratch);
    const size_t n =
        list && place ? list_candidates(given->formats, hunch, points, &e, list, place) : 0;
    const candidate *best = list && place ? best_of(list, n, &e) : NULL;
    if (best && given->hunches)
        remember(given->hunches, best);
    return best ? best->format : NULL;
}
