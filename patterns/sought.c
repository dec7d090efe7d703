#include "patterns/sought.h"

#include "patterns/literals.h"

typedef struct list {
    dx_scan_literal *p;
    size_t n, cap;
} list;

static bool find_near(const dx_signature *sig, const dx_literals *found, dx_arena *into,
                      const dx_near **out)
{
    dx_arena *own = dx_arena_new(0);
    const dx_str regex = own != NULL ? dx_signature_pattern(sig, own) : DX_NONE;
    const bool good = regex.p != NULL && dx_near_of(regex, found->text, found->n, into, own, out);

    dx_arena_free(own);
    return good;
}

static bool add_signature(const dx_signature *sig, list *all, dx_arena *into, dx_arena *passing,
                          bool *any, const dx_near **near)
{
    dx_literals found;

    if (!dx_literals_of(sig, passing, &found))
        return false;
    *any = found.n > 0;
    if (*any && !find_near(sig, &found, into, near))
        return false;
    for (size_t i = 0; i < found.n; i++)
        if (!DX_PUSH(passing, all->p, all->n, all->cap,
                     (dx_scan_literal){found.text[i], (uint32_t)sig->index}))
            return false;
    return true;
}

dx_rc dx_sought_make(dx_sought *out, const dx_signature *const *signatures, size_t n,
                     dx_arena *into, dx_arena *passing, dx_err *err)
{
    bool *has_literal = dx_arena_get(into, n * sizeof *has_literal);
    uint32_t *always = dx_arena_get(into, n * sizeof *always);
    const dx_near **near = dx_arena_get(into, n * sizeof *near);
    dx_sought made = {.has_literal = has_literal, .near = near, .always = always};
    list all = {0};

    if (has_literal == NULL || near == NULL || always == NULL)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++) {
        if (signatures[i]->refines || signatures[i]->retired || !signatures[i]->regex)
            continue;
        if (!add_signature(signatures[i], &all, into, passing, &has_literal[i], &near[i]))
            return dx_nomem(err);
        if (!has_literal[i])
            always[made.n_always++] = (uint32_t)i;
    }
    if (dx_scanner_new_in(&made.scanner, NULL, all.p, all.n, into, err) != DX_OK)
        return DX_FAIL;
    *out = made;
    return DX_OK;
}
