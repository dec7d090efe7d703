#include "report/totals.h"

dx_counted dx_counted_of(const dx_report_attempt *a)
{
    const dx_verdict *v = a->verdict;

    return (dx_counted){.findings = (uint32_t)v->n_findings,
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

void dx_count_add(dx_totals *t, const dx_counted *numbers, bool add)
{
    const size_t by = add ? 1 : (size_t)-1; /* sums wrap around to what they were */

    t->attempts += by;
    *of_ending(t, (dx_ending)numbers->ending) += by;
    t->unclear += numbers->ending == DX_ENDED_UNCLEAR ? by : 0;
    t->findings += by * numbers->findings;
    t->undecided += by * numbers->undecided;
    t->unexplained += by * numbers->unexplained;
}

void dx_count_source(dx_totals *t, const dx_report_source *s)
{
    const bool skipped = s->skipped.n > 0;

    t->read += !skipped;
    t->skipped += skipped;
    t->damaged += skipped && s->damage;
    t->partly += skipped && dx_report_read_in_part(s);
}
