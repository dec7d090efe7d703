#include "report/census.h"

#include <stdlib.h>

#include "report/judge.h"

/* What an attempt adds to the numbers. */
typedef struct counted {
    uint32_t findings, undecided, unexplained;
    uint8_t ending; /* a dx_ending */
} counted;

typedef struct entry {
    int64_t id; /* 0: a free place */
    counted numbers;
    uint32_t server;
} entry;

typedef struct server {
    dx_str name;
    size_t failed; /* attempts */
} server;

/* Both are found by open addressing; a power of two, never more than half full. */
struct dx_census {
    dx_arena *names;
    entry *attempts;
    server *servers;   /* in the order they came */
    uint32_t *by_name; /* index into servers + 1; 0: a free place */
    size_t n_attempts, size_attempts, n_servers, cap_servers, size_names;
    size_t fresh;
    dx_totals totals;
    dx_report_source unread[DX_CENSUS_UNREAD];
    size_t n_unread;
};

enum { FIRST_SIZE = 64 };

dx_census *dx_census_new(void)
{
    dx_census *c = calloc(1, sizeof *c);

    if (!c)
        return NULL;
    c->names = dx_arena_new(0);
    c->size_attempts = c->size_names = FIRST_SIZE;
    c->attempts = calloc(c->size_attempts, sizeof *c->attempts);
    c->by_name = calloc(c->size_names, sizeof *c->by_name);
    if (c->names && c->attempts && c->by_name)
        return c;
    dx_census_free(c);
    return NULL;
}

void dx_census_free(dx_census *c)
{
    if (!c)
        return;
    free(c->attempts);
    free(c->by_name);
    dx_arena_free(c->names);
    free(c);
}

/* ---- finding ---- */

static entry *place_of(entry *list, size_t size, int64_t id)
{
    size_t at = (size_t)(((uint64_t)id * UINT64_C(0x9E3779B97F4A7C15)) >> 32);

    while (list[at &= size - 1].id && list[at].id != id)
        at++;
    return &list[at];
}

static bool room_for_attempt(dx_census *c)
{
    const size_t size = 2 * c->size_attempts;

    if (2 * (c->n_attempts + 1) <= c->size_attempts)
        return true;
    entry *wider = calloc(size, sizeof *wider);
    if (!wider)
        return false;
    for (size_t i = 0; i < c->size_attempts; i++)
        if (c->attempts[i].id)
            *place_of(wider, size, c->attempts[i].id) = c->attempts[i];
    free(c->attempts);
    c->attempts = wider;
    c->size_attempts = size;
    return true;
}

static uint32_t *place_of_name(const dx_census *c, uint32_t *list, size_t size, dx_str name)
{
    size_t at = (size_t)dx_hash64(name, 0);

    while (list[at &= size - 1] && !dx_str_eq(c->servers[list[at] - 1].name, name))
        at++;
    return &list[at];
}

static bool room_for_server(dx_census *c)
{
    const size_t size = 2 * c->size_names;

    if (2 * (c->n_servers + 1) <= c->size_names)
        return true;
    uint32_t *wider = calloc(size, sizeof *wider);
    if (!wider)
        return false;
    for (size_t i = 0; i < c->n_servers; i++)
        *place_of_name(c, wider, size, c->servers[i].name) = (uint32_t)i + 1;
    free(c->by_name);
    c->by_name = wider;
    c->size_names = size;
    return true;
}

/* Its index; UINT32_MAX when out of memory. */
static uint32_t index_of(dx_census *c, dx_str name)
{
    if (!room_for_server(c))
        return UINT32_MAX;
    uint32_t *place = place_of_name(c, c->by_name, c->size_names, name);
    if (*place)
        return *place - 1;
    const server one = {.name = name.n ? dx_arena_copy(c->names, name) : DX_NONE};
    if ((name.n && !one.name.p) ||
        !DX_PUSH(c->names, c->servers, c->n_servers, c->cap_servers, one))
        return UINT32_MAX;
    *place = (uint32_t)c->n_servers;
    return *place - 1;
}

/* ---- counting ---- */

static counted counted_of(const dx_report_attempt *a)
{
    const dx_verdict *v = a->verdict;

    return (counted){.findings = (uint32_t)v->n_findings,
                     .undecided = (uint32_t)v->n_undecided,
                     .unexplained = (uint32_t)v->n_unexplained,
                     .ending = (uint8_t)dx_report_ending(a)};
}

static size_t *of_ending(dx_totals *t, dx_ending ending)
{
    size_t *const of[DX_ENDINGS] = {
        [DX_ENDED_FAILED] = &t->failed,
        [DX_ENDED_UNDECIDED] = &t->undecided_cause,
        [DX_ENDED_UNCLEAR] = &t->undecided_outcome,
        [DX_ENDED_RESOLVED] = &t->resolved,
        [DX_ENDED_SILENCED] = &t->silenced,
        [DX_ENDED_CANCELLED] = &t->cancelled,
        [DX_ENDED_CUT_OFF] = &t->undecided_outcome,
        [DX_ENDED_SILENT] = &t->undecided_outcome,
        [DX_ENDED_SUCCEEDED] = &t->succeeded,
    };

    return of[ending];
}

/* Not `add`: takes it away again. */
static void count(dx_totals *t, const counted *numbers, bool add)
{
    const size_t by = add ? 1 : (size_t)-1; /* sums wrap around to what they were */

    t->attempts += by;
    *of_ending(t, (dx_ending)numbers->ending) += by;
    t->unclear += numbers->ending == DX_ENDED_UNCLEAR ? by : 0;
    t->findings += by * numbers->findings;
    t->undecided += by * numbers->undecided;
    t->unexplained += by * numbers->unexplained;
}

static void change_server(dx_census *c, const entry *one, bool add)
{
    if (one->numbers.ending != DX_ENDED_FAILED)
        return;
    size_t *failed = &c->servers[one->server].failed;
    c->totals.failed_servers += add && *failed == 0;
    *failed += add ? 1 : (size_t)-1;
    c->totals.failed_servers -= !add && *failed == 0;
}

/* Keeps why, as long as there is room for it. */
static bool keep_unread(dx_census *c, const dx_report_source *s)
{
    if (c->n_unread == DX_CENSUS_UNREAD)
        return true;
    dx_report_source *one = &c->unread[c->n_unread++];
    *one = (dx_report_source){.path = dx_arena_copy(c->names, s->path),
                              .member = dx_arena_copy(c->names, s->member),
                              .skipped = dx_arena_copy(c->names, s->skipped),
                              .damage = true,
                              .lines = s->lines};
    return one->path.p && one->member.p && one->skipped.p;
}

bool dx_census_source(dx_census *c, const dx_report_source *s)
{
    const bool skipped = s->skipped.n > 0;

    c->totals.read += !skipped;
    c->totals.unrelated += !skipped && s->lines > 0 && s->attempts == 0;
    c->totals.skipped += skipped;
    c->totals.damaged += skipped && s->damage;
    c->totals.partly += skipped && dx_report_read_in_part(s);
    return !skipped || !s->damage || keep_unread(c, s);
}

bool dx_census_attempt(dx_census *c, const dx_report_attempt *a)
{
    const uint32_t at = index_of(c, a->of->attempt.server);

    if (at == UINT32_MAX || !room_for_attempt(c))
        return false;
    entry *one = place_of(c->attempts, c->size_attempts, a->of->attempt.id);
    if (one->id) {
        change_server(c, one, false);
        count(&c->totals, &one->numbers, false);
    } else {
        c->n_attempts++;
        c->fresh += !a->seen_before;
    }
    *one = (entry){.id = a->of->attempt.id, .numbers = counted_of(a), .server = at};
    count(&c->totals, &one->numbers, true);
    change_server(c, one, true);
    return true;
}

bool dx_census_knows(const dx_census *c, int64_t attempt)
{
    return place_of(c->attempts, c->size_attempts, attempt)->id != 0;
}

dx_totals dx_census_totals(const dx_census *c)
{
    dx_totals t = c->totals;

    t.servers = c->n_servers;
    return t;
}

const dx_report_source *dx_census_unread(const dx_census *c, size_t *n)
{
    *n = c->n_unread;
    return c->unread;
}

size_t dx_census_new_attempts(const dx_census *c)
{
    return c->fresh;
}
