#include "parser/stamps.h"
#include <string.h>

enum { LAYOUTS = 32 };

/* "date time zone" as one text, so that a layout can read it; DX_NONE when it is no stamp. */
static dx_str join(char *to, size_t cap, dx_str date, dx_str time, dx_str zone)
{
    const dx_str part[] = {date, time, zone};
    size_t n = 0;

    if (date.n + time.n + zone.n + 2 > cap)
        return DX_NONE;
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        if (part[i].n == 0)
            continue;
        if (n > 0)
            to[n++] = ' ';
        memcpy(to + n, part[i].p, part[i].n);
        n += part[i].n;
    }
    return (dx_str){to, n};
}

/* The year that a stamp without one most likely means: not after the file's own date. */
static void fill_year(const dx_clock *c, dx_stamp *s)
{
    char iso[32];
    dx_stamp now;

    if ((s->has & DX_HAS_YEAR) || !(s->has & DX_HAS_DATE) || c->modified_us == DX_NO_TIME)
        return;
    dx_time_iso(c->modified_us, iso);
    if (!dx_time_scan(DX_LIT("%Y-%m-%d%*"), dx_str_of(iso), &now))
        return;
    s->year = now.year;
    if (s->month > now.month || (s->month == now.month && s->day > now.day))
        s->year--;
    s->has |= DX_HAS_YEAR;
}

static bool read_with(const dx_clock *c, size_t i, dx_str text, int64_t *us, bool *zone)
{
    static const dx_stamp nothing = {0};
    dx_stamp s;

    if (!dx_time_scan(c->format->layouts[i], text, &s))
        return false;
    fill_year(c, &s);
    *zone = (s.has & DX_HAS_ZONE) != 0;
    *us = dx_time_of(&s, &nothing);
    return true;
}

/* Layouts that fail while another succeeds are dead from now on. */
static void bury(dx_clock *c, uint32_t failed, uint32_t differs)
{
    uint32_t in_use = ~c->dead & (c->dead + 1); /* the first living one */

    if (failed & in_use) {
        c->turned |= c->ambiguous;
        c->differs = 0;
    }
    c->dead |= failed;
    c->differs |= differs;
    c->ambiguous = (c->differs & ~c->dead) != 0;
    c->saw_any = true;
}

/* Reads with the first living layout that can. */
int64_t dx_clock_read(const dx_clock *c, dx_str date, dx_str time, dx_str zone)
{
    char space[160];
    dx_str text = join(space, sizeof space, date, time, zone);
    int64_t us;
    bool has_zone;

    for (size_t i = 0; i < c->format->n_layouts && i < LAYOUTS; i++)
        if (!(c->dead & (1u << i)) && read_with(c, i, text, &us, &has_zone))
            return us;
    return DX_NO_TIME;
}

/* Reads with every living layout. */
int64_t dx_clock_learn(dx_clock *c, dx_str date, dx_str time, dx_str zone)
{
    char space[160];
    dx_str text = join(space, sizeof space, date, time, zone);
    int64_t best = DX_NO_TIME, us;
    uint32_t failed = 0, differs = 0;
    bool found = false, has_zone;

    if (c->settled)
        return dx_clock_read(c, date, time, zone);
    for (size_t i = 0; i < c->format->n_layouts && i < LAYOUTS; i++) {
        if (c->dead & (1u << i))
            continue;
        if (!read_with(c, i, text, &us, &has_zone)) {
            failed |= 1u << i;
        } else if (!found) {
            found = true;
            best = us;
            c->saw_zone |= has_zone;
        } else if (us != best) {
            differs |= 1u << i;
        }
    }
    if (!found)
        return DX_NO_TIME;
    bury(c, failed, differs);
    c->settled = dx_clock_is_sure(c);
    return best;
}

bool dx_clock_is_sure(const dx_clock *c)
{
    size_t living = 0;

    for (size_t i = 0; i < c->format->n_layouts && i < LAYOUTS; i++)
        living += !(c->dead & (1u << i));
    return living < 2;
}

dx_str dx_clock_zone(const dx_clock *c)
{
    if (c->saw_zone)
        return DX_LIT("log");
    return c->format->utc ? DX_LIT("format") : DX_LIT("assumed UTC");
}

/* The same with day and month exchanged. */
static bool is_other_order(dx_str a, dx_str b)
{
    bool differs = false;

    for (size_t i = 0; a.n == b.n && i < a.n; i++) {
        const bool code = i > 0 && a.p[i - 1] == '%';
        const bool swapped =
            code && ((a.p[i] == 'd' && b.p[i] == 'm') || (a.p[i] == 'm' && b.p[i] == 'd'));
        if (a.p[i] != b.p[i] && !swapped)
            return false;
        differs |= swapped;
    }
    return a.n == b.n && differs;
}

bool dx_clock_decided(const dx_clock *c)
{
    const dx_str used = dx_clock_layout(c);

    for (size_t i = 0; c->saw_any && i < c->format->n_layouts && i < LAYOUTS; i++)
        if ((c->dead & (1u << i)) && is_other_order(used, c->format->layouts[i]))
            return true;
    return false;
}

dx_str dx_clock_layout(const dx_clock *c)
{
    for (size_t i = 0; i < c->format->n_layouts && i < LAYOUTS; i++)
        if (!(c->dead & (1u << i)))
            return c->format->layouts[i];
    return DX_NONE;
}
