/* Makes a record of the lines that belong to it. */
#include "parser/framer_impl.h"
#include "parser/hearsay.h"
#include <string.h>

/* What the stamps of one record say. */
typedef struct meta {
    dx_str date, time, zone, level, component;
} meta;

static void take_group(dx_str *to, dx_str subject, const dx_span *spans, size_t group)
{
    dx_str value = group && group < DX_STAMP_GROUPS ? dx_span_of(subject, spans[group]) : DX_NONE;

    if (value.p != NULL && value.n > 0)
        *to = value;
}

static void take_groups(meta *m, dx_str subject, const dx_span *spans, const dx_stamp_groups *in)
{
    take_group(&m->date, subject, spans, in->date);
    take_group(&m->time, subject, spans, in->time);
    take_group(&m->zone, subject, spans, in->zone);
    take_group(&m->level, subject, spans, in->level);
    take_group(&m->component, subject, spans, in->component);
}

/* ---- lines ---- */

typedef struct gathered {
    dx_fold_line *line;
    size_t n;
    dx_str text;     /* of all lines, without stamps */
    uint64_t *print; /* of each line, with stamps */
    meta meta;
    bool stamped;
} gathered;

static void first_meta(dx_framer *f, const dx_cut_line *line, gathered *g)
{
    dx_stamp_groups in;

    if (line->outer_stamped)
        take_groups(&g->meta, line->raw, line->outer_spans, &f->guess.outer->in_stamp);
    if (line->stamped) {
        in = f->guess.format->in_stamp;
        if (f->guess.outer != NULL) /* the clock reads the outer stamps */
            in.date = in.time = in.zone = 0;
        take_groups(&g->meta, line->whole, line->spans, &in);
    }
    g->stamped = line->stamped || line->outer_stamped;
}

static int64_t clock_time(const dx_framer *f, const meta *m)
{
    return m->time.n ? dx_clock_read(&f->clock, m->date, m->time, m->zone) : DX_NO_TIME;
}

static int64_t learn_time(dx_framer *f, const meta *m)
{
    return m->time.n ? dx_clock_learn(&f->clock, m->date, m->time, m->zone) : DX_NO_TIME;
}

/* The clock learns from the log's head and from the first record after each step of a grid. */
static int64_t read_time(dx_framer *f, const meta *m, uint64_t offset)
{
    const uint64_t step = offset / f->clock_step;
    const bool learns = offset < f->clock_head || step > f->clock_at;

    if (step > f->clock_at)
        f->clock_at = step;
    return learns ? learn_time(f, m) : clock_time(f, m);
}

enum { PRIME_LINES = 400, PRIME_BYTES = 32 * 1024 };

void dx_framer_prime_clock(dx_framer *f)
{
    dx_line raw;
    dx_cut_line line;
    ptrdiff_t at = 0;

    for (size_t i = 0; i < PRIME_LINES && at < PRIME_BYTES && !dx_clock_is_sure(&f->clock);
         i++, at += (ptrdiff_t)raw.size) {
        gathered g = {0};
        if (!dx_lines_near(f->lines, at, &raw))
            break;
        dx_framer_read_line(f, &raw, &line);
        first_meta(f, &line, &g);
        (void)learn_time(f, &g.meta);
    }
    f->clock.differs = 0;
    f->clock.ambiguous = f->clock.turned = f->clock.saw_any = f->clock.saw_zone = false;
    f->clock.settled = f->clock.format->n_layouts == 0;
}

static dx_str join_lines(dx_arena *into, const dx_str *part, size_t n)
{
    size_t size = n;
    char *p;

    for (size_t i = 0; i < n; i++)
        size += part[i].n;
    p = dx_arena_get(into, size + 1);
    if (p == NULL)
        return DX_NONE;
    size = 0;
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            p[size++] = '\n';
        if (part[i].n > 0)
            memcpy(p + size, part[i].p, part[i].n);
        size += part[i].n;
    }
    return (dx_str){p, size};
}

static void take_line(dx_framer *f, const dx_cut_line *cut, uint32_t number, dx_str *text,
                      gathered *g)
{
    if (g->n == 0)
        first_meta(f, cut, g);
    text[g->n] = cut->text;
    g->line[g->n] = (dx_fold_line){cut->text, number + (uint32_t)g->n};
    g->n++;
}

/* The lines from `from` on, seen from the cursor.  `prints`: they are passed, so take their
 * fingerprints, too. */
static bool gather(dx_framer *f, ptrdiff_t from, size_t bytes, uint32_t n_lines, bool prints,
                   gathered *g)
{
    const ptrdiff_t until = from + (ptrdiff_t)bytes;
    uint32_t number = dx_lines_number(f->lines);
    dx_str *text = dx_arena_get(f->record, n_lines * sizeof *text);
    dx_line line;
    dx_cut_line cut;

    g->print = prints ? dx_arena_get(f->record, n_lines * sizeof *g->print) : NULL;
    g->line = dx_arena_get(f->record, n_lines * sizeof *g->line);
    if (text == NULL || (prints && g->print == NULL) || g->line == NULL)
        return false;
    for (ptrdiff_t at = from; at < until && g->n < n_lines && dx_lines_near(f->lines, at, &line);
         at += (ptrdiff_t)line.size) {
        dx_framer_read_line(f, &line, &cut);
        if (prints)
            g->print[g->n] = dx_framer_print(f, &line, &cut);
        take_line(f, &cut, number, text, g);
    }
    g->text = g->n == 1 ? text[0] : join_lines(f->record, text, g->n);
    return g->text.p != NULL || g->n <= 1;
}

/* Cuts what stands behind the message (CMTrace keeps its stamp there). */
static void cut_tail(dx_framer *f, gathered *g)
{
    const dx_format *format = f->guess.format;
    dx_span spans[DX_STAMP_GROUPS];
    dx_str rest, piece;
    size_t n = 0;

    if (format->tail == NULL ||
        dx_regex_find(format->tail, f->rx, g->text, 0, spans, DX_STAMP_GROUPS) != DX_RX_YES)
        return;
    take_groups(&g->meta, g->text, spans, &format->in_tail);
    g->text = dx_str_slice(g->text, 0, spans[0].from);
    rest = g->text;
    while (n < g->n && dx_str_next(&rest, '\n', &piece))
        g->line[n++].text = piece;
    g->n = n;
}

bool dx_framer_time(dx_framer *f, size_t from, size_t bytes, uint32_t n_lines, int64_t *out)
{
    gathered g = {0};

    if (!gather(f, (ptrdiff_t)from, bytes, n_lines, false, &g))
        return false;
    cut_tail(f, &g);
    *out = clock_time(f, &g.meta);
    return true;
}

bool dx_framer_learn(dx_framer *f, size_t bytes, uint32_t n_lines)
{
    gathered g = {0};

    if (!gather(f, 0, bytes, n_lines, false, &g))
        return false;
    cut_tail(f, &g);
    (void)learn_time(f, &g.meta);
    return true;
}

/* ---- level and advice ---- */

static dx_level level_of(dx_framer *f, const meta *m, dx_str folded)
{
    const dx_format *format = f->guess.format;
    const dx_format *said_by =
        f->guess.outer && m->level.n && !format->n_level_words ? f->guess.outer : format;
    dx_str word = dx_str_trim(m->level);

    for (size_t i = 0; word.n > 0 && i < said_by->n_level_words; i++)
        if (dx_str_ieq(word, said_by->level_words[i].word))
            return said_by->level_words[i].level;
    for (size_t i = 0; i < format->n_level_lines; i++)
        if (dx_sifts_has(f->sifts, format->level_lines[i].rx, f->rx, folded))
            return format->level_lines[i].level;
    return format->n_level_words > 0 && word.n > 0 ? DX_LEVEL_INFO : DX_LEVEL_NONE;
}

static bool hits(dx_framer *f, const dx_regex *rx, dx_str text)
{
    return rx != NULL && dx_sifts_has(f->sifts, rx, f->rx, text);
}

static bool is_advice(dx_framer *f, dx_str text)
{
    if (f->in_advice && hits(f, f->guess.format->advice_until, text))
        f->in_advice = false;
    if (hits(f, f->guess.format->advice_from, text))
        f->in_advice = true;
    return f->in_advice;
}

/* ---- other readings ---- */

enum { NEXT_LINES = 4, NEXT_BYTES = 80 };

/* Adds the lines after the record up to the first that begins something new; gives how many there
 * are in all, up to the last that holds something. */
static size_t add_more(dx_framer *f, dx_fold_line *line)
{
    uint32_t number = dx_lines_number(f->lines);
    size_t n = f->n_cut, filled = n, bytes = 0;
    ptrdiff_t at = 0;
    dx_line raw;
    dx_cut_line cut;

    for (size_t i = 0; i < DX_MORE_LINES && bytes < DX_MORE_BYTES; i++) {
        if (!dx_lines_near(f->lines, at, &raw))
            break;
        dx_framer_read_line(f, &raw, &cut);
        if (raw.cut || dx_framer_opens(f, cut.text) ||
            dx_tracker_begins(f->tracker, cut.text, f->rx))
            break;
        line[n++] = (dx_fold_line){cut.text, number + (uint32_t)i};
        if (dx_str_trim(cut.text).n > 0)
            filled = n;
        at += (ptrdiff_t)raw.size;
        bytes += cut.text.n;
    }
    return filled;
}

/* The lines for reading on, made once for a record: false when there are no more, or no memory. */
static bool with_more(dx_framer *f)
{
    if (f->more == NULL) {
        f->more = dx_arena_get(f->record, (f->n_cut + DX_MORE_LINES) * sizeof *f->more);
        if (f->more == NULL)
            return false;
        memcpy(f->more, f->cut, f->n_cut * sizeof *f->more);
        f->n_more = add_more(f, f->more);
        f->more_gaps = false;
        for (size_t i = 0; i < f->n_more; i++)
            f->more_gaps |= dx_str_trim(f->more[i].text).n == 0;
    }
    return f->n_more > f->n_cut;
}

/* The column at which the record's only line may have been cut: what follows may be longer than the
 * message, but its next line is not.  0 = it was not. */
static size_t cut_width(const dx_framer *f)
{
    if (f->guess.hard_width > 0 || f->n_cut != 1 || f->n_more < 2)
        return 0;
    const size_t first = dx_fold_columns(f->more[0].text);
    return dx_fold_columns(f->more[1].text) <= first ? first : 0;
}

/* The next line that holds something, when records may be joined; of what begins so far behind the
 * cursor. */
static dx_str line_after(dx_framer *f, ptrdiff_t at)
{
    dx_line raw;
    dx_cut_line cut;
    dx_str text = DX_NONE;

    if (!f->guess.format->joins || f->part > 0)
        return DX_NONE;
    for (size_t i = 0; i < NEXT_LINES && text.n == 0; i++, at += (ptrdiff_t)raw.size) {
        if (!dx_lines_near(f->lines, at, &raw) || raw.cut)
            break;
        dx_framer_read_line(f, &raw, &cut);
        text = dx_str_trim(cut.text);
    }
    return text;
}

/* What may deny the record that ends so far behind the cursor. */
static dx_str denier(dx_framer *f, ptrdiff_t end)
{
    return f->hearsay != NULL ? line_after(f, end) : DX_NONE;
}

/* Lines glued together hide where a sentence begins: what only speaks of a message with blanks
 * between its lines is not read without them. */
static bool is_hearsay(const dx_framer *f, const dx_fold_line *line, size_t n, dx_fold_how how,
                       dx_str next, dx_arena *into)
{
    dx_view view;
    bool any_full, hushed;

    how.tight = false;
    return f->hearsay != NULL && dx_fold(line, n, how, into, &view, &any_full) &&
           dx_hearsay_hush(f->hearsay, next, f->rx, into, &view, &hushed) && hushed;
}

static bool other_reading(const dx_record *rec, dx_join join, dx_arena *into, dx_view *out)
{
    dx_framer *f = rec->ctx;
    bool more = join >= DX_JOIN_MORE;
    bool loose = join == DX_JOIN_LOOSE || join == DX_JOIN_LOOSE_TIGHT;
    bool tight = join == DX_JOIN_TIGHT || join == DX_JOIN_MORE_TIGHT ||
                 join == DX_JOIN_LOOSE_TIGHT || join == DX_JOIN_MORE_CUT;
    dx_fold_how how = {.tight = tight != (f->guess.hard_width > 0),
                       .loose = loose,
                       .width = f->guess.hard_width,
                       .widest = f->guess.widest};
    bool any_full, hushed;

    if (!f->guess.format->joins || (more && !with_more(f)) || (loose && !f->more_gaps))
        return false;
    if (join == DX_JOIN_MORE_CUT && (how.width = cut_width(f)) == 0)
        return false;
    const dx_fold_line *line = more ? f->more : f->cut;
    size_t n = more ? f->n_more : f->n_cut;
    const dx_str next = more ? DX_NONE : f->after;
    if (how.tight && is_hearsay(f, line, n, how, next, into))
        return false;
    if (!dx_fold(line, n, how, into, out, &any_full))
        return false;
    return (!tight || any_full) && dx_hearsay_hush(f->hearsay, next, f->rx, into, out, &hushed);
}

/* ---- the record ---- */

static bool fold_record(dx_framer *f, const gathered *g, dx_str after, dx_view *out, bool *hushed)
{
    bool any_full;
    dx_fold_how how = {
        .tight = f->guess.hard_width > 0, .width = f->guess.hard_width, .widest = f->guess.widest};

    return dx_fold(g->line, g->n, how, f->record, out, &any_full) &&
           dx_hearsay_hush(f->hearsay, after, f->rx, f->record, out, hushed);
}

bool dx_framer_glance(dx_framer *f, ptrdiff_t from, size_t bytes, uint32_t n_lines, dx_glance *out)
{
    const dx_format *format = f->guess.format;
    gathered g = {0};
    bool hushed;

    if (!gather(f, from, bytes, n_lines, false, &g))
        return false;
    cut_tail(f, &g);
    if (!fold_record(f, &g, denier(f, from + (ptrdiff_t)bytes), &out->view, &hushed))
        return false;
    out->text = g.text;
    out->time_us = clock_time(f, &g.meta);
    out->level = level_of(f, &g.meta, out->view.text);
    out->turns = hits(f, format->advice_from, g.text) || hits(f, format->advice_until, g.text);
    return true;
}

dx_rc dx_framer_build(dx_framer *f, size_t bytes, uint32_t n_lines, dx_record *out, dx_err *err)
{
    gathered g = {0};
    bool hushed;
    dx_raw raw;
    dx_record rec = {.offset = dx_lines_offset(f->lines),
                     .bytes = bytes,
                     .line = dx_lines_number(f->lines),
                     .n_lines = n_lines,
                     .seq = dx_lines_number(f->lines),
                     .other = other_reading,
                     .ctx = f};

    if (!gather(f, 0, bytes, n_lines, true, &g))
        return dx_nomem(err);
    raw = (dx_raw){{g.print, g.n, f->part > 0}, g.stamped};
    cut_tail(f, &g);
    f->after = denier(f, (ptrdiff_t)bytes);
    if (!fold_record(f, &g, f->after, &rec.view, &hushed))
        return dx_nomem(err);
    f->cut = g.line;
    f->n_cut = g.n;
    f->more = NULL;
    rec.text = g.text;
    rec.time_us = read_time(f, &g.meta, rec.offset);
    rec.component = g.meta.component;
    rec.level = level_of(f, &g.meta, rec.view.text);
    rec.advice = is_advice(f, rec.text);
    f->advice_records += rec.advice || hushed;
    dx_lines_take(f->lines, bytes, n_lines - (f->part > 0), f->part);
    rec.next = dx_str_slice(line_after(f, 0), 0, NEXT_BYTES);
    if (dx_tracker_record(f->tracker, &rec, &raw, f->rx, err) != DX_OK)
        return DX_FAIL;
    *out = rec;
    return DX_OK;
}
