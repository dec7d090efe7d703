/* What the framer has to say about a log once it is read. */
#include "parser/framer_impl.h"
#include <string.h>
#include "core/bytes.h"

bool dx_framer_mostly_crlf(dx_str head)
{
    enum { ENDS = 256 };
    uint32_t end[ENDS];
    size_t crlf = 0, all = 0, n = ENDS;

    if (head.n == 0 || memchr(head.p, '\r', head.n) == NULL)
        return false;
    for (size_t from = 0; n == ENDS; from += n > 0 ? end[n - 1] + 1 : 0, all += n) {
        n = dx_find_bytes(dx_str_slice(head, from, SIZE_MAX), '\n', end, ENDS);
        for (size_t i = 0; i < n; i++)
            crlf += from + end[i] > 0 && head.p[from + end[i] - 1] == '\r';
    }
    return crlf > 0 && crlf * 2 >= all;
}

static void note(dx_framer *f, dx_str text)
{
    if (text.p != NULL)
        (void)DX_PUSH(f->keep, f->notes, f->n_notes, f->cap_notes, text);
}

static void note_bytes(dx_framer *f)
{
    uint64_t bad = dx_decoder_bad(f->decoder), nuls = dx_decoder_nuls(f->decoder);

    if (bad > 0)
        note(f, dx_arena_printf(f->keep, "%llu byte%s not valid %s and %s replaced",
                                (unsigned long long)bad, bad == 1 ? " is" : "s are",
                                dx_decoder_encoding(f->decoder), bad == 1 ? "was" : "were"));
    if (nuls > 0)
        note(f, dx_arena_printf(f->keep, "%llu NUL character%s shown as U+2400",
                                (unsigned long long)nuls, nuls == 1 ? " is" : "s are"));
    if (f->cut_lines > 0)
        note(f, DX_LIT("lines longer than 1 MiB were read in parts"));
}

static void note_shape(dx_framer *f)
{
    if (f->guess.lead == DX_LEAD_QUOTE)
        note(f, DX_LIT("quote marks (>) before the lines were left out"));
    if (f->guess.lead == DX_LEAD_NAME || f->guess.lead == DX_LEAD_GREP)
        note(f, DX_LIT("file names before the lines (as grep writes them) were left out"));
    if (f->guess.lead == DX_LEAD_NUMBER)
        note(f, DX_LIT("numbers of lines before the lines were left out"));
    if (f->guess.lead == DX_LEAD_INDENT)
        note(f, DX_LIT("the indent of all lines was left out"));
    if (f->guess.lead == DX_LEAD_SPEAKER)
        note(f, DX_LIT("names of machines before the lines were left out"));
    if (f->guess.outer != NULL)
        note(f, DX_LIT("stamps before the lines were left out"));
    if (f->guess.hard_width > 0)
        note(f,
             dx_arena_printf(f->keep, "lines cut at column %zu were joined", f->guess.hard_width));
    if (f->advice_records > 0)
        note(f, DX_LIT("passages of advice (cause, resolution) were not taken as evidence"));
}

static void note_times(dx_framer *f)
{
    dx_str layout = dx_clock_layout(&f->clock);

    if (f->clock.saw_any && f->clock.ambiguous)
        note(f, dx_arena_printf(f->keep, "the order of day and month is not certain: read as %.*s",
                                DX_FMT(layout)));
    if (dx_clock_decided(&f->clock))
        note(f,
             dx_arena_printf(f->keep, "a date fits only one order of day and month: read as %.*s",
                             DX_FMT(layout)));
    if (f->clock.turned)
        note(f, DX_LIT("day and month could be told apart late in the log: earlier times may have "
                       "them exchanged"));
}

dx_rc dx_framer_finish(dx_framer *f, dx_err *err)
{
    dx_tracker_zone(f->tracker, dx_clock_zone(&f->clock));
    note_bytes(f);
    note_shape(f);
    note_times(f);
    return dx_tracker_end(f->tracker, f->rx, err);
}

dx_str dx_framer_format(const dx_framer *f)
{
    return f->guess.format->id;
}

dx_format_kind dx_framer_kind(const dx_framer *f)
{
    return f->guess.format->kind;
}

const char *dx_framer_encoding(const dx_framer *f)
{
    return dx_decoder_encoding(f->decoder);
}

const char *dx_framer_encoding_how(const dx_framer *f)
{
    return dx_decoder_how(f->decoder);
}

uint64_t dx_framer_bad_bytes(const dx_framer *f)
{
    return dx_decoder_bad(f->decoder);
}

bool dx_framer_cut(const dx_framer *f)
{
    return dx_decoder_cut(f->decoder);
}

uint64_t dx_framer_bytes(const dx_framer *f)
{
    return dx_decoder_bytes(f->decoder);
}

uint32_t dx_framer_lines(const dx_framer *f)
{
    return dx_lines_number(f->lines) - 1;
}

dx_hash128 dx_framer_digest(const dx_framer *f)
{
    return dx_chain_get(&f->digest);
}

size_t dx_framer_notes(const dx_framer *f, const dx_str **out)
{
    *out = f->notes;
    return f->n_notes;
}

void dx_framer_told(dx_framer *f, const dx_record *rec)
{
    dx_tracker_told(f->tracker, rec->attempt);
}

size_t dx_framer_attempts(const dx_framer *f, const dx_attempt **out)
{
    return dx_tracker_attempts(f->tracker, out);
}
