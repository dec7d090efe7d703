/* What of the clues is looked for in a log's head, and what the logs before say of that. */
#include <stdlib.h>
#include <string.h>

#include "parser/clues_impl.h"

enum { RIVAL_STEP = 10, OF_RIVAL = 2, LOOKS = 8, MADE_MOST = 32 };
/* A log in which so many clues more may be is looked through as the others are, and these are left
 * to their regexes; it counts as one, and as so many when it had to be looked through for all. */
enum { ODD_MOST = 16, ALL_COUNT = 16 };

/* The same for logs of which no line begins as some clues do. */
typedef struct narrowed {
    dx_clue_choice *choice;
    struct narrowed *older; /* with which another thread may be looking */
    bool fit[];             /* by number: a line may begin so, in a log that it was made for */
} narrowed;

/* Of logs of one format; only `now` changes without `busy`. */
typedef struct look {
    const dx_format *format;
    int step;
    _Atomic(narrowed *) now;
    bool *met;       /* by number: a line may begin so, in a log that came so far */
    unsigned missed; /* logs since the choice was made that it is not for: what they count */
    unsigned made;   /* choices so far */
} look;

/* What was learned from the logs before, of all threads: each of them would make the same. */
typedef struct dx_clue_looks {
    _Atomic(look *) p[LOOKS];
    _Atomic size_t n;
    atomic_bool busy; /* some thread learns */
} looks;

struct dx_clue_looks *dx_clues_new_looks(dx_arena *into)
{
    return dx_arena_get(into, sizeof(looks));
}

/* ---- what to look for ---- */

static void drop_choice(dx_clue_choice *one)
{
    if (!one)
        return;
    for (size_t i = 0; i < one->n; i++)
        dx_scanner_free(one->scanner[i]);
    free(one->open);
    free(one);
}

static void drop_look(look *one)
{
    narrowed *now = one ? atomic_load(&one->now) : NULL;

    while (now) {
        narrowed *older = now->older;
        drop_choice(now->choice);
        free(now);
        now = older;
    }
    if (one)
        free(one->met);
    free(one);
}

void dx_clues_release(const dx_clues *c)
{
    const size_t n = atomic_exchange(&c->looks->n, 0);

    for (size_t i = 0; i < n; i++)
        drop_look(atomic_exchange(&c->looks->p[i], NULL));
    for (size_t i = 0; i < DX_CLUE_RIVALS; i++)
        drop_choice(atomic_exchange(&c->choice[i], NULL));
    for (size_t i = 0; i < c->n_parts; i++)
        dx_regex_release(c->part[i]);
}

/* Of what may be there. */
typedef struct scope {
    const dx_clues *clues;
    const bool *fit; /* by number; NULL: all */
    int rival;
    dx_str text; /* like those that are looked at, or DX_NONE */
} scope;

static bool is_in(const scope *s, const dx_clue *clue)
{
    return !s->fit || s->fit[clue->number];
}

/* The costliest for its points of those that there is a look for. */
static const dx_clue *costliest(const scope *s, const dx_format *f, const bool *open, int most)
{
    const dx_clues *c = s->clues;
    const dx_clue *best = NULL;

    for (size_t i = 0; i < f->n_clues; i++) {
        const dx_clue *one = &f->clues[i];
        if (!one->line || one->points <= 0 || one->points > most || open[one->number] ||
            !is_in(s, one))
            continue;
        if (!best || c->cost[one->number] * (size_t)best->points >
                         c->cost[best->number] * (size_t)one->points)
            best = one;
    }
    return best;
}

/* As many as may stay open: all that the format can have without a look is less than the rival
 * has. */
static void leave_open(const scope *s, const dx_format *f, bool *open)
{
    const dx_clue *clue;
    int left = s->rival - 1;

    for (size_t i = 0; i < f->n_clues; i++)
        if (f->clues[i].points > 0 && is_in(s, &f->clues[i]) &&
            (!f->clues[i].line || open[f->clues[i].number]))
            left -= f->clues[i].points;
    while ((clue = costliest(s, f, open, left)) != NULL) {
        open[clue->number] = true;
        left -= clue->points;
    }
}

/* What is certain of a clue stands in its match as it is, but for the blanks: few texts are looked
 * for so, some at a time.  False when that cannot be. */
static bool make_parts(const dx_scan_literal *wanted, size_t n, dx_str text, dx_clue_choice *one)
{
    const size_t parts = n / DX_SCAN_WHOLE + (n % DX_SCAN_WHOLE > 0);
    dx_err ignored;

    if (parts > DX_CLUE_PARTS)
        return false;
    for (size_t i = 0; i < parts; i++) {
        const size_t from = n * i / parts, to = n * (i + 1) / parts;
        if (dx_scanner_new_whole(&one->scanner[i], wanted + from, to - from, text, &ignored) !=
            DX_OK)
            break;
        one->n++;
    }
    if ((one->in_parts = one->n == parts))
        return true;
    while (one->n > 0)
        dx_scanner_free(one->scanner[--one->n]);
    return false;
}

static bool make_scanner(const scope *s, dx_clue_choice *one)
{
    const dx_clues *c = s->clues;
    dx_scan_literal *wanted = malloc((c->n_literals + 1) * sizeof *wanted);
    size_t n = 0;
    dx_err ignored;

    for (size_t i = 0; wanted && i < c->n_literals; i++)
        if (!one->open[c->literal[i].id] && (!s->fit || s->fit[c->literal[i].id]))
            wanted[n++] = c->literal[i];
    if (wanted && !make_parts(wanted, n, s->text, one))
        one->n = dx_scanner_new(&one->scanner[0], NULL, wanted, n, &ignored) == DX_OK;
    const bool made = wanted && (one->n > 0 || n == 0);
    free(wanted);
    return made;
}

/* Where lines tell most clues apart there is no look for wordless ones: one such text would deny
 * all others the quicker scan, and few of them are left to be tried. */
static dx_clue_choice *make_choice(const scope *s)
{
    const dx_clues *c = s->clues;
    dx_clue_choice *one = calloc(1, sizeof *one);

    if (one && (one->open = calloc(c->n + 1, sizeof *one->open)) != NULL) {
        if (c->n > 0)
            memcpy(one->open, s->fit ? c->wordless : c->always, c->n * sizeof *one->open);
        for (size_t i = 0; i < c->n_formats; i++)
            leave_open(s, c->format[i], one->open);
        if (make_scanner(s, one))
            return one;
    }
    drop_choice(one);
    return NULL;
}

/* NULL when out of memory. */
static const dx_clue_choice *choice_for(const dx_clues *c, int step)
{
    if (step == 0)
        return &c->all;
    dx_clue_choice *there = atomic_load_explicit(&c->choice[step], memory_order_acquire);
    dx_clue_choice *mine =
        there ? NULL : make_choice(&(scope){.clues = c, .rival = step * RIVAL_STEP});

    if (!mine || atomic_compare_exchange_strong(&c->choice[step], &there, mine))
        return mine ? mine : there;
    drop_choice(mine);
    return there;
}

/* ---- what was looked for in the logs before ---- */

static int step_of(int points)
{
    const int step = points > 0 ? points / RIVAL_STEP : 0;

    return step < DX_CLUE_RIVALS ? step : DX_CLUE_RIVALS - 1;
}

static size_t count_odd(const bool *fit, const bool *in, size_t n)
{
    uint32_t odd = 0;

    for (size_t i = 0; i < n; i++) /* many at once */
        odd += fit[i] & !in[i];
    return odd;
}

static void widen(bool *fit, const bool *more, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fit[i] |= more[i];
}

static bool is_of(const look *one, const dx_rival_format *rival)
{
    return one->format == rival->format && one->step == step_of(rival->points);
}

/* What there is for a log. */
typedef struct use {
    look *of; /* NULL: nothing that would do */
    const narrowed *now;
    size_t odd; /* clues that fit and were not thought of */
} use;

/* What was made for fewer points looks for more than is needed, and will do where that is done the
 * quicker way. */
static bool serves(const look *one, const narrowed *now, const dx_rival_format *rival)
{
    return now && (is_of(one, rival) || (one->format == rival->format && now->choice->in_parts &&
                                         one->step < step_of(rival->points)));
}

/* The one that was made for most of what fits; of equals the one for most points. */
static use made_for(const dx_clues *c, const dx_rival_format *rival, const bool *fit)
{
    const size_t n = atomic_load_explicit(&c->looks->n, memory_order_acquire);
    use best = {.odd = ODD_MOST + 1};

    for (size_t i = 0; i < n; i++) {
        look *one = atomic_load_explicit(&c->looks->p[i], memory_order_relaxed);
        const narrowed *now = atomic_load_explicit(&one->now, memory_order_acquire);
        if (!serves(one, now, rival))
            continue;
        const size_t odd = count_odd(fit, now->fit, c->n);
        if (odd < best.odd || (best.of && odd == best.odd && one->step > best.of->step))
            best = (use){one, now, odd};
    }
    return best;
}

/* NULL when out of memory. */
static look *new_look(const dx_clues *c, const dx_rival_format *rival)
{
    looks *all = c->looks;
    const size_t n = atomic_load_explicit(&all->n, memory_order_relaxed);
    look *one = calloc(1, sizeof *one);

    if (!one || !(one->met = calloc(c->n + 1, sizeof *one->met))) {
        free(one);
        return NULL;
    }
    one->format = rival->format;
    one->step = step_of(rival->points);
    atomic_store_explicit(&all->p[n], one, memory_order_relaxed);
    atomic_store_explicit(&all->n, n + 1, memory_order_release);
    return one;
}

/* The last of this rival's, to be widened, or a new one: one for most logs of a format, and one for
 * those with some odd lines.  NULL: there is none. */
static look *look_to_widen(const dx_clues *c, const dx_rival_format *rival)
{
    const size_t all = atomic_load_explicit(&c->looks->n, memory_order_relaxed);
    look *last = NULL;
    size_t n = 0;

    for (size_t i = 0; i < all; i++) {
        look *one = atomic_load_explicit(&c->looks->p[i], memory_order_relaxed);
        if (is_of(one, rival)) {
            last = one;
            n++;
        }
    }
    return n < OF_RIVAL && all < LOOKS ? new_look(c, rival) : last;
}

/* NULL when out of memory: what was there stays. */
static const narrowed *choose_anew(look *one, const dx_clues *c, dx_str text)
{
    narrowed *made = malloc(sizeof *made + (c->n + 1) * sizeof *made->fit);

    one->missed = 0;
    one->made++;
    if (!made)
        return NULL;
    memcpy(made->fit, one->met, c->n * sizeof *made->fit);
    made->choice = make_choice(&(scope){c, made->fit, one->step * RIVAL_STEP, text});
    if (!made->choice) {
        free(made);
        return NULL;
    }
    made->older = atomic_load_explicit(&one->now, memory_order_relaxed);
    atomic_store_explicit(&one->now, made, memory_order_release);
    return made;
}

/* To make a choice costs as much as some logs without it: each is made a log that had to be looked
 * through for all later than the one before, so there are few however many odd logs come, and no
 * more than MADE_MOST, since they are kept. */
static const narrowed *learn(const dx_clues *c, const dx_rival_format *rival, const bool *fit,
                             dx_str text)
{
    const use since = made_for(c, rival, fit);
    look *one = since.of ? since.of : look_to_widen(c, rival);

    if (!one || since.odd == 0 || one->made == MADE_MOST)
        return since.now;
    widen(one->met, fit, c->n);
    const bool late = one->missed >= one->made * ALL_COUNT;
    one->missed += since.of ? 1 : ALL_COUNT;
    const narrowed *made = late ? choose_anew(one, c, text) : NULL;
    return made ? made : since.now;
}

/* One that looks for less, since lines begin as they did in logs before; NULL: there is none.
 * While a thread learns the others go on with what there is. */
static const narrowed *narrow_choice(const dx_clues *c, const dx_rival_format *rival,
                                     const bool *fit, dx_str text)
{
    const bool known = rival->format && memchr(fit, false, c->n) != NULL;
    const use there = known ? made_for(c, rival, fit) : (use){.odd = 0};

    if (there.odd == 0 || atomic_exchange_explicit(&c->looks->busy, true, memory_order_acquire))
        return there.now;
    const narrowed *now = learn(c, rival, fit, text);
    atomic_store_explicit(&c->looks->busy, false, memory_order_release);
    return now;
}

size_t dx_clues_looks(const dx_clues *c)
{
    return atomic_load_explicit(&c->looks->n, memory_order_acquire);
}

size_t dx_clues_quick_looks(const dx_clues *c)
{
    const size_t all = dx_clues_looks(c);
    size_t n = 0;

    for (size_t i = 0; i < all; i++) {
        const narrowed *now = atomic_load(&atomic_load(&c->looks->p[i])->now);
        n += now && now->choice->in_parts;
    }
    return n;
}

/* ---- looking ---- */

const bool *dx_clues_fit(const dx_clues *c, dx_str name, dx_str text, dx_arena *scratch)
{
    bool *fit = dx_beginnings_fit(c->begin, text, scratch);

    for (size_t i = 0; fit && i < c->n_named; i++)
        fit[c->named[i].number] = dx_str_glob(name, c->named[i].name);
    return fit;
}

const bool *dx_clues_look(const dx_clues *c, dx_str text, const bool *fit,
                          const dx_rival_format *rival, dx_arena *scratch)
{
    const narrowed *now = fit ? narrow_choice(c, rival, fit, text) : NULL;
    const dx_clue_choice *one = now ? now->choice : choice_for(c, step_of(rival->points));
    bool *seen = one && fit ? dx_arena_dup(scratch, one->open, c->n * sizeof *seen) : NULL;
    const dx_scan_range range = {.text = text, .until = text.n, .met = seen};
    dx_scan_hits hits = {0};

    for (size_t i = 0; seen && i < one->n; i++)
        if (!dx_scanner_run(one->scanner[i], &range, &hits))
            seen = NULL;
    dx_scan_hits_done(&hits);
    for (size_t i = 0; seen && i < c->n; i++)
        seen[i] = fit[i] & (seen[i] | (now && !now->fit[i]));
    return seen;
}

size_t dx_clues_formats(const dx_clues *c, const bool *seen, int least, uint32_t *format)
{
    const bool *const end = seen + c->n, *p = seen;
    uint32_t last = UINT32_MAX;
    int most = 0;
    size_t n = 0;

    while (p < end && (p = memchr(p, true, (size_t)(end - p))) != NULL) {
        const dx_clue_worth *one = &c->worth[p++ - seen];
        most = one->format == last ? most : 0;
        last = one->format;
        most += one->points > 0 ? one->points : 0;
        if (most >= least && (n == 0 || format[n - 1] != last))
            format[n++] = last;
    }
    return n;
}
