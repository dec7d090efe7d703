#include <stdint.h>
#include <stdio.h>

#include "report/text.h"

void dx_tell(dx_teller *t, dx_part part, dx_para para)
{
    para.text = dx_buf_str(&t->text);
    para.tail = dx_buf_str(&t->tail);
    dx_page_put(&t->page, &t->part[part], &para);
    t->page.failed |= t->text.failed || t->tail.failed;
    dx_buf_clear(&t->text);
    dx_buf_clear(&t->tail);
}

/* Which part gives lines first, and how many it keeps: together 37, so that a
 * report with one finding has 40 lines with its summary. */
static const struct {
    dx_part part;
    unsigned keep;
} yields[] = {
    {DX_PART_ABSENT, 2}, {DX_PART_SIGNS, 16}, {DX_PART_RIVALS, 4},  {DX_PART_SURE, 4},
    {DX_PART_SIGNS, 7},  {DX_PART_SOURCE, 1}, {DX_PART_HISTORY, 1}, {DX_PART_RIVALS, 2},
    {DX_PART_ABSENT, 1}, {DX_PART_CAUSE, 4},  {DX_PART_SURE, 3},    {DX_PART_ALSO, 1},
    {DX_PART_STATE, 2},  {DX_PART_HEAD, 3},   {DX_PART_AROUND, 7},  {DX_PART_FIX, 12},
};

static unsigned count_lines(dx_str s)
{
    unsigned n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '\n';
    return n;
}

/* Keeps n lines; the last of them says what is gone. */
static void keep_lines(dx_teller *t, dx_buf *part, unsigned n)
{
    const unsigned lines = count_lines(dx_buf_str(part));
    size_t at = 0;

    for (unsigned seen = 1; seen < n; at++)
        seen += part->p[at] == '\n';
    part->n = at;
    dx_buf_printf(part, "      %s %u more lines (--format json)\n", dx_page_dots(&t->page),
                  lines - n + 1);
}

static unsigned block_lines(const dx_teller *t)
{
    unsigned n = 0;

    for (size_t i = 0; i < DX_PARTS; i++)
        n += count_lines(dx_buf_str(&t->part[i]));
    return n;
}

static void shorten(dx_teller *t)
{
    const unsigned most = dx_page_room(&t->page, DX_BLOCK_LINES);

    for (size_t i = 0; i < sizeof yields / sizeof yields[0]; i++) {
        const unsigned all = block_lines(t);
        const unsigned keep = dx_page_room(&t->page, yields[i].keep);
        dx_buf *part = &t->part[yields[i].part];
        const unsigned lines = count_lines(dx_buf_str(part));
        if (all <= most)
            return;
        if (lines <= keep)
            continue;
        const unsigned wanted = lines > all - most ? lines - (all - most) : 0;
        keep_lines(t, part, wanted > keep ? wanted : keep);
    }
}

void dx_tell_block(dx_teller *t)
{
    bool failed = t->page.failed;

    for (size_t i = 0; i < DX_PARTS; i++)
        failed |= t->part[i].failed;
    if (failed)
        t->sink.buf.failed = true;
    else
        shorten(t);
    for (size_t i = 0; i < DX_PARTS; i++) {
        dx_buf_add(&t->sink.buf, dx_buf_str(&t->part[i]));
        dx_buf_clear(&t->part[i]);
    }
}

/* ---- signs ---- */

/* Replaces one path in t->text, which gets a new middle, when it is there and long. */
static void shorten_at(dx_teller *t, size_t from, size_t n)
{
    enum { ENOUGH = 32 };
    dx_buf out = {0};
    const dx_str text = dx_buf_str(&t->text);

    dx_buf_add(&out, dx_str_slice(text, 0, from));
    dx_path_shorten(&t->page, &out, dx_str_slice(text, from, from + n), ENOUGH);
    dx_buf_add(&out, dx_str_slice(text, from + n, text.n));
    t->page.failed |= out.failed;
    dx_buf_done(&t->text);
    t->text = out;
}

/* Paths that a signature read; they may hold blanks. */
static void shorten_fields(dx_teller *t, const dx_event *e)
{
    dx_buf shown = {0};

    for (size_t i = 0; i < e->n_fields; i++) {
        if (e->fields[i].type != DX_T_WINPATH)
            continue;
        dx_buf_clear(&shown);
        dx_page_show(&t->page, &shown, e->fields[i].text);
        const dx_str path = dx_buf_str(&shown);
        const size_t at = path.n > 0 ? dx_str_find(dx_buf_str(&t->text), path, 0) : SIZE_MAX;
        if (at != SIZE_MAX)
            shorten_at(t, at, path.n);
    }
    t->page.failed |= shown.failed;
    dx_buf_done(&shown);
}

static bool looks_like_path(dx_str word)
{
    unsigned separators = 0;

    for (size_t i = 0; i < word.n; i++)
        separators += word.p[i] == '\\' || word.p[i] == '/';
    return separators >= 3;
}

static void shorten_words(dx_teller *t)
{
    for (size_t at = 0; at < t->text.n;) {
        const dx_str rest = dx_str_slice(dx_buf_str(&t->text), at, t->text.n);
        const size_t blank = dx_str_find(rest, DX_LIT(" "), 0);
        const size_t n = blank == SIZE_MAX ? rest.n : blank;
        const size_t after = rest.n - n;
        if (looks_like_path(dx_str_slice(rest, 0, n)))
            shorten_at(t, at, n);
        if (t->text.failed)
            return;
        at = t->text.n - after + 1;
    }
}

void dx_tell_sign(dx_teller *t, dx_part part, size_t number, const dx_item *item, const dx_event *e)
{
    enum { LINES = 3, HANG = DX_HANG };
    const dx_report_attempt *own = dx_item_attempt(t, item);
    char label[16];
    dx_para para = {.label = label, .indent = 2, .hang = HANG, .max_lines = LINES, .keep_end = 40};

    (void)snprintf(label, sizeof label, "[%lu]", (unsigned long)number);
    dx_say_log(t, e->text);
    para.text = dx_buf_str(&t->text);
    if (dx_page_lines(&t->page, &para) > dx_page_room(&t->page, LINES)) {
        shorten_fields(t, e);
        shorten_words(t);
    }
    if (t->text.n == 0)
        dx_say(t, "(no text)");
    dx_say_place(t, dx_report_locate(t->report, own, e), e->line, t->page.columns - HANG);
    dx_tell(t, part, para);
}

void dx_tell_more(dx_teller *t, dx_part part, size_t n, const char *what)
{
    if (n == 0)
        return;
    dx_buf_printf(&t->text, "%zu more %s (--format json)", n, what);
    dx_tell(t, part, (dx_para){.hang = DX_HANG});
}

void dx_tell_signs_head(dx_teller *t, const dx_item *item)
{
    dx_buf_char(&t->part[DX_PART_SIGNS], '\n');
    dx_say(t, "in ");
    dx_say_attempt(t, &dx_item_attempt(t, item)->of->attempt);
    dx_tell(t, DX_PART_SIGNS,
            (dx_para){.label = "Signs", .tone = DX_TONE_BOLD, .hang = DX_HANG, .max_lines = 2});
}

void dx_tell_rival(dx_teller *t, const dx_rival *rival, const char *label)
{
    dx_say_title(t, rival->title, rival->id, 2 * t->page.columns);
    if (rival->confidence > 0)
        dx_buf_printf(&t->text, " (%d of 99)", rival->confidence);
    else
        dx_say(t, " (nothing speaks for it)");
    if (rival->tell.n > 0) {
        dx_say(t, ". To tell: ");
        dx_say_log(t, rival->tell);
    }
    dx_tell(t, DX_PART_RIVALS,
            (dx_para){.label = label, .tone = DX_TONE_BOLD, .hang = 2, .max_lines = 4});
}
