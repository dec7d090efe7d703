/* Which signatures a record may hold: those of which a literal is in it, around which stands what
 * must. */
#include <stdlib.h>
#include "patterns/matcher_impl.h"

static void add(dx_matcher *m, uint32_t id)
{
    if (m->is_candidate[id])
        return;
    m->is_candidate[id] = true;
    m->candidate[m->n_candidates++] = id;
}

/* ---- looked for ---- */

/* Where to look, and for whom. */
typedef struct part {
    size_t from;        /* byte of the text; literals begin there or behind */
    const bool *wanted; /* by signature; NULL: all */
    bool *any;          /* set when something is found; NULL: it is added to the candidates */
} part;

static void take_found(dx_matcher *m, const part *in)
{
    if (in->any != NULL) {
        *in->any |= m->hits.n > 0;
        return;
    }
    for (size_t i = 0; i < m->hits.n; i++)
        add(m, m->hits.p[i].id);
}

/* `known` tells whether the text begins and ends here. */
static bool collect(dx_matcher *m, const dx_scan_range *range, const part *in,
                    const dx_near_text *known)
{
    if (!dx_spots_look(m, range, known))
        return false;
    take_found(m, in);
    return true;
}

/* Across the record's end. */
static bool collect_across(dx_matcher *m, const dx_record *rec, const part *in)
{
    const dx_str text = rec->view.text;
    const size_t last = text.n > DX_SCAN_MOST ? text.n - DX_SCAN_MOST : 0;
    const dx_near_text known = {.at = 0};

    if (rec->next.n == 0)
        return true;
    dx_buf_clear(&m->joint);
    dx_buf_add(&m->joint, dx_str_slice(text, last, text.n));
    dx_buf_char(&m->joint, '\n');
    dx_buf_add(&m->joint, dx_str_slice(rec->next, 0, DX_SCAN_MOST));
    const dx_scan_range range = {.text = dx_buf_str(&m->joint),
                                 .from = in->from > last ? in->from - last : 0,
                                 .until = text.n - last,
                                 .wanted = in->wanted,
                                 .n_wanted = m->here.n};
    return !m->joint.failed && collect(m, &range, in, &known);
}

static bool collect_in(dx_matcher *m, dx_str text, const part *in, const dx_near_text *known)
{
    const dx_scan_range range = {.text = text,
                                 .from = in->from,
                                 .until = text.n,
                                 .wanted = in->wanted,
                                 .n_wanted = m->here.n};

    return collect(m, &range, in, known);
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

/* In the record's own text. */
static bool collect_own(dx_matcher *m, const dx_record *rec, const part *in,
                        const dx_near_text *known)
{
    if (!dx_hints_pay(rec))
        return collect_in(m, rec->view.text, in, known);
    if (!dx_hints_look(m, rec, in->wanted, known))
        return false;
    take_found(m, in);
    return true;
}

static bool look_through(dx_matcher *m, const dx_record *rec, const bool *wanted, dx_readings *r)
{
    const dx_near_text whole = {.begins = true, .ends = rec->other == NULL},
                       begins = {.begins = true};
    const part all = {.wanted = wanted};

    return collect_own(m, rec, &all, &whole) && dx_spots_keep(m, &r->spots[DX_JOIN_NONE]) &&
           collect_across(m, rec, &all) &&
           (!read_tight(m, rec, r) || (collect_in(m, r->view[DX_JOIN_TIGHT].text, &all, &begins) &&
                                       dx_spots_keep(m, &r->spots[DX_JOIN_TIGHT])));
}

/* ---- known from a look ahead ---- */

static bool is_own(const dx_record *rec, const dx_hint *hint)
{
    return hint->line < rec->line + rec->n_lines;
}

/* Whether the literals that begin in this line end in the record, however it is joined. */
static bool ends_within(const dx_matcher *m, const dx_view *view, const dx_hint *hint)
{
    const dx_near *near = m->sought->near[hint->id];
    const size_t most = near != NULL ? 2 * near->longest : DX_SCAN_MOST;
    size_t next = dx_view_line(view, hint->line) + 1;

    return next < view->n_starts && view->start[next].at + most <= view->text.n;
}

static size_t line_start(const dx_view *view, uint32_t line)
{
    return view->n_starts > 0 ? view->start[dx_view_line(view, line)].at : 0;
}

/* Where a literal may go on behind the record, a look ahead saw more of it than is known here. */
static bool ask_again(dx_matcher *m, const dx_record *rec, uint32_t line, dx_readings *r)
{
    const dx_near_text whole = {.begins = true, .ends = rec->other == NULL},
                       begins = {.begins = true};
    const dx_view *tight = &r->view[DX_JOIN_TIGHT];
    part last = {.from = line_start(&rec->view, line), .wanted = m->is_doubtful};

    if (!collect_in(m, rec->view.text, &last, &whole) || !collect_across(m, rec, &last))
        return false;
    if (!r->have[DX_JOIN_TIGHT])
        return true;
    last.from = line_start(tight, line);
    return collect_in(m, tight->text, &last, &begins);
}

/* Of the signatures that are not yet candidates. */
static bool settle_doubts(dx_matcher *m, const dx_record *rec, dx_readings *r)
{
    uint32_t first = UINT32_MAX;

    for (size_t i = 0; i < rec->n_hints; i++) {
        const dx_hint *hint = &rec->hint[i];
        if (!is_own(rec, hint) || m->is_candidate[hint->id])
            continue;
        m->is_doubtful[hint->id] = true;
        first = hint->line < first ? hint->line : first;
    }
    const bool good = first == UINT32_MAX || ask_again(m, rec, first, r);
    for (size_t i = 0; i < rec->n_hints; i++)
        m->is_doubtful[rec->hint[i].id] = false;
    return good;
}

/* Of what may be in the record. */
static bool look_for_hints(dx_matcher *m, const dx_record *rec, dx_readings *r)
{
    for (size_t i = 0; i < rec->n_hints; i++)
        m->is_doubtful[rec->hint[i].id] = true;
    const bool good = rec->n_hints == 0 || look_through(m, rec, m->is_doubtful, r);
    for (size_t i = 0; i < rec->n_hints; i++)
        m->is_doubtful[rec->hint[i].id] = false;
    return good;
}

static bool has_own(const dx_record *rec)
{
    for (size_t i = 0; i < rec->n_hints; i++)
        if (is_own(rec, &rec->hint[i]))
            return true;
    return false;
}

/* Mostly they need not be looked for again. */
static bool take_hints(dx_matcher *m, const dx_record *rec, dx_readings *r)
{
    if (!has_own(rec))
        return true;
    for (size_t i = 0; i < rec->n_hints; i++)
        if (is_own(rec, &rec->hint[i]) && ends_within(m, &rec->view, &rec->hint[i]))
            add(m, rec->hint[i].id);
    return dx_spots_of_hints(m, rec, &rec->view, &r->spots[DX_JOIN_NONE]) &&
           (!read_tight(m, rec, r) ||
            dx_spots_of_hints(m, rec, &r->view[DX_JOIN_TIGHT], &r->spots[DX_JOIN_TIGHT])) &&
           settle_doubts(m, rec, r);
}

bool dx_candidates_ask(dx_matcher *m, const dx_readings *r, uint32_t id, bool *is_one)
{
    const dx_near_text whole = {.begins = true, .ends = r->rec->other == NULL},
                       begins = {.begins = true};
    const part all = {.wanted = m->is_doubtful, .any = is_one};

    *is_one = !r->by_hints;
    if (*is_one)
        return true;
    m->is_doubtful[id] = true;
    const bool good = collect_in(m, r->rec->view.text, &all, &whole) &&
                      (*is_one || collect_across(m, r->rec, &all)) &&
                      (*is_one || !r->have[DX_JOIN_TIGHT] ||
                       collect_in(m, r->view[DX_JOIN_TIGHT].text, &all, &begins));
    m->is_doubtful[id] = false;
    return good;
}

/* ---- either way ---- */

static int by_number(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

static bool find(dx_matcher *m, const dx_record *rec, dx_readings *r)
{
    if (!rec->hinted)
        return look_through(m, rec, m->here.wanted, r);
    return rec->roughly ? look_for_hints(m, rec, r) : take_hints(m, rec, r);
}

bool dx_candidates_find(dx_matcher *m, const dx_record *rec, dx_readings *r)
{
    for (size_t i = 0; i < m->n_candidates; i++)
        m->is_candidate[m->candidate[i]] = false;
    m->n_candidates = 0;
    r->view[DX_JOIN_NONE] = rec->view;
    r->have[DX_JOIN_NONE] = r->looked[DX_JOIN_NONE] = true;
    r->by_hints = rec->hinted && !rec->roughly;
    if (!find(m, rec, r))
        return false;
    for (size_t i = 0; i < m->sought->n_always; i++)
        add(m, m->sought->always[i]);
    if (m->n_candidates > m->sought->n_always)
        qsort(m->candidate, m->n_candidates, sizeof *m->candidate, by_number);
    return true;
}
