/* Raw bytes in pieces, UTF-8 out. */
#include "parser/decode.h"
#include <stdlib.h>
#include <string.h>
#include "core/bytes.h"
#include "parser/convert.h"
#include "parser/guess.h"
#include "parser/stream.h"

enum { HEAD = 1 << 16, RAW = 1 << 17 };

struct dx_decoder {
    dx_source *src;
    dx_converter *converter;
    const char *how;
    bool plain; /* nothing but ASCII was seen: the encoding is not proven */
    bool ended;
    dx_err broken; /* why it ended, when it has a kind */
    dx_tally tally;
    uint64_t bytes;
    size_t from, to; /* what is in `raw` */
    char raw[RAW];
};

static dx_rc use(dx_decoder *d, const dx_guess *g, dx_err *err)
{
    dx_converter *converter;
    if (dx_converter_new(&converter, g->encoding, err) == DX_FAIL)
        return DX_FAIL;
    dx_converter_free(d->converter);
    d->converter = converter;
    d->how = g->how;
    d->plain = g->plain;
    return DX_OK;
}

/* "utf-16" alone leaves the byte order to the mark; without one it is Windows'. */
static dx_guess as_forced(dx_str head, const char *forced)
{
    const bool either = dx_str_ieq(dx_str_of(forced), DX_LIT("utf-16"));
    if (either)
        forced = dx_guess_mark(head, "utf-16be") ? "utf-16be" : "utf-16le";
    return (dx_guess){forced, "forced", dx_guess_mark(head, forced), false};
}

/* Bytes that were looked at can always be read. */
static dx_rc drop_mark(dx_decoder *d, size_t n, dx_err *err)
{
    char mark[4];
    size_t got = 0;
    if (n && dx_source_read(d->src, mark, n, &got, err) == DX_FAIL)
        return DX_FAIL;
    d->bytes += got;
    return DX_OK;
}

static dx_rc begin(dx_decoder *d, const char *forced, dx_err *err)
{
    dx_str head;
    bool whole;
    if (dx_source_look(d->src, HEAD, &head, &whole, err) == DX_FAIL)
        return DX_FAIL;
    const dx_guess g = forced ? as_forced(head, forced) : dx_guess_encoding(head, whole);
    return use(d, &g, err) == DX_OK ? drop_mark(d, g.mark, err) : DX_FAIL;
}

dx_rc dx_decoder_open(dx_decoder **out, dx_source *src, const char *forced, dx_err *err)
{
    dx_decoder *d = malloc(sizeof *d);
    if (!d)
        return dx_nomem(err);
    memset(d, 0, offsetof(struct dx_decoder, raw));
    d->src = src;
    if (begin(d, forced, err) == DX_FAIL) {
        dx_decoder_close(d);
        return DX_FAIL;
    }
    *out = d;
    return DX_OK;
}

void dx_decoder_close(dx_decoder *d)
{
    if (!d)
        return;
    dx_converter_free(d->converter);
    free(d);
}

/* One more read, behind what is still there. */
static void fill(dx_decoder *d)
{
    size_t got = 0;
    memmove(d->raw, d->raw + d->from, d->to - d->from);
    d->to -= d->from;
    d->from = 0;
    if (dx_source_read(d->src, d->raw + d->to, RAW - d->to, &got, &d->broken) == DX_FAIL)
        got = 0;
    d->ended = !got;
    d->to += got;
    d->bytes += got;
}

static dx_str waiting(const dx_decoder *d)
{
    return (dx_str){d->raw + d->from, d->to - d->from};
}

static bool is_plain(dx_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        i += dx_ascii_run(dx_str_slice(s, i, s.n));
        if (i < s.n && s.p[i])
            return false;
    }
    return true;
}

/* The first byte that is not ASCII may come late: guess again with what stands around it. */
static dx_rc guess_late(dx_decoder *d, dx_err *err)
{
    while (!d->ended && d->to - d->from < HEAD)
        fill(d);
    const dx_guess g = dx_guess_ascii_like(waiting(d), d->ended);
    return use(d, &g, err);
}

/* Bytes that the next read may give, at most. */
static size_t in_sight(const dx_decoder *d, size_t want)
{
    return d->src->ended && d->src->ahead.n < want ? d->src->ahead.n : want;
}

/* ASCII, as most logs are, is read to where it is wanted.  False: something else came, or nothing;
 * it waits to be looked at. */
static bool read_plain(dx_decoder *d, size_t want, dx_buf *into)
{
    size_t got = 0;

    if (!d->plain || d->ended || d->from < d->to)
        return false;
    want = in_sight(d, want);
    d->ended = want == 0;
    if (d->ended || !dx_buf_reserve(into, want))
        return false;
    char *p = into->p + into->n;
    if (dx_source_read(d->src, p, want, &got, &d->broken) == DX_FAIL)
        got = 0;
    d->ended = !got;
    d->bytes += got;
    const bool plain = got > 0 && dx_ascii_run((dx_str){p, got}) == got;
    if (!plain)
        memcpy(d->raw, p, got);
    into->n += plain ? got : 0;
    into->p[into->n] = '\0';
    if (plain)
        return true;
    d->from = 0;
    d->to = got;
    return false;
}

dx_rc dx_decoder_more(dx_decoder *d, size_t want, dx_buf *into, dx_err *err)
{
    const size_t before = into->n;
    want = want < DX_CONVERT_LEAST ? DX_CONVERT_LEAST : want < RAW ? want : RAW;
    if (read_plain(d, want, into))
        return DX_OK;
    while (into->n == before) {
        if (!d->ended && waiting(d).n < want)
            fill(d);
        if (d->ended && d->from == d->to) {
            if (d->broken.kind)
                *err = d->broken;
            return d->broken.kind ? DX_FAIL : DX_END;
        }
        dx_str piece = dx_str_slice(waiting(d), 0, want);
        if (d->plain && !is_plain(piece)) {
            if (guess_late(d, err) == DX_FAIL)
                return DX_FAIL;
            piece = dx_str_slice(waiting(d), 0, want);
        }
        const bool last = d->ended && piece.n == waiting(d).n;
        d->from += dx_convert(d->converter, piece, last, into, &d->tally);
        if (into->failed)
            return dx_nomem(err);
    }
    return DX_OK;
}

const char *dx_decoder_encoding(const dx_decoder *d)
{
    return dx_converter_name(d->converter);
}

const char *dx_decoder_how(const dx_decoder *d)
{
    return d->how;
}

uint64_t dx_decoder_bad(const dx_decoder *d)
{
    return d->tally.bad;
}

uint64_t dx_decoder_nuls(const dx_decoder *d)
{
    return d->tally.nuls;
}

bool dx_decoder_cut(const dx_decoder *d)
{
    return d->tally.cut;
}

uint64_t dx_decoder_bytes(const dx_decoder *d)
{
    return d->bytes;
}
