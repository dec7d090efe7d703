/* Moves the framer over records that hold nothing anybody looks for, without cutting them.  What it
 * does must leave everything as if they had been cut: docs/engine.md lists what that is. */
#include "parser/framer_impl.h"

/* ---- lines ahead of the cursor, by their place in the list ---- */

static size_t from_cursor(const dx_framer *f, size_t i)
{
    return (size_t)(f->skim->line[i].offset - dx_lines_offset(f->lines));
}

static bool is_blank(const dx_framer *f, size_t i)
{
    return f->skim->line[i].print == 0;
}

static dx_log_place place_of(const dx_framer *f, size_t i)
{
    return (dx_log_place){f->skim->line[i].offset, f->skim->line[i].number};
}

static bool near(const dx_framer *f, size_t i, dx_line *out)
{
    return dx_lines_at(f->lines, (ptrdiff_t)from_cursor(f, i), f->skim->line[i].inside, out);
}

/* ---- where records begin ---- */

static bool goes_on(dx_framer *f, size_t i)
{
    dx_line before, line;
    dx_cut_line cut;

    if (!near(f, i - 1, &before) || !near(f, i, &line))
        return false;
    dx_framer_read_line(f, &line, &cut);
    return dx_framer_goes_on(f, &cut, before.bare);
}

/* An empty line that belongs to no record. */
static bool is_between(dx_framer *f, size_t i)
{
    while (is_blank(f, i)) {
        if (i == f->skim->first || !goes_on(f, i))
            return true;
        i--;
    }
    return false;
}

/* Whether a record begins here for another reason than its length. */
static bool begins(dx_framer *f, size_t i)
{
    if (is_blank(f, i))
        return false;
    return i == f->skim->first || f->skim->line[i - 1].cut || !goes_on(f, i) ||
           is_between(f, i - 1);
}

static size_t filled_before(const dx_framer *f, size_t i)
{
    do
        i--;
    while (is_blank(f, i));
    return i;
}

typedef struct start {
    size_t line;
    bool on_grid;
    dx_log_place natural;
} start;

/* Where the record begins that line i belongs to. */
static start start_of(dx_framer *f, size_t i)
{
    size_t j = i;

    while (j > f->skim->first && !begins(f, j))
        j--;
    start s = {.line = j, .natural = place_of(f, j)};
    if (j == f->skim->first && f->on_grid) {
        s.on_grid = true;
        s.natural = f->natural;
    }
    for (size_t k = i; k > j; k--)
        if (!is_blank(f, k) &&
            dx_framer_cuts(f, s.natural, place_of(f, filled_before(f, k)), place_of(f, k)))
            return (start){k, true, s.natural};
    return s;
}

/* The first record that begins at line i or behind; false when it is not in sight. */
static bool next_start(dx_framer *f, size_t i, start *out)
{
    for (*out = start_of(f, i); i < f->skim->n; i++) {
        if (is_blank(f, i))
            continue;
        if (out->line == i)
            return true;
        if (begins(f, i))
            *out = (start){.line = i, .natural = place_of(f, i)};
        else if (dx_framer_cuts(f, out->natural, place_of(f, filled_before(f, i)), place_of(f, i)))
            *out = (start){i, true, out->natural};
        if (out->line == i)
            return true;
    }
    return false;
}

/* ---- passing what stands before ---- */

/* The time of the last record before line `end` that has one. */
static bool last_time(dx_framer *f, size_t end, int64_t *out)
{
    const dx_skim *s = f->skim;

    *out = DX_NO_TIME;
    while (s->quest->seek.dated && *out == DX_NO_TIME) {
        while (end > s->first && is_between(f, end - 1))
            end--;
        if (end == s->first)
            return true;
        const size_t from = start_of(f, end - 1).line;
        const uint64_t until = end < s->n ? s->line[end].offset : dx_skim_until(s);
        if (!dx_framer_time(f, from_cursor(f, from), (size_t)(until - s->line[from].offset),
                            (uint32_t)(end - from), out))
            return false;
        end = from;
    }
    return true;
}

/* Lines of which at most the last is a part. */
static dx_rc pass_run(dx_framer *f, size_t end, int64_t time_us, dx_err *err)
{
    dx_skim *s = f->skim;
    const size_t n = end - s->first;
    const uint32_t number = dx_lines_number(f->lines);
    const bool cut = s->line[end - 1].cut;
    const uint64_t until = end < s->n ? s->line[end].offset : dx_skim_until(s);
    uint64_t *print = dx_arena_get(f->record, n * sizeof *print);

    if (print == NULL)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++)
        print[i] = s->line[s->first + i].print;
    f->cut_lines += cut;
    dx_lines_take(f->lines, (size_t)(until - s->line[s->first].offset), (uint32_t)(n - cut),
                  cut ? (size_t)(until - s->line[end - 1].offset) : 0);
    s->first = end;
    return dx_tracker_lines(f->tracker, &(dx_prints){print, n, cut}, number, time_us, &f->digest,
                            err);
}

static dx_rc pass_until(dx_framer *f, size_t end, dx_err *err)
{
    dx_skim *s = f->skim;
    int64_t time_us;

    if (end == s->first)
        return DX_OK;
    if (!last_time(f, end, &time_us))
        return dx_nomem(err);
    while (s->first < end) {
        size_t run = s->first + 1;
        while (run < end && !s->line[run - 1].cut)
            run++;
        if (pass_run(f, run, time_us, err) != DX_OK)
            return DX_FAIL;
    }
    dx_arena_reset(f->record);
    return DX_OK;
}

static dx_rc go_to(dx_framer *f, start to, dx_err *err)
{
    if (pass_until(f, to.line, err) != DX_OK)
        return DX_FAIL;
    f->on_grid = to.on_grid;
    f->natural = to.natural;
    return DX_OK;
}

/* ---- the next record that counts ---- */

typedef enum sight { OUT_OF_SIGHT, BY_CLOCK, BY_SPOT } sight;

static start of_spot(dx_framer *f)
{
    return start_of(f, dx_skim_find(f->skim, dx_skim_spot(f->skim)));
}

enum { STEPS_AT_EASE = 16 };

/* Where the clock learns next.  When it knows all there are stops as well, though fewer: between
 * two of them all that was looked through is held in memory. */
static uint64_t next_step(const dx_framer *f)
{
    return (f->clock_at + (f->clock.settled ? STEPS_AT_EASE : 1)) * f->clock_step;
}

/* The first record that begins behind the next step of the clock, and where the next one begins: 0
 * when that is not in sight. */
static bool find_by_clock(dx_framer *f, start *out, size_t *end)
{
    const dx_skim *s = f->skim;
    const uint64_t step = next_step(f);
    start behind;

    *end = 0;
    if (step >= dx_skim_until(s))
        return false;
    size_t i = dx_skim_find(s, step);
    i += s->line[i].offset < step;
    if (i >= s->n || !next_start(f, i, out))
        return false;
    if (out->line + 1 < s->n && next_start(f, out->line + 1, &behind))
        *end = behind.line;
    return true;
}

/* The record of the next spot, or the next at which the clock stops. */
static sight find_target(dx_framer *f, start *out, size_t *end)
{
    const uint64_t step = next_step(f), spot = dx_skim_spot(f->skim);
    start other;

    if (spot < step) {
        *out = of_spot(f);
        return BY_SPOT;
    }
    if (!find_by_clock(f, out, end) || *end == 0)
        return OUT_OF_SIGHT;
    if (spot == UINT64_MAX)
        return BY_CLOCK;
    other = of_spot(f);
    if (out->line < other.line)
        return BY_CLOCK;
    *out = other;
    return BY_SPOT;
}

/* Learns from the record at the cursor, if there is anything to learn; it is not cut for that. */
static bool learn(dx_framer *f, size_t end)
{
    const dx_skim *s = f->skim;
    const uint64_t from = s->line[s->first].offset;

    f->clock_at = from / f->clock_step;
    const bool good = f->clock.settled || dx_framer_learn(f, (size_t)(s->line[end].offset - from),
                                                          (uint32_t)(end - s->first));
    dx_arena_reset(f->record);
    return good;
}

/* Nothing is in sight, and nothing comes behind it: a record whose end is not is cut. */
static dx_rc pass_rest(dx_framer *f, dx_err *err)
{
    const dx_skim *s = f->skim;
    start to = {.line = s->n}, by_clock;
    size_t end;

    if (dx_skim_spot(s) != UINT64_MAX)
        to = of_spot(f);
    if (find_by_clock(f, &by_clock, &end) && by_clock.line < to.line)
        to = by_clock;
    return to.line < s->n ? go_to(f, to, err) : pass_until(f, s->n, err);
}

/* The record may reach beyond what was looked at: then what follows it would be looked at anew, and
 * what others have in hand be dropped. */
static bool may_reach_out(const dx_framer *f, start record)
{
    return dx_skim_until(f->skim) - f->skim->line[record.line].offset < 2 * DX_FRAMER_AHEAD;
}

/* Up to the next record with a spot. */
static dx_rc skip(dx_framer *f, dx_err *err)
{
    start to;
    size_t end;
    sight found = OUT_OF_SIGHT;
    bool all = false;

    while (f->skim->first == f->skim->n || (found = find_target(f, &to, &end)) != BY_SPOT ||
           (!all && may_reach_out(f, to))) {
        const dx_rc rc =
            found == BY_CLOCK ? go_to(f, to, err) : dx_skim_more(f->skim, f->lines, err);
        if (rc == DX_FAIL)
            return DX_FAIL;
        if (rc == DX_END && found != BY_SPOT)
            return f->skim->first == f->skim->n ? DX_OK : pass_rest(f, err);
        if (found == BY_CLOCK && !learn(f, end))
            return dx_nomem(err);
        all = rc == DX_END;
        found = OUT_OF_SIGHT;
    }
    return go_to(f, to, err);
}

dx_rc dx_framer_skip(dx_framer *f, dx_err *err)
{
    if ((!f->clock.settled && dx_lines_offset(f->lines) < f->clock_head) ||
        dx_tracker_asks(f->tracker, &f->skim->quest->seek))
        return DX_OK;
    dx_skim_follow(f->skim, f->lines);
    return skip(f, err);
}
