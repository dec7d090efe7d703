#include "parser/clues.h"

#include <stdatomic.h>
#include <string.h>

#include "core/fragment.h"
#include "core/scanner.h"
#include "parser/format_impl.h"

/* Made by the first thread that needs it. */
typedef struct lazy {
    _Atomic(dx_scanner *) scanner;
} lazy;

struct dx_clues {
    size_t n; /* clues */
    dx_scan_literal *literal;
    size_t n_literals, cap_literals;
    bool *always; /* by number: nothing is certain of it */
    lazy *lazy;
};

static bool is_searchable(const dx_fragments *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (dx_str_trim(f->p[i]).n < DX_SCAN_LEAST)
            return false;
    return f->n > 0;
}

static bool add_clue(dx_clues *c, dx_clue *clue, dx_arena *into)
{
    const dx_fragments found =
        clue->line ? dx_fragments_of(dx_regex_pattern(clue->line), into) : (dx_fragments){.n = 0};
    bool ok = true;

    c->always[clue->number] = !is_searchable(&found);
    for (size_t i = 0; ok && !c->always[clue->number] && i < found.n; i++)
        ok = DX_PUSH(into, c->literal, c->n_literals, c->cap_literals,
                     (dx_scan_literal){found.p[i], clue->number});
    return ok;
}

dx_clues *dx_clues_new(struct dx_format *const *formats, size_t n, dx_arena *into)
{
    dx_clues *c = dx_arena_get(into, sizeof *c);

    if (!c)
        return NULL;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < formats[i]->n_clues; k++)
            formats[i]->clues[k].number = (uint32_t)c->n++;
    c->always = dx_arena_get(into, c->n * sizeof *c->always);
    c->lazy = dx_arena_get(into, sizeof *c->lazy);
    bool ok = c->always && c->lazy;
    for (size_t i = 0; ok && i < n; i++)
        for (size_t k = 0; ok && k < formats[i]->n_clues; k++)
            ok = add_clue(c, &formats[i]->clues[k], into);
    return ok ? c : NULL;
}

void dx_clues_release(const dx_clues *c)
{
    dx_scanner_free(atomic_exchange(&c->lazy->scanner, NULL));
}

/* NULL when out of memory. */
static const dx_scanner *scanner_of(const dx_clues *c)
{
    dx_scanner *there = atomic_load_explicit(&c->lazy->scanner, memory_order_acquire), *mine;
    dx_err ignored;

    if (there || dx_scanner_new(&mine, NULL, c->literal, c->n_literals, &ignored) != DX_OK)
        return there;
    if (atomic_compare_exchange_strong(&c->lazy->scanner, &there, mine))
        return mine;
    dx_scanner_free(mine);
    return there;
}

const bool *dx_clues_look(const dx_clues *c, dx_str text, dx_arena *scratch)
{
    const dx_scanner *scanner = scanner_of(c);
    bool *seen = dx_arena_dup(scratch, c->always, c->n * sizeof *seen);
    dx_scan_hits hits = {0};

    if (!scanner || !seen ||
        !dx_scanner_run(scanner, &(dx_scan_range){.text = text, .until = text.n, .met = seen},
                        &hits))
        seen = NULL;
    dx_scan_hits_done(&hits);
    return seen;
}
