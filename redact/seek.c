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

static bool stands_alone(dx_str text, size_t from, size_t to)
{
    return (from == 0 || !dx_is_word_byte(text.p[from - 1])) &&
           (to == text.n || !dx_is_word_byte(text.p[to]));
}

/* ---- all values that may begin at one place, narrowed byte by byte ---- */

/* Values that begin alike are neighbours, for they are sorted. */
typedef struct alike {
    size_t from, to; /* numbers of values */
    size_t length;   /* bytes that they share, and the text has, too */
    size_t at;       /* where the text goes on */
    bool broken;     /* a line end stood inside */
} alike;

typedef struct seek {
    const dx_values *v;
    dx_str text;
    size_t from; /* where they begin in the text */
    bool found;
    dx_value_at *best;
} seek;

/* Of a value that goes on behind what is shared; -1 when it ends there, and so comes first. */
static int next_byte(const seek *s, size_t number, size_t length)
{
    const dx_str text = s->v->value[number].text;

    s->best->compared++;
    return length < text.n ? (unsigned char)text.p[length] : -1;
}

/* The first of them whose next byte is at least that; a.to when none is. */
static size_t first_of(const seek *s, alike a, int least)
{
    while (a.from < a.to) {
        const size_t middle = a.from + (a.to - a.from) / 2;
        if (next_byte(s, middle, a.length) < least)
            a.from = middle + 1;
        else
            a.to = middle;
    }
    return a.to;
}

/* Those that go on as the text does; often all or none, which their ends tell. */
static alike narrowed(const seek *s, alike a)
{
    const int byte = dx_fold_byte(s->text.p[a.at]);
    const int first = next_byte(s, a.from, a.length);

    if (first != byte)
        a.from = first > byte ? a.to : first_of(s, a, byte);
    if (a.from < a.to && next_byte(s, a.to - 1, a.length) != byte)
        a.to = first_of(s, a, byte + 1);
    a.length++;
    a.at++;
    return a;
}

/* One of them may end here: the longest counts, and of two as long the first. */
static void take_end(seek *s, const alike *a)
{
    const value *x = &s->v->value[a->from];
    const size_t longest = s->found ? s->v->value[s->best->value].text.n : 0;

    if (x->text.n != a->length || (a->broken && x->characters < BREAKABLE) ||
        (x->alone && !stands_alone(s->text, s->from, a->at)))
        return;
    if (a->length < longest || (a->length == longest && s->best->value < a->from))
        return;
    s->found = true;
    s->best->from = s->from;
    s->best->to = a->at;
    s->best->value = a->from;
}

static void follow(seek *s, alike a);

/* One byte on, over the line ends before it.  A value that holds a line end itself has it where the
 * text has its first, so its way parts from that of the others. */
static bool go_on(seek *s, alike *a)
{
    bool parted[2] = {false, false}; /* those with a line feed, with a carriage return */
    size_t gap;

    while ((gap = break_at(s->text, a->at)) > 0) {
        const bool is_return = s->text.p[a->at] == '\r';
        const alike holding = narrowed(s, *a);
        if (holding.from < holding.to && !parted[is_return])
            follow(s, holding);
        parted[is_return] = true;
        a->at += gap;
        a->broken = true;
    }
    if (a->at == s->text.n || (parted[true] && s->text.p[a->at] == '\r'))
        return false;
    *a = narrowed(s, *a);
    return a->from < a->to;
}

/* As deep as values that hold line ends differ behind one: rarely at all. */
static void follow(seek *s, alike a)
{
    do
        take_end(s, &a);
    while (go_on(s, &a));
}

static bool value_at(const dx_values *v, dx_str text, size_t at, dx_value_at *out)
{
    const unsigned pair = dx_first_two(text.p + at);
    const alike a = {.from = v->begins[pair], .to = v->begins[pair + 1], .length = 2, .at = at + 2};
    seek s = {.v = v, .text = text, .from = at, .best = out};

    if (a.from < a.to)
        follow(&s, a);
    return s.found;
}

bool dx_values_find(const dx_values *v, dx_str text, size_t from, size_t limit, dx_value_at *out)
{
    assert(v->sealed);
    out->compared = 0;
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
