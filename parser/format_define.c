/* Definitions in the regexes of log formats: ${name}, as in rules. */
#include "core/pattern.h"
#include "parser/format_load.h"

enum { REGEX_MOST = 32 * 1024 };

/* NULL when no file defines it. */
static const dx_ynode *definition(const dx_yset *set, dx_str name)
{
    for (size_t i = 0; i < set->n; i++) {
        const dx_ynode *map = set->file[i].root ? dx_y_get(set->file[i].root, "define") : NULL;
        for (size_t k = 0; map && map->kind == DX_Y_MAP && k < map->n; k++)
            if (dx_str_eq(map->kid[k]->key, name))
                return map->kid[k];
    }
    return NULL;
}

/* The name in the ${name} at `at`; DX_NONE when none stands there. */
static dx_str name_at(dx_str text, size_t at)
{
    const size_t end = dx_str_find(text, DX_LIT("}"), at);

    return dx_str_starts(dx_str_slice(text, at, text.n), DX_LIT("${")) && end != SIZE_MAX
               ? dx_str_slice(text, at + 2, end)
               : DX_NONE;
}

static dx_str text_of(dx_format_loader *ld, const dx_ynode *node, dx_str name)
{
    const dx_ynode *found = definition(ld->set, name);
    const dx_str text = dx_y_text(found, ld->faults);

    if (found == NULL)
        dx_fault(ld->faults, node->at, "${%.*s} is not under 'define'", DX_FMT(name));
    else if (dx_str_find(text, DX_LIT("${"), 0) != SIZE_MAX)
        dx_fault(ld->faults, found->at,
                 "$%.*s: a definition uses no other definition; write it out", DX_FMT(name));
    return text;
}

static void put_in(dx_format_loader *ld, const dx_ynode *node, dx_str text, dx_buf *out)
{
    size_t length;

    for (size_t at = 0; at < text.n && out->n <= REGEX_MOST; at += length) {
        const dx_str name = name_at(text, at);
        dx_pattern_token(text, at, &length);
        if (name.p == NULL) {
            dx_buf_add(out, dx_str_slice(text, at, at + length));
            continue;
        }
        length = name.n + 3;
        dx_buf_add(out, DX_LIT("(?:"));
        dx_buf_add(out, text_of(ld, node, name));
        dx_buf_add(out, DX_LIT(")"));
    }
    if (out->n > REGEX_MOST)
        dx_fault(ld->faults, node->at, "the regex is longer than 32 KiB");
}

dx_str dx_format_expand(dx_format_loader *ld, const dx_ynode *node)
{
    const dx_str text = dx_y_text(node, ld->faults), only = name_at(text, 0);
    const size_t faults = ld->faults->n;
    dx_buf out = {0};
    dx_str made = text;

    if (only.p != NULL && only.n + 3 == text.n)
        return text_of(ld, node, only);
    if (dx_str_find(text, DX_LIT("${"), 0) == SIZE_MAX)
        return text;
    put_in(ld, node, text, &out);
    if (!dx_str_eq(text, dx_buf_str(&out)))
        made = dx_arena_copy(ld->out->arena, dx_buf_str(&out));
    ld->nomem |= out.failed || made.p == NULL;
    dx_buf_done(&out);
    return ld->faults->n > faults ? DX_NONE : made;
}
