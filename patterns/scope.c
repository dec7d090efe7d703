#include "patterns/scope.h"

#include <stdlib.h>

enum {
    SOON_MADE = 2000, /* signatures whose scanner is made at once: a millisecond */
    SEEN = 64 * 1024, /* bytes of a log that tell enough for so few */
    FEW = 256         /* records that are no reason to make anything */
};

typedef struct scope {
    dx_str format;
    bool *wanted; /* by signature */
    size_t n_wanted;
    unsigned records; /* that were asked for, FEW at most */
    bool blind;       /* one of them has no certain text */
    /* For these alone; NULL until it pays.  The second looks for what a long log has seldom. */
    dx_scanner *narrow, *chosen;
    dx_scanner *ready; /* the second, not in use yet */
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
        dx_scanner_free(s->scope[i]->ready);
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

/* Each is made once, for what was made is in use; without memory one does without. */
static void make_narrow(const dx_scopes *s, scope *one, const dx_scan_subset *all)
{
    dx_err ignored;

    if (one->chosen == NULL && one->narrow == NULL && one->n_wanted < s->n &&
        one->n_wanted <= SOON_MADE &&
        dx_scanner_narrow(&one->narrow, all, DX_NONE, &ignored) != DX_OK)
        one->narrow = NULL;
}

/* In another thread, perhaps, while others ask for the rest of the scope. */
static void choose(scope *one, const dx_scan_subset *all, dx_str log)
{
    const dx_str piece = one->n_wanted <= SOON_MADE ? dx_str_slice(log, 0, SEEN) : log;
    dx_err ignored;

    if (dx_scanner_narrow(&one->ready, all, piece, &ignored) != DX_OK)
        one->ready = NULL;
}

static dx_scan_subset all_of(const dx_scopes *s, const scope *one)
{
    return (dx_scan_subset){s->sought->scanner, one->wanted, (uint32_t)s->n, s->sought->near};
}

static void take_made(const dx_scopes *s, const scope *one, dx_scan_subset *out)
{
    const dx_scanner *made = one->chosen != NULL ? one->chosen : one->narrow;

    if (made != NULL)
        *out = (dx_scan_subset){made, NULL, (uint32_t)s->n, s->sought->near};
}

bool dx_scopes_ask(dx_scopes *s, dx_str format, dx_str log, dx_scan_subset *out)
{
    scope *one = scope_of(s, format);

    *out = (dx_scan_subset){.scanner = s->sought->scanner};
    if (one == NULL)
        return false;
    *out = all_of(s, one);
    if (log.n == 0) {
        make_narrow(s, one, out);
    } else if (one->chosen == NULL && one->ready == NULL) {
        choose(one, out, log);
        return !one->blind;
    } else if (one->chosen == NULL) {
        one->chosen = one->ready;
        one->ready = NULL;
    }
    take_made(s, one, out);
    return !one->blind;
}

bool dx_scopes_ask_record(dx_scopes *s, dx_str format, dx_scan_subset *out, const bool **inside)
{
    scope *one = scope_of(s, format);

    if (one == NULL)
        return false;
    *inside = one->wanted;
    *out = all_of(s, one);
    if (one->records < FEW)
        one->records++;
    else
        make_narrow(s, one, out);
    take_made(s, one, out);
    return true;
}
