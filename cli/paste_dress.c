#include "cli/paste_dress.h"

#include <ctype.h>
#include <string.h>

#include "core/utf.h"

/* ---- entities of HTML ---- */

enum { LONGEST_ENTITY = 10 };

static const struct {
    const char *name;
    uint32_t code;
} named[] = {
    {"quot", '"'},     {"apos", '\''},    {"lt", '<'},      {"gt", '>'},        {"amp", '&'},
    {"nbsp", ' '},     {"lsquo", '\''},   {"rsquo", '\''},  {"ldquo", '"'},     {"rdquo", '"'},
    {"ndash", 0x2013}, {"mdash", 0x2014}, {"shy", 0xAD},    {"hellip", 0x2026}, {"laquo", 0xAB},
    {"raquo", 0xBB},   {"auml", 0xE4},    {"ouml", 0xF6},   {"uuml", 0xFC},     {"szlig", 0xDF},
    {"eacute", 0xE9},  {"egrave", 0xE8},  {"agrave", 0xE0}, {"ccedil", 0xE7},   {"ntilde", 0xF1},
};

static uint32_t digit_of(char c)
{
    return isdigit((unsigned char)c)    ? (uint32_t)(c - '0')
           : isxdigit((unsigned char)c) ? (uint32_t)(tolower((unsigned char)c) - 'a' + 10)
                                        : UINT32_MAX;
}

/* "39", "x27"; 0: no sign that can be shown. */
static uint32_t numbered(dx_str s)
{
    const bool hex = s.n > 0 && (s.p[0] | 0x20) == 'x';
    const uint32_t base = hex ? 16 : 10;
    uint32_t code = 0;

    for (size_t i = hex; i < s.n; i++) {
        const uint32_t digit = digit_of(s.p[i]);
        if (digit >= base || code > 0x10FFFF)
            return 0;
        code = code * base + digit;
    }
    /* Lines keep their numbers. */
    if (code == '\t' || code == '\n' || code == '\r')
        return ' ';
    return code >= ' ' && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF) ? code : 0;
}

/* The sign that an entity stands for, or 0. */
static uint32_t sign_of(dx_str entity)
{
    if (entity.n > 1 && entity.p[0] == '#')
        return numbered(dx_str_slice(entity, 1, entity.n));
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (dx_str_eq(entity, dx_str_of(named[i].name)))
            return named[i].code;
    return 0;
}

void dx_paste_entities(dx_str text, dx_buf *out)
{
    for (size_t at = 0, and; at < text.n; at = and+1) {
        and = dx_str_find(text, DX_LIT("&"), at);
        dx_buf_add(out, dx_str_slice(text, at, and));
        if (and == SIZE_MAX)
            return;
        const size_t end = dx_str_find(dx_str_slice(text, 0, and+LONGEST_ENTITY), DX_LIT(";"), and);
        const uint32_t sign = end == SIZE_MAX ? 0 : sign_of(dx_str_slice(text, and+1, end));
        char bytes[4];
        dx_buf_add(out, sign ? (dx_str){bytes, dx_utf_put(sign, bytes)} : DX_LIT("&"));
        and = sign ? end : and;
    }
}

/* ---- Markdown's backslashes ---- */

static bool is_mark(char c)
{
    return c != '\0' && strchr("._*#-+!()[]{}<>|~`", c) != NULL;
}

static bool is_markdown(dx_str text)
{
    size_t marks = 0;

    for (size_t at = dx_str_find(text, DX_LIT("\\"), 0); at < text.n;
         at = dx_str_find(text, DX_LIT("\\"), at + 2)) {
        const char behind = at + 1 < text.n ? text.p[at + 1] : '\0';
        if (behind != '\\' && !is_mark(behind))
            return false;
        marks += behind != '\\';
    }
    return marks > 0;
}

bool dx_paste_unmarked(dx_str text, dx_buf *out)
{
    if (!is_markdown(text))
        return false;
    for (size_t at = 0; at < text.n; at++) {
        at += text.p[at] == '\\';
        dx_buf_char(out, text.p[at]);
    }
    return true;
}
