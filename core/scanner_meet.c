/* Grams of a text that may be those of a literal: which literals have them, and whether what is
 * behind them differs. */
#include "core/scanner_impl.h"

static bool is_wanted(const dx_scan_run *run, const dx_scan_literal *l)
{
    const dx_scan_range *r = run->range;

    return (r->wanted == NULL || l->id >= r->n_wanted || r->wanted[l->id]) &&
           (r->met == NULL || !r->met[l->id]);
}

static const uint64_t tops = 0x8080808080808080u;

/* The top bits of bytes that are control characters or not ASCII: what may be a break. */
static uint64_t odd_bytes(uint64_t v)
{
    return (((v - DX_SCAN_CASES) & ~v) | v) & tops;
}

/* A text's bytes differ from a literal's, and nothing before them is a break: by far most grams
 * that are met are not in a literal. */
static bool differ(uint64_t text, uint64_t literal, uint64_t mask)
{
    const uint64_t unlike = ((text | DX_SCAN_CASES) ^ literal) & mask;
    /* the lowest bit of the first byte that differs, and all below it */
    const uint64_t until = unlike ^ (unlike - 1);

    return unlike != 0 && (odd_bytes(text) & (until | until << 7)) == 0 &&
           (text >> (__builtin_ctzll(unlike) & 56) & 0xFF) > ' ';
}

/* What a gram was met at. */
typedef struct meeting {
    size_t at;    /* of a literal's byte `entry->at`, as it is or if the text were stitched */
    size_t shift; /* what is compared stands so many bytes behind that */
    bool known;   /* the bytes behind the gram, without a break in it: */
    uint64_t behind;
    bool stitched;
} meeting;

static meeting meeting_of(const dx_scan_run *run, const dx_scan_candidate *c)
{
    const size_t n = dx_scan_shapes[c->c].gram - c->shift, end = c->at + n;
    meeting m = {.at = c->at, .shift = c->shift, .stitched = c->stitched};

    if (end + 8 <= run->range->text.n) {
        m.known = (odd_bytes(dx_scan_eight(run->range->text.p + c->at)) & dx_scan_mask(n)) == 0;
        m.behind = dx_scan_eight(run->range->text.p + end);
    }
    return m;
}

/* What stands before a break, byte `at` of a literal's text behind it, is something else. */
static bool differs_before(const dx_scan_candidate *c, dx_str literal, size_t at)
{
    size_t n = c->n_before;

    if (n > 0 && at > 0 && c->loose && literal.p[at - 1] == ' ')
        at--;
    for (; n > 0 && at > 0; n--, at--)
        if (((c->before[n - 1] ^ literal.p[at - 1]) & ~0x20) != 0)
            return true;
    return false;
}

static void meet(dx_scan_run *run, const dx_scanner *s, const dx_scan_entry *e, const meeting *m,
                 const dx_scan_candidate *c)
{
    const dx_scan_literal *l = &s->literal[e->literal];
    const size_t mid = e->at + m->shift;

    if (mid >= l->text.n || !is_wanted(run, l) || differs_before(c, l->text, e->at))
        return;
    if (!m->known && m->at + 8 <= run->range->text.n &&
        differ(dx_scan_eight(run->range->text.p + m->at),
               dx_scan_eight(l->text.p + mid) | DX_SCAN_CASES, dx_scan_mask(l->text.n - mid)))
        return;
    dx_scan_confirm(run, s, e->literal, m->at, mid, m->stitched);
}

/* Meets the literals that have this gram. */
static void look_up(dx_scan_run *run, const dx_scan_candidate *c)
{
    const meeting m = meeting_of(run, c);
    const uint32_t hash = dx_gram_hash(c->gram);

    for (const dx_scanner *s = run->s; s != NULL; s = s->base) {
        const dx_scan_table *t = &s->table[c->c];
        if (t->first == NULL)
            continue;
        const uint32_t *first = &t->first[hash >> t->narrow];
        for (const dx_scan_entry *e = t->entry + first[0]; e < t->entry + first[1]; e++)
            if (e->gram == c->gram &&
                (!m.known || !differ(m.behind, e->behind, dx_scan_mask(e->n_behind))))
                meet(run, s, e, &m, c);
    }
}

static void fetch_entries(const dx_scan_run *run, const dx_scan_candidate *c)
{
    const uint32_t hash = dx_gram_hash(c->gram);

    for (const dx_scanner *s = run->s; s != NULL; s = s->base) {
        const dx_scan_table *t = &s->table[c->c];
        if (t->first != NULL)
            __builtin_prefetch(t->entry + t->first[hash >> t->narrow]);
    }
}

void dx_scan_meet_all(dx_scan_meetings *m)
{
    for (size_t i = 0; i < m->n; i++)
        fetch_entries(m->run, &m->candidate[i]);
    for (size_t i = 0; i < m->n; i++)
        look_up(m->run, &m->candidate[i]);
    m->n = 0;
}

void dx_scan_meet(dx_scan_meetings *m, const dx_scan_candidate *c)
{
    const uint32_t hash = dx_gram_hash(c->gram);

    for (const dx_scanner *s = m->run->s; s != NULL; s = s->base) {
        const dx_scan_table *t = &s->table[c->c];
        if (t->first != NULL)
            __builtin_prefetch(&t->first[hash >> t->narrow]);
    }
    m->candidate[m->n++] = *c;
    if (m->n == DX_SCAN_CANDIDATES)
        dx_scan_meet_all(m);
}
