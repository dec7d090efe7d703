#include "core/arena.h"
#include "core/buf.h"
#include "core/diagnosis.h"

#define NOTHING_KNOWN DX_LIT("\xE2\x80\xA6") /* an ellipsis */

static bool ends_with(const dx_buf *out, dx_str with)
{
    const dx_str so_far = dx_buf_str(out);
    return so_far.n >= with.n && dx_str_eq(dx_str_slice(so_far, so_far.n - with.n, so_far.n), with);
}

static void cut(dx_buf *out, size_t n)
{
    out->n = n;
}

/* Where the parenthesis begins that is open at the end; SIZE_MAX: there is none. */
static size_t open_parenthesis(const dx_buf *out)
{
    for (size_t i = out->n; i-- > 0 && out->p[i] != ')';)
        if (out->p[i] == '(')
            return i;
    return SIZE_MAX;
}

/* What stood in parentheses or behind a colon was there for the value's sake, and goes with it;
 * where the title goes on then. */
static size_t leave_out(dx_buf *out, dx_str title, size_t at)
{
    const size_t open = open_parenthesis(out);
    const size_t close = open == SIZE_MAX ? open : dx_str_find(title, DX_LIT(")"), at);

    if (close != SIZE_MAX) {
        cut(out, open > 0 && out->p[open - 1] == ' ' ? open - 1 : open);
        return close + 1;
    }
    if (at == title.n && ends_with(out, DX_LIT(": ")))
        cut(out, out->n - 2);
    else if (!ends_with(out, NOTHING_KNOWN))
        dx_buf_add(out, NOTHING_KNOWN);
    return at;
}

/* The place at `open`, up to `close`: its own words where it has some and nothing else gives way.
 */
static size_t put_place(dx_buf *out, dx_str title, size_t open, size_t close)
{
    const dx_str place = dx_str_slice(title, open + 1, close);
    const size_t bar = dx_str_find(place, DX_LIT("|"), 0);
    const bool aside =
        open_parenthesis(out) != SIZE_MAX || (close + 1 == title.n && ends_with(out, DX_LIT(": ")));

    if (bar == SIZE_MAX || aside)
        return leave_out(out, title, close + 1);
    const dx_str words = dx_str_slice(place, bar + 1, place.n);
    dx_buf_add(out, words);
    return close + 1 + (words.n == 0 && close + 1 < title.n && title.p[close + 1] == ' ');
}

dx_str dx_title_unfilled(dx_str title, dx_arena *into)
{
    dx_buf out = {0};

    for (size_t at = 0; at < title.n;) {
        const size_t open = dx_str_find(title, DX_LIT("{"), at);
        const size_t close = open == SIZE_MAX ? open : dx_str_find(title, DX_LIT("}"), open);
        dx_buf_add(&out, dx_str_slice(title, at, close == SIZE_MAX ? title.n : open));
        if (close == SIZE_MAX)
            break;
        at = put_place(&out, title, open, close);
    }
    const dx_str plain = out.failed ? DX_NONE : dx_arena_copy(into, dx_buf_str(&out));
    dx_buf_done(&out);
    return plain;
}
