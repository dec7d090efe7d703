/* Reports as text, with what must hold for every one of them. */
#ifndef TESTS_REPORT_TEXT_H
#define TESTS_REPORT_TEXT_H
#include "tests/unit/report/fixture.h"

#include <stdio.h>

static inline size_t count_lines(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

/* A web address, alone in its line or behind a label: it is not broken. */
static inline bool is_address(dx_str line)
{
    size_t from = line.n;

    while (from > 0 && line.p[from - 1] != ' ')
        from--;
    const dx_str word = dx_str_slice(line, from, line.n);
    const size_t dot = dx_str_find(word, DX_LIT("."), 0), slash = dx_str_find(word, DX_LIT("/"), 0);
    return from <= 12 && slash != SIZE_MAX &&
           (dot < slash || dx_str_find(word, DX_LIT("://"), 0) != SIZE_MAX);
}

/* Nothing wider than the page, no blanks at line ends, nothing that acts on a terminal. */
static inline void assert_tidy(const char *text, size_t columns, bool color)
{
    dx_str rest = dx_str_of(text), line;

    assert_true(dx_utf_valid(rest));
    assert_true(rest.n > 0 && text[rest.n - 1] == '\n');
    while (dx_str_next(&rest, '\n', &line)) {
        if (!color && dx_utf_columns(line) > columns && !is_address(line))
            fail_msg("%zu columns: %.*s", dx_utf_columns(line), DX_FMT(line));
        if (line.n > 0 && line.p[line.n - 1] == ' ')
            fail_msg("trailing blank: %.*s|", DX_FMT(line));
    }
    for (const char *c = text; *c; c++)
        assert_true(((unsigned char)*c >= 0x20 && *c != 0x7F) || *c == '\n' ||
                    (color && *c == '\x1b'));
}

static inline char *text_of(const dx_report *r, const dx_style *style)
{
    char *text = written("text", r, style);

    assert_tidy(text, style && style->columns ? style->columns : 80, style && style->color);
    return text;
}

/* Puts the attempts of n reports into the first of them. */
static inline const dx_report *gather(seed *s, size_t n, dx_report_attempt *into)
{
    for (size_t i = 0; i < n; i++)
        into[i] = s[i].attempt;
    s[0].report.attempts = into;
    s[0].report.n_attempts = n;
    return &s[0].report;
}
#endif
