#include "cli/recall.h"

#include "cli/hints.h"

dx_rc dx_recall(dx_store *store, const dx_judged *judged, dx_arena *into, dx_report_attempt *out,
                dx_err *err)
{
    const dx_verdict *v = &judged->verdict;
    struct dx_report_history *history = dx_arena_get(into, v->n_findings * sizeof *history);

    if (!history && v->n_findings)
        return dx_nomem(err);
    for (size_t i = 0; i < v->n_findings; i++) {
        dx_history past;
        if (dx_store_history(store, v->findings[i].diagnosis, v->findings[i].server, &past, err) !=
            DX_OK)
            return DX_FAIL;
        history[i] = (struct dx_report_history){
            .servers = past.servers,
            .attempts = past.attempts,
            .resolved = past.resolved,
            .same_server = past.same_server,
            .first_us = past.first_us,
            .last_us = past.last_us,
        };
    }
    out->of = &judged->of;
    out->seen_before = judged->seen_before;
    out->verdict = v;
    out->history = history;
    return DX_OK;
}

dx_rc dx_recall_attempt(dx_store *store, const dx_knowledge *know, int64_t attempt, dx_arena *into,
                        dx_report *out, dx_err *err)
{
    dx_judged *judged = dx_arena_get(into, sizeof *judged);
    dx_report_attempt *shown = dx_arena_get(into, sizeof *shown);
    const dx_judge judge = {.store = store, .book = know->book, .into = into};

    if (!judged || !shown)
        return dx_nomem(err);
    judged->seen_before = true;
    if (dx_store_case(store, attempt, 0, into, &judged->of, err) != DX_OK ||
        dx_judge_only(&judge, judged, err) != DX_OK ||
        dx_recall(store, judged, into, shown, err) != DX_OK ||
        dx_hints_add(know, shown, 1, into, err) != DX_OK)
        return DX_FAIL;
    out->attempts = shown;
    out->n_attempts = 1;
    out->complete = true;
    return DX_OK;
}
