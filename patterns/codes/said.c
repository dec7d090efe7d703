#include "patterns/codes/said.h"

#include <stdlib.h>

#include "core/buf.h"

enum { GAP = 300, PLACES = 8, LEAST = 12, MOST = 99999 };

/* ---- the table ---- */

/* "1904 Module * failed to register": any text, though no paragraph's end, may stand for " * ". */
static bool read_line(dx_str line, dx_place at, dx_faults *faults, dx_code_said *out)
{
    const size_t blank = dx_str_find(line, DX_LIT(" "), 0);
    const dx_str number = dx_str_slice(line, 0, blank);
    long long value = 0;

    out->text = dx_str_trim(dx_str_slice(line, blank, line.n));
    if (!dx_str_to_i64(number, &value) || value < 1 || value > MOST) {
        dx_fault(faults, at, "'%.*s' is no number of a message", DX_FMT(number));
        return false;
    }
    out->value = (uint32_t)value;
    if (out->text.n >= LEAST)
        return true;
    dx_fault(faults, at, "the words of message %.*s are too few to know it by", DX_FMT(number));
    return false;
}

bool dx_code_said_read(const dx_ynode *node, dx_arena *into, dx_faults *faults, dx_code_space *out)
{
    dx_str rest = node ? dx_y_text(node, faults) : DX_NONE, line;
    dx_place at = node ? node->at : DX_NOWHERE;
    dx_code_said *all = NULL;
    size_t n = 0, cap = 0;

    at.col = 0;
    while (dx_str_next(&rest, '\n', &line)) {
        dx_code_said one = {0};
        at.line++;
        line = dx_str_trim(line);
        if (line.n == 0 || line.p[0] == '#' || !read_line(line, at, faults, &one))
            continue;
        if (!DX_PUSH(into, all, n, cap, one))
            return false;
    }
    if (n > 0) {
        out->said = all;
        out->n_said = n;
    }
    return true;
}

/* ---- the text ---- */

typedef struct place {
    size_t at;
    uint32_t value;
} place;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_digit(c) || ((unsigned char)(c | 0x20) >= 'a' && (unsigned char)(c | 0x20) <= 'z');
}

/* Where `piece` stands, not across a paragraph's end and not far off; SIZE_MAX when nowhere.  No
 * more of the text is looked at: it may be long, and what comes before be said on and on. */
static size_t find_near(dx_str text, dx_str piece, size_t from)
{
    const dx_str there = dx_str_slice(text, from, from + GAP + piece.n);
    const size_t at = dx_str_ifind(there, piece, 0);

    if (at == SIZE_MAX || dx_str_find(dx_str_slice(there, 0, at), DX_LIT("\n"), 0) != SIZE_MAX)
        return SIZE_MAX;
    return from + at;
}

/* All pieces but the first, from `at` on. */
static bool goes_on(dx_str text, size_t at, dx_str rest)
{
    while (rest.n > 0) {
        const size_t star = dx_str_find(rest, DX_LIT(" * "), 0);
        const dx_str piece = dx_str_slice(rest, 0, star);
        const size_t found = find_near(text, piece, at);
        if (found == SIZE_MAX)
            return false;
        at = found + piece.n;
        rest = star == SIZE_MAX ? DX_NONE : dx_str_slice(rest, star + 3, rest.n);
    }
    return true;
}

/* "Error 1706. No valid source": its number is there. */
static bool has_number(dx_str text, size_t at)
{
    while (at > 0 &&
           dx_str_find(DX_LIT(" .:-()\"'"), dx_str_slice(text, at - 1, at), 0) != SIZE_MAX)
        at--;
    return at > 3 && is_digit(text.p[at - 1]) && is_digit(text.p[at - 2]);
}

static size_t find_said(dx_str text, dx_str said)
{
    const size_t star = dx_str_find(said, DX_LIT(" * "), 0);
    const dx_str first = dx_str_slice(said, 0, star);
    const dx_str rest = star == SIZE_MAX ? DX_NONE : dx_str_slice(said, star + 3, said.n);
    size_t at = 0;

    while ((at = dx_str_ifind(text, first, at)) != SIZE_MAX) {
        if ((at == 0 || !is_word(text.p[at - 1])) && !has_number(text, at) &&
            goes_on(text, at + first.n, rest))
            return at;
        at += first.n;
    }
    return SIZE_MAX;
}

/* A message is known by the first of its lines, a sentence is the first message that fits it. */
static bool is_taken(const place *p, size_t n, place it)
{
    for (size_t i = 0; i < n; i++)
        if (p[i].at == it.at || p[i].value == it.value)
            return true;
    return false;
}

static size_t find_all(const dx_codes *codes, dx_str text, place *out)
{
    const dx_code_space *space;
    const size_t spaces = dx_codes_spaces(codes, &space);
    size_t n = 0;

    for (size_t i = 0; i < spaces; i++)
        for (size_t k = 0; k < space[i].n_said && n < PLACES; k++) {
            const dx_code_said *said = &space[i].said[k];
            const place it = {find_said(text, said->text), said->value};
            if (it.at != SIZE_MAX && !is_taken(out, n, it))
                out[n++] = it;
        }
    return n;
}

static int by_place(const void *a, const void *b)
{
    const place *x = a, *y = b;

    return (x->at > y->at) - (x->at < y->at);
}

static dx_rc write_all(dx_str text, const place *p, size_t n, dx_arena *into, dx_numbered *out,
                       dx_err *err)
{
    dx_buf made = {0}, numbers = {0};
    size_t from = 0;

    for (size_t i = 0; i < n; i++) {
        dx_buf_add(&made, dx_str_slice(text, from, p[i].at));
        dx_buf_printf(&made, "Error %u. ", (unsigned)p[i].value);
        dx_buf_printf(&numbers, "%s%u", i ? ", " : "", (unsigned)p[i].value);
        from = p[i].at;
    }
    dx_buf_add(&made, dx_str_slice(text, from, text.n));
    const bool failed = made.failed || numbers.failed;
    out->text = dx_arena_copy(into, dx_buf_str(&made));
    out->numbers = dx_arena_copy(into, dx_buf_str(&numbers));
    dx_buf_done(&made);
    dx_buf_done(&numbers);
    return failed || !out->text.p || !out->numbers.p ? dx_nomem(err) : DX_OK;
}

dx_rc dx_codes_number(const dx_codes *codes, dx_str text, dx_arena *into, dx_numbered *out,
                      dx_err *err)
{
    place places[PLACES];
    const size_t n = find_all(codes, text, places);

    *out = (dx_numbered){0};
    if (n == 0)
        return DX_OK;
    qsort(places, n, sizeof *places, by_place);
    return write_all(text, places, n, into, out, err);
}
