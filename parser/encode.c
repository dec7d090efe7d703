#include "parser/encode.h"
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "core/utf.h"

static const char nul_symbol[] = "\xE2\x90\x80";

static const struct {
    const char *name, *for_iconv; /* NULL: nothing to convert */
    dx_str mark, unknown;
} known[] = {
    {"utf-8", NULL, {"\xEF\xBB\xBF", 3}, {"\xEF\xBF\xBD", 3}},
    {"utf-16le", "UTF-16LE", {"\xFF\xFE", 2}, {"?\0", 2}},
    {"utf-16be", "UTF-16BE", {"\xFE\xFF", 2}, {"\0?", 2}},
    {"cp1252", "CP1252", {NULL, 0}, {"?", 1}},
    {"cp437", "CP437", {NULL, 0}, {"?", 1}},
    {"cp850", "CP850", {NULL, 0}, {"?", 1}},
};

struct dx_encoder {
    iconv_t iconv; /* (iconv_t)-1: UTF-8 */
    dx_str mark, unknown;
};

dx_rc dx_encoder_new(dx_encoder **out, const char *name, dx_err *err)
{
    const char *for_iconv = name;
    dx_encoder *e = calloc(1, sizeof *e);

    if (e == NULL)
        return dx_nomem(err);
    e->unknown = DX_LIT("?");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i].name, name) != 0)
            continue;
        for_iconv = known[i].for_iconv;
        e->mark = known[i].mark;
        e->unknown = known[i].unknown;
    }
    e->iconv = for_iconv ? iconv_open(for_iconv, "UTF-8") : (iconv_t)-1;
    if (for_iconv && e->iconv == (iconv_t)-1) {
        free(e);
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "nobody here writes the encoding '%s'", name);
    }
    *out = e;
    return DX_OK;
}

void dx_encoder_free(dx_encoder *e)
{
    if (e == NULL)
        return;
    if (e->iconv != (iconv_t)-1)
        iconv_close(e->iconv);
    free(e);
}

dx_str dx_encoder_mark(const dx_encoder *e)
{
    return e->mark;
}

/* One run of text; gives what was taken, less than all when a character has no bytes there. */
static size_t run_iconv(iconv_t how, dx_str text, dx_buf *into)
{
    char piece[256], out[1024];
    const size_t n = text.n < sizeof piece ? text.n : sizeof piece;
    char *from = piece, *to = out;
    size_t left = n, room = sizeof out;

    memcpy(piece, text.p, n); /* iconv() wants to be allowed to write */
    (void)iconv(how, &from, &left, &to, &room);
    dx_buf_add(into, (dx_str){out, sizeof out - room});
    return n - left;
}

static void convert(dx_encoder *e, dx_str text, dx_buf *into)
{
    if (e->iconv == (iconv_t)-1) {
        dx_buf_add(into, text);
        return;
    }
    while (text.n > 0 && !into->failed) {
        size_t taken = run_iconv(e->iconv, text, into);
        if (taken == 0) {
            dx_utf_next(text, &taken);
            dx_buf_add(into, e->unknown);
        }
        text = dx_str_slice(text, taken, text.n);
    }
}

void dx_encode(dx_encoder *e, dx_str text, dx_buf *into)
{
    const dx_str symbol = DX_LIT(nul_symbol);

    for (size_t at; (at = dx_str_find(text, symbol, 0)) != SIZE_MAX;) {
        convert(e, dx_str_slice(text, 0, at), into);
        convert(e, (dx_str){"", 1}, into);
        text = dx_str_slice(text, at + symbol.n, text.n);
    }
    convert(e, text, into);
}
