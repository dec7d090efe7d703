/* Choosing what is asked: for each branch of a pattern and each place in it where a literal may
 * stand, the texts that tell most. */
#include <stdlib.h>
#include <string.h>
#include "core/near_impl.h"
#include "core/pattern.h"

enum { WAYS_MOST = 200, CLAUSES_MOST = 8, REACH_MOST = 1200 };

typedef struct maker {
    dx_arena *into, *passing;
    const dx_str *literals; /* without blanks */
    size_t n_literals;
    uint32_t segments;
    dx_near_anchor *anchors; /* of one branch */
    size_t n_anchors, cap_anchors;
    dx_near_way *ways;
    size_t n_ways, cap_ways;
    uint32_t back, ahead, longest, begins, ends;
    bool looks_ahead; /* beyond its end, perhaps */
    bool tells;       /* some way asks for more than a literal */
    bool open;        /* of some branch not even the literal's place is known */
    bool starved;
} maker;

/* ---- one choice ---- */

typedef struct distance {
    int64_t from, to;
} distance;

/* From the first place to the second. */
static distance between(dx_near_place a, dx_near_place b)
{
    const int64_t low = (int64_t)b.low - (int64_t)a.low, high = (int64_t)b.high - (int64_t)a.high;

    if (a.chain != b.chain || (low < 0) != (high < 0))
        return (distance){(int64_t)b.low - (int64_t)a.high, (int64_t)b.high - (int64_t)a.low};
    return low < 0 ? (distance){high, low} : (distance){low, high};
}

/* One byte tells something where it must stand just there. */
static bool tells(dx_str text, distance d)
{
    return text.n >= DX_NEAR_LEAST || d.to - d.from < DX_NEAR_JUST;
}

/* Whether a bound is known for how far it stands from the literal. */
static bool choice_of(const dx_near_anchor *a, const dx_near_found *text, dx_near_choice *out)
{
    const bool same = a->run.id == text->id && text->id != 0;
    dx_near_place here = a->run.place;

    here.low += a->characters;
    here.high += a->characters;
    const distance d =
        same ? (distance){-(int64_t)a->at, -(int64_t)a->at} : between(here, text->place);
    if (here.segment != text->place.segment || !tells(text->text, d) || d.from < -REACH_MOST ||
        d.to > REACH_MOST)
        return false;
    out->text = text->text;
    out->from = (int32_t)d.from;
    out->to = (int32_t)d.to;
    out->exact = same;
    return true;
}

/* What stands at one place is compared as a whole: most near misses lack a word somewhere. */
static void shorten(dx_near_choice *c)
{
    if (!c->exact)
        c->text = dx_str_slice(c->text, 0, DX_NEAR_TEXT);
}

/* The byte that texts hold most seldom; of classes none. */
static uint32_t rarest(dx_str text)
{
    static const char common[] = "etaoinsrlhdcup.0mfgbwyv1:";
    size_t best = 0, least = 0;

    for (size_t i = 0; i < text.n; i++) {
        const char *found = strchr(common, text.p[i]);
        const size_t rank = (unsigned char)text.p[i] < DX_NEAR_CODES ? 0
                            : found != NULL                          ? 1 + (size_t)(found - common)
                                                                     : sizeof common;
        best = rank > least ? i : best;
        least = rank > least ? rank : least;
    }
    return (uint32_t)best;
}

/* Part of the literal, which was seen. */
static bool says_nothing(const dx_near_anchor *a, const dx_near_choice *c)
{
    return c->from >= 0 && c->from == c->to && (size_t)c->from + c->text.n <= a->n;
}

/* ---- one way ---- */

static void reach(maker *m, const dx_near_choice *c)
{
    const int64_t back = -(int64_t)c->from, ahead = (int64_t)c->to + (int64_t)c->text.n;

    if (back > m->back)
        m->back = (uint32_t)back;
    if (ahead > m->ahead)
        m->ahead = (uint32_t)ahead;
}

static bool add_clause(maker *m, const dx_near_anchor *a, const dx_near_draft *draft,
                       dx_near_clause *out)
{
    dx_near_choice choice[DX_NEAR_CHOICES];

    /* They may go into a file as they are, with what is between their fields. */
    memset(choice, 0, sizeof choice);
    for (size_t i = 0; i < draft->n; i++) {
        if (!choice_of(a, &draft->p[i], &choice[i]))
            return false;
        shorten(&choice[i]);
        if (says_nothing(a, &choice[i]))
            return false;
        choice[i].key = rarest(choice[i].text);
    }
    for (size_t i = 0; i < draft->n; i++)
        reach(m, &choice[i]);
    *out = (dx_near_clause){dx_arena_dup(m->passing, choice, draft->n * sizeof *choice), draft->n};
    m->starved |= out->p == NULL;
    return !m->starved;
}

/* The fewest bytes a choice has, then the fewest choices. */
static int by_worth(const void *a, const void *b)
{
    const dx_near_draft *x = a, *y = b;
    const size_t one = dx_near_worth(x), other = dx_near_worth(y);

    if (one != other)
        return one > other ? -1 : 1;
    return x->n < y->n ? -1 : x->n > y->n;
}

/* What is asked in few places first. */
static uint64_t places_of(const dx_near_clause *c)
{
    uint64_t n = 0;

    for (size_t i = 0; i < c->n; i++)
        n += 1 + (uint64_t)(c->p[i].to - c->p[i].from);
    return n;
}

static int by_places(const void *a, const void *b)
{
    const uint64_t x = places_of(a), y = places_of(b);

    return x < y ? -1 : x > y;
}

static void add_way(maker *m, const dx_near_anchor *a, const dx_near_clauses *all, uint32_t begins)
{
    dx_near_clause *clause = dx_arena_get(m->passing, CLAUSES_MOST * sizeof *clause);
    dx_near_way way = {dx_str_slice(a->run.text, a->at, a->at + a->n), clause, 0, begins};

    m->starved |= clause == NULL;
    m->ahead = a->n > m->ahead ? (uint32_t)a->n : m->ahead;
    m->longest = a->n > m->longest ? (uint32_t)a->n : m->longest;
    for (size_t i = 0; !m->starved && i < all->n && way.n < CLAUSES_MOST; i++)
        way.n += add_clause(m, a, &all->p[i], &clause[way.n]);
    if (!m->starved)
        qsort(clause, way.n, sizeof *clause, by_places);
    m->tells |= way.n > 0;
    m->open |= m->n_ways == WAYS_MOST;
    m->starved |= !m->open && !DX_PUSH(m->passing, m->ways, m->n_ways, m->cap_ways, way);
}

/* ---- branches ---- */

static uint32_t begins_of(const dx_near_anchor *a)
{
    return a->run.place.begun ? a->run.place.high + a->characters : DX_NEAR_ANYWHERE;
}

static uint32_t ends_of(const maker *m, const dx_near_anchor *a, dx_near_place end)
{
    dx_near_place here = a->run.place;

    here.low += a->characters;
    here.high += a->characters;
    return m->looks_ahead || here.segment != end.segment ? DX_NEAR_ANYWHERE
                                                         : (uint32_t)between(here, end).to;
}

static void add_branch(maker *m, dx_str pattern)
{
    dx_near_reader r = {.pattern = pattern,
                        .passing = m->passing,
                        .literals = m->literals,
                        .n_literals = m->n_literals,
                        .segments = &m->segments,
                        .anchors = &m->anchors,
                        .n_anchors = &m->n_anchors,
                        .cap_anchors = &m->cap_anchors};

    m->anchors = NULL;
    m->n_anchors = m->cap_anchors = 0;
    r.now = (dx_near_place){.segment = ++m->segments, .begun = true};
    dx_near_read(&r);
    m->open |= r.lost || !r.covered;
    if (m->open)
        return;
    if (r.found.n > 0)
        qsort(r.found.p, r.found.n, sizeof *r.found.p, by_worth);
    for (size_t i = 0; i < m->n_anchors && !m->open && !m->starved; i++) {
        const uint32_t begins = begins_of(&m->anchors[i]);
        const uint32_t ends = ends_of(m, &m->anchors[i], r.now);
        m->begins = begins > m->begins ? begins : m->begins;
        m->ends = ends > m->ends ? ends : m->ends;
        add_way(m, &m->anchors[i], &r.found, begins);
    }
}

/* The inside of a pattern that is one plain group. */
static dx_str inside_of(dx_str pattern)
{
    static const char *const heads[] = {"(?:", "(?|"};

    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (dx_str_starts(pattern, dx_str_of(heads[i])) &&
            dx_pattern_group_end(pattern, 3, NULL) == pattern.n)
            return dx_str_slice(pattern, 3, pattern.n - 1);
    return pattern;
}

/* "(?:one|two) more" as "one more" and "two more", so that each has its own texts.  False when it
 * does not begin so. */
static bool add_spread(maker *m, dx_str pattern)
{
    size_t at = sizeof "(?:" - 1;

    if (!dx_str_starts(pattern, DX_LIT("(?:")) && !dx_str_starts(pattern, DX_LIT("(?|")))
        return false;
    const size_t end = dx_pattern_group_end(pattern, at, NULL);
    const dx_str rest = dx_str_slice(pattern, end, pattern.n);
    if (rest.n == 0 || memchr("?*+{", rest.p[0], 4) != NULL)
        return false;
    for (size_t to; at < end && !m->open && !m->starved; at = to + 1) {
        to = dx_near_branch_end(pattern, at);
        const dx_str one = dx_arena_printf(m->passing, "(?:%.*s)%.*s",
                                           DX_FMT(dx_str_slice(pattern, at, to)), DX_FMT(rest));
        m->starved |= one.p == NULL;
        if (one.p != NULL)
            add_branch(m, one);
    }
    return true;
}

static void add_one(maker *m, dx_str pattern)
{
    const maker before = *m;

    if (add_spread(m, pattern) && !m->open)
        return;
    *m = before;
    add_branch(m, pattern);
}

static void add_branches(maker *m, dx_str pattern)
{
    size_t at = 0;

    for (size_t end; !m->open; at = end + 1) {
        end = dx_near_branch_end(pattern, at);
        add_one(m, dx_str_slice(pattern, at, end));
        if (end >= pattern.n)
            break;
        m->open |= pattern.p[end] != '|';
    }
}

dx_str dx_near_packed(dx_str s, dx_arena *into)
{
    char *p = dx_arena_get(into, s.n + 1);
    size_t n = 0;

    for (size_t i = 0; p != NULL && i < s.n; i++)
        if (s.p[i] != ' ')
            p[n++] = s.p[i];
    return (dx_str){p, n};
}

/* ---- what is kept ---- */

static bool keep_clause(dx_near_clause *c, dx_arena *into)
{
    dx_near_choice *p = dx_arena_dup(into, c->p, c->n * sizeof *p);

    c->p = p;
    for (size_t i = 0; p != NULL && i < c->n; i++)
        if ((p[i].text = dx_arena_copy(into, p[i].text)).p == NULL)
            return false;
    return p != NULL;
}

static bool keep_way(dx_near_way *w, dx_arena *into)
{
    dx_near_clause *p = dx_arena_dup(into, w->p, w->n * sizeof *p);

    w->p = p;
    w->literal = dx_arena_copy(into, w->literal);
    if (w->literal.p == NULL)
        return false;
    for (size_t i = 0; p != NULL && i < w->n; i++)
        if (!keep_clause(&p[i], into))
            return false;
    return p != NULL;
}

static bool has_lookahead(dx_str pattern)
{
    return dx_str_find(pattern, DX_LIT("(?="), 0) != SIZE_MAX ||
           dx_str_find(pattern, DX_LIT("(?!"), 0) != SIZE_MAX;
}

static const dx_near *keep(const maker *m)
{
    dx_near *made = dx_arena_get(m->into, sizeof *made);
    const size_t n = m->tells ? m->n_ways : 0;
    dx_near_way *ways = dx_arena_dup(m->into, m->ways, n * sizeof *ways);

    for (size_t i = 0; ways != NULL && i < n; i++)
        if (!keep_way(&ways[i], m->into))
            return NULL;
    if (made == NULL || ways == NULL)
        return NULL;
    *made = (dx_near){ways, n, m->back, m->ahead, m->longest, m->begins, m->ends};
    return made;
}

bool dx_near_of(dx_str pattern, const dx_str *literals, size_t n, dx_arena *into, dx_arena *passing,
                const dx_near **out)
{
    dx_str *packed = dx_arena_get(passing, n * sizeof *packed);
    maker m = {.into = into,
               .passing = passing,
               .literals = packed,
               .n_literals = n,
               .looks_ahead = has_lookahead(pattern)};

    *out = NULL;
    for (size_t i = 0; packed != NULL && i < n; i++)
        if ((packed[i] = dx_near_packed(literals[i], passing)).p == NULL)
            return false;
    if (packed == NULL)
        return false;
    add_branches(&m, inside_of(pattern));
    if (m.open || m.starved)
        return !m.starved;
    *out = keep(&m);
    return *out != NULL;
}
