/* Looks in a long record only where a look ahead saw literals. */
#include <stdlib.h>
#include <string.h>
#include "patterns/matcher_impl.h"

enum { BESIDE = 4096 }; /* bytes of the text on each side of where a literal may begin */

/* Where in the text literals may begin. */
typedef struct stretch {
    size_t from, until;
} stretch;

/* Folding drops bytes and adds none: so each place lies as far from the record's beginning as it
 * does in the log, or nearer by what was dropped at most. */
static stretch stretch_of(const dx_record *rec, const dx_hint *hint)
{
    const size_t n = rec->view.text.n, dropped = rec->bytes - n;
    const size_t from = hint->at > dropped ? hint->at - dropped : 0;

    return (stretch){from < n ? from : n, hint->at < n ? hint->at + 1 : n};
}

/* That of hint *i and of those behind it that are near; hints ascend. */
static stretch next_stretch(const dx_record *rec, size_t *i)
{
    stretch s = stretch_of(rec, &rec->hint[(*i)++]);

    for (; *i < rec->n_hints; ++*i) {
        const stretch next = stretch_of(rec, &rec->hint[*i]);
        if (next.from > s.until + 2 * BESIDE)
            break;
        s.until = next.until;
    }
    return s;
}

bool dx_hints_pay(const dx_record *rec)
{
    size_t all = 0;

    if (!rec->roughly || rec->bytes < rec->view.text.n)
        return false;
    for (size_t i = 0; i < rec->n_hints;) {
        const stretch s = next_stretch(rec, &i);
        all += s.until - s.from + 2 * BESIDE;
    }
    return all < rec->view.text.n / 2;
}

static bool look_in(dx_matcher *m, dx_str text, stretch s, const bool *wanted,
                    const dx_near_text *known)
{
    const size_t from = s.from > BESIDE ? s.from - BESIDE : 0;
    const dx_str part = dx_str_slice(text, from, s.until + BESIDE);
    const dx_scan_range range = {.text = part,
                                 .from = s.from - from,
                                 .until = s.until - from,
                                 .wanted = wanted,
                                 .n_wanted = m->here.n};
    const dx_near_text ends = {.begins = known->begins && from == 0,
                               .ends = known->ends && from + part.n == text.n};

    if (!dx_spots_look(m, &range, &ends))
        return false;
    for (size_t i = 0; i < m->hits.n; i++)
        m->hits.p[i].at += from;
    return true;
}

/* Adds what was found in a stretch behind what there is. */
static bool append(dx_scan_hits *all, const dx_scan_hits *found)
{
    dx_scan_hit *p = realloc(all->p, (all->n + found->n + 1) * sizeof *p);

    if (p == NULL)
        return false;
    if (found->n > 0)
        memcpy(p + all->n, found->p, found->n * sizeof *p);
    all->p = p;
    all->n += found->n;
    all->cap = all->n + 1;
    return true;
}

bool dx_hints_look(dx_matcher *m, const dx_record *rec, const bool *wanted,
                   const dx_near_text *known)
{
    dx_scan_hits all = {0};
    bool good = true;

    for (size_t i = 0; good && i < rec->n_hints;)
        good = look_in(m, rec->view.text, next_stretch(rec, &i), wanted, known) &&
               append(&all, &m->hits);
    dx_scan_hits_done(&m->hits);
    m->hits = all;
    return good;
}
