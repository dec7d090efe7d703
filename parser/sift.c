#include "parser/sift.h"

#include <string.h>
#include "core/fragment.h"
#include "core/near.h"
#include "core/pattern.h"
#include "core/scanner.h"

enum { LONG = 512 }; /* bytes of a text: a shorter one is searched sooner than sifted */

enum { BRANCHES_MOST = 64, LITERALS_MOST = 200 };

/* One of the ways in which a regex may match. */
typedef struct branch {
    dx_str pattern;
    uint32_t begins; /* see dx_near */
    dx_regex *alone; /* it as a regex of its own, made when it is first asked for */
    size_t seen;     /* of the text at hand: where no match begins before */
} branch;

typedef struct sift {
    const dx_regex *rx;
    dx_scanner *scanner; /* NULL: nothing is certain; a literal's id is its branch */
    branch *branch;
    size_t n_branches;
    bool apart; /* each branch means by itself what it means in the regex */
} sift;

struct dx_sifts {
    dx_arena *keep;
    sift *p;
    size_t n, cap;
    dx_scan_hits hits;
};

dx_sifts *dx_sifts_new(void)
{
    dx_arena *keep = dx_arena_new(0);
    dx_sifts *all = keep ? dx_arena_get(keep, sizeof *all) : NULL;

    if (all == NULL)
        dx_arena_free(keep);
    else
        all->keep = keep;
    return all;
}

static void forget(const sift *s)
{
    dx_scanner_free(s->scanner);
    for (size_t i = 0; i < s->n_branches; i++)
        if (s->branch[i].alone != NULL)
            dx_regex_release(s->branch[i].alone);
}

void dx_sifts_free(dx_sifts *all)
{
    if (all == NULL)
        return;
    for (size_t i = 0; i < all->n; i++)
        forget(&all->p[i]);
    dx_scan_hits_done(&all->hits);
    dx_arena_free(all->keep);
}

/* ---- branches ---- */

typedef struct branches {
    branch p[BRANCHES_MOST];
    size_t n;
    bool many; /* more than there is room for */
} branches;

/* "(?:this|that)" and nothing else. */
static bool is_group(dx_str pattern)
{
    return dx_str_starts(pattern, DX_LIT("(?:")) &&
           dx_pattern_group_end(pattern, 3, NULL) == pattern.n;
}

/* Those of groups that are a branch by themselves, too. */
static void list_branches(dx_str pattern, branches *all)
{
    for (size_t at = 0, end; at <= pattern.n; at = end + 1) {
        end = dx_near_branch_end(pattern, at);
        const dx_str one = dx_str_slice(pattern, at, end);
        all->many |= all->n == BRANCHES_MOST;
        if (all->many)
            return;
        if (is_group(one))
            list_branches(dx_str_slice(one, 3, one.n - 1), all);
        else
            all->p[all->n++] = (branch){.pattern = one};
    }
}

static bool in(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* What an escape or a group's head says of other parts of the regex. */
static bool is_bound(dx_str pattern, size_t at, dx_token token)
{
    const char next = at + 1 < pattern.n ? pattern.p[at + 1] : '\0';
    const char kind = at + 2 < pattern.n ? pattern.p[at + 2] : '\0';

    if (token == DX_TOK_ESCAPE)
        return in(next, "0123456789gkKG");
    if (token != DX_TOK_CHAR || pattern.p[at] != '(')
        return token == DX_TOK_QUOTE;
    return next == '*' || (next == '?' && !in(kind, ":=!<>|"));
}

/* No part refers to another, or sets flags for it. */
static bool are_apart(dx_str pattern)
{
    for (size_t at = 0, length; at < pattern.n; at += length) {
        const dx_token token = dx_pattern_token(pattern, at, &length);
        const dx_str rest = dx_str_slice(pattern, at, pattern.n);
        const bool flags = dx_str_starts(rest, DX_LIT("(?i:"));
        if (!flags && is_bound(pattern, at, token))
            return false;
    }
    return true;
}

/* ---- finding out ---- */

/* What matches hold, by the branch that they match. */
typedef struct literals {
    dx_scan_literal p[LITERALS_MOST];
    size_t n;
} literals;

/* False where nothing is certain, or there is no memory. */
static bool look_into_branch(branch *b, uint32_t number, dx_arena *passing, literals *all)
{
    const dx_fragments found = dx_fragments_around(b->pattern, DX_SCAN_LEAST, passing);
    dx_str text[DX_FRAGMENTS_MOST];
    const dx_near *near;

    if (found.n == 0 || all->n + found.n > LITERALS_MOST)
        return false;
    for (size_t i = 0; i < found.n; i++) {
        text[i] = dx_str_trim(found.p[i]);
        all->p[all->n++] = (dx_scan_literal){text[i], number};
    }
    if (!dx_near_of(b->pattern, text, found.n, passing, passing, &near) || near == NULL)
        return false;
    b->begins = near->begins;
    return true;
}

/* Flags before all of it hold for all branches. */
static dx_str without_flags(dx_str pattern)
{
    const dx_str flags = DX_LIT("(?i)");

    return dx_str_slice(pattern, dx_str_starts(pattern, flags) ? flags.n : 0, pattern.n);
}

static bool look_into_all(dx_str pattern, dx_arena *passing, literals *all, branches *out)
{
    list_branches(without_flags(pattern), out);
    for (uint32_t i = 0; i < out->n && !out->many; i++)
        if (!look_into_branch(&out->p[i], i, passing, all))
            return false;
    return !out->many;
}

/* Leaves *out without a scanner where it does not know. */
static void look_into(const dx_regex *rx, dx_arena *keep, dx_arena *passing, sift *out)
{
    const dx_str pattern = dx_regex_pattern(rx);
    literals all = {.n = 0};
    branches found = {.n = 0};
    dx_err ignored;

    out->apart = are_apart(without_flags(pattern));
    if (!look_into_all(pattern, passing, &all, &found) ||
        (out->branch = dx_arena_dup(keep, found.p, found.n * sizeof *found.p)) == NULL)
        return;
    out->n_branches = found.n;
    if (dx_scanner_new(&out->scanner, NULL, all.p, all.n, &ignored) != DX_OK)
        out->scanner = NULL;
}

/* All branches are "^this". */
static bool only_starts(dx_str pattern)
{
    for (size_t at = 0; at <= pattern.n; at = dx_near_branch_end(pattern, at) + 1)
        if (at == pattern.n || pattern.p[at] != '^')
            return false;
    return true;
}

/* The text of the i-th is that of another branch, too. */
static bool is_before(const literals *all, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (dx_str_eq(all->p[k].text, all->p[i].text))
            return true;
    return false;
}

bool dx_sift_reach_of(const dx_regex *rx, dx_sift_reach *out)
{
    dx_arena *passing = dx_arena_new(0);
    literals all = {.n = 0};
    branches found = {.n = 0};
    double times = 0;

    if (passing == NULL)
        return false;
    *out = (dx_sift_reach){.starts = only_starts(dx_regex_pattern(rx)),
                           .sifted = look_into_all(dx_regex_pattern(rx), passing, &all, &found),
                           .bounded = true};
    for (size_t i = 0; i < all.n; i++) {
        out->bounded &= found.p[all.p[i].id].begins != DX_NEAR_ANYWHERE;
        if (!is_before(&all, i) && dx_scan_rarest(all.p[i].text, &times).p != NULL)
            out->per_megabyte += times;
    }
    dx_arena_free(passing);
    return true;
}

/* NULL when out of memory. */
static sift *sift_of(dx_sifts *all, const dx_regex *rx)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->p[i].rx == rx)
            return &all->p[i];
    dx_arena *passing = dx_arena_new(0);
    sift made = {.rx = rx};
    if (passing == NULL)
        return NULL;
    look_into(rx, all->keep, passing, &made);
    dx_arena_free(passing);
    if (DX_PUSH(all->keep, all->p, all->n, all->cap, made))
        return &all->p[all->n - 1];
    forget(&made);
    return NULL;
}

/* ---- branches alone ---- */

/* NULL when it cannot be, or out of memory. */
static const dx_regex *alone(dx_sifts *all, const sift *s, branch *b)
{
    const dx_str pattern = dx_regex_pattern(s->rx);
    const bool flags = without_flags(pattern).n < pattern.n;
    dx_err ignored;

    if (b->alone != NULL)
        return b->alone;
    const dx_str text =
        dx_arena_printf(all->keep, "%s%.*s", flags ? "(?i)" : "", DX_FMT(b->pattern));
    if (text.p == NULL ||
        dx_regex_in(&b->alone, all->keep, text, dx_regex_flags(s->rx), NULL, &ignored) != DX_OK)
        b->alone = NULL;
    return b->alone;
}

/* Whether one of the branches whose literals were met matches there; *knows is false when that must
 * be asked of the regex. */
static bool is_there(dx_sifts *all, sift *s, dx_regex_scratch *scratch, dx_str text, bool *knows)
{
    dx_span span[1];

    *knows = s->apart;
    for (size_t i = 0; *knows && i < all->hits.n; i++) {
        const dx_scan_hit hit = all->hits.p[i];
        branch *b = &s->branch[hit.id];
        const dx_regex *rx = alone(all, s, b);
        const size_t from = dx_near_before(text, hit.at, b->begins, b->seen);
        *knows = rx != NULL;
        if (*knows && dx_regex_find_within(rx, scratch, text, from, hit.at, span, 1) == DX_RX_YES)
            return true;
        b->seen = hit.at + 1;
    }
    return false;
}

static void begin_text(sift *s)
{
    for (size_t i = 0; i < s->n_branches; i++)
        s->branch[i].seen = 0;
}

/* ---- searching ---- */

/* In place of each hit's id writes how far before it matches begin at most that hold it or a later
 * one. */
static void reach_back(const sift *s, dx_str text, dx_scan_hits *hits)
{
    size_t first = text.n;

    for (size_t i = hits->n; i-- > 0;) {
        dx_scan_hit *hit = &hits->p[i];
        const size_t begin = dx_near_before(text, hit->at, s->branch[hit->id].begins, 0);
        first = begin < first ? begin : first;
        hit->id = hit->at - first < UINT32_MAX ? (uint32_t)(hit->at - first) : UINT32_MAX;
    }
}

static size_t first_of(const dx_scan_hit *hit)
{
    return hit->id < UINT32_MAX ? hit->at - hit->id : 0;
}

static dx_rx find_near(const sift *s, const dx_scan_hits *hits, dx_regex_scratch *scratch,
                       dx_str text, dx_span *groups, size_t n)
{
    const dx_scan_hit *hit = hits->p;
    dx_rx found = DX_RX_NO;

    for (size_t i = 0, next; i < hits->n && found == DX_RX_NO; i = next) {
        for (next = i + 1; next < hits->n && first_of(&hit[next]) <= hit[next - 1].at + 1;)
            next++;
        found = dx_regex_find_within(s->rx, scratch, text, first_of(&hit[i]), hit[next - 1].at,
                                     groups, n);
    }
    return found;
}

static dx_rx find_all(dx_sifts *all, sift *s, dx_regex_scratch *scratch, dx_str text,
                      dx_span *groups, size_t n)
{
    bool knows;

    begin_text(s);
    if (!is_there(all, s, scratch, text, &knows) && knows)
        return DX_RX_NO;
    reach_back(s, text, &all->hits);
    return find_near(s, &all->hits, scratch, text, groups, n);
}

dx_rx dx_sifts_find(dx_sifts *all, const dx_regex *rx, dx_regex_scratch *scratch, dx_str text,
                    dx_span *groups, size_t n)
{
    sift *s = all != NULL && text.n >= LONG ? sift_of(all, rx) : NULL;
    const dx_scan_range range = {.text = text, .until = text.n};

    if (s == NULL || s->scanner == NULL || !dx_scanner_run(s->scanner, &range, &all->hits))
        return dx_regex_find(rx, scratch, text, 0, groups, n);
    return find_all(all, s, scratch, text, groups, n);
}

static bool has_near(dx_sifts *all, sift *s, dx_regex_scratch *scratch, dx_str text)
{
    dx_span span[1];
    bool knows;
    const bool there = is_there(all, s, scratch, text, &knows);

    if (there || knows)
        return there;
    reach_back(s, text, &all->hits);
    return find_near(s, &all->hits, scratch, text, span, 1) == DX_RX_YES;
}

/* Where a text says something it mostly does so early, so the rest need not be looked through. */
bool dx_sifts_has(dx_sifts *all, const dx_regex *rx, dx_regex_scratch *scratch, dx_str text)
{
    sift *s = all != NULL && text.n >= LONG ? sift_of(all, rx) : NULL;
    bool found = false;
    dx_span span[1];

    if (s == NULL || s->scanner == NULL)
        return dx_regex_find(rx, scratch, text, 0, span, 1) == DX_RX_YES;
    begin_text(s);
    for (size_t at = 0, n = LONG; at < text.n && !found; at += n, n *= 2) {
        const dx_scan_range range = {.text = text, .from = at, .until = at + n};
        if (!dx_scanner_run(s->scanner, &range, &all->hits))
            return dx_regex_find(rx, scratch, text, 0, span, 1) == DX_RX_YES;
        found = has_near(all, s, scratch, text);
    }
    return found;
}
