#include "report/census.h"

#include <stdlib.h>

#include "core/hashed.h"
#include "report/judge.h"

/* What an attempt adds to the numbers. */
typedef struct counted {
    uint32_t findings, undecided, unexplained;
    uint8_t ending; /* a dx_ending */
} counted;

typedef struct entry {
    int64_t id;
    counted numbers;
    uint32_t server;
} entry;

typedef struct server {
    dx_str name;
    size_t failed; /* attempts */
} server;

struct dx_census {
    dx_arena *names; /* and the lists */
    entry *attempts;
    server *servers; /* in the order they came */
    size_t n_attempts, cap_attempts, n_servers, cap_servers;
    dx_hashed by_id, by_name;
    size_t fresh;
    dx_totals totals;
    dx_report_source unread[DX_CENSUS_UNREAD];
    size_t n_unread;
};

dx_census *dx_census_new(void)
{
    dx_census *c = calloc(1, sizeof *c);

    if (!c)
        return NULL;
    c->names = dx_arena_new(0);
    if (c->names)
        return c;
    dx_census_free(c);
    return NULL;
}

void dx_census_free(dx_census *c)
{
    if (!c)
        return;
    dx_hashed_close(&c->by_id);
    dx_hashed_close(&c->by_name);
    dx_arena_free(c->names);
    free(c);
}

/* ---- finding ---- */

/* NULL: not counted yet, or without an id: such are never the same one. */
static entry *entry_of(const dx_census *c, int64_t id)
{
    const size_t at =
        id ? dx_hashed_find_number(&c->by_id, (uint64_t)id, c->attempts, sizeof *c->attempts)
           : DX_HASHED_NONE;

    return at != DX_HASHED_NONE ? &c->attempts[at] : NULL;
}

/* NULL when out of memory. */
static entry *new_entry(dx_census *c, int64_t id)
{
    return DX_PUSH_MANY(c->names, c->attempts, c->n_attempts, c->cap_attempts, (entry){.id = id}) &&
                   (id == 0 || dx_hashed_add(&c->by_id, (uint64_t)id, c->n_attempts - 1))
               ? &c->attempts[c->n_attempts - 1]
               : NULL;
}

/* Its index; UINT32_MAX when out of memory. */
static uint32_t index_of(dx_census *c, dx_str name)
{
    const size_t at = dx_hashed_find_text(&c->by_name, name, c->servers, sizeof *c->servers);

    if (at != DX_HASHED_NONE)
        return (uint32_t)at;
    const server one = {.name = name.n ? dx_arena_copy(c->names, name) : DX_NONE};
    return (!name.n || one.name.p) &&
                   DX_PUSH(c->names, c->servers, c->n_servers, c->cap_servers, one) &&
                   dx_hashed_add(&c->by_name, dx_hash64(name, 0), c->n_servers - 1)
               ? (uint32_t)c->n_servers - 1
               : UINT32_MAX;
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

    if (at == UINT32_MAX)
        return false;
    entry *one = entry_of(c, a->of->attempt.id);
    if (one) {
        change_server(c, one, false);
        count(&c->totals, &one->numbers, false);
    } else if ((one = new_entry(c, a->of->attempt.id)) != NULL) {
        c->fresh += !a->seen_before;
    } else {
        return false;
    }
    *one = (entry){.id = a->of->attempt.id, .numbers = counted_of(a), .server = at};
    count(&c->totals, &one->numbers, true);
    change_server(c, one, true);
    return true;
}

bool dx_census_knows(const dx_census *c, int64_t attempt)
{
    return entry_of(c, attempt) != NULL;
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
