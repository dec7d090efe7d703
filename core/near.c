/* Asking what stands around a literal. */
#include "core/near.h"
#include <string.h>

enum { WIDEST = 4 }; /* bytes of a character */

static bool stands_at(const dx_near_choice *c, const dx_near_text *in, int64_t at)
{
    return at >= 0 && (size_t)at + c->text.n <= in->text.n &&
           memcmp(in->text.p + at, c->text.p, c->text.n) == 0;
}

/* True also where the text that is known ends too early to tell. */
static bool may_stand(const dx_near_choice *c, const dx_near_text *in)
{
    const int64_t width = in->wide ? WIDEST : 1, at = (int64_t)in->at, n = (int64_t)in->text.n;
    const int64_t from = at + (c->from < 0 ? c->from * width : c->from);
    const int64_t last = at + (c->to > 0 ? c->to * width : c->to);
    const int64_t to = last + (int64_t)c->text.n;

    if ((from < 0 && !in->begins) || (to > n && !in->ends))
        return true;
    if (from == last)
        return stands_at(c, in, from);
    return to > 0 && dx_str_find(dx_str_slice(in->text, 0, (size_t)to), c->text,
                                 from < 0 ? 0 : (size_t)from) != SIZE_MAX;
}

static bool clause_holds(const dx_near_clause *c, const dx_near_text *in)
{
    for (size_t i = 0; i < c->n; i++)
        if (may_stand(&c->p[i], in))
            return true;
    return false;
}

static bool way_holds(const dx_near_way *w, const dx_near_text *in)
{
    for (size_t i = 0; i < w->n; i++)
        if (!clause_holds(&w->p[i], in))
            return false;
    return true;
}

bool dx_near_holds(const dx_near *near, const dx_near_text *in)
{
    for (size_t i = 0; i < near->n; i++)
        if (way_holds(&near->p[i], in))
            return true;
    return near->n == 0;
}
