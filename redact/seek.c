/* Where values stand in a text, and the text without them. */
#include <assert.h>
#include "core/utf.h"
#include "redact/values_impl.h"

enum { BREAKABLE = 6, BREAK_MAX = 80 };

/* Length of the line end at `at` with the blanks and quote marks behind it, or 0. */
static size_t break_at(dx_str text, size_t at)
{
    size_t to = at;

    if (to < text.n && text.p[to] == '\r')
        to++;
    if (to == text.n || text.p[to] != '\n')
        return 0;
    for (to++; to < text.n && to - at < BREAK_MAX &&
               (text.p[to] == ' ' || text.p[to] == '\t' || text.p[to] == '>');)
        to++;
    return to - at;
}

/* Where the value that begins at `from` ends; 0 when it does not stand there. */
static size_t end_of(const value *x, dx_str text, size_t from)
{
    size_t at = from;

    for (size_t k = 0; k < x->text.n;) {
        if (at < text.n && dx_fold_byte(text.p[at]) == (unsigned char)x->text.p[k]) {
            at++;
            k++;
            continue;
        }
        const size_t gap = x->characters >= BREAKABLE && k > 0 ? break_at(text, at) : 0;
        if (gap == 0)
            return 0;
        at += gap;
    }
    return at;
}

static bool stands_alone(dx_str text, size_t from, size_t to)
{
    return (from == 0 || !dx_is_word_byte(text.p[from - 1])) &&
           (to == text.n || !dx_is_word_byte(text.p[to]));
}

static bool value_at(const dx_values *v, dx_str text, size_t at, dx_value_at *out)
{
    const unsigned pair = dx_first_two(text.p + at);

    for (size_t i = v->begins[pair]; i < v->begins[pair + 1]; i++) {
        const value *x = &v->value[v->order[i]];
        const size_t end = end_of(x, text, at);
        if (end && (!x->alone || stands_alone(text, at, end))) {
            *out = (dx_value_at){at, end, v->order[i]};
            return true;
        }
    }
    return false;
}

bool dx_values_find(const dx_values *v, dx_str text, size_t from, size_t limit, dx_value_at *out)
{
    assert(v->sealed);
    for (size_t at = from; v->n > 0 && at < limit && at + 1 < text.n; at++)
        if (value_at(v, text, at, out))
            return true;
    return false;
}

/* One character of what stood there becomes one of the replacement, in its case. */
static void put_like(dx_buf *into, char was, dx_str character)
{
    if (character.n == 1 && was >= 'A' && was <= 'Z' && character.p[0] >= 'a' &&
        character.p[0] <= 'z')
        dx_buf_char(into, (char)(character.p[0] & ~32));
    else
        dx_buf_add(into, character);
}

/* Adds the replacement, with the case and the line ends of what stood there. */
static void put_value(const dx_values *v, dx_str text, const dx_value_at *at, dx_buf *into)
{
    const value *x = &v->value[at->value];
    const dx_str stood = dx_str_slice(text, 0, at->to);
    size_t from = at->from, next = 0;

    while (from < at->to) {
        const size_t gap = next > 0 && next < x->becomes.n ? break_at(text, from) : 0;
        if (gap) {
            dx_buf_add(into, dx_str_slice(text, from, from + gap));
            from += gap;
            continue;
        }
        const size_t begin = next;
        const char was = text.p[from];
        dx_utf_next(stood, &from);
        if (next < x->becomes.n) {
            dx_utf_next(x->becomes, &next);
            put_like(into, was, dx_str_slice(x->becomes, begin, next));
        }
    }
}

size_t dx_values_replace(const dx_values *v, dx_str text, size_t limit, dx_buf *into)
{
    size_t done = 0;
    dx_value_at at;

    while (dx_values_find(v, text, done, limit, &at)) {
        dx_buf_add(into, dx_str_slice(text, done, at.from));
        put_value(v, text, &at, into);
        done = at.to;
    }
    if (done < limit) {
        dx_buf_add(into, dx_str_slice(text, done, limit));
        done = limit;
    }
    return done;
}
