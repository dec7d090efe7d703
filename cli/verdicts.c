#include "cli/verdicts.h"

#include <stdlib.h>

static dx_str line_of(const dx_report_attempt *a, dx_buf *line, dx_arena *into)
{
    const dx_verdict *v = a->verdict;

    dx_buf_clear(line);
    dx_buf_printf(line, "%.*s %s:", DX_FMT(a->of->attempt.format),
                  dx_outcome_names[a->of->attempt.outcome]);
    for (size_t i = 0; i < v->n_findings; i++)
        dx_buf_printf(line, " %.*s (%d, %s)", DX_FMT(v->findings[i].diagnosis),
                      v->findings[i].confidence, dx_state_names[v->findings[i].state]);
    for (size_t i = 0; i < v->n_undecided; i++)
        for (size_t k = 0; k < v->undecided[i].n_candidates; k++)
            dx_buf_printf(line, "%s%.*s",
                          k ? " or " : " undecided: ", DX_FMT(v->undecided[i].candidates[k].id));
    if (v->n_unexplained)
        dx_buf_printf(line, " %zu unexplained", v->n_unexplained);
    return line->failed ? DX_NONE : dx_arena_copy(into, dx_buf_str(line));
}

dx_rc dx_verdicts_of(const dx_report *report, dx_arena *into, dx_verdicts *out, dx_err *err)
{
    dx_verdicts all = {.line = dx_arena_get(into, (report->n_attempts + 1) * sizeof *all.line)};
    dx_buf line = {0};
    bool ok = all.line != NULL;

    for (; ok && all.n < report->n_attempts; all.n++) {
        all.line[all.n] = line_of(&report->attempts[all.n], &line, into);
        ok = all.line[all.n].p != NULL;
    }
    dx_buf_done(&line);
    if (!ok)
        return dx_nomem(err);
    if (all.n)
        qsort(all.line, all.n, sizeof *all.line, dx_str_order);
    *out = all;
    return DX_OK;
}

dx_str dx_verdicts_differ(const dx_verdicts *a, const dx_verdicts *b, int *which)
{
    size_t i = 0;

    while (i < a->n && i < b->n && dx_str_eq(a->line[i], b->line[i]))
        i++;
    if (i == a->n && i == b->n)
        return DX_NONE;
    *which = i == a->n || (i < b->n && dx_str_cmp(b->line[i], a->line[i]) < 0);
    return *which ? b->line[i] : a->line[i];
}
