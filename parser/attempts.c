#include "parser/attempts.h"
#include <stdlib.h>
#include <string.h>
#include "core/utf.h"
#include "parser/detect.h"
#include "parser/trail.h"

enum { GROUPS = 24, FACT_BYTES = 400, OUTCOME_BYTES = 300, OPEN_REACH = 256, NOTE_LINES = 40 };

typedef struct follow {
    dx_attempt is;
    dx_tracing lines; /* those that it has so far */
    dx_fact *facts;
    size_t n_facts, cap_facts;
    dx_str id;       /* what its start marker called it, or DX_NONE */
    bool decided;    /* a marker that is not weak gave its outcome */
    bool final;      /* its outcome stands */
    bool only_noise; /* nothing but preamble so far */
    bool told;       /* a rule knows something in it */
} follow;

struct dx_tracker {
    dx_arena *arena;
    dx_tracker_given given;
    follow *all;
    size_t n, cap;
    size_t current; /* index into all */
    size_t run;     /* the attempt that the last lines belong to, and since which line they do */
    uint32_t run_from;
    dx_attempt *done;
    dx_str zone;
};

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

static bool open_attempt(dx_tracker *t, uint32_t parent)
{
    follow f = {.is = {.ordinal = (uint32_t)t->n + 1,
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

static bool finds(const dx_regex *rx, dx_regex_scratch *scratch, dx_str text, dx_span *spans)
{
    return rx != NULL && dx_regex_find(rx, scratch, text, 0, spans, GROUPS) == DX_RX_YES;
}

/* ---- facts ---- */

static bool add_fact(dx_tracker *t, follow *f, const dx_fact *fact, bool last)
{
    dx_fact copy = *fact;

    copy.value = dx_arena_copy(t->arena, dx_utf_prefix(dx_str_trim(fact->value), FACT_BYTES));
    if (copy.value.p == NULL)
        return false;
    if (copy.value.n == 0)
        return true;
    for (size_t i = 0; i < f->n_facts; i++) {
        if (!dx_str_eq(f->facts[i].name, fact->name))
            continue;
        if (last)
            f->facts[i] = copy;
        return true;
    }
    return DX_PUSH(t->arena, f->facts, f->n_facts, f->cap_facts, copy);
}

static bool facts_of_groups(dx_tracker *t, follow *f, const dx_marker *m, dx_str text,
                            const dx_span *spans, uint32_t line, dx_str how)
{
    for (size_t i = 0; i < m->n_names; i++) {
        dx_str value = m->groups[i] < GROUPS ? dx_span_of(text, spans[m->groups[i]]) : DX_NONE;
        dx_fact fact = {m->names[i], value, line, how};
        if (value.p != NULL && !add_fact(t, f, &fact, m->last))
            return false;
    }
    for (size_t i = 0; i < m->n_set; i++) {
        dx_fact fact = {m->set[i].name, m->set[i].value, line, how};
        if (!add_fact(t, f, &fact, m->last))
            return false;
    }
    return true;
}

static bool has_fact(const follow *f, dx_str name)
{
    for (size_t i = 0; i < f->n_facts; i++)
        if (dx_str_eq(f->facts[i].name, name))
            return true;
    return false;
}

/* All it could tell is known, and the first value counts: most facts stand in a log's head. */
static bool is_settled(const follow *f, const dx_marker *m)
{
    size_t known = 0;

    while (!m->last && known < m->n_names && has_fact(f, m->names[known]))
        known++;
    for (size_t i = 0; i < m->n_set; i++)
        if (!has_fact(f, m->set[i].name))
            return false;
    return !m->last && known == m->n_names;
}

static bool collect_facts(dx_tracker *t, follow *f, const dx_record *rec, dx_regex_scratch *rx)
{
    const dx_markers *all = &t->given.format->facts;
    dx_span spans[GROUPS];

    for (size_t i = 0; i < all->n; i++)
        if (!all->p[i].on_name && !is_settled(f, &all->p[i]) &&
            finds(all->p[i].rx, rx, rec->view.text, spans) &&
            !facts_of_groups(t, f, &all->p[i], rec->view.text, spans, rec->line, DX_LIT("log")))
            return false;
    return true;
}

/* ---- outcomes ---- */

static bool one_of(dx_str code, const dx_str *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (dx_str_ieq(code, list[i]))
            return true;
    return false;
}

static dx_outcome outcome_of(const dx_marker *m, dx_str code)
{
    if (m->by == DX_BY_MARKER)
        return m->is;
    if (one_of(code, m->good, m->n_good))
        return DX_SUCCEEDED;
    return one_of(code, m->cancelled, m->n_cancelled) ? DX_CANCELLED : DX_FAILED;
}

static bool decide(dx_tracker *t, follow *f, const dx_marker *m, const dx_record *rec,
                   const dx_span *spans)
{
    size_t group = m->rx ? dx_regex_group(m->rx, "code") : 0;
    dx_str code = group && group < GROUPS ? dx_span_of(rec->view.text, spans[group]) : DX_NONE;
    dx_str line = dx_utf_prefix(rec->view.text, OUTCOME_BYTES);

    if (f->final || (m->weak && f->decided))
        return true;
    f->final = m->final;
    f->decided = !m->weak;
    f->is.outcome = outcome_of(m, code);
    f->is.outcome_line = rec->line;
    f->is.outcome_text = dx_arena_copy(t->arena, line);
    f->is.code = dx_arena_copy(t->arena, code);
    return f->is.outcome_text.p != NULL && f->is.code.p != NULL;
}

static bool look_for_outcome(dx_tracker *t, follow *f, const dx_record *rec, dx_regex_scratch *rx)
{
    const dx_markers *all = &t->given.format->outcomes;
    dx_span spans[GROUPS];

    for (size_t i = 0; i < all->n; i++)
        if (all->p[i].has_outcome && finds(all->p[i].rx, rx, rec->view.text, spans) &&
            !decide(t, f, &all->p[i], rec, spans))
            return false;
    return true;
}

/* ---- beginnings and ends ---- */

static bool is_preamble(const dx_tracker *t, const dx_record *rec, const dx_raw *raw,
                        dx_regex_scratch *rx)
{
    const dx_format *f = t->given.format;
    dx_str text = rec->view.text;
    dx_span spans[GROUPS];

    if (finds(f->preamble, rx, text, spans))
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

    for (size_t i = 0; i < all->n; i++)
        if (finds(all->p[i].rx, rx, text, spans))
            return &all->p[i];
    return NULL;
}

bool dx_tracker_begins(const dx_tracker *t, dx_str text, dx_regex_scratch *rx)
{
    dx_span spans[GROUPS];

    return beginning(t, text, rx, spans) != NULL;
}

bool dx_tracker_turns(const dx_tracker *t, dx_str text, dx_regex_scratch *rx)
{
    const dx_markers *all = &t->given.format->ends;
    dx_span spans[GROUPS];

    for (size_t i = 0; i < all->n; i++)
        if (finds(all->p[i].rx, rx, text, spans))
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
static bool is_note(const dx_tracker *t, const follow *f)
{
    const dx_attempt *a = &f->is;

    return t->n == 1 && t->given.format->stamp == NULL && !f->told && f->n_facts == 0 &&
           !f->decided && a->outcome == DX_UNDECIDED && !a->closed && a->errors == 0 &&
           f->lines.lines <= NOTE_LINES;
}

/* The attempt that a start marker opens: a new one, unless all before it was preamble. */
static bool begin(dx_tracker *t, const dx_marker *m)
{
    follow *now = &t->all[t->current];

    if (!now->is.opened && (now->only_noise || is_note(t, now)))
        return true;
    return open_attempt(t, m->child && !now->is.closed ? now->is.ordinal : 0);
}

static bool is_open(const follow *f)
{
    return f->is.opened && !f->is.closed;
}

static bool handle_begin(dx_tracker *t, const dx_record *rec, dx_regex_scratch *rx)
{
    dx_span spans[GROUPS];
    dx_str text = rec->view.text;
    const dx_marker *m = beginning(t, text, rx, spans);
    follow *f;

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
    return facts_of_groups(t, f, m, text, spans, rec->line, DX_LIT("log"));
}

/* An end marker that fits a record, and the attempt that it ends. */
typedef struct ending {
    const dx_marker *marker; /* NULL when none fits */
    size_t of;
    bool closes;
    dx_span spans[GROUPS];
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
        if (finds(all->p[i].rx, rx, rec->view.text, end->spans)) {
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
    follow *f = &t->all[end->of];

    if (m == NULL)
        return true;
    if (m->has_outcome && !decide(t, f, m, rec, end->spans))
        return false;
    if (end->closes)
        close_attempt(t, end->of);
    return facts_of_groups(t, f, m, rec->view.text, end->spans, rec->line, DX_LIT("log"));
}

/* ---- lines and times ---- */

static bool give_lines(dx_tracker *t, follow *f, const dx_raw *raw, uint32_t first_line)
{
    const size_t of = (size_t)(f - t->all);

    if (of != t->run || t->run_from == 0) {
        t->run = of;
        t->run_from = first_line;
    }
    for (size_t i = raw->n; i-- > 0;)
        if (raw->print[i] != 0) {
            f->is.last_line = f->is.last_seq = first_line + (uint32_t)i;
            break;
        }
    return dx_tracing_add(&f->lines, t->arena, raw->print, raw->n, raw->goes_on);
}

static void date(dx_attempt *a, int64_t time_us)
{
    if (time_us == DX_NO_TIME)
        return;
    if (a->began_us == DX_NO_TIME)
        a->began_us = time_us;
    a->ended_us = time_us;
}

static bool count_record(dx_tracker *t, follow *f, const dx_record *rec, const dx_raw *raw)
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
    return give_lines(t, f, raw, rec->line);
}

dx_rc dx_tracker_lines(dx_tracker *t, const dx_raw *raw, uint32_t first_line, int64_t time_us,
                       dx_err *err)
{
    if (t->n == 0)
        return DX_OK;
    date(&t->all[t->current].is, time_us);
    return give_lines(t, &t->all[t->current], raw, first_line) ? DX_OK : dx_nomem(err);
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
    const follow *f = t->n > 0 ? &t->all[t->current] : NULL;

    /* A record without the format's stamp is preamble in any case. */
    if (f == NULL || (f->only_noise && !seek->rare_stamps) ||
        (seek->dated && f->is.began_us == DX_NO_TIME))
        return true;
    for (size_t i = 0; i < seek->n_blind; i++)
        if (!is_settled(f, seek->blind[i]))
            return true;
    return false;
}

/* What the record says of its attempt. */
static bool learn(dx_tracker *t, const dx_record *rec, const ending *end, dx_regex_scratch *rx)
{
    follow *f = &t->all[end->of];

    if (rec->advice)
        return true;
    return collect_facts(t, f, rec, rx) && look_for_outcome(t, f, rec, rx) &&
           handle_end(t, rec, end);
}

dx_rc dx_tracker_record(dx_tracker *t, dx_record *rec, const dx_raw *raw, dx_regex_scratch *rx,
                        dx_err *err)
{
    ending end;
    follow *f;

    if (t->n == 0 && !open_attempt(t, 0))
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

/* ---- the log's end ---- */

static dx_str own_server(const follow *f)
{
    for (size_t i = 0; i < f->n_facts; i++)
        if (dx_str_eq(f->facts[i].name, DX_LIT("server")))
            return f->facts[i].value;
    return DX_NONE;
}

/* A log is of one machine: an attempt that does not name it has that of the one before it, or of
 * the first that does. */
static void name_servers(const dx_tracker *t)
{
    dx_str near = DX_NONE;

    for (size_t i = 0; i < t->n && near.n == 0; i++)
        near = own_server(&t->all[i]);
    for (size_t i = 0; i < t->n; i++) {
        dx_str own = own_server(&t->all[i]);
        near = own.n > 0 ? own : near;
        t->done[i].server = t->given.server.n > 0        ? t->given.server
                            : near.n > 0                 ? near
                            : t->given.path_server.n > 0 ? t->given.path_server
                                                         : DX_LIT("unknown");
    }
}

static void settle_outcome(const dx_tracker *t, dx_attempt *a)
{
    const dx_format *f = t->given.format;

    if (a->outcome != DX_UNDECIDED || a->outcome_text.n > 0)
        return;
    if (f->ends.n > 0 && a->opened && !a->closed) {
        a->outcome = f->has_unclosed ? f->unclosed : DX_CUT_OFF;
        a->outcome_text = DX_LIT("the log stops before the end of this attempt");
    } else if (f->has_unclosed) {
        a->outcome = f->unclosed;
        a->outcome_text = DX_LIT("the log does not say how this attempt ended");
    }
}

static bool facts_of_name(dx_tracker *t, follow *f, dx_regex_scratch *rx)
{
    const dx_markers *all = &t->given.format->facts;
    dx_str name = dx_file_name(t->given.path);
    dx_span spans[GROUPS];

    for (size_t i = 0; i < all->n; i++)
        if (all->p[i].on_name && finds(all->p[i].rx, rx, name, spans) &&
            !facts_of_groups(t, f, &all->p[i], name, spans, 0, DX_LIT("file name")))
            return false;
    return true;
}

static bool name_product(dx_tracker *t, follow *f)
{
    const dx_fact own = {DX_LIT("product"), t->given.format->product, 0, DX_LIT("format")};

    return own.value.n == 0 || add_fact(t, f, &own, false);
}

static void finish(dx_tracker *t, size_t i)
{
    follow *f = &t->all[i];

    f->is.trail = dx_tracing_get(&f->lines);
    f->is.facts = f->facts;
    f->is.n_facts = f->n_facts;
    f->is.zone = f->is.began_us == DX_NO_TIME ? DX_LIT("none") : t->zone;
    settle_outcome(t, &f->is);
    t->done[i] = f->is;
}

void dx_tracker_zone(dx_tracker *t, dx_str zone)
{
    t->zone = zone;
}

dx_rc dx_tracker_end(dx_tracker *t, dx_regex_scratch *rx, dx_err *err)
{
    if (t->n == 0 && !open_attempt(t, 0))
        return dx_nomem(err);
    t->done = dx_arena_get(t->arena, t->n * sizeof *t->done);
    if (t->done == NULL)
        return dx_nomem(err);
    for (size_t i = 0; i < t->n; i++)
        if (!facts_of_name(t, &t->all[i], rx) || !name_product(t, &t->all[i]))
            return dx_nomem(err);
    for (size_t i = 0; i < t->n; i++)
        finish(t, i);
    name_servers(t);
    return DX_OK;
}

size_t dx_tracker_attempts(const dx_tracker *t, const dx_attempt **out)
{
    *out = t->done;
    return t->done ? t->n : 0;
}
