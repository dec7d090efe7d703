/* The framer's own state and the cutting of records; joining and notes are in framer_*.c. */
#include "parser/framer_impl.h"
#include <stdlib.h>
#include <string.h>
#include "core/utf.h"

/* "path!/member" for regexes: what is no UTF-8 in it (file names are bytes) becomes U+FFFD. */
static dx_str full_path(dx_framer *f, dx_source *src)
{
    dx_str path = dx_source_path(src), member = dx_source_member(src), out = DX_NONE;
    dx_buf b = {0};
    char code[4];

    if (member.n > 0)
        path = dx_arena_printf(f->keep, "%.*s!/%.*s", DX_FMT(path), DX_FMT(member));
    if (dx_utf_valid(path))
        return path;
    for (size_t at = 0; at < path.n;) {
        size_t n = dx_utf_put(dx_utf_next(path, &at), code);
        dx_buf_add(&b, (dx_str){code, n});
    }
    if (!b.failed)
        out = dx_arena_copy(f->keep, dx_buf_str(&b));
    dx_buf_done(&b);
    return out;
}

static dx_str server_in_path(dx_framer *f, const dx_framer_options *o)
{
    dx_span spans[16];
    size_t group = o->server_from ? dx_regex_group(o->server_from, "server") : 0;

    if (group == 0 || group >= 16 ||
        dx_regex_find(o->server_from, f->rx, f->path, 0, spans, 16) != DX_RX_YES)
        return DX_NONE;
    return dx_arena_copy(f->keep, dx_span_of(f->path, spans[group]));
}

static dx_rc choose_format(dx_framer *f, const dx_formats *formats, const dx_framer_options *o,
                           dx_err *err)
{
    const dx_format *forced = NULL;
    dx_str ahead = dx_lines_ahead(f->lines);

    if (o->format != NULL && (forced = dx_formats_get(formats, dx_str_of(o->format))) == NULL)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "no log format is called '%s'", o->format);
    const dx_detection given = {formats, forced, f->path, ahead, o->hunches};
    const dx_rc rc = dx_detect(&given, f->rx, f->record, &f->guess);
    if (rc == DX_FAIL)
        return dx_nomem(err);
    if (rc == DX_END)
        return dx_fail(err, DX_E_RULE, DX_NOWHERE, "no fall-back log format is defined");
    dx_arena_reset(f->record);
    return DX_OK;
}

static dx_rc start_tracker(dx_framer *f, const dx_framer_options *o, dx_err *err)
{
    dx_tracker_given given = {.format = f->guess.format,
                              .path = f->path,
                              .server = o->server,
                              .path_server = server_in_path(f, o),
                              .sifts = f->sifts};

    return dx_tracker_new(&f->tracker, &given, err);
}

/* Prefixes, hard widths and stamps of others mean that people had the log in their hands: such
 * logs are short. */
static dx_rc start_skim(dx_framer *f, const dx_framer_options *o, dx_err *err)
{
    const dx_guess *g = &f->guess;
    dx_scan_subset base = {.scanner = NULL};

    if (f->hearsay != NULL || /* of which each sentence is to be read */
        (dx_lines_all(f->lines) && dx_lines_ahead(f->lines).n <= f->clock_head))
        return DX_OK;
    if (g->lead != DX_LEAD_NONE || g->outer != NULL || g->hard_width > 0 ||
        dx_lines_by_cr(f->lines) || o->sought == NULL ||
        !o->sought(o->sought_ctx, g->format->id, DX_NONE, &base))
        return DX_OK;
    if (dx_skim_new(&f->skim, g->format, &base, f->quests, err) != DX_OK)
        return DX_FAIL;
    if (f->skim != NULL) {
        f->skim->helpers = o->helpers;
        f->skim->sought = o->sought;
        f->skim->sought_ctx = o->sought_ctx;
    }
    return DX_OK;
}

/* Lines that have nothing before their stamps have these as other logs of the format had them. */
static dx_rc start_stamper(dx_framer *f, const dx_framer_options *o, dx_err *err)
{
    const dx_guess *g = &f->guess;

    f->quests = o->quests ? o->quests : (f->own = dx_quests_new());
    if (f->quests == NULL)
        return dx_nomem(err);
    f->sifts = dx_quests_sifts(f->quests);
    if (g->lead != DX_LEAD_NONE || g->outer != NULL || g->format->stamp == NULL)
        return DX_OK;
    f->stamper = dx_quests_stamper(f->quests, g->format);
    return f->stamper != NULL ? DX_OK : dx_nomem(err);
}

enum { PERSONS_MOST = 16384 }; /* bytes of what people write or paste */

/* A longer text is a program's, which means what it prints, and to search each of its sentences
 * would cost more than all else. */
static dx_rc choose_hearsay(dx_framer *f, dx_err *err)
{
    const dx_hearsay *how = &f->guess.format->hearsay;

    if (how->talk == NULL && how->denial == NULL)
        return DX_OK;
    if (dx_lines_need(f->lines, PERSONS_MOST + 1, err) != DX_OK)
        return DX_FAIL;
    if (dx_lines_ahead(f->lines).n <= PERSONS_MOST)
        f->hearsay = how;
    return DX_OK;
}

static dx_rc prepare(dx_framer *f, dx_source *src, const dx_formats *formats,
                     const dx_framer_options *o, dx_err *err)
{
    f->keep = dx_arena_new(0);
    f->record = dx_arena_new(0);
    f->rx = dx_regex_scratch_new();
    if (f->keep == NULL || f->record == NULL || f->rx == NULL)
        return dx_nomem(err);
    f->path = full_path(f, src);
    if (f->path.p == NULL && dx_source_path(src).n > 0)
        return dx_nomem(err);
    if (dx_decoder_open(&f->decoder, src, o->encoding, err) != DX_OK ||
        dx_lines_new(&f->lines, f->decoder, err) != DX_OK ||
        choose_format(f, formats, o, err) != DX_OK || choose_hearsay(f, err) != DX_OK ||
        start_stamper(f, o, err) != DX_OK || start_tracker(f, o, err) != DX_OK)
        return DX_FAIL;
    f->openers = o->openers;
    f->n_openers = o->n_openers;
    f->clock_step = o->clock_step ? o->clock_step : DX_CLOCK_STEP;
    f->clock_head = f->clock_step < DX_CLOCK_HEAD ? f->clock_step : DX_CLOCK_HEAD;
    f->clock.format = f->guess.outer ? f->guess.outer : f->guess.format;
    f->clock.modified_us = dx_source_modified(src);
    dx_framer_prime_clock(f);
    f->crlf = f->guess.format->crlf && dx_framer_mostly_crlf(dx_lines_ahead(f->lines));
    return o->plain ? DX_OK : start_skim(f, o, err);
}

dx_rc dx_framer_open(dx_framer **out, dx_source *src, const dx_formats *formats,
                     const dx_framer_options *options, dx_err *err)
{
    dx_framer *f = calloc(1, sizeof *f);

    if (f == NULL)
        return dx_nomem(err);
    if (prepare(f, src, formats, options, err) != DX_OK) {
        dx_framer_close(f);
        return DX_FAIL;
    }
    *out = f;
    return DX_OK;
}

void dx_framer_close(dx_framer *f)
{
    if (f == NULL)
        return;
    dx_tracker_free(f->tracker);
    dx_skim_free(f->skim);
    dx_quests_free(f->own);
    dx_lines_free(f->lines);
    dx_decoder_close(f->decoder);
    dx_regex_scratch_free(f->rx);
    dx_arena_free(f->record);
    dx_arena_free(f->keep);
    free(f);
}

/* ---- one physical line, as the format sees it ---- */

void dx_framer_read_line(dx_framer *f, const dx_line *raw, dx_cut_line *out)
{
    const dx_format *format = f->guess.format;
    dx_str text = dx_lead_strip(f->guess.lead, raw->text);

    *out = (dx_cut_line){.raw = text, .bare = raw->bare, .cut = raw->cut};
    if (f->guess.outer != NULL)
        out->outer_stamped =
            dx_stamp_strip(f->guess.outer, f->rx, &text, out->outer_spans, DX_STAMP_GROUPS);
    out->whole = text;
    out->stamped =
        f->stamper != NULL
            ? dx_stamper_strip(f->stamper, dx_lines_from(f->lines, text.p), &text, out->spans)
            : dx_stamp_strip(format, f->rx, &text, out->spans, DX_STAMP_GROUPS);
    out->text = text;
    out->empty = dx_str_trim(text).n == 0 && !out->stamped;
}

bool dx_framer_opens(const dx_framer *f, dx_str text)
{
    dx_str s = dx_str_trim(text);

    while (s.n > 0 && strchr("\"'`-*>|", s.p[0]) != NULL)
        s = dx_str_trim(dx_str_slice(s, 1, s.n));
    for (size_t i = 0; i < f->n_openers; i++)
        if (dx_str_istarts(s, f->openers[i]))
            return true;
    return false;
}

static bool matches(const dx_framer *f, const dx_regex *rx, dx_str text)
{
    dx_span span[1];

    return dx_regex_find(rx, f->rx, text, 0, span, 1) == DX_RX_YES;
}

bool dx_framer_goes_on(const dx_framer *f, const dx_cut_line *line, bool after_bare)
{
    const dx_format *format = f->guess.format;

    if (f->crlf && after_bare)
        return true;
    if (format->paragraphs)
        return !line->empty && !dx_framer_opens(f, line->text);
    if (format->starts != NULL)
        return !matches(f, format->starts, line->whole);
    if (format->continues != NULL)
        return matches(f, format->continues, line->whole);
    return format->stamp != NULL && !line->stamped;
}

/* ---- gathering the lines of a record ---- */

enum { RECORD_GRID = 1 << 20, PARAGRAPH_LINES = 40, PARAGRAPH_GRID = 16 * 1024 };

bool dx_framer_cuts(const dx_framer *f, dx_log_place natural, dx_log_place last, dx_log_place at)
{
    const bool paragraphs = f->guess.format->paragraphs;
    const uint64_t grid = paragraphs ? PARAGRAPH_GRID : RECORD_GRID, cell = at.offset / grid;

    if (cell != last.offset / grid && cell * grid >= natural.offset + grid)
        return true;
    return paragraphs && (at.line - 1) % PARAGRAPH_LINES == 0 &&
           at.line - natural.line >= PARAGRAPH_LINES;
}

uint64_t dx_framer_print(dx_framer *f, const dx_line *raw, const dx_cut_line *line)
{
    uint64_t print = dx_line_print(raw->text);

    dx_chain_add(&f->digest, print);
    return line->raw.p == raw->text.p ? print : dx_line_print(line->raw);
}

static dx_rc pass(dx_framer *f, const dx_line *raw, const dx_cut_line *line, dx_err *err)
{
    uint64_t print = dx_framer_print(f, raw, line);
    uint32_t number = dx_lines_number(f->lines);

    f->cut_lines += raw->cut;
    dx_lines_take(f->lines, raw->size, raw->cut ? 0 : 1, raw->cut ? raw->size : 0);
    return dx_tracker_lines(f->tracker, &(dx_prints){&print, 1, raw->cut}, number, DX_NO_TIME, NULL,
                            err);
}

/* Passes empty lines and those that belong to no record. */
static dx_rc skip_empty(dx_framer *f, dx_line *raw, dx_cut_line *line, dx_err *err)
{
    dx_rc rc;

    while ((rc = dx_lines_peek(f->lines, 0, raw, err)) == DX_OK) {
        dx_framer_read_line(f, raw, line);
        if (!line->empty)
            return DX_OK;
        if (pass(f, raw, line, err) != DX_OK)
            return DX_FAIL;
    }
    return rc;
}

/* Finds how far the record reaches: *bytes and *n_lines from the cursor on. */
static dx_rc measure(dx_framer *f, const dx_line *first, size_t *bytes, uint32_t *n_lines,
                     dx_err *err)
{
    const dx_log_place begin = {dx_lines_offset(f->lines), dx_lines_number(f->lines)};
    dx_log_place last = begin, at;
    dx_line raw = *first;
    dx_cut_line line;
    dx_rc rc = DX_OK;

    if (!f->on_grid)
        f->natural = begin;
    f->on_grid = false;
    *bytes = 0;
    *n_lines = 0;
    while (!f->on_grid) {
        bool bare = raw.bare;
        *bytes += raw.size;
        (*n_lines)++;
        f->part = raw.cut ? raw.size : 0;
        if (raw.cut || (rc = dx_lines_peek(f->lines, *bytes, &raw, err)) != DX_OK)
            break;
        dx_framer_read_line(f, &raw, &line);
        if (!dx_framer_goes_on(f, &line, bare))
            break;
        at = (dx_log_place){begin.offset + *bytes, begin.line + *n_lines};
        f->on_grid = !line.empty && dx_framer_cuts(f, f->natural, last, at);
        last = line.empty ? last : at;
    }
    f->cut_lines += f->part > 0;
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

static dx_rc end_of_log(dx_framer *f, dx_err *err)
{
    const dx_err *fault = dx_lines_fault(f->lines);

    f->ended = true;
    if (dx_framer_finish(f, err) != DX_OK)
        return DX_FAIL;
    if (fault == NULL)
        return DX_END;
    *err = *fault;
    return DX_FAIL;
}

dx_rc dx_framer_next(dx_framer *f, dx_record *out, dx_err *err)
{
    dx_line raw;
    dx_cut_line line;
    size_t bytes;
    uint32_t n_lines;
    dx_rc rc;

    dx_arena_reset(f->record);
    if (f->ended)
        return DX_END;
    if (f->skim != NULL && dx_framer_skip(f, err) != DX_OK)
        return DX_FAIL;
    rc = skip_empty(f, &raw, &line, err);
    if (rc == DX_END)
        return end_of_log(f, err);
    if (rc != DX_OK || measure(f, &raw, &bytes, &n_lines, err) != DX_OK ||
        dx_lines_need(f->lines, bytes + DX_FRAMER_AHEAD, err) != DX_OK)
        return DX_FAIL;
    if (dx_framer_build(f, bytes, n_lines, out, err) != DX_OK)
        return DX_FAIL;
    return f->skim != NULL ? dx_framer_hint(f, out, err) : DX_OK;
}
