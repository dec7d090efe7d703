#include "parser/around.h"

#include "core/utf.h"
#include "parser/lines.h"
#include "parser/stream.h"

enum {
    SPAN = DX_AROUND_BEFORE + DX_AROUND_OWN + DX_AROUND_AFTER,
    SAID_BYTES = 80,
    SAID_LEAST = 12
};

/* A place while the log goes by. */
typedef struct seat {
    dx_around *place;
    dx_log_line lines[SPAN];
    size_t n;
    bool wrong; /* something else stands there */
} seat;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Blanks do not count.  What is said may have lost its line ends, so much of it is enough when the
 * line ends there. */
static bool begins(dx_str line, dx_str said)
{
    size_t at = 0, same = 0;

    for (size_t i = 0; i < said.n; i++) {
        if (is_blank(said.p[i]))
            continue;
        while (at < line.n && is_blank(line.p[at]))
            at++;
        if (at == line.n)
            return same >= SAID_LEAST;
        if (line.p[at++] != said.p[i])
            return false;
        same++;
    }
    return true;
}

static bool says(dx_str line, dx_str text)
{
    dx_str rest = dx_str_trim(text), said;

    if (!dx_str_next(&rest, '\n', &said))
        return true;
    said = dx_utf_prefix(dx_str_trim(said), SAID_BYTES);
    for (size_t from = 0; from < line.n; from++)
        if (!is_blank(line.p[from]) && begins(dx_str_slice(line, from, line.n), said))
            return true;
    return said.n == 0;
}

/* After a place of many lines its last lines are left out: its text tells them elsewhere. */
static bool is_wanted(const dx_around *p, uint32_t number)
{
    if (number < p->line)
        return p->line - number <= DX_AROUND_BEFORE;
    if (number <= p->last_line)
        return number - p->line < DX_AROUND_OWN;
    return number - p->last_line <= DX_AROUND_AFTER;
}

static bool look(seat *s, uint32_t number, dx_str text, dx_arena *into)
{
    const dx_around *p = s->place;

    if (s->wrong || !is_wanted(p, number))
        return true;
    s->wrong = number == p->line && !says(text, p->text);
    const dx_str kept = dx_arena_copy(into, dx_utf_prefix(text, DX_AROUND_BYTES));
    s->lines[s->n++] = (dx_log_line){
        .number = number, .own = number >= p->line && number <= p->last_line, .text = kept};
    return kept.p != NULL;
}

static dx_rc show(seat *seats, size_t n, uint32_t number, dx_str text, dx_arena *into, dx_err *err)
{
    for (size_t i = 0; i < n; i++)
        if (!look(&seats[i], number, text, into))
            return dx_nomem(err);
    return DX_OK;
}

static uint32_t last_wanted(const seat *seats, size_t n)
{
    uint32_t last = 0;

    for (size_t i = 0; i < n; i++) {
        const uint32_t end = seats[i].place->last_line;
        const uint32_t behind = end < UINT32_MAX - DX_AROUND_AFTER ? end + DX_AROUND_AFTER : end;
        last = behind > last ? behind : last;
    }
    return last;
}

static dx_rc pass(dx_lines *lines, const dx_decoder *decoder, uint64_t most, seat *seats, size_t n,
                  dx_arena *into, dx_err *err)
{
    const uint32_t last = last_wanted(seats, n);
    dx_line line;
    dx_rc rc = DX_OK;

    while (dx_lines_number(lines) <= last && dx_decoder_bytes(decoder) <= most) {
        const uint32_t number = dx_lines_number(lines);
        const bool whole = dx_lines_inside(lines) == 0;
        rc = dx_lines_peek(lines, 0, &line, err);
        if (rc != DX_OK)
            break;
        if (whole && show(seats, n, number, line.text, into, err) != DX_OK)
            return DX_FAIL;
        dx_lines_take(lines, line.size, line.cut ? 0 : 1, line.cut ? line.size : 0);
    }
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

/* Lines around something that is not there tell nothing. */
static dx_rc keep(const seat *s, dx_arena *into, dx_err *err)
{
    bool there = false;

    for (size_t i = 0; i < s->n; i++)
        there |= s->lines[i].own;
    if (!there || s->wrong)
        return DX_OK;
    s->place->lines = dx_arena_dup(into, s->lines, s->n * sizeof *s->lines);
    if (!s->place->lines)
        return dx_nomem(err);
    s->place->n = s->n;
    return DX_OK;
}

static dx_rc read_lines(dx_decoder *decoder, uint64_t most, seat *seats, size_t n, dx_arena *into,
                        dx_err *err)
{
    dx_lines *lines = NULL;

    if (dx_lines_new(&lines, decoder, err) != DX_OK)
        return DX_FAIL;
    dx_rc rc = pass(lines, decoder, most, seats, n, into, err);
    for (size_t i = 0; rc == DX_OK && i < n; i++)
        rc = keep(&seats[i], into, err);
    dx_lines_free(lines);
    return rc;
}

dx_rc dx_around_read(dx_source *src, const char *encoding, uint64_t most, dx_around *const *places,
                     size_t n, dx_arena *into, dx_err *err)
{
    seat *seats = dx_arena_get(into, n * sizeof *seats);
    dx_decoder *decoder = NULL;

    if (!seats)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++)
        seats[i].place = places[i];
    dx_rc rc = dx_decoder_open(&decoder, src, encoding, err);
    if (rc == DX_OK)
        rc = read_lines(decoder, most, seats, n, into, err);
    dx_decoder_close(decoder);
    return rc == DX_FAIL && dx_err_ends_walk(err) ? DX_FAIL : DX_OK;
}
