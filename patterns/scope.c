#include "patterns/scope.h"

#include <stdlib.h>

enum {
    SOON_MADE = 2000, /* signatures whose scanner is made at once: a millisecond */
    SEEN = 64 * 1024  /* bytes of a log that tell enough for so few */
};

typedef struct scope {
    dx_str format;
    bool *wanted; /* by signature */
    size_t n_wanted;
    bool blind; /* one of them has no certain text */
    /* For these alone; NULL until it pays.  The second looks for what a long log has seldom. */
    dx_scanner *narrow, *chosen;
} scope;

struct dx_scopes {
    const dx_sought *sought;
    const dx_signature *const *signature;
    size_t n;
    dx_arena *keep;
    scope **scope; /* so that they stay where they are */
    size_t n_scopes, cap_scopes;
};

dx_scopes *dx_scopes_new(const dx_sought *sought, const dx_signature *const *signatures, size_t n)
{
    dx_arena *keep = dx_arena_new(0);
    dx_scopes *s = keep ? dx_arena_get(keep, sizeof *s) : NULL;

    if (s == NULL) {
        dx_arena_free(keep);
        return NULL;
    }
    s->sought = sought;
    s->signature = signatures;
    s->n = n;
    s->keep = keep;
    return s;
}

void dx_scopes_free(dx_scopes *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->n_scopes; i++) {
        dx_scanner_free(s->scope[i]->narrow);
        dx_scanner_free(s->scope[i]->chosen);
    }
    dx_arena_free(s->keep);
}

static scope *new_scope(dx_scopes *s, dx_str format)
{
    scope *one = dx_arena_get(s->keep, sizeof *one);

    if (one == NULL || (one->wanted = dx_arena_get(s->keep, s->n + 1)) == NULL ||
        (one->format = dx_arena_copy(s->keep, format)).p == NULL ||
        !DX_PUSH(s->keep, s->scope, s->n_scopes, s->cap_scopes, one))
        return NULL;
    for (size_t i = 0; i < s->n; i++)
        one->n_wanted += one->wanted[i] = dx_signature_in(s->signature[i], format);
    for (size_t i = 0; i < s->sought->n_always; i++)
        one->blind |= one->wanted[s->sought->always[i]];
    return one;
}

static scope *scope_of(dx_scopes *s, dx_str format)
{
    for (size_t i = 0; i < s->n_scopes; i++)
        if (dx_str_eq(s->scope[i]->format, format))
            return s->scope[i];
    return new_scope(s, format);
}

/* Whether there is something to gain; each is made once, for what was made is in use. */
static bool pays(const dx_scopes *s, const scope *one, dx_str log)
{
    if (one->chosen != NULL)
        return false;
    return log.n > 0 || (one->narrow == NULL && one->n_wanted < s->n && one->n_wanted <= SOON_MADE);
}

bool dx_scopes_ask(dx_scopes *s, dx_str format, dx_str log, dx_scan_subset *out)
{
    scope *one = scope_of(s, format);
    dx_err ignored;

    *out = (dx_scan_subset){.scanner = s->sought->scanner};
    if (one == NULL)
        return false;
    *out = (dx_scan_subset){s->sought->scanner, one->wanted, (uint32_t)s->n, s->sought->near};
    if (one->n_wanted <= SOON_MADE)
        log = dx_str_slice(log, 0, SEEN);
    if (pays(s, one, log) &&
        dx_scanner_narrow(log.n > 0 ? &one->chosen : &one->narrow, out, log, &ignored) != DX_OK)
        return !one->blind; /* it does without */
    const dx_scanner *made = one->chosen != NULL ? one->chosen : one->narrow;
    if (made != NULL)
        *out = (dx_scan_subset){made, NULL, (uint32_t)s->n, s->sought->near};
    return !one->blind;
}
