/* Runs one signature's regex over the readings of a record and keeps the one that says most:
 * more matches and more groups filled; the plainest reading wins a tie. */
#include "patterns/matcher_impl.h"
#include <string.h>
#include "core/os.h"

enum { GROUPS = 48, MATCHES_MAX = 10000, TEXT_MAX = 2000 };

typedef struct hit {
    dx_span span[GROUPS];
} hit;

typedef struct hits {
    hit *p;
    size_t n, cap;
    size_t score;
    bool lacking; /* one of them lacks a group */
    bool open;    /* more of the last one, or another, may follow */
    bool limited; /* the regex gave up: nobody knows what else is there */
} hits;

static size_t filled(const hit *h, size_t n_groups)
{
    size_t n = 1;

    for (size_t i = 1; i <= n_groups && i < GROUPS; i++)
        n += h->span[i].from != SIZE_MAX;
    return n;
}

/* Bytes of a joined reading that belong to the record itself. */
static size_t own_part(const dx_view *view, const dx_record *rec)
{
    for (size_t i = 0; i < view->n_starts; i++)
        if (view->start[i].line >= rec->line + rec->n_lines)
            return view->start[i].at;
    return view->text.n;
}

static dx_rx find_in(dx_matcher *m, const dx_signature *sig, dx_window in, hit *h)
{
    if (m->cost == NULL)
        return dx_regex_find_within(sig->regex, m->rx, in.text, in.first, in.last, h->span, GROUPS);
    dx_cost *c = &m->cost[sig->index];
    const uint64_t before = dx_os_cpu_ns();
    const dx_rx rx =
        dx_regex_find_within(sig->regex, m->rx, in.text, in.first, in.last, h->span, GROUPS);
    atomic_fetch_add(&c->ns, dx_os_cpu_ns() - before);
    atomic_fetch_add(&c->calls, 1);
    atomic_fetch_add(&c->matches, rx == DX_RX_YES);
    return rx;
}

/* The first match that begins in [from, limit). */
static dx_rx find(dx_matcher *m, const dx_signature *sig, dx_windows *w, size_t from, size_t limit,
                  hit *h)
{
    for (dx_window in; dx_windows_next(w, from, &in) && in.first < limit; from = in.last + 1) {
        in.last = in.last < limit ? in.last : limit - 1;
        const dx_rx rx = find_in(m, sig, in, h);
        m->effort.searches++;
        m->effort.found += rx == DX_RX_YES;
        m->effort.bytes += (rx == DX_RX_YES ? h->span[0].from : in.last) + 1 - in.first;
        if (rx != DX_RX_NO)
            return rx;
    }
    return DX_RX_NO;
}

/* Whether lines that follow could say more.  Where every match has all its groups and the last ends
 * with the text, another reading of it holds no further match: only an empty line, which some
 * readings join over, may hide one. */
static bool is_open(const hits *found, const dx_view *view, const hit *last, bool whole)
{
    if (!whole || last->span[0].to + 2 < view->text.n)
        return !whole;
    return found->lacking || memchr(view->text.p, '\n', view->text.n) != NULL;
}

static dx_rc find_all(dx_matcher *m, const dx_signature *sig, dx_windows *w, const dx_view *view,
                      const dx_record *rec, hits *out, dx_err *err)
{
    size_t limit = own_part(view, rec), from = 0;

    while (from < limit && out->n < MATCHES_MAX) {
        hit h;
        dx_rx rx = find(m, sig, w, from, limit, &h);
        out->limited = rx == DX_RX_LIMIT;
        if (rx != DX_RX_YES || h.span[0].from >= limit)
            break;
        if (!DX_PUSH(m->scratch, out->p, out->n, out->cap, h))
            return dx_nomem(err);
        const size_t n_groups = dx_regex_groups(sig->regex), score = filled(&h, n_groups);
        out->score += score;
        out->lacking |= score <= n_groups;
        out->open = is_open(out, view, &h, score > n_groups);
        from = h.span[0].to > from ? h.span[0].to : from + 1;
    }
    return DX_OK;
}

/* To look for literals costs as much as to try so many regexes, if the text is not long. */
enum { LOOK_LEAST = 4 };

/* Longer texts cost more to ask than to look whether anything follows that could be read on. */
enum { LONG_TEXT = 16 * 1024 };

static bool look_pays(const dx_matcher *m, dx_str text)
{
    return m->n_candidates >= LOOK_LEAST || text.n >= LONG_TEXT;
}

/* Of the signatures at hand. */
static bool look(dx_matcher *m, dx_readings *r, int join)
{
    const dx_scan_range range = {.text = r->view[join].text,
                                 .until = r->view[join].text.n,
                                 .wanted = m->is_candidate,
                                 .n_wanted = (uint32_t)m->n};
    const dx_near_text whole = {.begins = true, .ends = true};

    if (r->by_hints)
        return dx_spots_of_hints(m, r->rec, &r->view[join], &r->spots[join]);
    return dx_spots_look(m, &range, &whole) && dx_spots_keep(m, &r->spots[join]);
}

static void read_on(dx_matcher *m, dx_readings *r)
{
    if (r->asked_more)
        return;
    r->asked_more = true;
    if (r->rec->other == NULL)
        return;
    for (int join = DX_JOIN_MORE; join < DX_JOINS; join++) {
        r->have[join] = r->rec->other(r->rec, (dx_join)join, m->scratch, &r->view[join]);
        r->looked[join] = r->have[join] && (r->by_hints || look_pays(m, r->view[join].text));
        r->starved |= r->looked[join] && !look(m, r, join);
    }
}

/* ---- events ---- */

static dx_position position(const dx_view *view, size_t at)
{
    size_t i = view->n_starts;

    while (i > 1 && view->start[i - 1].at > at)
        i--;
    return (dx_position){view->start[i - 1].line, (uint32_t)(at - view->start[i - 1].at)};
}

/* The text with its line ends back in place. */
static dx_str as_written(const dx_view *view, dx_span span, dx_arena *into)
{
    char *p = dx_arena_get(into, span.to - span.from + view->n_starts + 1);
    size_t n = 0, i = 0;

    size_t at = span.from;

    if (p == NULL)
        return DX_NONE;
    while (i < view->n_starts && view->start[i].at <= span.from)
        i++;
    for (; at < span.to && n < TEXT_MAX; at++) {
        for (; i < view->n_starts && view->start[i].at <= at; i++) {
            if (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\n'))
                n--;
            p[n++] = '\n';
        }
        p[n++] = view->text.p[at];
    }
    for (; at < span.to && n > 0 && ((unsigned char)view->text.p[at] & 0xC0) == 0x80; at--)
        n--;
    return (dx_str){p, n};
}

static void refine(dx_matcher *m, const dx_signature *sig, dx_event *e)
{
    for (size_t i = 0; i < sig->n_refinements; i++) {
        const dx_signature *finer = sig->refinements[i];
        if (finer->retired || !dx_tests_hold(&finer->where, e, m->rx, m->scratch))
            continue;
        e->signature = finer->id;
        e->base = sig->id;
        e->polarity = finer->polarity;
        e->level = finer->level;
        return;
    }
}

static bool make_event(dx_matcher *m, const dx_signature *sig, const dx_view *view, const hit *h,
                       const dx_record *rec, dx_arena *into, dx_found *out)
{
    dx_event *e = &out->event;
    size_t last = h->span[0].to > h->span[0].from ? h->span[0].to - 1 : h->span[0].to;

    out->from = position(view, h->span[0].from);
    out->to = position(view, last);
    out->to.column++;
    out->beyond = out->to.line >= rec->line + rec->n_lines;
    *e = (dx_event){.signature = sig->id,
                    .polarity = sig->polarity,
                    .attempt = rec->attempt,
                    .line = out->from.line,
                    .last_line = out->to.line,
                    .seq = rec->seq,
                    .at = (uint32_t)h->span[0].from,
                    .offset = rec->offset,
                    .time_us = rec->time_us,
                    .level = sig->level};
    e->text = as_written(view, h->span[0], into);
    if (e->text.p == NULL || !dx_fields_make(sig, view, h->span, into, &e->fields, &e->n_fields))
        return false;
    refine(m, sig, e);
    out->exact = e->polarity == DX_FAILURE && !sig->general;
    return true;
}

static bool nothing_follows(dx_matcher *m, dx_readings *r)
{
    if (r->view[DX_JOIN_NONE].text.n < LONG_TEXT)
        return false;
    read_on(m, r);
    for (int join = DX_JOIN_MORE; join < DX_JOINS; join++)
        if (r->have[join])
            return false;
    return true;
}

/* Whether the matches that hold these literals lie in the record, by far: their end is looked
 * at, too.  `r` knows all literals of the lines that may be read on. */
static bool lies_within(const dx_matcher *m, const dx_signature *sig, const dx_readings *r)
{
    const dx_near *near = m->sought->near[sig->index];
    const dx_record *rec = r->rec;
    const dx_str text = r->view[DX_JOIN_NONE].text;

    if (near == NULL || near->ends >= LONG_TEXT || near->ends >= text.n)
        return false;
    const size_t far = dx_near_before(text, text.n, near->ends + 1, 0);
    for (size_t i = 0; i < rec->n_hints; i++)
        if (rec->hint[i].id == sig->index && rec->hint[i].line >= rec->line + rec->n_lines)
            return false;
    for (size_t i = 0; i < r->spots[DX_JOIN_NONE].n; i++) {
        const dx_spot *spot = &r->spots[DX_JOIN_NONE].p[i];
        if (spot->id == sig->index && spot->last >= far)
            return false;
    }
    return true;
}

/* Whether what the lines that follow would add is known to be nothing.  Joined without blanks, the
 * record's own lines are read as they are in one of its own readings; over an empty line they are
 * not. */
static bool is_settled(const dx_matcher *m, const dx_signature *sig, const dx_readings *r)
{
    const dx_str text = r->view[DX_JOIN_NONE].text;

    return r->by_hints && (r->have[DX_JOIN_TIGHT] || r->rec->n_lines == 1) &&
           memchr(text.p, '\n', text.n) == NULL && lies_within(m, sig, r);
}

/* No match that goes on behind the text begins before. */
static size_t last_beginning(const dx_near *near, dx_str text)
{
    if (near == NULL)
        return 0;
    const uint64_t reach =
        (uint64_t)dx_reach_in(text, near->begins) + dx_reach_in(text, near->ends) + 1;
    return reach < text.n ? dx_near_before(text, text.n, (uint32_t)reach, 0) : 0;
}

/* A literal was seen and the rest was not, or the match may have more to come.  (A signature
 * without a literal is not looked for beyond its record: every record would be read on.)  Of one
 * line all readings begin in the same way, so that most near misses are seen as such. */
static bool may_go_on(dx_matcher *m, const dx_signature *sig, dx_readings *r, const hits *own)
{
    if (is_settled(m, sig, r) || nothing_follows(m, r))
        return false;
    if (own->n > 0)
        return own->open;
    if (!m->sought->has_literal[sig->index] || r->rec->n_lines > 1)
        return m->sought->has_literal[sig->index];
    const dx_str text = r->view[DX_JOIN_NONE].text;
    const size_t from = last_beginning(m->sought->near[sig->index], text);
    m->effort.bytes += text.n - from;
    return dx_regex_may_go_on(sig->regex, m->rx, text, from);
}

/* What is found beyond the record counts where the record itself holds a literal: a match that lies
 * in the record always does. */
static bool is_due(dx_matcher *m, const dx_signature *sig, const dx_readings *r, size_t join,
                   bool limited, bool *due)
{
    *due = true;
    return (join < DX_JOIN_MORE && !limited) || dx_candidates_ask(m, r, (uint32_t)sig->index, due);
}

dx_rc dx_search(dx_matcher *m, const dx_signature *sig, dx_readings *r, dx_arena *into,
                dx_found **found, size_t *n, size_t *cap, dx_err *err)
{
    hits all[DX_JOINS] = {{0}};
    size_t best = 0;
    bool limited = false, due;

    for (size_t join = 0; join < DX_JOINS; join++) {
        if (join == DX_JOIN_MORE) {
            if (!may_go_on(m, sig, r, &all[DX_JOIN_NONE]))
                break;
            read_on(m, r);
            if (r->starved)
                return dx_nomem(err);
        }
        if (!r->have[join])
            continue;
        dx_windows windows;
        dx_windows_of(m, r->looked[join] ? &r->spots[join] : NULL, r->view[join].text,
                      (uint32_t)sig->index, &windows);
        if (find_all(m, sig, &windows, &r->view[join], r->rec, &all[join], err) != DX_OK)
            return DX_FAIL;
        limited |= all[join].limited;
        if (all[join].score > all[best].score)
            best = join;
    }
    if (!is_due(m, sig, r, best, limited, &due))
        return dx_nomem(err);
    if (!due)
        return DX_OK;
    if (limited && dx_matcher_gap(m, sig, r->rec->line, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < all[best].n; i++) {
        dx_found f = {0};
        if (!make_event(m, sig, &r->view[best], &all[best].p[i], r->rec, into, &f) ||
            !DX_PUSH(m->scratch, *found, *n, *cap, f))
            return dx_nomem(err);
    }
    return DX_OK;
}
