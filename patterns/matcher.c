/* One record at a time: which signatures may be in it (prefilter), in which reading of its lines
 * they match best (search.c), and what events that makes. */
#include "core/fragment.h"
#include "patterns/matcher_impl.h"
#include <stdlib.h>
#include <string.h>

/* What the prefilter looks for; it grows with each signature. */
typedef struct literals {
    dx_str *text;
    uint32_t *id;
    size_t n, cap_text, cap_id;
} literals;

static bool add_literal(dx_arena *arena, literals *l, dx_str text, size_t id)
{
    size_t n = l->n;

    return DX_PUSH(arena, l->id, n, l->cap_id, (uint32_t)id) &&
           DX_PUSH(arena, l->text, l->n, l->cap_text, text);
}

/* The author's literal, or those found in the regex: also when each of them holds the author's, for
 * then they are rarer. */
static dx_fragments literals_of(const dx_signature *sig, dx_arena *into)
{
    const dx_fragments given = {.p = {sig->contains}, .n = 1};
    const dx_fragments found = dx_fragments_of(dx_signature_pattern(sig, into), into);
    bool finer = found.n > 0;

    for (size_t i = 0; i < found.n; i++)
        finer = finer && dx_str_find(found.p[i], sig->contains, 0) != SIZE_MAX;
    return dx_str_trim(sig->contains).n >= DX_SCAN_LEAST && !finer ? given : found;
}

/* Without any literal it is always a candidate. */
static bool add_signature(dx_matcher *m, literals *l, size_t i)
{
    const dx_signature *sig = m->signature[i];
    const dx_fragments found = literals_of(sig, m->keep);

    m->has_literal[i] = found.n > 0;
    if (found.n == 0)
        m->always[m->n_always++] = (uint32_t)i;
    for (size_t k = 0; k < found.n; k++)
        if (!add_literal(m->keep, l, found.p[k], i))
            return false;
    /* The other literals may stand in a line that a wrapper put behind the next. */
    return sig->opener.n == 0 || add_literal(m->keep, l, sig->opener, i);
}

static bool keep_literals(dx_matcher *m, const literals *l)
{
    dx_sought *s = dx_arena_get(m->keep, sizeof *s);
    dx_scan_literal *all = dx_arena_get(m->keep, (l->n + 1) * sizeof *all);

    if (s == NULL || all == NULL)
        return false;
    m->sought = s;
    for (size_t i = 0; i < l->n; i++)
        all[i] = (dx_scan_literal){l->text[i], l->id[i]};
    *s = (dx_sought){.lock = dx_mutex_new(), .literal = all, .n = l->n};
    return s->lock != NULL;
}

static void free_sought(dx_sought *s)
{
    if (s == NULL)
        return;
    dx_scanner_free(s->scanner);
    dx_mutex_free(s->lock);
}

static dx_rc build_prefilter(dx_matcher *m, dx_err *err)
{
    literals l = {0};

    for (size_t i = 0; i < m->n; i++) {
        if (m->signature[i]->refines || m->signature[i]->retired || !m->signature[i]->regex)
            continue;
        if (!add_signature(m, &l, i))
            return dx_nomem(err);
    }
    if (!keep_literals(m, &l))
        return dx_nomem(err);
    return dx_prefilter_new(&m->prefilter, l.text, l.id, l.n, err);
}

/* What every matcher has for itself. */
static bool make_own(dx_matcher *m)
{
    m->candidate = calloc(m->n + 1, sizeof *m->candidate);
    m->is_candidate = calloc(m->n + 1, sizeof *m->is_candidate);
    m->wanted = calloc(m->n + 1, sizeof *m->wanted);
    m->rx = dx_regex_scratch_new();
    m->scratch = dx_arena_new(0);
    m->gap_arena = dx_arena_new(0);
    return m->candidate && m->is_candidate && m->wanted && m->rx && m->scratch && m->gap_arena;
}

static dx_rc make_shared(dx_matcher *m, dx_err *err)
{
    m->always = calloc(m->n + 1, sizeof *m->always);
    m->has_literal = calloc(m->n + 1, sizeof *m->has_literal);
    m->keep = dx_arena_new(0);
    if (m->always == NULL || m->has_literal == NULL || m->keep == NULL)
        return dx_nomem(err);
    return build_prefilter(m, err);
}

dx_rc dx_matcher_new(dx_matcher **out, const dx_rulebook *book, dx_err *err)
{
    dx_matcher *m = calloc(1, sizeof *m);

    if (m == NULL)
        return dx_nomem(err);
    m->book = book;
    m->n = dx_rulebook_signatures(book, &m->signature);
    const dx_rc rc = make_own(m) ? make_shared(m, err) : dx_nomem(err);
    if (rc == DX_OK)
        *out = m;
    else
        dx_matcher_free(m);
    return rc;
}

dx_rc dx_matcher_fork(dx_matcher **out, const dx_matcher *base, dx_err *err)
{
    dx_matcher *m = calloc(1, sizeof *m);

    if (m == NULL)
        return dx_nomem(err);
    *m = (dx_matcher){.base = base,
                      .book = base->book,
                      .signature = base->signature,
                      .n = base->n,
                      .prefilter = base->prefilter,
                      .sought = base->sought,
                      .has_literal = base->has_literal,
                      .always = base->always,
                      .n_always = base->n_always};
    if (make_own(m)) {
        *out = m;
        return DX_OK;
    }
    dx_matcher_free(m);
    return dx_nomem(err);
}

void dx_matcher_free(dx_matcher *m)
{
    if (m == NULL)
        return;
    if (m->base == NULL) {
        dx_prefilter_free(m->prefilter);
        free_sought(m->sought);
        dx_arena_free(m->keep);
        free(m->has_literal);
        free(m->always);
    }
    dx_regex_scratch_free(m->rx);
    dx_arena_free(m->scratch);
    dx_arena_free(m->gap_arena);
    dx_buf_done(&m->lower);
    free(m->candidate);
    free(m->is_candidate);
    free(m->wanted);
    free(m);
}

void dx_matcher_begin(dx_matcher *m)
{
    m->covered = (dx_position){0, 0};
    m->gaps = NULL;
    m->n_gaps = m->cap_gaps = 0;
    dx_arena_reset(m->gap_arena);
}

size_t dx_matcher_gaps(const dx_matcher *m, const dx_gap **out)
{
    *out = m->gaps;
    return m->n_gaps;
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

/* ---- candidates ---- */

enum { ACROSS_MAX = 80 }; /* bytes of a literal that may stand before a line end in its midst */

static void add_candidate(void *ctx, uint32_t id)
{
    dx_matcher *m = ctx;

    if (m->is_candidate[id])
        return;
    m->is_candidate[id] = true;
    m->candidate[m->n_candidates++] = id;
}

/* The text and what follows it, `between` them, as the literals are written. */
static bool lower_case(dx_matcher *m, dx_str text, const char *between, dx_str next)
{
    dx_buf_clear(&m->lower);
    if (!dx_buf_reserve(&m->lower, text.n + next.n + 2))
        return false;
    dx_buf_add(&m->lower, text);
    if (next.n > 0) {
        dx_buf_add(&m->lower, dx_str_of(between));
        dx_buf_add(&m->lower, next);
    }
    for (size_t i = 0; i < m->lower.n; i++)
        if (m->lower.p[i] >= 'A' && m->lower.p[i] <= 'Z')
            m->lower.p[i] = (char)(m->lower.p[i] | 32);
        else if (m->lower.p[i] == '\n')
            m->lower.p[i] = ' ';
    return !m->lower.failed;
}

static bool collect(dx_matcher *m, dx_str text, const char *between, dx_str next)
{
    if (text.n == 0)
        return true;
    if (!lower_case(m, text, between, next))
        return false;
    dx_prefilter_run(m->prefilter, dx_buf_str(&m->lower), text.n, add_candidate, m);
    return true;
}

/* Literals in a record and across its end, where a line end stands for a blank or for nothing. */
static bool collect_record(dx_matcher *m, const dx_record *rec)
{
    dx_str text = rec->view.text;
    size_t last = text.n > ACROSS_MAX ? text.n - ACROSS_MAX : 0;

    return collect(m, text, " ", rec->next) &&
           (rec->next.n == 0 || collect(m, dx_str_slice(text, last, text.n), "", rec->next));
}

static int by_number(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* Records longer than this are not tried with their lines glued together. */
enum { TIGHT_MAX = 16 * 1024 };

static bool find_candidates(dx_matcher *m, const dx_record *rec, dx_readings *r)
{
    for (size_t i = 0; i < m->n_candidates; i++)
        m->is_candidate[m->candidate[i]] = false;
    m->n_candidates = 0;
    r->view[DX_JOIN_NONE] = rec->view;
    r->have[DX_JOIN_NONE] = true;
    if (!collect_record(m, rec))
        return false;
    if (rec->n_lines > 1 && rec->other != NULL && rec->view.text.n <= TIGHT_MAX) {
        r->have[DX_JOIN_TIGHT] =
            rec->other(rec, DX_JOIN_TIGHT, m->scratch, &r->view[DX_JOIN_TIGHT]);
        if (r->have[DX_JOIN_TIGHT] && !collect(m, r->view[DX_JOIN_TIGHT].text, "", DX_NONE))
            return false;
    }
    for (size_t i = 0; i < m->n_always; i++)
        add_candidate(m, m->always[i]);
    if (m->n_candidates > m->n_always)
        qsort(m->candidate, m->n_candidates, sizeof *m->candidate, by_number);
    return true;
}

static bool in_scope(const dx_signature *sig, dx_str format)
{
    for (size_t i = 0; i < sig->n_formats; i++)
        if (dx_str_eq(sig->formats[i], format))
            return true;
    return sig->n_formats == 0;
}

/* ---- whole logs ---- */

static const dx_scanner *scanner_of(dx_sought *s)
{
    dx_err ignored;

    dx_mutex_lock(s->lock);
    if (s->scanner == NULL &&
        dx_scanner_new(&s->scanner, NULL, s->literal, s->n, &ignored) != DX_OK)
        s->scanner = NULL;
    dx_mutex_unlock(s->lock);
    return s->scanner;
}

bool dx_matcher_sought(void *matcher, dx_str format, dx_scan_subset *out)
{
    dx_matcher *m = matcher;
    const dx_scanner *found;

    for (size_t i = 0; i < m->n_always; i++)
        if (in_scope(m->signature[m->always[i]], format))
            return false;
    found = scanner_of(m->sought);
    for (size_t i = 0; i < m->n; i++)
        m->wanted[i] = in_scope(m->signature[i], format);
    if (found != NULL)
        *out = (dx_scan_subset){found, m->wanted, (uint32_t)m->n};
    return found != NULL;
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
 * failure said less exactly.  `all` is in the order of the text. */
static void mark_covered(const dx_matcher *m, dx_found *all, size_t n)
{
    dx_position reach = {0, 0}; /* of the failures that begin before the current place */

    for (size_t i = 0, next; i < n; i = next) {
        dx_position longest = {0, 0};
        for (next = i; next < n && !before(all[i].from, all[next].from); next++)
            if (all[next].event.polarity == DX_FAILURE)
                longest = later(longest, all[next].to);
        for (size_t k = i; k < next; k++)
            all[k].covered = all[k].event.polarity == DX_FAILURE &&
                             (before(all[k].from, m->covered) || !before(reach, all[k].to) ||
                              before(all[k].to, longest));
        reach = later(reach, longest);
    }
}

static dx_rc give_out(dx_matcher *m, dx_found *all, size_t n, dx_arena *into, dx_events *out,
                      dx_err *err)
{
    dx_event *events = dx_arena_get(into, n * sizeof *events);
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
        if (all[i].beyond && all[i].event.polarity == DX_FAILURE && before(covered, all[i].to))
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
    dx_found *found = NULL;
    size_t n = 0, cap = 0;

    *out = (dx_events){NULL, 0};
    if (rec->advice)
        return DX_OK;
    dx_arena_reset(m->scratch);
    if (!find_candidates(m, rec, &readings))
        return dx_nomem(err);
    for (size_t i = 0; i < m->n_candidates; i++) {
        const dx_signature *sig = m->signature[m->candidate[i]];
        if (in_scope(sig, format) &&
            dx_search(m, sig, &readings, into, &found, &n, &cap, err) != DX_OK)
            return DX_FAIL;
    }
    return n == 0 ? DX_OK : give_out(m, found, n, into, out, err);
}
