#include "core/fragment.h"
#include <string.h>
#include "core/pattern.h"

enum { ENOUGH = 16, DEPTH_MOST = 20 };

typedef struct reader {
    dx_str pattern;
    size_t at;
    dx_arena *arena;
    bool lost; /* something that is not understood: no fragment is certain */
    unsigned depth;
} reader;

static dx_fragments branches(reader *r);

/* ---- choosing ---- */

static size_t worth(const dx_fragments *f)
{
    return f->n == 0 ? 0 : f->least < ENOUGH ? f->least : ENOUGH;
}

static void keep_better(dx_fragments *best, const dx_fragments *other)
{
    if (worth(other) > worth(best) || (worth(other) == worth(best) && other->n < best->n))
        *best = *other;
}

static void end_run(reader *r, dx_fragments *best, char *run, size_t *n)
{
    dx_fragments one = {.n = 1, .least = *n};

    if (*n >= DX_FRAGMENT_LEAST) {
        one.p[0] = dx_arena_copy(r->arena, (dx_str){run, *n});
        r->lost |= one.p[0].p == NULL;
        keep_better(best, &one);
    }
    *n = 0;
}

/* Every branch must have something, else nothing is certain. */
static void join_branch(dx_fragments *all, const dx_fragments *branch)
{
    if (all->n == 0 || branch->n == 0 || all->n + branch->n > DX_FRAGMENTS_MOST) {
        all->n = 0;
        return;
    }
    memcpy(all->p + all->n, branch->p, branch->n * sizeof *branch->p);
    all->n += branch->n;
    all->least = branch->least < all->least ? branch->least : all->least;
}

/* ---- reading ---- */

static bool in(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static char peek(const reader *r, size_t ahead)
{
    return r->at + ahead < r->pattern.n ? r->pattern.p[r->at + ahead] : '\0';
}

typedef enum count { ONCE, AT_LEAST_ONCE, PERHAPS } count;

/* Takes the quantifier at the cursor, if there is one. */
static count quantifier(reader *r)
{
    const char c = peek(r, 0);
    count found = ONCE;

    if (c == '?' || c == '*') {
        found = PERHAPS;
        r->at++;
    } else if (c == '+') {
        found = AT_LEAST_ONCE;
        r->at++;
    } else if (c == '{' && (in(peek(r, 1), "0123456789,"))) {
        found = in(peek(r, 1), "0,") ? PERHAPS : AT_LEAST_ONCE;
        while (r->at < r->pattern.n && r->pattern.p[r->at] != '}')
            r->at++;
        r->at++;
    } else {
        return ONCE;
    }
    if (in(peek(r, 0), "?+"))
        r->at++;
    return found;
}

/* Flags as in "(?i:" or, for what follows, "(?i)": fragments are looked for whatever the case, and
 * where lines end does not matter to them.  The cursor stands behind "(". */
static void group_flags(reader *r)
{
    r->at++;
    while (in(peek(r, 0), "imsn-^"))
        r->at++;
    if (peek(r, 0) == ':')
        r->at++;
    else
        r->lost |= peek(r, 0) != ')';
}

/* The cursor stands behind "(".  True when what follows takes part in the match's text. */
static bool group_head(reader *r)
{
    if (peek(r, 0) == '*')
        r->lost = true;
    if (peek(r, 0) != '?')
        return true;
    const char kind = peek(r, 1), next = peek(r, 2);
    if (kind == ':' || kind == '>') {
        r->at += 2;
        return true;
    }
    if (kind == '=' || kind == '!' || (kind == '<' && in(next, "=!"))) {
        r->at += kind == '<' ? 3 : 2;
        return false;
    }
    if (kind == '<') {
        while (r->at < r->pattern.n && r->pattern.p[r->at] != '>')
            r->at++;
        r->at++;
        return true;
    }
    group_flags(r);
    return true;
}

static dx_fragments group(reader *r)
{
    dx_fragments inside, none = {.n = 0};
    bool counts;

    r->at++;
    counts = group_head(r);
    if (++r->depth > DEPTH_MOST)
        r->lost = true;
    inside = r->lost ? none : branches(r);
    r->depth--;
    r->at++; /* ")" */
    return quantifier(r) == PERHAPS || !counts ? none : inside;
}

/* The byte that an item stands for; NUL when it is no single one. */
static char literal(reader *r, dx_token token, size_t length)
{
    const char c = token == DX_TOK_ESCAPE ? peek(r, 1) : peek(r, 0);
    const bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z';
    const bool digit = c >= '0' && c <= '9';

    r->at += length;
    if (c < ' ' || c > '~' || token == DX_TOK_CLASS || token == DX_TOK_QUOTE)
        return '\0';
    if (token == DX_TOK_ESCAPE) {
        r->lost |= digit || in(c, "xopPNgkcuULlEC");
        return upper || lower || digit ? '\0' : c;
    }
    if (in(c, ".^$"))
        return '\0';
    return upper ? (char)(c | 32) : c;
}

static bool takes_no_text(const reader *r, dx_token token)
{
    return token == DX_TOK_ESCAPE && in(peek(r, 1), "bBAK");
}

static void item(reader *r, dx_fragments *best, char *run, size_t *n)
{
    size_t length;
    const dx_token token = dx_pattern_token(r->pattern, r->at, &length);

    if (takes_no_text(r, token)) {
        r->at += length;
        return;
    }
    const char c = literal(r, token, length);
    const count how_often = quantifier(r);
    if (c != '\0' && how_often != PERHAPS)
        run[(*n)++] = c;
    if (c == '\0' || how_often != ONCE)
        end_run(r, best, run, n);
}

static dx_fragments sequence(reader *r)
{
    dx_fragments best = {.n = 0};
    char *run = dx_arena_get(r->arena, r->pattern.n + 1);
    size_t n = 0;

    r->lost |= run == NULL;
    while (!r->lost && r->at < r->pattern.n && !in(r->pattern.p[r->at], "|)")) {
        if (r->pattern.p[r->at] != '(') {
            item(r, &best, run, &n);
            continue;
        }
        end_run(r, &best, run, &n);
        const dx_fragments inside = group(r);
        keep_better(&best, &inside);
    }
    if (!r->lost)
        end_run(r, &best, run, &n);
    return best;
}

static dx_fragments branches(reader *r)
{
    dx_fragments all = sequence(r);

    while (!r->lost && peek(r, 0) == '|') {
        r->at++;
        const dx_fragments next = sequence(r);
        join_branch(&all, &next);
    }
    return all;
}

dx_fragments dx_fragments_of(dx_str pattern, dx_arena *into)
{
    reader r = {.pattern = pattern, .arena = into};
    const dx_fragments found = branches(&r);

    return r.lost || r.at < pattern.n ? (dx_fragments){.n = 0} : found;
}
