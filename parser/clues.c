#include "parser/clues.h"

#include "core/pattern.h"
#include "parser/clues_impl.h"

dx_fragments dx_clues_certain(const dx_regex *line, dx_arena *into)
{
    const dx_fragments none = {.n = 0};
    const dx_fragments f = line ? dx_fragments_of(dx_regex_pattern(line), into) : none;

    for (size_t i = 0; i < f.n; i++)
        if (dx_str_trim(f.p[i]).n < DX_SCAN_LEAST)
            return none;
    return f;
}

/* Behind "^.{0,40}" or "^[^\n]*" and the like; DX_NONE when it does not begin so.  Such a beginning
 * is tried with every line, at each of many places; the rest is hardly ever there. */
static dx_str behind_anything(dx_str pattern)
{
    const dx_str dot = DX_LIT("^."), class = DX_LIT("^[^\\n]");
    const bool any = dx_str_starts(pattern, class);
    const dx_str rest = dx_str_slice(pattern, any ? class.n : dot.n, SIZE_MAX);
    size_t n;

    if ((!any && !dx_str_starts(pattern, dot)) || dx_pattern_has_branches(pattern))
        return DX_NONE;
    if (dx_str_starts(rest, DX_LIT("*")))
        n = 1;
    else if (dx_str_starts(rest, DX_LIT("{")))
        n = dx_str_slice(rest, 0, dx_str_find(rest, DX_LIT("}"), 0)).n + 1;
    else
        return DX_NONE;
    n += n < rest.n && (rest.p[n] == '?' || rest.p[n] == '+');
    return n < rest.n ? dx_str_slice(rest, n, SIZE_MAX) : DX_NONE;
}

static bool add_part(dx_clues *c, dx_clue *clue, dx_arena *into)
{
    const dx_str rest = clue->line ? behind_anything(dx_regex_pattern(clue->line)) : DX_NONE;
    dx_regex *rx;
    dx_err err;

    if (rest.n == 0)
        return true;
    if (dx_regex_in(&rx, into, rest, DX_RX_MULTILINE, NULL, &err) != DX_OK)
        return err.kind == DX_E_RULE; /* it is no regex alone */
    clue->part = rx;
    return DX_PUSH(into, c->part, c->n_parts, c->cap_parts, rx);
}

/* About: the scanner asks more often for what is short, and finds it more often in vain. */
static size_t cost_of(const dx_fragments *f)
{
    size_t cost = 0;

    for (size_t i = 0; i < f->n; i++) {
        const size_t n = dx_str_trim(f->p[i]).n;
        cost += n >= 15 ? 1 : n >= 7 ? 10 : 100;
    }
    return cost;
}

static bool add_clue(dx_clues *c, dx_clue *clue, size_t format, dx_arena *into)
{
    const dx_fragments found = dx_clues_certain(clue->line, into);
    bool ok = add_part(c, clue, into);

    c->always[clue->number] = c->wordless[clue->number] = found.n == 0;
    for (size_t i = 0; i < found.n; i++)
        c->wordless[clue->number] |= !dx_scan_has_word(found.p[i]);
    c->cost[clue->number] = cost_of(&found);
    c->line[clue->number] = clue->line;
    c->worth[clue->number] = (dx_clue_worth){(uint32_t)format, clue->points};
    ok = ok && (clue->line || DX_PUSH(into, c->named, c->n_named, c->cap_named,
                                      (dx_named_clue){clue->name, clue->number}));
    for (size_t i = 0; ok && i < found.n; i++)
        ok = DX_PUSH(into, c->literal, c->n_literals, c->cap_literals,
                     (dx_scan_literal){found.p[i], clue->number});
    return ok;
}

/* What the first log is looked through for: to make it then took a sixth of a start. */
static bool look_for_all(dx_clues *c, dx_arena *into)
{
    dx_err ignored;

    c->all = (dx_clue_choice){.n = c->n_literals > 0, .open = c->always};
    return c->all.n == 0 || dx_scanner_new_in(&c->all.scanner[0], NULL, c->literal, c->n_literals,
                                              into, &ignored) == DX_OK;
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
    c->wordless = dx_arena_get(into, c->n * sizeof *c->wordless);
    c->cost = dx_arena_get(into, c->n * sizeof *c->cost);
    c->worth = dx_arena_get(into, c->n * sizeof *c->worth);
    c->line = dx_arena_get(into, c->n * sizeof *c->line);
    c->format = dx_arena_dup(into, formats, n * sizeof *formats);
    c->n_formats = n;
    c->choice = dx_arena_get(into, DX_CLUE_RIVALS * sizeof *c->choice);
    c->looks = dx_clues_new_looks(into);
    bool ok = c->always && c->wordless && c->cost && c->worth && c->line && c->format &&
              c->choice && c->looks;
    for (size_t i = 0; ok && i < n; i++)
        for (size_t k = 0; ok && k < formats[i]->n_clues; k++)
            ok = add_clue(c, &formats[i]->clues[k], i, into);
    c->begin = ok ? dx_beginnings_new(c->line, c->n, into) : NULL;
    return c->begin && look_for_all(c, into) ? c : NULL;
}

void dx_clues_revive(dx_clues *c)
{
    for (size_t i = 0; i < c->all.n; i++)
        dx_scanner_revive(c->all.scanner[i]);
}
