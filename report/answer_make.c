#include "report/answer_make.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/time.h"

dx_maker dx_maker_of(const dx_asking *asking, const char *schema, dx_arena *into)
{
    return (dx_maker){.into = into,
                      .made = {.schema = schema,
                               .program_version = asking->program_version,
                               .store = asking->store,
                               .now_us = asking->now_us,
                               .title = DX_LIT(""),
                               .summary = DX_LIT("")}};
}

dx_str dx_make_text(dx_maker *m, const char *fmt, ...)
{
    va_list args, again;

    va_start(args, fmt);
    va_copy(again, args);
    const int n = vsnprintf(NULL, 0, fmt, args);
    char *text = n >= 0 ? dx_arena_get(m->into, (size_t)n + 1) : NULL;
    if (text)
        (void)vsnprintf(text, (size_t)n + 1, fmt, again);
    va_end(again);
    va_end(args);
    m->starved |= !text;
    return text ? (dx_str){text, (size_t)n} : DX_NONE;
}

void dx_make_asked(dx_maker *m, const char *name, dx_str value)
{
    if (value.n == 0)
        return;
    m->starved |= !DX_PUSH(m->into, m->asked, m->made.n_asked, m->cap_asked,
                           (dx_asked){.name = name, .value = value});
}

static void asked_time(dx_maker *m, const char *name, int64_t us)
{
    char iso[32];

    if (us == DX_NO_TIME)
        return;
    dx_time_iso(us, iso);
    dx_make_asked(m, name, dx_make_text(m, "%s", iso));
}

void dx_make_filter(dx_maker *m, const dx_trend_filter *where, bool times)
{
    if (times) {
        asked_time(m, "since", where->since_us);
        asked_time(m, "until", where->until_us);
    }
    dx_make_asked(m, "server", where->server);
    dx_make_asked(m, "product", where->product);
    for (size_t i = 0; i < where->n_tags; i++)
        dx_make_asked(m, "tag",
                      dx_make_text(m, "%.*s=%.*s", DX_FMT(where->tags[i].name),
                                   DX_FMT(where->tags[i].value)));
}

void dx_make_note(dx_maker *m, dx_str note)
{
    if (note.n)
        m->starved |= !DX_PUSH(m->into, m->notes, m->made.n_notes, m->cap_notes, note);
}

void dx_make_left_out(dx_maker *m, size_t shown, int64_t all, size_t skip)
{
    const int64_t after = all - (int64_t)(shown + skip);

    if (after > 0)
        dx_make_note(m, dx_make_text(m, "%lld more are not shown: --skip %zu goes on with them.",
                                     (long long)after, shown + skip));
    if (skip > 0)
        dx_make_note(m, dx_make_text(m, "%zu are skipped by --skip.", skip));
}

bool dx_make_rows(dx_maker *m, const dx_column *columns, size_t n_columns, size_t n)
{
    m->rows = dx_arena_get(m->into, (n + 1) * sizeof *m->rows);
    dx_value *values = dx_arena_get(m->into, (n * n_columns + 1) * sizeof *values);

    if (!m->rows || !values) {
        m->starved = true;
        return false;
    }
    for (size_t i = 0; i < n; i++)
        m->rows[i].values = values + i * n_columns;
    m->made.columns = columns;
    m->made.n_columns = n_columns;
    m->made.n_rows = n;
    return true;
}

dx_value *dx_answer_value(dx_answer_row *row, size_t column)
{
    return &row->values[column];
}

void dx_make_title(dx_answer_row *row, dx_str id, dx_str title)
{
    row->id = id;
    row->title = dx_str_eq(id, title) ? DX_NONE : title;
}

void dx_make_partial(dx_maker *m, dx_str why)
{
    if (why.n == 0)
        return;
    m->made.partial = true;
    dx_make_note(m, dx_make_text(m, "This answer is partial: %.*s.", DX_FMT(why)));
}

dx_rc dx_maker_end(dx_maker *m, dx_answer *out, dx_err *err)
{
    if (m->starved)
        return dx_nomem(err);
    *out = m->made;
    out->asked = m->asked;
    out->notes = m->notes;
    out->rows = m->rows;
    return DX_OK;
}

dx_value dx_count_of(int64_t n)
{
    return (dx_value){.known = n >= 0, .number = n};
}

dx_value dx_growth_of(double times)
{
    return (dx_value){.known = true, .ratio = times};
}

dx_value dx_time_value(int64_t us)
{
    return (dx_value){.known = us != DX_NO_TIME, .number = us};
}

dx_value dx_span_value(int64_t us)
{
    return dx_time_value(us);
}

dx_value dx_text_of(dx_str text)
{
    return (dx_value){.known = text.n > 0, .text = text};
}

dx_value dx_texts_of(const dx_str *texts, size_t n)
{
    return (dx_value){.known = n > 0, .texts = texts, .n_texts = n};
}

const char *dx_of_plural(dx_trend_of of)
{
    static const char *const words[] = {
        [DX_OF_SIGNATURE] = "signatures", [DX_OF_DIAGNOSIS] = "diagnoses", [DX_OF_CAUSE] = "causes",
        [DX_OF_PRODUCT] = "products",     [DX_OF_SERVER] = "servers",      [DX_OF_CODE] = "codes"};
    return words[of];
}

dx_str dx_make_date(dx_maker *m, int64_t us)
{
    char text[32];

    if (us == DX_NO_TIME)
        return DX_LIT("?");
    dx_time_short(us, text);
    return dx_make_text(m, "%.10s", text);
}
