#include "cli/textrun.h"

#include "parser/framer.h"

static dx_rc read_records(dx_textrun *run, dx_framer *framer, dx_err *err)
{
    const dx_str format = run->scope.n ? run->scope : dx_framer_format(framer);
    dx_str *folded = NULL;
    dx_record rec;
    dx_rc rc;

    dx_matcher_begin(run->matcher);
    while ((rc = dx_framer_next(framer, &rec, err)) == DX_OK) {
        dx_events found = {0};
        const dx_str view = dx_arena_copy(run->into, rec.view.text);
        run->n_records++;
        if (!view.p || !DX_PUSH(run->into, folded, run->n_folded, run->cap_folded, view))
            return dx_nomem(err);
        run->folded = folded;
        if (rec.advice)
            continue;
        if (dx_matcher_run(run->matcher, &rec, format, run->into, &found, err) != DX_OK ||
            dx_collect_add(&run->events, &rec, found, err) != DX_OK)
            return DX_FAIL;
        if (found.n > 0)
            dx_framer_told(framer, &rec);
    }
    run->n_gaps = dx_matcher_gaps(run->matcher, &run->gaps);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static dx_rc copy_attempts(dx_textrun *run, const dx_framer *framer, dx_err *err)
{
    const dx_attempt *borrowed;
    const size_t n = dx_framer_attempts(framer, &borrowed);
    dx_attempt *kept = dx_arena_dup(run->into, borrowed, n * sizeof *kept);

    if (!kept && n)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++) {
        if (!dx_attempt_keep(&kept[i], run->into))
            return dx_nomem(err);
    }
    run->attempts = kept;
    run->n_attempts = n;
    return DX_OK;
}

dx_rc dx_textrun_do(dx_textrun *run, dx_err *err)
{
    const dx_str format = dx_arena_copy(run->into, run->format.n ? run->format : DX_LIT("dialogs"));
    dx_framer_options options = {
        .format = run->detect ? NULL : format.p, .server = run->server, .encoding = "utf-8"};
    dx_source *src = NULL;
    dx_framer *framer = NULL;

    options.n_openers = dx_rulebook_openers(run->know->book, &options.openers);
    run->events.into = run->into;
    if (!format.p)
        return dx_nomem(err);
    dx_rc rc = dx_source_memory(&src, DX_LIT("sample"), run->text, err);
    if (rc == DX_OK)
        rc = dx_framer_open(&framer, src, run->know->formats, &options, err);
    if (rc == DX_OK)
        rc = read_records(run, framer, err);
    if (rc == DX_OK)
        rc = copy_attempts(run, framer, err);
    if (rc == DX_OK)
        run->found_format = dx_arena_copy(run->into, dx_framer_format(framer));
    if (rc == DX_OK)
        rc = dx_collect_finish(&run->events, run->n_attempts, err);
    dx_collect_done(&run->events);
    dx_framer_close(framer);
    dx_source_close(src);
    return rc;
}
