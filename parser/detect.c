#include "parser/detect.h"
#include <string.h>
#include "core/bytes.h"
#include "core/utf.h"
#include "parser/speaker.h"

enum { HEAD_BYTES = 32 * 1024, HEAD_LINES = 400 };

typedef struct head {
    dx_str text;
    dx_fold_line *line;
    size_t n;
} head;

dx_str dx_file_name(dx_str path)
{
    size_t from = path.n;

    while (from > 0 && path.p[from - 1] != '/' && path.p[from - 1] != '\\')
        from--;
    return dx_str_slice(path, from, path.n);
}

static size_t quote_length(dx_str s)
{
    size_t n = 0;

    /* ">>>  " begins a section of setupapi.dev.log, quoted or not */
    while (n < s.n && s.p[n] == '>' && !dx_str_starts(dx_str_slice(s, n, s.n), DX_LIT(">>>  ")))
        n += n + 1 < s.n && s.p[n + 1] == ' ' ? 2 : 1;
    return n;
}

/* Where the first ".log:", ".txt-" or the like ends, or 0. */
static size_t name_end(dx_str s)
{
    const dx_str begin = dx_str_slice(s, 0, 260);
    const char *dot = begin.n ? begin.p : NULL;

    while (dot && (dot = memchr(dot, '.', begin.n - (size_t)(dot - begin.p))) != NULL) {
        const size_t at = (size_t)(dot - begin.p);
        const dx_str end = dx_str_slice(begin, at + 1, at + 5);
        if (end.n == 4 && (end.p[3] == ':' || end.p[3] == '-') &&
            (dx_str_istarts(end, DX_LIT("log")) || dx_str_istarts(end, DX_LIT("txt"))))
            return at + 5;
        dot++;
    }
    return 0;
}

/* Length of "C:\x\setup.log:" or "./setup.txt-" at the beginning, or 0. */
static size_t name_length(dx_str s)
{
    const size_t end = name_end(s), name = end > 0 ? end - 5 : 0;

    if (end == 0 || (memchr(s.p, ' ', name) != NULL && memchr(s.p, '\\', name) == NULL))
        return 0;
    return end;
}

/* The number behind the name and the mark that ends it, as in "setup.log:12:"; 0 when none is
 * there. */
static size_t number_length(dx_str s, size_t name, uint32_t *number)
{
    size_t i = name;

    *number = 0;
    for (; i < s.n && i < name + 9 && s.p[i] >= '0' && s.p[i] <= '9'; i++)
        *number = *number * 10 + (uint32_t)(s.p[i] - '0');
    return i > name && i < s.n && s.p[i] == s.p[name - 1] ? i + 1 - name : 0;
}

static size_t grep_length(dx_str s)
{
    size_t name = name_length(s);
    uint32_t number;

    return name > 0 ? name + number_length(s, name, &number) : 0;
}

/* Length of "404: ", "404:" or "   404<tab>"; *number is what it says. */
static size_t counted_length(dx_str s, uint32_t *number)
{
    enum { BLANKS = 8, DIGITS = 7 };
    size_t i = 0, digits;

    while (i < s.n && i < BLANKS && s.p[i] == ' ')
        i++;
    for (digits = i, *number = 0; i < s.n && i < digits + DIGITS && s.p[i] >= '0' && s.p[i] <= '9';
         i++)
        *number = *number * 10 + (uint32_t)(s.p[i] - '0');
    if (i == digits || i >= s.n || (s.p[i] != ':' && s.p[i] != '\t'))
        return 0;
    i++;
    return i < s.n && s.p[i - 1] == ':' && s.p[i] == ' ' ? i + 1 : i;
}

static size_t indent_length(dx_str s)
{
    enum { WIDTH = 4 };

    if (s.n > 0 && s.p[0] == '\t')
        return 1;
    return dx_str_starts(s, DX_LIT("    ")) ? WIDTH : 0;
}

static size_t lead_length(dx_lead lead, dx_str line)
{
    uint32_t number;

    switch (lead) {
    case DX_LEAD_NONE:
        return 0;
    case DX_LEAD_QUOTE:
        return quote_length(line);
    case DX_LEAD_NAME:
        return name_length(line);
    case DX_LEAD_GREP:
        return grep_length(line);
    case DX_LEAD_NUMBER:
        return counted_length(line, &number);
    case DX_LEAD_INDENT:
        return indent_length(line);
    case DX_LEAD_SPEAKER:
        return dx_speaker_length(line);
    }
    return 0;
}

dx_str dx_lead_strip(dx_lead lead, dx_str line)
{
    return dx_str_slice(line, lead_length(lead, line), SIZE_MAX);
}

bool dx_stamp_strip(const dx_format *f, dx_regex_scratch *rx, dx_str *line, dx_span *spans,
                    size_t n)
{
    dx_span whole[1];
    dx_span *to = spans ? spans : whole;

    if (f->stamp == NULL || dx_regex_find(f->stamp, rx, *line, 0, to, spans ? n : 1) != DX_RX_YES ||
        to[0].from != 0)
        return false;
    *line = dx_str_slice(*line, to[0].to, SIZE_MAX);
    return true;
}

static void add_line(head *h, size_t from, size_t to)
{
    dx_str line = dx_str_slice(h->text, from, to);

    if (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    h->line[h->n] = (dx_fold_line){line, (uint32_t)h->n + 1};
    h->n++;
}

static bool split_head(dx_str text, dx_arena *scratch, head *out)
{
    uint32_t end[HEAD_LINES];
    size_t n = dx_find_bytes(text, '\n', end, HEAD_LINES), from = 0;

    *out = (head){.text = text, .line = dx_arena_room(scratch, HEAD_LINES * sizeof *out->line)};
    if (out->line == NULL)
        return false;
    if (n == 0)
        n = dx_find_bytes(text, '\r', end, HEAD_LINES);
    for (size_t i = 0; i < n; from = end[i++] + 1)
        add_line(out, from, end[i]);
    if (n < HEAD_LINES && text.p != NULL)
        add_line(out, from, text.n);
    return true;
}

enum { LEAD_LINES = 60 }; /* so many show whether something stands before all lines */

/* So many per cent of the lines that hold anything begin so. */
static bool has_lead(const head *h, dx_lead lead, size_t percent)
{
    const size_t n = h->n < LEAD_LINES ? h->n : LEAD_LINES;
    size_t with = 0, all = 0;

    for (size_t i = 0; i < n; i++) {
        if (dx_str_trim(h->line[i].text).n == 0)
            continue;
        all++;
        with += lead_length(lead, h->line[i].text) > 0;
        if ((all - with) * 100 > n * (100 - percent)) /* too many without, whatever follows */
            return false;
    }
    return all > 0 && with * 100 >= all * percent;
}

static bool is_clock(dx_str s)
{
    return s.n > 2 && s.p[0] >= '0' && s.p[0] <= '9' && s.p[1] >= '0' && s.p[1] <= '9' &&
           s.p[2] == ':';
}

/* Numbers of lines grow, hours in front of minutes do not. */
static bool has_line_numbers(const head *h)
{
    uint32_t last = 0;
    size_t all = 0, good = 0;

    for (size_t i = 0; i < h->n && i < LEAD_LINES; i++) {
        dx_str line = h->line[i].text;
        size_t name = name_length(line), digits;
        uint32_t number;
        if (name == 0)
            continue;
        digits = number_length(line, name, &number);
        all++;
        good +=
            digits > 0 && (number > last || !is_clock(dx_str_slice(line, name + digits, line.n)));
        last = number;
    }
    return good * 100 >= all * 90;
}

enum { BLOCK_LEAST = 3 };

/* Every line that is not empty has a number, and each is greater than the one before: no clock
 * and no column of a log does that. */
static bool is_counted(const head *h)
{
    uint32_t last = 0, number;
    size_t all = 0;

    for (size_t i = 0; i < h->n; i++) {
        const dx_str line = h->line[i].text;
        if (dx_str_trim(line).n == 0)
            continue;
        /* The last line of the head may be cut. */
        if (counted_length(line, &number) == 0 && i + 1 < h->n)
            return false;
        if (all > 0 && number <= last && i + 1 < h->n)
            return false;
        last = number;
        all++;
    }
    return all >= BLOCK_LEAST;
}

/* A log or dialog quoted inside a mail: some lines in a row.  Only in a text that is no longer than
 * a mail. */
static bool has_quoted_block(const head *h, dx_str text)
{
    size_t row = 0;

    if (h->n == HEAD_LINES || text.n >= HEAD_BYTES)
        return false;
    for (size_t i = 0; i < h->n && row < BLOCK_LEAST; i++)
        row = quote_length(h->line[i].text) > 0 ? row + 1 : 0;
    return row == BLOCK_LEAST;
}

/* emerge, dnf5 and Python put ">>> " before lines; who quotes for the third time quotes some for
 * the first, too. */
static bool is_mark_of_a_program(const head *h)
{
    const size_t n = h->n < LEAD_LINES ? h->n : LEAD_LINES;

    for (size_t i = 0; i < n; i++) {
        const dx_str line = h->line[i].text;
        if (quote_length(line) > 0 &&
            (!dx_str_starts(line, DX_LIT(">>> ")) || quote_length(line) != 4))
            return false;
    }
    return true;
}

static bool has_speakers(const head *h, dx_speech how)
{
    return dx_speakers_lead(h->line, h->n < LEAD_LINES ? h->n : LEAD_LINES, how);
}

static dx_lead find_lead(const head *h)
{
    if (has_speakers(h, DX_SPEECH_ARROW) || has_speakers(h, DX_SPEECH_BAR))
        return DX_LEAD_SPEAKER;
    if (has_lead(h, DX_LEAD_QUOTE, 70) && !is_mark_of_a_program(h))
        return DX_LEAD_QUOTE;
    if (has_lead(h, DX_LEAD_GREP, 70))
        return has_line_numbers(h) ? DX_LEAD_GREP : DX_LEAD_NAME;
    /* Many formats indent their details: only what stands before all lines is none of the log's. */
    return has_lead(h, DX_LEAD_INDENT, 100) ? DX_LEAD_INDENT : DX_LEAD_NONE;
}

/* Whether nothing but an LF stands between two lines. */
static bool is_joined(const head *h)
{
    size_t at = 0;

    for (size_t i = 0; i < h->n; i++) {
        const dx_str line = h->line[i].text;
        if (line.p != h->text.p + at || (at + line.n < h->text.n && line.p[line.n] != '\n'))
            return false;
        at += line.n + 1;
    }
    return h->n > 0;
}

static void put_lines(const head *h, char *p)
{
    for (size_t i = 0; i < h->n; i++) {
        if (h->line[i].text.n > 0)
            memcpy(p, h->line[i].text.p, h->line[i].text.n);
        p += h->line[i].text.n;
        *p++ = '\n';
    }
}

/* There is more of the log, so nothing says where the last line ends. */
static bool is_cut(const head *h)
{
    enum { CHARACTER = 4 }; /* bytes */

    return h->text.n + CHARACTER > HEAD_BYTES;
}

/* The head's lines as one text, for clues with ^ and $. */
static dx_str join_head(const head *h, dx_arena *scratch)
{
    const bool joined = is_joined(h);
    size_t n = 0;
    char *p;

    for (size_t i = 0; i < h->n; i++)
        n += h->line[i].text.n + 1;
    if (joined && n <= h->text.n)
        return (dx_str){h->text.p, n};
    if (joined && is_cut(h)) /* a copy would only end the last line */
        return h->text;
    p = dx_arena_room(scratch, n + 1);
    if (p == NULL)
        return DX_NONE;
    if (joined) {
        memcpy(p, h->text.p, n - 1);
        p[n - 1] = '\n';
    } else {
        put_lines(h, p);
    }
    return (dx_str){p, n};
}

/* Takes it off all lines, and joins them. */
static bool strip_leads(dx_lead lead, head *h, dx_arena *scratch, dx_str *joined)
{
    for (size_t i = 0; lead != DX_LEAD_NONE && i < h->n; i++)
        h->line[i].text = dx_lead_strip(lead, h->line[i].text);
    *joined = join_head(h, scratch);
    return joined->p != NULL;
}

static const dx_format *fallback_of(const dx_formats *formats, dx_fallback kind)
{
    const dx_format *const *all;
    size_t n = dx_formats_all(formats, &all);

    for (size_t i = 0; i < n; i++)
        if (all[i]->fallback == kind)
            return all[i];
    return NULL;
}

/* Takes the outer format's stamps off; true when most lines had one. */
static bool strip_stamps(const dx_format *outer, head *h, dx_regex_scratch *rx)
{
    size_t with = 0, all = 0;

    for (size_t i = 0; i < h->n; i++) {
        dx_str line = h->line[i].text;
        if (dx_str_trim(line).n == 0)
            continue;
        all++;
        if (!dx_stamp_strip(outer, rx, &line, NULL, 0))
            continue;
        with++;
        h->line[i].text = line;
    }
    return all > 0 && with * 100 >= all * 50;
}

static const dx_format *second_look(const dx_detection *given, head *h, dx_regex_scratch *rx,
                                    dx_arena *scratch, dx_guess *out)
{
    const dx_format *stamped = fallback_of(given->formats, DX_FALLBACK_STAMPED);
    const dx_format *inner;

    if (stamped == NULL || !strip_stamps(stamped, h, rx))
        return fallback_of(given->formats, DX_FALLBACK_PLAIN);
    inner = dx_best_format(given, join_head(h, scratch), rx, scratch);
    if (inner == NULL)
        return stamped;
    out->outer = stamped;
    return inner;
}

dx_rc dx_detect(const dx_detection *given, dx_regex_scratch *rx, dx_arena *scratch, dx_guess *out)
{
    head h;
    dx_str joined;

    *out = (dx_guess){.format = given->forced};
    if (!split_head(dx_utf_prefix(given->head, HEAD_BYTES), scratch, &h))
        return DX_FAIL;
    out->lead = find_lead(&h);
    if (!strip_leads(out->lead, &h, scratch, &joined))
        return DX_FAIL;
    if (out->format == NULL)
        out->format = dx_best_format(given, joined, rx, scratch);
    const bool plain_lead = out->lead == DX_LEAD_NONE;
    if (out->format == NULL && plain_lead)
        out->lead = is_counted(&h)                      ? DX_LEAD_NUMBER
                    : has_quoted_block(&h, given->head) ? DX_LEAD_QUOTE
                                                        : DX_LEAD_NONE;
    if (out->format == NULL && plain_lead && out->lead != DX_LEAD_NONE) {
        if (!strip_leads(out->lead, &h, scratch, &joined))
            return DX_FAIL;
        out->format = dx_best_format(given, joined, rx, scratch);
    }
    if (out->format == NULL)
        out->format = second_look(given, &h, rx, scratch, out);
    if (out->format != NULL && (out->format->paragraphs || out->format->joins)) {
        size_t columns[HEAD_LINES];
        const dx_fold_widths widths = dx_fold_measure(h.line, h.n, h.text, columns);
        out->hard_width = widths.hard;
        out->widest = widths.widest;
    }
    return out->format != NULL ? DX_OK : DX_END;
}
