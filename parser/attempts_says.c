/* What a log says of an attempt: facts, and how it ended. */
#include "core/utf.h"
#include "parser/attempts_impl.h"

#include <string.h>

enum { FACT_BYTES = 400, OUTCOME_BYTES = 300 };

bool dx_follow_finds(const dx_regex *rx, dx_regex_scratch *scratch, dx_str text, dx_span *spans)
{
    return rx != NULL && dx_regex_find(rx, scratch, text, 0, spans, DX_FOLLOW_GROUPS) == DX_RX_YES;
}

bool dx_follow_says(const dx_tracker *t, const dx_regex *rx, dx_regex_scratch *scratch, dx_str text,
                    dx_span *spans)
{
    return rx != NULL && dx_regex_fits(rx, &t->first) &&
           dx_sifts_find(t->given.sifts, rx, scratch, text, spans, DX_FOLLOW_GROUPS) == DX_RX_YES;
}

/* ---- facts ---- */

/* A log of a tool may also say what it installed. */
static bool names_tool(const dx_format *format, const dx_fact *fact)
{
    return format->tool && dx_str_eq(fact->name, DX_LIT("product")) &&
           dx_str_eq(fact->value, format->product);
}

bool dx_follow_fact(dx_tracker *t, dx_follow *f, const dx_fact *fact, bool last)
{
    dx_fact copy = *fact;

    copy.value = dx_arena_copy(t->arena, dx_utf_prefix(dx_str_trim(fact->value), FACT_BYTES));
    if (copy.value.p == NULL)
        return false;
    if (copy.value.n == 0)
        return true;
    if (names_tool(t->given.format, fact))
        copy.how = DX_LIT(DX_HOW_TOOL);
    for (size_t i = 0; i < f->n_facts; i++) {
        if (!dx_str_eq(f->facts[i].name, fact->name))
            continue;
        if (last)
            f->facts[i] = copy;
        return true;
    }
    return DX_PUSH(t->arena, f->facts, f->n_facts, f->cap_facts, copy);
}

bool dx_follow_facts(dx_tracker *t, dx_follow *f, const dx_marker *m, dx_str text,
                     const dx_span *spans, uint32_t line, dx_str how)
{
    for (size_t i = 0; i < m->n_names; i++) {
        dx_str value =
            m->groups[i] < DX_FOLLOW_GROUPS ? dx_span_of(text, spans[m->groups[i]]) : DX_NONE;
        dx_fact fact = {m->names[i], value, line, how};
        if (value.p != NULL && !dx_follow_fact(t, f, &fact, m->last))
            return false;
    }
    for (size_t i = 0; i < m->n_set; i++) {
        dx_fact fact = {m->set[i].name, m->set[i].value, line, how};
        if (!dx_follow_fact(t, f, &fact, m->last))
            return false;
    }
    return true;
}

static bool has_fact(const dx_follow *f, dx_str name)
{
    for (size_t i = 0; i < f->n_facts; i++)
        if (dx_str_eq(f->facts[i].name, name))
            return true;
    return false;
}

bool dx_follow_settled(const dx_follow *f, const dx_marker *m)
{
    size_t known = 0;

    while (!m->last && known < m->n_names && has_fact(f, m->names[known]))
        known++;
    for (size_t i = 0; i < m->n_set; i++)
        if (!has_fact(f, m->set[i].name))
            return false;
    return !m->last && known == m->n_names;
}

static bool collect_facts(dx_tracker *t, dx_follow *f, const dx_record *rec, dx_regex_scratch *rx)
{
    const dx_markers *all = &t->given.format->facts;
    dx_span spans[DX_FOLLOW_GROUPS];

    for (size_t i = 0; i < all->n; i++)
        if (!all->p[i].on_name && !dx_follow_settled(f, &all->p[i]) &&
            dx_follow_says(t, all->p[i].rx, rx, rec->view.text, spans) &&
            !dx_follow_facts(t, f, &all->p[i], rec->view.text, spans, rec->line, DX_LIT("log")))
            return false;
    return true;
}

/* ---- outcomes ---- */

/* Whether what the marker says would count. */
static bool would_count(const dx_follow *f, const dx_marker *m)
{
    return m->has_outcome && !f->final && !(m->weak && f->decided);
}

/* As text, and hexadecimal ones as numbers: 0x0 is 0. */
static bool same_code(dx_str code, dx_str meant)
{
    long long a, b;

    return dx_str_ieq(code, meant) ||
           (dx_str_istarts(code, DX_LIT("0x")) && dx_str_to_i64(code, &a) &&
            dx_str_to_i64(meant, &b) && a == b);
}

static bool one_of(dx_str code, const dx_str *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (same_code(code, list[i]))
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

/* With all its digits: the 0 of 0x80070005 is no success, and 3010 none of 30105. */
static dx_str whole_number(dx_str text, dx_span code)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    dx_str number = dx_span_of(text, code);
    bool hex = dx_str_eq(number, DX_LIT("0")) && code.to < text.n &&
               (text.p[code.to] == 'x' || text.p[code.to] == 'X');
    size_t to = code.to + (hex ? 1 : 0);

    if (number.n == 0 || memchr(digits, number.p[number.n - 1], 10) == NULL)
        return number;
    while (to < text.n && memchr(digits, text.p[to], hex ? sizeof digits - 1 : 10) != NULL)
        to++;
    number.n = to - code.from;
    return number;
}

bool dx_follow_decide(dx_tracker *t, dx_follow *f, const dx_marker *m, const dx_record *rec,
                      const dx_span *spans)
{
    size_t group = m->rx ? dx_regex_group(m->rx, "code") : 0;
    dx_str code =
        group && group < DX_FOLLOW_GROUPS ? whole_number(rec->view.text, spans[group]) : DX_NONE;
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

static bool look_for_outcome(dx_tracker *t, dx_follow *f, const dx_record *rec,
                             dx_regex_scratch *rx)
{
    const dx_markers *all = &t->given.format->outcomes;
    dx_span spans[DX_FOLLOW_GROUPS];

    for (size_t i = 0; i < all->n; i++)
        if (would_count(f, &all->p[i]) &&
            dx_follow_says(t, all->p[i].rx, rx, rec->view.text, spans) &&
            !dx_follow_decide(t, f, &all->p[i], rec, spans))
            return false;
    return true;
}

bool dx_follow_record(dx_tracker *t, dx_follow *f, const dx_record *rec, dx_regex_scratch *rx)
{
    return collect_facts(t, f, rec, rx) && look_for_outcome(t, f, rec, rx);
}
