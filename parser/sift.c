#include "parser/sift.h"

#include "core/fragment.h"
#include "core/near.h"
#include "core/scanner.h"

enum { LONG = 512 }; /* bytes of a text: a shorter one is searched sooner than sifted */

enum { BRANCHES_MOST = 32, LITERALS_MOST = 200 };

typedef struct sift {
    const dx_regex *rx;
    dx_scanner *scanner;            /* NULL: nothing is certain; a literal's id is its branch */
    uint32_t begins[BRANCHES_MOST]; /* see dx_near */
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

void dx_sifts_free(dx_sifts *all)
{
    if (all == NULL)
        return;
    for (size_t i = 0; i < all->n; i++)
        dx_scanner_free(all->p[i].scanner);
    dx_scan_hits_done(&all->hits);
    dx_arena_free(all->keep);
}

/* ---- finding out ---- */

/* What matches hold, by the branch that they match. */
typedef struct literals {
    dx_scan_literal p[LITERALS_MOST];
    size_t n;
} literals;

/* False where nothing is certain, or there is no memory. */
static bool add_branch(dx_str pattern, uint32_t branch, dx_arena *passing, literals *all,
                       uint32_t *begins)
{
    const dx_fragments found = dx_fragments_around(pattern, DX_SCAN_LEAST, passing);
    dx_str text[DX_FRAGMENTS_MOST];
    const dx_near *near;

    if (found.n == 0 || all->n + found.n > LITERALS_MOST)
        return false;
    for (size_t i = 0; i < found.n; i++) {
        text[i] = dx_str_trim(found.p[i]);
        all->p[all->n++] = (dx_scan_literal){text[i], branch};
    }
    if (!dx_near_of(pattern, text, found.n, passing, passing, &near) || near == NULL)
        return false;
    *begins = near->begins;
    return true;
}

static bool add_branches(dx_str pattern, dx_arena *passing, literals *all, sift *out)
{
    size_t at = 0;

    for (uint32_t i = 0; at <= pattern.n; i++) {
        const size_t end = dx_near_branch_end(pattern, at);
        if (i == BRANCHES_MOST ||
            !add_branch(dx_str_slice(pattern, at, end), i, passing, all, &out->begins[i]))
            return false;
        at = end + 1;
    }
    return true;
}

/* Leaves *out without a scanner where it does not know. */
static void look_into(const dx_regex *rx, dx_arena *passing, sift *out)
{
    literals all = {.n = 0};
    dx_err ignored;

    if (add_branches(dx_regex_pattern(rx), passing, &all, out) &&
        dx_scanner_new(&out->scanner, NULL, all.p, all.n, &ignored) != DX_OK)
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

bool dx_sift_reach_of(const dx_regex *rx, dx_sift_reach *out)
{
    dx_arena *passing = dx_arena_new(0);
    literals all = {.n = 0};
    sift made = {.rx = rx};
    double times = 0;

    if (passing == NULL)
        return false;
    *out = (dx_sift_reach){.starts = only_starts(dx_regex_pattern(rx)),
                           .sifted = add_branches(dx_regex_pattern(rx), passing, &all, &made),
                           .bounded = true};
    for (size_t i = 0; i < all.n; i++) {
        out->bounded &= made.begins[all.p[i].id] != DX_NEAR_ANYWHERE;
        if (dx_scan_rarest(all.p[i].text, &times).p != NULL)
            out->per_megabyte += times;
    }
    dx_arena_free(passing);
    return true;
}

/* NULL when out of memory. */
static const sift *sift_of(dx_sifts *all, const dx_regex *rx)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->p[i].rx == rx)
            return &all->p[i];
    dx_arena *passing = dx_arena_new(0);
    sift made = {.rx = rx};
    if (passing == NULL)
        return NULL;
    look_into(rx, passing, &made);
    dx_arena_free(passing);
    if (DX_PUSH(all->keep, all->p, all->n, all->cap, made))
        return &all->p[all->n - 1];
    dx_scanner_free(made.scanner);
    return NULL;
}

/* ---- searching ---- */

/* In place of each hit's id writes how far before it matches begin at most that hold it or a later
 * one. */
static void reach_back(const sift *s, dx_str text, dx_scan_hits *hits)
{
    size_t first = text.n;

    for (size_t i = hits->n; i-- > 0;) {
        dx_scan_hit *hit = &hits->p[i];
        const size_t begin = dx_near_before(text, hit->at, s->begins[hit->id], 0);
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

dx_rx dx_sifts_find(dx_sifts *all, const dx_regex *rx, dx_regex_scratch *scratch, dx_str text,
                    dx_span *groups, size_t n)
{
    const sift *s = all != NULL && text.n >= LONG ? sift_of(all, rx) : NULL;
    const dx_scan_range range = {.text = text, .until = text.n};

    if (s == NULL || s->scanner == NULL || !dx_scanner_run(s->scanner, &range, &all->hits))
        return dx_regex_find(rx, scratch, text, 0, groups, n);
    reach_back(s, text, &all->hits);
    return find_near(s, &all->hits, scratch, text, groups, n);
}

/* Where a text says something it mostly does so early, so the rest need not be looked through. */
bool dx_sifts_has(dx_sifts *all, const dx_regex *rx, dx_regex_scratch *scratch, dx_str text)
{
    const sift *s = all != NULL && text.n >= LONG ? sift_of(all, rx) : NULL;
    dx_rx found = DX_RX_NO;
    dx_span span[1];

    if (s == NULL || s->scanner == NULL)
        return dx_regex_find(rx, scratch, text, 0, span, 1) == DX_RX_YES;
    for (size_t at = 0, n = LONG; at < text.n && found == DX_RX_NO; at += n, n *= 2) {
        const dx_scan_range range = {.text = text, .from = at, .until = at + n};
        if (!dx_scanner_run(s->scanner, &range, &all->hits))
            return dx_regex_find(rx, scratch, text, 0, span, 1) == DX_RX_YES;
        reach_back(s, text, &all->hits);
        found = find_near(s, &all->hits, scratch, text, span, 1);
    }
    return found == DX_RX_YES;
}
