#include "parser/attempts_impl.h"
#include <stdlib.h>

enum { OPEN_REACH = 256, NOTE_LINES = 40 };

dx_rc dx_tracker_new(dx_tracker **out, const dx_tracker_given *given, dx_err *err)
{
    dx_tracker *t = calloc(1, sizeof *t);

    if (t == NULL || (t->arena = dx_arena_new(0)) == NULL) {
        free(t);
        return dx_nomem(err);
    }
    t->given = *given;
    *out = t;
    return DX_OK;
}

void dx_tracker_free(dx_tracker *t)
{
    if (t == NULL)
        return;
    dx_arena_free(t->arena);
    free(t);
}

bool dx_tracker_open(dx_tracker *t, uint32_t parent)
{
    dx_follow f = {.is = {.ordinal = (uint32_t)t->n + 1,
                          .parent = parent,
                          .format = t->given.format->id,
                          .began_us = DX_NO_TIME,
                          .ended_us = DX_NO_TIME},
                   .only_noise = true};

    if (!DX_PUSH(t->arena, t->all, t->n, t->cap, f))
        return false;
    t->current = t->n - 1;
    return true;
}

/* ---- beginnings and ends ---- */

static bool is_preamble(const dx_tracker *t, const dx_record *rec, const dx_raw *raw,
                        dx_regex_scratch *rx)
{
    const dx_format *f = t->given.format;
    dx_str text = rec->view.text;
    dx_span spans[DX_FOLLOW_GROUPS];

    if (dx_follow_finds(f->preamble, rx, text, spans))
        return true;
    if (f->stamp != NULL && !raw->stamped)
        return true;
    for (size_t i = 0; i < text.n; i++)
        if (((text.p[i] | 32) >= 'a' && (text.p[i] | 32) <= 'z') || (text.p[i] & 0x80) ||
            (text.p[i] >= '0' && text.p[i] <= '9'))
            return false;
    return true;
}

static const dx_marker *beginning(const dx_tracker *t, dx_str text, dx_regex_scratch *rx,
                                  dx_span *spans)
{
    const dx_markers *all = &t->given.format->begins;
    const dx_regex_lines first = dx_regex_first_of_lines(text);

    for (size_t i = 0; i < all->n; i++)
        if (dx_regex_fits(all->p[i].rx, &first) && dx_follow_finds(all->p[i].rx, rx, text, spans))
            return &all->p[i];
    return NULL;
}

bool dx_tracker_begins(const dx_tracker *t, dx_str text, dx_regex_scratch *rx)
{
    dx_span spans[DX_FOLLOW_GROUPS];

    return beginning(t, text, rx, spans) != NULL;
}

bool dx_tracker_turns(const dx_tracker *t, dx_str text, dx_regex_scratch *rx)
{
    const dx_markers *all = &t->given.format->ends;
    dx_span spans[DX_FOLLOW_GROUPS];

    for (size_t i = 0; i < all->n; i++)
        if (dx_follow_finds(all->p[i].rx, rx, text, spans))
            return true;
    return dx_tracker_begins(t, text, rx);
}

void dx_tracker_told(dx_tracker *t, uint32_t attempt)
{
    if (attempt > 0 && attempt <= t->n)
        t->all[attempt - 1].told = true;
}

/* What somebody typed above a log whose lines have no stamps: neither the format nor a rule knows
 * anything in it. */
static bool is_note(const dx_tracker *t, const dx_follow *f)
{
    const dx_attempt *a = &f->is;

    return t->n == 1 && t->given.format->stamp == NULL && !f->told && f->n_facts == 0 &&
           !f->decided && a->outcome == DX_UNDECIDED && !a->closed && a->errors == 0 &&
           f->lines.lines <= NOTE_LINES;
}

/* The attempt that a start marker opens: a new one, unless all before it was preamble. */
static bool begin(dx_tracker *t, const dx_marker *m)
{
    dx_follow *now = &t->all[t->current];

    if (!now->is.opened && (now->only_noise || is_note(t, now)))
        return true;
    return dx_tracker_open(t, m->child && !now->is.closed ? now->is.ordinal : 0);
}

static bool is_open(const dx_follow *f)
{
    return f->is.opened && !f->is.closed;
}

static bool handle_begin(dx_tracker *t, const dx_record *rec, dx_regex_scratch *rx)
{
    dx_span spans[DX_FOLLOW_GROUPS];
    dx_str text = rec->view.text;
    const dx_marker *m = beginning(t, text, rx, spans);
    dx_follow *f;

    if (m == NULL || (m->alone && is_open(&t->all[t->current])))
        return true;
    if (!begin(t, m))
        return false;
    f = &t->all[t->current];
    f->is.opened = true;
    f->only_noise = false;
    if (m->id != 0) {
        f->id = dx_arena_copy(t->arena, dx_span_of(text, spans[m->id]));
        if (f->id.p == NULL)
            return false;
    }
    return dx_follow_facts(t, f, m, text, spans, rec->line, DX_LIT("log"));
}

/* An end marker that fits a record, and the attempt that it ends. */
typedef struct ending {
    const dx_marker *marker; /* NULL when none fits */
    size_t of;
    bool closes;
    dx_span spans[DX_FOLLOW_GROUPS];
} ending;

/* An end that names its attempt closes that one, however many began since. One that names an
 * attempt whose beginning was not seen closes none. */
static void find_ended(const dx_tracker *t, dx_str text, ending *end)
{
    dx_str id = end->marker->id ? dx_span_of(text, end->spans[end->marker->id]) : DX_NONE;

    end->of = t->current;
    end->closes = id.p == NULL;
    for (size_t i = t->n; !end->closes && i-- > 0 && t->n - i <= OPEN_REACH;)
        if (is_open(&t->all[i]) && dx_str_eq(t->all[i].id, id)) {
            end->of = i;
            end->closes = true;
        }
}

static void find_end(const dx_tracker *t, const dx_record *rec, dx_regex_scratch *rx, ending *end)
{
    const dx_markers *all = &t->given.format->ends;

    end->marker = NULL;
    end->of = t->current;
    for (size_t i = 0; i < all->n && !rec->advice; i++)
        if (dx_follow_says(t, all->p[i].rx, rx, rec->view.text, end->spans)) {
            end->marker = &all->p[i];
            find_ended(t, rec->view.text, end);
            return;
        }
}

static bool runs_inside(const dx_tracker *t, size_t attempt, size_t outer)
{
    while (attempt > outer && t->all[attempt].is.parent != 0) /* parents come first */
        attempt = t->all[attempt].is.parent - 1;
    return attempt == outer;
}

/* What comes next belongs to the attempt around it; children that it left open are over, too. */
static void close_attempt(dx_tracker *t, size_t of)
{
    uint32_t parent = t->all[of].is.parent;

    t->all[of].is.closed = true;
    if (runs_inside(t, t->current, of))
        t->current = parent != 0 ? parent - 1 : of;
}

static bool handle_end(dx_tracker *t, const dx_record *rec, const ending *end)
{
    const dx_marker *m = end->marker;
    dx_follow *f = &t->all[end->of];

    if (m == NULL)
        return true;
    if (m->has_outcome && !dx_follow_decide(t, f, m, rec, end->spans))
        return false;
    if (end->closes)
        close_attempt(t, end->of);
    return dx_follow_facts(t, f, m, rec->view.text, end->spans, rec->line, DX_LIT("log"));
}

/* ---- lines and times ---- */

static bool give_lines(dx_tracker *t, dx_follow *f, const dx_prints *lines, uint32_t first_line,
                       dx_chain *digest)
{
    const size_t of = (size_t)(f - t->all);

    if (of != t->run || t->run_from == 0) {
        t->run = of;
        t->run_from = first_line;
    }
    for (size_t i = lines->n; i-- > 0;)
        if (lines->print[i] != 0) {
            f->is.last_line = f->is.last_seq = first_line + (uint32_t)i;
            break;
        }
    return dx_tracing_add(&f->lines, t->arena, lines, digest);
}

static void date(dx_attempt *a, int64_t time_us)
{
    if (time_us == DX_NO_TIME)
        return;
    if (a->began_us == DX_NO_TIME)
        a->began_us = time_us;
    a->ended_us = time_us;
}

static bool count_record(dx_tracker *t, dx_follow *f, const dx_record *rec, const dx_raw *raw)
{
    dx_attempt *a = &f->is;

    if (f->lines.lines == 0) {
        a->first_line = a->last_line = rec->line;
        a->first_seq = a->last_seq = rec->seq;
        a->first_offset = rec->offset;
    }
    a->errors += rec->level == DX_LEVEL_ERROR;
    a->warnings += rec->level == DX_LEVEL_WARNING;
    date(a, rec->time_us);
    return give_lines(t, f, &raw->lines, rec->line, NULL);
}

dx_rc dx_tracker_lines(dx_tracker *t, const dx_prints *lines, uint32_t first_line, int64_t time_us,
                       dx_chain *digest, dx_err *err)
{
    if (t->n == 0) {
        for (size_t i = 0; digest != NULL && i < lines->n; i++)
            dx_chain_add(digest, lines->print[i]);
        return DX_OK;
    }
    date(&t->all[t->current].is, time_us);
    return give_lines(t, &t->all[t->current], lines, first_line, digest) ? DX_OK : dx_nomem(err);
}

uint32_t dx_tracker_run(const dx_tracker *t)
{
    return t->run_from;
}

bool dx_tracker_goes_on(const dx_tracker *t)
{
    return t->run == t->current;
}

bool dx_tracker_asks(const dx_tracker *t, const dx_seek *seek)
{
    const dx_follow *f = t->n > 0 ? &t->all[t->current] : NULL;

    /* A record without the format's stamp is preamble in any case. */
    if (f == NULL || (f->only_noise && !seek->rare_stamps) ||
        (seek->dated && f->is.began_us == DX_NO_TIME))
        return true;
    for (size_t i = 0; i < seek->n_blind; i++)
        if (!dx_follow_settled(f, seek->blind[i]))
            return true;
    return false;
}

/* What the record says of its attempt. */
static bool learn(dx_tracker *t, const dx_record *rec, const ending *end, dx_regex_scratch *rx)
{
    dx_follow *f = &t->all[end->of];

    if (rec->advice)
        return true;
    return dx_follow_record(t, f, rec, rx) && handle_end(t, rec, end);
}

dx_rc dx_tracker_record(dx_tracker *t, dx_record *rec, const dx_raw *raw, dx_regex_scratch *rx,
                        dx_err *err)
{
    ending end;
    dx_follow *f;

    t->first = dx_regex_first_of_lines(rec->view.text);
    if (t->n == 0 && !dx_tracker_open(t, 0))
        return dx_nomem(err);
    if (!handle_begin(t, rec, rx))
        return dx_nomem(err);
    find_end(t, rec, rx, &end);
    f = &t->all[end.of];
    rec->attempt = f->is.ordinal;
    if (!count_record(t, f, rec, raw))
        return dx_nomem(err);
    if (f->only_noise)
        f->only_noise = is_preamble(t, rec, raw, rx);
    if (!learn(t, rec, &end, rx))
        return dx_nomem(err);
    f = &t->all[rec->attempt - 1];
    rec->fails = f->is.outcome == DX_FAILED && f->is.outcome_line == rec->line;
    return DX_OK;
}
