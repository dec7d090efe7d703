/* One record at a time: which signatures may be in it (literals), in which reading of its lines
 * they match best (search.c), and what events that makes. */
#include "patterns/literals.h"
#include "patterns/matcher_impl.h"
#include <stdlib.h>
#include <string.h>

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
    m->scopes = dx_scopes_new(m->sought, m->signature, m->n);
    m->rx = dx_regex_scratch_new();
    m->scratch = dx_arena_new(0);
    m->gap_arena = dx_arena_new(0);
    if (m->candidate == NULL || m->is_candidate == NULL || m->scopes == NULL || m->rx == NULL ||
        m->scratch == NULL || m->gap_arena == NULL) {
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

/* ---- candidates ---- */

static void add_candidate(dx_matcher *m, uint32_t id)
{
    if (m->is_candidate[id])
        return;
    m->is_candidate[id] = true;
    m->candidate[m->n_candidates++] = id;
}

/* Literals that begin before `until`; `known` tells whether the text begins and ends here. */
static bool collect(dx_matcher *m, dx_str text, size_t until, const dx_near_text *known)
{
    const dx_scan_range range = {
        .text = text, .until = until, .wanted = m->here.wanted, .n_wanted = m->here.n};

    if (!dx_spots_look(m, &range, known))
        return false;
    for (size_t i = 0; i < m->hits.n; i++)
        add_candidate(m, m->hits.p[i].id);
    return true;
}

/* Literals in a record and across its end. */
static bool collect_record(dx_matcher *m, const dx_record *rec, dx_spots *spots)
{
    const dx_str text = rec->view.text;
    const size_t last = text.n > DX_SCAN_MOST ? text.n - DX_SCAN_MOST : 0;
    const dx_near_text whole = {.begins = true, .ends = rec->other == NULL}, part = {.at = 0};

    if (!collect(m, text, text.n, &whole) || !dx_spots_keep(m, spots))
        return false;
    if (rec->next.n == 0)
        return true;
    dx_buf_clear(&m->joint);
    dx_buf_add(&m->joint, dx_str_slice(text, last, text.n));
    dx_buf_char(&m->joint, '\n');
    dx_buf_add(&m->joint, dx_str_slice(rec->next, 0, DX_SCAN_MOST));
    return !m->joint.failed && collect(m, dx_buf_str(&m->joint), text.n - last, &part);
}

static int by_number(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* Records longer than this are not tried with their lines glued together. */
enum { TIGHT_MAX = 16 * 1024 };

/* Its lines glued together, if that may be another text. */
static bool read_tight(dx_matcher *m, const dx_record *rec, dx_readings *r)
{
    const int tight = DX_JOIN_TIGHT;

    if (rec->n_lines > 1 && rec->other != NULL && rec->view.text.n <= TIGHT_MAX)
        r->have[tight] = rec->other(rec, DX_JOIN_TIGHT, m->scratch, &r->view[tight]);
    return r->looked[tight] = r->have[tight];
}

static bool look_through(dx_matcher *m, const dx_record *rec, dx_readings *r)
{
    const dx_near_text begins = {.begins = true};

    return collect_record(m, rec, &r->spots[DX_JOIN_NONE]) &&
           (!read_tight(m, rec, r) || (collect(m, r->view[DX_JOIN_TIGHT].text, SIZE_MAX, &begins) &&
                                       dx_spots_keep(m, &r->spots[DX_JOIN_TIGHT])));
}

/* Whether the literals that begin in this line end in the record, however it is joined. */
static bool ends_within(const dx_matcher *m, const dx_view *view, const dx_hint *hint)
{
    const dx_near *near = m->sought->near[hint->id];
    const size_t most = near != NULL ? 2 * near->longest : DX_SCAN_MOST;
    size_t next = dx_view_line(view, hint->line) + 1;

    return next < view->n_starts && view->start[next].at + most <= view->text.n;
}

/* Where a literal may go on behind the record, a look ahead sees more than is looked through here.
 */
static bool are_within(const dx_matcher *m, const dx_record *rec)
{
    for (size_t i = 0; i < rec->n_hints; i++)
        if (rec->hint[i].line < rec->line + rec->n_lines &&
            !ends_within(m, &rec->view, &rec->hint[i]))
            return false;
    return true;
}

/* It need not be looked for again. */
static bool take_hints(dx_matcher *m, const dx_record *rec, dx_readings *r)
{
    for (size_t i = 0; i < rec->n_hints; i++)
        if (rec->hint[i].line < rec->line + rec->n_lines)
            add_candidate(m, rec->hint[i].id);
    return m->n_candidates == 0 ||
           (dx_spots_of_hints(m, rec, &rec->view, &r->spots[DX_JOIN_NONE]) &&
            (!read_tight(m, rec, r) ||
             dx_spots_of_hints(m, rec, &r->view[DX_JOIN_TIGHT], &r->spots[DX_JOIN_TIGHT])));
}

static bool find_candidates(dx_matcher *m, const dx_record *rec, dx_readings *r)
{
    for (size_t i = 0; i < m->n_candidates; i++)
        m->is_candidate[m->candidate[i]] = false;
    m->n_candidates = 0;
    r->view[DX_JOIN_NONE] = rec->view;
    r->have[DX_JOIN_NONE] = r->looked[DX_JOIN_NONE] = true;
    r->by_hints = rec->hinted && are_within(m, rec);
    if (!(r->by_hints ? take_hints(m, rec, r) : look_through(m, rec, r)))
        return false;
    for (size_t i = 0; i < m->sought->n_always; i++)
        add_candidate(m, m->sought->always[i]);
    if (m->n_candidates > m->sought->n_always)
        qsort(m->candidate, m->n_candidates, sizeof *m->candidate, by_number);
    return true;
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
    (void)dx_scopes_ask(m->scopes, format, DX_NONE, &m->here);
    if (!find_candidates(m, rec, &readings))
        return dx_nomem(err);
    for (size_t i = 0; i < m->n_candidates; i++) {
        const dx_signature *sig = m->signature[m->candidate[i]];
        if (dx_signature_in(sig, format) &&
            dx_search(m, sig, &readings, into, &found, &n, &cap, err) != DX_OK)
            return DX_FAIL;
    }
    return n == 0 ? DX_OK : give_out(m, found, n, out, err);
}
