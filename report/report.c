#include "report/report.h"

#include <string.h>

#include "report/census.h"
#include "report/judge.h"

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

bool dx_report_read_in_part(const dx_report_source *s)
{
    return s->skipped.n > 0 && s->damage && s->lines > 0;
}

static bool count_all(dx_census *c, const dx_report *r)
{
    for (size_t i = 0; i < r->n_sources; i++)
        if (!dx_census_source(c, &r->sources[i]))
            return false;
    for (size_t i = 0; i < r->n_attempts; i++)
        if (!dx_census_attempt(c, &r->attempts[i]))
            return false;
    return true;
}

dx_totals dx_report_totals(const dx_report *r)
{
    if (r->census)
        return dx_census_totals(r->census);
    dx_census *c = dx_census_new();
    const bool all = c && count_all(c, r);
    const dx_totals t = all ? dx_census_totals(c) : (dx_totals){.attempts = r->n_attempts};
    dx_census_free(c);
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
        {"partly", t->partly}, /* new ones come last: rows and series are numbered */
        {"unrelated", t->unrelated},
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
