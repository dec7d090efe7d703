/* One record at a time: which signatures may be in it (candidates.c), in which reading of its lines
 * they match best (search.c), and what events that makes. */
#include "patterns/literals.h"
#include "patterns/matcher_impl.h"
#include <stdlib.h>

dx_rc dx_matcher_new(dx_matcher **out, const dx_rulebook *book, dx_err *err)
{
    dx_matcher *m = calloc(1, sizeof *m);

    if (m == NULL)
        return dx_nomem(err);
    m->book = book;
    m->sought = dx_rulebook_sought(book);
    m->n = dx_rulebook_signatures(book, &m->signature);
    m->candidate = calloc(m->n + 1, sizeof *m->candidate);
    m->is_candidate = calloc(m->n + 1, sizeof *m->is_candidate);
    m->is_doubtful = calloc(m->n + 1, sizeof *m->is_doubtful);
    m->scopes = dx_scopes_new(m->sought, m->signature, m->n);
    m->rx = dx_regex_scratch_new();
    m->scratch = dx_arena_new(0);
    m->gap_arena = dx_arena_new(0);
    if (m->candidate == NULL || m->is_candidate == NULL || m->is_doubtful == NULL ||
        m->scopes == NULL || m->rx == NULL || m->scratch == NULL || m->gap_arena == NULL) {
        dx_matcher_free(m);
        return dx_nomem(err);
    }
    *out = m;
    return DX_OK;
}

void dx_matcher_free(dx_matcher *m)
{
    if (m == NULL)
        return;
    dx_regex_scratch_free(m->rx);
    dx_arena_free(m->scratch);
    dx_arena_free(m->gap_arena);
    dx_buf_done(&m->joint);
    dx_buf_done(&m->packed);
    dx_scan_hits_done(&m->hits);
    free(m->candidate);
    free(m->is_candidate);
    free(m->is_doubtful);
    dx_scopes_free(m->scopes);
    free(m);
}

void dx_matcher_begin(dx_matcher *m)
{
    m->covered = (dx_position){0, 0};
    m->gaps = NULL;
    m->n_gaps = m->cap_gaps = 0;
    m->effort = (dx_effort){0};
    dx_arena_reset(m->gap_arena);
}

void dx_matcher_measure(dx_matcher *m, dx_cost *by_signature)
{
    m->cost = by_signature;
}

size_t dx_matcher_gaps(const dx_matcher *m, const dx_gap **out)
{
    *out = m->gaps;
    return m->n_gaps;
}

dx_effort dx_matcher_effort(const dx_matcher *m)
{
    return m->effort;
}

/* Real logs are searched one and a half times at most; of less than a megabyte nobody notices. */
enum { TIMES_USUAL = 4, SEARCHED_LEAST = 2 << 20, SEARCHES_FOR_ONE = 8 };

uint64_t dx_effort_vain(const dx_effort *e, uint64_t bytes)
{
    const bool worth = e->bytes < SEARCHED_LEAST || e->bytes / TIMES_USUAL < bytes ||
                       e->searches / SEARCHES_FOR_ONE < e->found;

    return worth ? 0 : e->bytes / (bytes + !bytes);
}

dx_rc dx_matcher_gap(dx_matcher *m, const dx_signature *sig, uint32_t line, dx_err *err)
{
    for (size_t i = 0; i < m->n_gaps; i++)
        if (dx_str_eq(m->gaps[i].signature, sig->id)) {
            m->gaps[i].count++;
            return DX_OK;
        }
    if (!DX_PUSH(m->gap_arena, m->gaps, m->n_gaps, m->cap_gaps, (dx_gap){sig->id, line, 1}))
        return dx_nomem(err);
    return DX_OK;
}

/* ---- whole logs ---- */

bool dx_matcher_sought(void *matcher, dx_str format, dx_str log, dx_scan_subset *out)
{
    dx_matcher *m = matcher;

    return dx_scopes_ask(m->scopes, format, log, out);
}

/* ---- events ---- */

static int by_place(const void *a, const void *b)
{
    const dx_found *x = a, *y = b;

    if (x->from.line != y->from.line)
        return x->from.line < y->from.line ? -1 : 1;
    if (x->from.column != y->from.column)
        return x->from.column < y->from.column ? -1 : 1;
    return dx_str_cmp(x->event.signature, y->event.signature);
}

static bool before(dx_position a, dx_position b)
{
    return a.line != b.line ? a.line < b.line : a.column < b.column;
}

static dx_position later(dx_position a, dx_position b)
{
    return before(a, b) ? b : a;
}

/* Marks the failures that were told before, or that lie inside the text of another: the same
 * failure said less exactly.  What a general signature tells is never the more exact.  `all` is in
 * the order of the text. */
static void mark_covered(const dx_matcher *m, dx_found *all, size_t n)
{
    dx_position reach = {0, 0}; /* of the failures that begin before the current place */

    for (size_t i = 0, next; i < n; i = next) {
        dx_position longest = {0, 0};
        for (next = i; next < n && !before(all[i].from, all[next].from); next++)
            if (all[next].exact)
                longest = later(longest, all[next].to);
        for (size_t k = i; k < next; k++)
            all[k].covered = all[k].event.polarity == DX_FAILURE &&
                             (before(all[k].from, m->covered) || !before(reach, all[k].to) ||
                              before(all[k].to, longest));
        reach = later(reach, longest);
    }
}

static dx_rc give_out(dx_matcher *m, dx_found *all, size_t n, dx_events *out, dx_err *err)
{
    dx_event *events = dx_arena_get(m->scratch, n * sizeof *events);
    dx_position covered = m->covered;
    size_t kept = 0;

    if (events == NULL)
        return dx_nomem(err);
    qsort(all, n, sizeof *all, by_place);
    mark_covered(m, all, n);
    for (size_t i = 0; i < n; i++) {
        if (all[i].covered)
            continue;
        events[kept++] = all[i].event;
        if (all[i].beyond && all[i].exact && before(covered, all[i].to))
            covered = all[i].to;
    }
    m->covered = covered;
    *out = (dx_events){events, kept};
    return DX_OK;
}

dx_rc dx_matcher_run(dx_matcher *m, const dx_record *rec, dx_str format, dx_arena *into,
                     dx_events *out, dx_err *err)
{
    dx_readings readings = {.rec = rec};
    const bool *inside;
    dx_found *found = NULL;
    size_t n = 0, cap = 0;

    *out = (dx_events){NULL, 0};
    if (rec->advice)
        return DX_OK;
    dx_arena_reset(m->scratch);
    if (!dx_scopes_ask_record(m->scopes, format, &m->here, &inside) ||
        !dx_candidates_find(m, rec, &readings))
        return dx_nomem(err);
    for (size_t i = 0; i < m->n_candidates; i++)
        if (inside[m->candidate[i]] && dx_search(m, m->signature[m->candidate[i]], &readings, into,
                                                 &found, &n, &cap, err) != DX_OK)
            return DX_FAIL;
    return n == 0 ? DX_OK : give_out(m, found, n, out, err);
}
