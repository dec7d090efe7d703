#include "parser/lines.h"
#include <stdlib.h>
#include <string.h>
#include "core/utf.h"
#include "parser/escaped.h"
#include "parser/spelled.h"
#include "parser/stream.h"
#include "parser/typeset.h"

struct dx_lines {
    dx_decoder *decoder;
    dx_buf buf;
    size_t cursor; /* in buf */
    uint64_t base; /* offset of buf.p[0] in the decoded text */
    uint32_t number;
    size_t inside; /* bytes before the cursor that belong to its line */
    bool at_end;   /* the decoder has nothing more */
    bool lone_cr;  /* the log knows no LF: a CR ends a line */
    bool spelled;  /* its head holds escapes that are spelled out, */
    bool in_text;  /* or line ends, */
    bool typeset;  /* or marks of a word processor */
    dx_escaped escaped;
    size_t held;  /* bytes behind the text which may begin such an escape, or a line end that is */
    size_t half;  /* of these, what was already looked at for escapes */
    dx_err fault; /* of the source, when it has a kind: nothing comes after it */
};

enum { PIECE = 256 * 1024, HEAD = 64 * 1024 };
enum { COMPACT_FROM = 512 * 1024, COMPACT_LATEST = 4 * 1024 * 1024, TIMES_AHEAD = 2 };

void dx_lines_free(dx_lines *l)
{
    if (l == NULL)
        return;
    dx_buf_done(&l->buf);
    free(l);
}

/* What is ahead is moved, so the more of it there is the seldomer, within bounds: threads look far
 * ahead. */
static bool is_worth_it(const dx_lines *l)
{
    const size_t ahead = l->buf.n - l->cursor;
    const size_t enough =
        ahead < COMPACT_LATEST / TIMES_AHEAD ? ahead * TIMES_AHEAD : COMPACT_LATEST;

    return l->cursor >= COMPACT_FROM && l->cursor >= enough;
}

static void compact(dx_lines *l)
{
    if (!is_worth_it(l))
        return;
    const size_t gone = l->cursor - DX_LINES_KEPT;
    l->buf.n -= gone;
    memmove(l->buf.p, l->buf.p + gone, l->buf.n + l->held);
    l->base += gone;
    l->cursor = DX_LINES_KEPT;
}

static bool is_to_mend(const dx_lines *l)
{
    return l->spelled || l->in_text || l->typeset;
}

/* The text from there on is new, but for what was held. */
static void mend(dx_lines *l, size_t from)
{
    const size_t seen = from + l->half;
    size_t n = l->buf.n - seen, cut = 0, held = 0;

    if (l->typeset)
        n = dx_typeset_mend(l->buf.p + seen, n);
    if (l->spelled)
        n = dx_spelled_mend(l->buf.p + seen, n, l->at_end, &cut);
    const size_t end = seen + n;
    l->buf.n = end;
    if (l->in_text)
        l->buf.n = from + dx_escaped_mend(&l->escaped, l->buf.p, from, end - from,
                                          l->at_end && cut == 0, &held);
    memmove(l->buf.p + l->buf.n + held, l->buf.p + end, cut);
    l->half = held;
    l->held = held + cut;
}

dx_rc dx_lines_need(dx_lines *l, size_t want, dx_err *err)
{
    while (!l->at_end && l->buf.n - l->cursor < want) {
        compact(l);
        const size_t before = l->buf.n;
        l->buf.n += l->held;
        dx_rc rc = dx_decoder_more(l->decoder, PIECE, &l->buf, err);
        if (l->buf.failed)
            return dx_nomem(err);
        if (rc == DX_FAIL && dx_err_ends_walk(err))
            return DX_FAIL;
        if (rc == DX_FAIL)
            l->fault = *err;
        l->at_end = rc != DX_OK;
        if (is_to_mend(l))
            mend(l, before);
    }
    return DX_OK;
}

dx_str dx_lines_ahead(const dx_lines *l)
{
    return dx_str_slice(dx_buf_str(&l->buf), l->cursor, SIZE_MAX);
}

dx_str dx_lines_from(const dx_lines *l, const char *line)
{
    return (dx_str){line, (size_t)(l->buf.p + l->buf.n - line)};
}

dx_rc dx_lines_new(dx_lines **out, dx_decoder *decoder, dx_err *err)
{
    dx_lines *l = calloc(1, sizeof *l);

    if (l == NULL)
        return dx_nomem(err);
    l->decoder = decoder;
    l->number = 1;
    if (dx_lines_need(l, HEAD, err) != DX_OK) {
        dx_lines_free(l);
        return DX_FAIL;
    }
    if (l->buf.n == 0 && l->fault.kind != DX_E_NONE) {
        *err = l->fault;
        dx_lines_free(l);
        return DX_FAIL;
    }
    if (l->buf.n > 0)
        l->lone_cr =
            memchr(l->buf.p, '\n', l->buf.n) == NULL && memchr(l->buf.p, '\r', l->buf.n) != NULL;
    const dx_str head = dx_str_slice(dx_buf_str(&l->buf), 0, HEAD);
    l->spelled = dx_spelled_any(head);
    l->in_text = dx_escaped_any(head);
    l->typeset = dx_typeset_any(head);
    if (is_to_mend(l))
        mend(l, 0);
    *out = l;
    return DX_OK;
}

/* Bytes that a part of an overlong line may have, of which `inside` bytes stand before it.  Parts
 * end between characters, up to three bytes before their multiple. */
static size_t room(size_t inside)
{
    return ((inside + 3) / DX_LINE_MAX + 1) * DX_LINE_MAX - inside;
}

bool dx_line_of(dx_str text, char end, size_t inside, bool all, dx_line *out)
{
    size_t most = room(inside), span = text.n > most ? most : text.n;
    const char *found = span ? memchr(text.p, end, span) : NULL;

    if (found != NULL) {
        size_t n = (size_t)(found - text.p);
        bool crlf = end == '\n' && n > 0 && text.p[n - 1] == '\r';
        *out = (dx_line){{text.p, n - crlf}, n + 1, !crlf, false};
        return true;
    }
    if (text.n > most) {
        dx_str part = dx_utf_prefix((dx_str){text.p, most + 1}, most);
        *out = (dx_line){part, part.n, false, true};
        return true;
    }
    if (!all || text.n == 0)
        return false;
    *out = (dx_line){text, text.n, false, false};
    return true;
}

static char end_of_line(const dx_lines *l)
{
    return l->lone_cr ? '\r' : '\n';
}

static size_t in_buf(const dx_lines *l, ptrdiff_t from)
{
    return from < 0 ? l->cursor - (size_t)-from : l->cursor + (size_t)from;
}

bool dx_lines_at(const dx_lines *l, ptrdiff_t from, size_t inside, dx_line *out)
{
    const dx_str rest = dx_str_slice(dx_buf_str(&l->buf), in_buf(l, from), SIZE_MAX);

    return dx_line_of(rest, end_of_line(l), inside, l->at_end, out);
}

bool dx_lines_before(const dx_lines *l, ptrdiff_t from, dx_line *out)
{
    const char stop = end_of_line(l), *text = l->buf.p;
    const size_t end = in_buf(l, from);
    size_t at = end;

    if (end == 0 || text[end - 1] != stop)
        return false;
    do
        at--;
    while (at > 0 && text[at - 1] != stop && end - at < DX_LINES_KEPT);
    if (at > 0 ? text[at - 1] != stop : l->base > 0)
        return false;
    return dx_line_of((dx_str){text + at, end - at}, stop, 0, false, out);
}

static bool find_line(const dx_lines *l, ptrdiff_t from, dx_line *out)
{
    return dx_lines_at(l, from, from == 0 ? l->inside : 0, out);
}

dx_rc dx_lines_peek(dx_lines *l, size_t from, dx_line *out, dx_err *err)
{
    for (size_t want = from + 4096;; want *= 2) {
        if (find_line(l, (ptrdiff_t)from, out))
            return DX_OK;
        if (l->at_end)
            return DX_END;
        if (dx_lines_need(l, want, err) != DX_OK)
            return DX_FAIL;
    }
}

bool dx_lines_near(const dx_lines *l, ptrdiff_t from, dx_line *out)
{
    return find_line(l, from, out);
}

void dx_lines_take(dx_lines *l, size_t bytes, uint32_t n_lines, size_t part)
{
    l->inside = part == 0 ? 0 : part == bytes ? l->inside + part : part;
    l->cursor += bytes;
    l->number += n_lines;
}

uint64_t dx_lines_offset(const dx_lines *l)
{
    return l->base + l->cursor;
}

uint32_t dx_lines_number(const dx_lines *l)
{
    return l->number;
}

size_t dx_lines_inside(const dx_lines *l)
{
    return l->inside;
}

bool dx_lines_all(const dx_lines *l)
{
    return l->at_end;
}

bool dx_lines_by_cr(const dx_lines *l)
{
    return l->lone_cr;
}

const dx_err *dx_lines_fault(const dx_lines *l)
{
    return l->fault.kind != DX_E_NONE ? &l->fault : NULL;
}
