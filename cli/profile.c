#include "cli/profile.h"
#include <stdlib.h>
#include "cli/tell.h"

enum { SHOWN = 40 };

typedef struct row {
    const dx_signature *sig;
    uint64_t calls, matches, ns;
} row;

dx_cost *dx_profile_new(const dx_rulebook *book, dx_arena *into)
{
    const dx_signature *const *all;

    return dx_arena_get(into, (dx_rulebook_signatures(book, &all) + 1) * sizeof(dx_cost));
}

static int dearest_first(const void *a, const void *b)
{
    const row *x = a, *y = b;

    if (x->ns != y->ns)
        return x->ns > y->ns ? -1 : 1;
    return dx_str_cmp(x->sig->id, y->sig->id);
}

static size_t list(const dx_rulebook *book, dx_cost *by_signature, row *rows, row *sum)
{
    const dx_signature *const *all;
    const size_t total = dx_rulebook_signatures(book, &all);
    size_t n = 0;

    for (size_t i = 0; i < total; i++) {
        dx_cost *c = &by_signature[all[i]->index];
        const row one = {all[i], atomic_load(&c->calls), atomic_load(&c->matches),
                         atomic_load(&c->ns)};
        if (one.calls > 0)
            rows[n++] = one;
        sum->calls += one.calls;
        sum->matches += one.matches;
        sum->ns += one.ns;
    }
    return n;
}

static void tell(const row *r, dx_str name)
{
    dx_cli_say_line("%12.3f %10llu %10llu  %.*s", (double)r->ns / 1e6, (unsigned long long)r->calls,
                    (unsigned long long)r->matches, DX_FMT(name));
}

bool dx_profile_tell(const dx_rulebook *book, dx_cost *by_signature)
{
    const dx_signature *const *all;
    row sum = {0};
    row *rows = calloc(dx_rulebook_signatures(book, &all) + 1, sizeof *rows);

    if (rows == NULL)
        return false;
    const size_t n = list(book, by_signature, rows, &sum);
    if (n > 0)
        qsort(rows, n, sizeof *rows, dearest_first);
    dx_cli_say_line("%12s %10s %10s  %s", "CPU ms", "searches", "matches", "signature");
    for (size_t i = 0; i < n && i < SHOWN; i++)
        tell(&rows[i], rows[i].sig->id);
    tell(&sum, DX_LIT("all signatures"));
    free(rows);
    return true;
}
