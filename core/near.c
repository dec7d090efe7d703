/* Asking what stands around a literal. */
#include "core/near_impl.h"
#include <string.h>
#include "core/utf.h"

enum { WIDEST = 4 }; /* bytes of a character */

static bool is_code(char c)
{
    return (unsigned char)c < DX_NEAR_CODES;
}

static bool fits(dx_str text, const char *p)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != p[i] && !(is_code(text.p[i]) && dx_near_member(text.p[i], p[i])))
            return false;
    return true;
}

/* Somewhere in the text, beginning at `from` to `last`. */
static bool stands_within(const dx_near_choice *c, dx_str in, size_t from, size_t last)
{
    const char key = c->text.p[c->key];

    last = in.n < c->text.n ? 0 : last < in.n - c->text.n ? last : in.n - c->text.n;
    while (from <= last && in.n >= c->text.n) {
        const char *at = in.p + from + c->key;
        if (!is_code(key) && (at = memchr(at, key, last - from + 1)) == NULL)
            return false;
        at -= c->key;
        if (fits(c->text, at))
            return true;
        from = (size_t)(at - in.p) + 1;
    }
    return false;
}

static bool is_ascii(dx_str s)
{
    unsigned char any = 0;

    for (size_t i = 0; i < s.n; i++)
        any |= (unsigned char)s.p[i];
    return any < 0x80;
}

/* Bytes that a character may have of those that lie between. */
static int64_t width_between(const dx_near_choice *c, const dx_near_text *in)
{
    const size_t back = c->from < 0 ? (size_t) - (int64_t)c->from : 0;
    const size_t ahead = c->to > 0 ? (size_t)c->to : 0;
    const dx_str between =
        dx_str_slice(in->text, in->at > back ? in->at - back : 0, in->at + ahead);

    return is_ascii(between) ? 1 : WIDEST;
}

/* True also where the text that is known ends too early to tell.  Nothing else of it matters than
 * what lies between, so that who knows less of it says the same, or that he cannot tell. */
static bool may_stand(const dx_near_choice *c, const dx_near_text *in)
{
    const int64_t width = in->wide && !c->exact ? width_between(c, in) : 1, at = (int64_t)in->at;
    const int64_t from = at + (c->from < 0 ? c->from * width : c->from);
    const int64_t last = at + (c->to > 0 ? c->to * width : c->to);

    if ((from < 0 && !in->begins) || (last + (int64_t)c->text.n > (int64_t)in->text.n && !in->ends))
        return true;
    return last >= 0 && stands_within(c, in->text, from < 0 ? 0 : (size_t)from, (size_t)last);
}

static bool clause_holds(const dx_near_clause *c, const dx_near_text *in)
{
    for (size_t i = 0; i < c->n; i++)
        if (may_stand(&c->p[i], in))
            return true;
    return false;
}

static bool is_literal(dx_str literal, const dx_near_text *in)
{
    if (in->at + literal.n > in->text.n)
        return !in->ends;
    return fits(literal, in->text.p + in->at);
}

static bool way_holds(const dx_near_way *w, const dx_near_text *in)
{
    if (!is_literal(w->literal, in))
        return false;
    for (size_t i = 0; i < w->n; i++)
        if (!clause_holds(&w->p[i], in))
            return false;
    return true;
}

/* The top bits of those of eight bytes of ASCII that are this one. */
static uint64_t bytes_that_are(uint64_t v, char c)
{
    return ~((v ^ DX_EACH(c)) + DX_EACH(0x7F)) & DX_EACH(0x80);
}

/* Goes back by eights as long as all of them are to be passed; what is left of the characters. */
static uint32_t pass_eights(dx_str text, size_t *at, uint32_t characters, size_t least)
{
    uint64_t v;

    for (; characters > 8 && *at - least >= 8; *at -= 8) {
        memcpy(&v, text.p + *at - 8, sizeof v);
        if ((v & DX_EACH(0x80)) != 0)
            break;
        characters -=
            8 - (uint32_t)__builtin_popcountll(bytes_that_are(v, ' ') | bytes_that_are(v, '\n'));
    }
    return characters;
}

size_t dx_near_before(dx_str text, size_t at, uint32_t characters, size_t least)
{
    if (at > least)
        characters = pass_eights(text, &at, characters, least);
    for (; at > least; at--) {
        const char c = text.p[at - 1];
        if (c == ' ' || c == '\n')
            continue;
        if (characters == 0)
            break;
        characters -= ((unsigned char)c & 0xC0) != 0x80;
    }
    return at;
}

/* Mostly all that is asked for is ASCII, even if something of the text is not. */
static dx_near_text narrowed(const dx_near *near, const dx_near_text *in)
{
    const size_t from = in->at < near->back ? 0 : in->at - near->back;
    const dx_str asked = dx_str_slice(in->text, from, in->at + near->ahead);
    dx_near_text out = *in;

    out.wide = in->wide && !is_ascii(asked);
    return out;
}

bool dx_near_holds(const dx_near *near, const dx_near_text *in)
{
    const dx_near_text text = narrowed(near, in);

    for (size_t i = 0; i < near->n; i++)
        if (way_holds(&near->p[i], &text))
            return true;
    return near->n == 0;
}

uint32_t dx_near_begins(const dx_near *near, const dx_near_text *in)
{
    const dx_near_text text = narrowed(near, in);
    uint32_t most = near->n == 0 ? near->begins : 0;

    for (size_t i = 0; i < near->n; i++)
        if (near->p[i].begins > most && way_holds(&near->p[i], &text))
            most = near->p[i].begins;
    return most;
}
