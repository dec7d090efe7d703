#include "patterns/nearly.h"

enum { SHOWN_AFTER = 60 };

static bool was_found(dx_events events, dx_str id)
{
    for (size_t i = 0; i < events.n; i++)
        if (dx_str_eq(events.p[i].signature, id) || dx_str_eq(events.p[i].base, id))
            return true;
    return false;
}

/* The first record that holds the signature's literal, or NULL. */
static const dx_str *literal_in(const dx_str *folded, size_t n, const dx_signature *sig)
{
    for (size_t i = 0; sig->contains.n && i < n; i++)
        if (dx_str_ifind(folded[i], sig->contains, 0) != SIZE_MAX)
            return &folded[i];
    return NULL;
}

static dx_near_miss miss_of(const dx_signature *sig, dx_str folded)
{
    dx_span span = {0};
    const size_t pieces = dx_matcher_partial(sig, folded, &span);
    const size_t stop = pieces ? span.to : 0;

    return (dx_near_miss){sig, pieces, dx_str_slice(folded, stop, stop + SHOWN_AFTER)};
}

dx_rc dx_nearly(const dx_rulebook *book, const dx_str *folded, size_t n_folded, dx_events events,
                dx_arena *into, dx_near_miss **out, size_t *n, dx_err *err)
{
    const dx_signature *const *signatures;
    const size_t n_signatures = dx_rulebook_signatures(book, &signatures);
    dx_near_miss *misses = NULL;
    size_t found = 0, cap = 0;

    for (size_t i = 0; i < n_signatures; i++) {
        const dx_signature *sig = signatures[i];
        if (sig->refines || sig->retired || was_found(events, sig->id))
            continue;
        const dx_str *record = literal_in(folded, n_folded, sig);
        if (record && !DX_PUSH(into, misses, found, cap, miss_of(sig, *record)))
            return dx_nomem(err);
    }
    *out = misses;
    *n = found;
    return DX_OK;
}
