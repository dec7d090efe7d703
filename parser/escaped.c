#include "parser/escaped.h"

#include <string.h>

/* What is asked for behind a backslash: its letter and the three that follow. */
enum { AHEAD = 4, NEAR = 100 };

/* One backslash: p[0..to) stands before it as it was written, `next` is what follows. */
typedef struct place {
    const char *p;
    size_t to;
    dx_str next;
    bool behind; /* directly behind a spelled line end or tab */
} place;

static bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_large(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* i = 1: the byte before it. */
static char back(const place *at, size_t i)
{
    return i <= at->to ? at->p[at->to - i] : '\n';
}

static char ahead(const place *at, size_t i)
{
    return i < at->next.n ? at->next.p[i] : '\n';
}

/* "C:" */
static bool is_drive(const place *at)
{
    const char letter = back(at, 2) | 0x20, before = back(at, 3) | 0x20;

    return back(at, 1) == ':' && is_small(letter) && !is_small(before);
}

/* ".\" and "..\" begin a path, and "...\" is what was left of one; "done.\" and "wait...\" are
 * not. */
static bool is_relative(const place *at)
{
    enum { DOTS = 3 };
    size_t i = 1;

    while (i <= DOTS && back(at, i) == '.')
        i++;
    return i > 1 && is_one_of(back(at, i), " \t\n\r\"'=(/\\");
}

/* Whether a sentence, or a part of one, ends there. */
static bool ends_words(const place *at)
{
    return is_one_of(back(at, 1), ".:;,!?") && !is_drive(at) && !is_relative(at);
}

/* Whether the line has a drive or a variable followed by a single backslash shortly before. */
static bool is_in_path(const place *at)
{
    for (size_t i = 1; i <= NEAR && i < at->to && back(at, i) != '\n'; i++)
        if (back(at, i) == '\\' && is_one_of(back(at, i + 1), ":%)}") && back(at, i - 1) != '\\')
            return true;
    return false;
}

/* No name of a file or folder goes on there. */
static bool is_edge(const place *at)
{
    const char c = ahead(at, 1);

    if (c == '\\')
        return is_one_of(ahead(at, 2), "nrt\"");
    if (c == '-')
        return is_one_of(ahead(at, 2), " -");
    return is_one_of(c, " \t\r\n\"'`)]}([{<>*=+#|,;:");
}

/* "\nUnable", "\nE: " behind any word. */
static bool begins_words(const place *at)
{
    return is_large(ahead(at, 1)) && (is_small(ahead(at, 2)) || is_one_of(ahead(at, 2), ": ")) &&
           !is_in_path(at);
}

static bool is_break(const place *at)
{
    const char kind = ahead(at, 0), c = ahead(at, 1);

    if (kind == 'r')
        return (c == '\\' && ahead(at, 2) == 'n') || c == '"';
    if (at->behind || (is_large(c) && is_one_of(back(at, 1), ")]}\"'> ")))
        return !is_in_path(at);
    if (ends_words(at) && !is_in_path(at))
        return true;
    return kind == 'n' ? is_edge(at) || begins_words(at)
                       : is_edge(at) && !is_in_path(at) && !is_one_of(back(at, 1), ":\\");
}

static bool opens(const place *at)
{
    return at->behind || (is_one_of(back(at, 1), " \t(=[{,:<>") && !is_drive(at));
}

/* Gives what stands for it, or '\0'. */
static char meaning(dx_escaped *e, const place *at)
{
    const char kind = ahead(at, 0);

    if (is_one_of(kind, "nrt"))
        return is_break(at) ? ' ' : '\0';
    if (kind != '"' || (!e->open && !opens(at)))
        return '\0';
    e->open = !e->open;
    return '"';
}

/* A quotation ends with its line. */
static void pass(dx_escaped *e, const char *p, size_t n)
{
    e->open = e->open && memchr(p, '\n', n) == NULL;
    e->behind = e->behind && n == 0;
}

/* The next backslash that means something, or may when more is known; most stand in paths. */
static size_t next_sign(const char *p, size_t at, size_t end)
{
    while (at < end) {
        const char *const found = memchr(p + at, '\\', end - at);
        if (found == NULL)
            return end;
        at = (size_t)(found - p);
        const char next = at + 1 < end ? p[at + 1] : 'n';
        if (next == 'n' || next == 'r' || next == 't' || next == '"' || next == '\\')
            return at;
        at++;
    }
    return end;
}

/* Bytes of a backslash that was left alone: a pair of them is one that was spelled, too, and none
 * of the two begins another. */
static size_t left_alone(const place *at)
{
    return ahead(at, 0) == '\\' ? 2 : 1;
}

bool dx_escaped_any(dx_str text)
{
    dx_escaped e = {0};

    for (size_t at = 0, sign; (sign = next_sign(text.p, at, text.n)) < text.n;) {
        const place here = {text.p, sign, dx_str_slice(text, sign + 1, text.n), false};
        pass(&e, text.p + at, sign - at);
        if (meaning(&e, &here) != '\0')
            return true;
        at = sign + left_alone(&here);
    }
    return false;
}

size_t dx_escaped_mend(dx_escaped *e, char *p, size_t from, size_t n, bool last, size_t *held)
{
    const size_t end = from + n;
    size_t at = from, to = from;

    *held = 0;
    while (at < end) {
        const size_t sign = next_sign(p, at, end);
        pass(e, p + at, sign - at);
        if (to != at)
            memmove(p + to, p + at, sign - at);
        to += sign - at;
        at = sign;
        if (at + AHEAD >= end && at < end && !last) {
            *held = end - at;
            memmove(p + to, p + at, *held);
            return to - from;
        }
        if (at == end)
            break;
        const place here = {p, to, {p + at + 1, end - at - 1}, e->behind};
        const char is = meaning(e, &here);
        const size_t taken = is != '\0' ? 2 : left_alone(&here);
        e->behind = is == ' ';
        p[to] = is != '\0' ? is : p[at];
        if (is == '\0' && taken == 2)
            p[to + 1] = p[at + 1];
        to += is == '\0' && taken == 2 ? 2 : 1;
        at += taken;
    }
    return to - from;
}
