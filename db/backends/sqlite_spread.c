/* A list is, for each part, how far its place is behind the one before, and its counts: usually one
 * attempt, so 3 * events + 0 (it did not fail) or + 1 (it failed) says all; else 3 * events + 2 and
 * then attempts and failures.  Numbers are written by seven bits, the lowest first; those behind a
 * 2 may be negative (a list of changes) and have their sign in the lowest bit. */
#include "db/backends/sqlite_spread.h"
#include "db/calendar.h"

enum { ONE_GOOD, ONE_FAILED, OTHER, SHAPES };

int64_t sq_part_place(int64_t server, int64_t day)
{
    const int64_t monday = dx_bucket_day(DX_GRAIN_WEEK, dx_bucket_of(DX_GRAIN_WEEK, day));
    return 7 * server + day - monday;
}

/* ---- writing ---- */

void sq_pack_number(dx_buf *out, uint64_t v)
{
    char bytes[10];
    size_t n = 0;
    for (; v >= 0x80; v >>= 7)
        bytes[n++] = (char)(unsigned char)(v | 0x80);
    bytes[n++] = (char)(unsigned char)v;
    dx_buf_add(out, (dx_str){bytes, n});
}

void sq_pack(sq_packer *to, const sq_part *part)
{
    const bool one =
        part->attempts == 1 && part->events >= 0 && part->failures >= 0 && part->failures <= 1;
    sq_pack_number(to->out, (uint64_t)(part->place - to->last));
    to->last = part->place;
    if (one) {
        sq_pack_number(to->out,
                       (uint64_t)part->events * SHAPES + (part->failures ? ONE_FAILED : ONE_GOOD));
        return;
    }
    sq_pack_number(to->out, sq_fold(part->events) * SHAPES + OTHER);
    sq_pack_number(to->out, sq_fold(part->attempts));
    sq_pack_number(to->out, sq_fold(part->failures));
}

/* ---- reading ---- */

bool sq_unpack_number(const unsigned char **p, const unsigned char *end, uint64_t *v)
{
    *v = 0;
    for (unsigned shift = 0; *p < end && shift < 64; shift += 7) {
        const unsigned char c = *(*p)++;
        *v |= (uint64_t)(c & 0x7F) << shift;
        if (c < 0x80)
            return true;
    }
    *p = end;
    return false;
}

static bool get(sq_spread *s, uint64_t *v)
{
    return sq_unpack_number(&s->p, s->end, v);
}

sq_spread sq_spread_of(dx_str bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    return (sq_spread){.p = p, .end = p ? p + bytes.n : p};
}

/* A count that somebody may have packed; very many of them still add up. */
static bool small(uint64_t v)
{
    return v < UINT64_C(1) << 40;
}

static bool get_other(sq_spread *s, uint64_t counts)
{
    uint64_t attempts = 0, failures = 0;
    if (!get(s, &attempts) || !get(s, &failures) || !small(attempts) || !small(failures))
        return false;
    s->now.events = sq_unfold(counts / SHAPES);
    s->now.attempts = sq_unfold(attempts);
    s->now.failures = sq_unfold(failures);
    return true;
}

bool sq_spread_next_any(sq_spread *s)
{
    uint64_t step, counts;
    if (s->p == s->end || !get(s, &step) || !get(s, &counts) || !small(step) || !small(counts) ||
        !small((uint64_t)s->now.place))
        return false;
    const unsigned shape = (unsigned)(counts % SHAPES);
    s->now = (sq_part){.place = s->now.place + (int64_t)step,
                       .events = (int64_t)(counts / SHAPES),
                       .attempts = 1,
                       .failures = shape == ONE_FAILED};
    return shape != OTHER || get_other(s, counts);
}

/* ---- adding ---- */

void sq_part_add(sq_part *to, const sq_part *more)
{
    to->events += more->events;
    to->attempts += more->attempts;
    to->failures += more->failures;
}

void sq_spread_add(dx_str a, dx_str b, dx_buf *out)
{
    sq_spread x = sq_spread_of(a), y = sq_spread_of(b);
    sq_packer to = {.out = out};
    bool more_x = sq_spread_next(&x), more_y = sq_spread_next(&y);
    while (more_x || more_y) {
        const bool take_x = more_x && (!more_y || x.now.place <= y.now.place);
        const bool take_y = more_y && (!more_x || y.now.place <= x.now.place);
        sq_part sum = take_x ? x.now : y.now;
        if (take_x && take_y)
            sq_part_add(&sum, &y.now);
        if (sum.attempts)
            sq_pack(&to, &sum);
        more_x = take_x ? sq_spread_next(&x) : more_x;
        more_y = take_y ? sq_spread_next(&y) : more_y;
    }
}
