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

/* The text as one file; what was opened is the caller's to close, also after a failure. */
typedef struct opened {
    dx_source *src;
    dx_framer *framer;
} opened;

static dx_rc open_as(const dx_textrun *run, const dx_framer_options *options, opened *out,
                     dx_err *err)
{
    if (dx_source_memory(&out->src, DX_LIT("sample"), run->text, err) != DX_OK)
        return DX_FAIL;
    return dx_framer_open(&out->framer, out->src, run->know->formats, options, err);
}

static void close_text(opened *text)
{
    dx_framer_close(text->framer);
    dx_source_close(text->src);
    *text = (opened){0};
}

/* Whoever pastes a script and what it printed asks for the message: no pasted text is a document
 * that nothing is to be looked for in. */
static dx_rc open_text(const dx_textrun *run, const char *format, dx_framer_options *options,
                       opened *out, dx_err *err)
{
    options->format = run->detect ? NULL : format;
    if (open_as(run, options, out, err) != DX_OK)
        return DX_FAIL;
    if (!run->detect || dx_framer_kind(out->framer) != DX_KIND_DOCUMENT)
        return DX_OK;
    close_text(out);
    options->format = format;
    return open_as(run, options, out, err);
}

dx_rc dx_textrun_do(dx_textrun *run, dx_err *err)
{
    const dx_str format = dx_arena_copy(run->into, run->format.n ? run->format : DX_LIT("dialogs"));
    dx_framer_options options = {.server = run->server, .encoding = "utf-8"};
    opened text = {0};

    options.n_openers = dx_rulebook_openers(run->know->book, &options.openers);
    run->events.into = run->into;
    if (!format.p)
        return dx_nomem(err);
    dx_rc rc = open_text(run, format.p, &options, &text, err);
    if (rc == DX_OK)
        rc = read_records(run, text.framer, err);
    if (rc == DX_OK)
        rc = copy_attempts(run, text.framer, err);
    if (rc == DX_OK)
        run->found_format = dx_arena_copy(run->into, dx_framer_format(text.framer));
    if (rc == DX_OK)
        rc = dx_collect_finish(&run->events, run->n_attempts, err);
    dx_collect_done(&run->events);
    close_text(&text);
    return rc;
}
