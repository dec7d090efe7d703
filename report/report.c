#include "report/report.h"

#include <stdlib.h>
#include <string.h>

#include "report/census.h"
#include "report/judge.h"
#include "report/totals.h"

#define DX_REGISTER(name) extern const dx_report_format dx_report_format_##name;
#include "report/formats.inc"
#undef DX_REGISTER

#define DX_REGISTER(name) &dx_report_format_##name,
static const dx_report_format *const formats[] = {
#include "report/formats.inc"
};
#undef DX_REGISTER

size_t dx_report_format_all(const dx_report_format *const **out)
{
    *out = formats;
    return sizeof formats / sizeof formats[0];
}

const dx_report_format *dx_report_format_get(const char *name)
{
    for (size_t i = 0; name && i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    return NULL;
}

dx_str dx_report_digest(const dx_attempt *a, char to[33])
{
    const dx_hash128 d = a->trail.digest;

    dx_hash_hex(d, to);
    return d.lo || d.hi ? dx_str_of(to) : DX_NONE;
}

bool dx_report_plain_path(dx_str path)
{
    if (path.n == 0 || path.p[0] == '-')
        return false;
    for (size_t i = 0; i < path.n; i++) {
        const char c = path.p[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && (c == '\0' || !strchr("._-/:", c)))
            return false;
    }
    return true;
}

dx_str dx_report_db(const dx_report *r)
{
    return r->db.n == 0 || dx_report_plain_path(r->db) ? r->db : DX_LIT("STORE");
}

bool dx_report_read_in_part(const dx_report_source *s)
{
    return s->skipped.n > 0 && s->damage && s->lines > 0;
}

/* Of one server's attempts, failed ones first. */
static int by_server(const void *a, const void *b)
{
    const dx_report_attempt *x = *(const dx_report_attempt *const *)a;
    const dx_report_attempt *y = *(const dx_report_attempt *const *)b;
    const int order = dx_str_cmp(x->of->attempt.server, y->of->attempt.server);

    if (order != 0)
        return order;
    return (dx_report_ending(x) != DX_ENDED_FAILED) - (dx_report_ending(y) != DX_ENDED_FAILED);
}

static bool same_server(const dx_report_attempt *x, const dx_report_attempt *y)
{
    return dx_str_eq(x->of->attempt.server, y->of->attempt.server);
}

static void count_sorted(const dx_report_attempt *const *sorted, size_t n, dx_totals *t)
{
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && same_server(sorted[i - 1], sorted[i]))
            continue;
        t->servers++;
        t->failed_servers += dx_report_ending(sorted[i]) == DX_ENDED_FAILED;
    }
}

static void count_servers(const dx_report *r, dx_totals *t)
{
    const dx_report_attempt **sorted = calloc(r->n_attempts ? r->n_attempts : 1, sizeof *sorted);

    if (!sorted)
        return;
    for (size_t i = 0; i < r->n_attempts; i++)
        sorted[i] = &r->attempts[i];
    qsort(sorted, r->n_attempts, sizeof *sorted, by_server);
    count_sorted(sorted, r->n_attempts, t);
    free(sorted);
}

dx_totals dx_report_totals(const dx_report *r)
{
    dx_totals t = {0};

    if (r->census)
        return dx_census_totals(r->census);
    for (size_t i = 0; i < r->n_sources; i++)
        dx_count_source(&t, &r->sources[i]);
    for (size_t i = 0; i < r->n_attempts; i++) {
        const dx_counted numbers = dx_counted_of(&r->attempts[i]);
        dx_count_add(&t, &numbers, true);
    }
    count_servers(r, &t);
    return t;
}

void dx_totals_named(const dx_totals *t, dx_named_total out[DX_TOTALS])
{
    const dx_named_total all[DX_TOTALS] = {
        {"read", t->read},
        {"skipped", t->skipped},
        {"damaged", t->damaged},
        {"attempts", t->attempts},
        {"failed", t->failed},
        {"undecided_cause", t->undecided_cause},
        {"undecided_outcome", t->undecided_outcome},
        {"unclear", t->unclear},
        {"resolved", t->resolved},
        {"silenced", t->silenced},
        {"cancelled", t->cancelled},
        {"succeeded", t->succeeded},
        {"servers", t->servers},
        {"failed_servers", t->failed_servers},
        {"findings", t->findings},
        {"undecided", t->undecided},
        {"unexplained", t->unexplained},
        {"partly", t->partly}, /* last: rows and series are numbered */
    };

    memcpy(out, all, sizeof all);
}

bool dx_report_failed(const dx_report *r)
{
    for (size_t i = 0; i < r->n_attempts; i++)
        if (dx_report_ending(&r->attempts[i]) <= DX_ENDED_UNCLEAR)
            return true;
    const dx_totals t = r->census ? dx_census_totals(r->census) : (dx_totals){0};
    return t.failed + t.undecided_cause + t.unclear > 0;
}
