#include "cli/pasted.h"

#include <string.h>

#include "cli/explain.h"
#include "core/os.h"

/* Reading a text in every way costs up to 2 ms for each KiB. */
enum { PASTE_MOST = 128 * 1024 };

static dx_rc read_head(dx_session *s, dx_pasted *out, dx_err *err)
{
    char *head = dx_arena_get(s->in->arena, PASTE_MOST + 1);
    dx_file *file = NULL;
    size_t n = 0, got = 1;
    dx_rc rc = head ? dx_file_open(&file, "-", err) : dx_nomem(err);

    while (rc == DX_OK && got > 0 && n <= PASTE_MOST) {
        rc = dx_file_read(file, head + n, PASTE_MOST + 1 - n, &got, err);
        n += rc == DX_OK ? got : 0;
    }
    dx_file_close(file);
    if (rc == DX_OK) {
        out->bytes = (dx_str){head, n};
        out->all = got == 0;
    }
    return rc;
}

/* Zero bytes are of archives, or of UTF-16, which a scan tells apart. */
static bool is_text(dx_str bytes)
{
    return dx_str_trim(bytes).n > 0 && !memchr(bytes.p, '\0', bytes.n);
}

dx_rc dx_pasted_read(const dx_explain *ask, dx_pasted *p, dx_err *err)
{
    if (!p->all || p->bytes.n > PASTE_MOST || !is_text(p->bytes))
        return DX_OK;
    return dx_explain_paste(ask, p->bytes, DX_LIT("-"), &p->told, &p->instead, err);
}

static bool asks_for_input(const dx_invocation *in)
{
    for (size_t i = 0; i < in->n_args; i++)
        if (strcmp(in->args[i], "-") == 0)
            return true;
    return false;
}

dx_rc dx_pasted_take(dx_session *s, dx_pasted *out, dx_err *err)
{
    const dx_invocation *in = s->in;
    const dx_explain ask = {
        .know = &s->know, .into = in->arena, .now_us = s->scan.now_us, .db = in->settings.db};

    *out = (dx_pasted){.alone = in->n_args == 1};
    if (!asks_for_input(in))
        return DX_OK;
    if (read_head(s, out, err) != DX_OK)
        return DX_FAIL;
    s->scan.begun = out->bytes;
    s->scan.begun_all = out->all;
    if (in->settings.encoding || in->settings.log_format)
        return DX_OK;
    if (dx_pasted_read(&ask, out, err) != DX_OK)
        return DX_FAIL;
    if (out->instead.n > 0) {
        s->scan.begun = out->instead;
        s->scan.begun_as = out->told.explanation->what;
    }
    return DX_OK;
}

/* Neither what happened nor how it ended. */
static bool is_unknown(const dx_report *r)
{
    const dx_totals t = dx_report_totals(r);

    return t.findings + t.undecided + t.succeeded + t.cancelled == 0;
}

/* Why no more is known of what may well be a message. */
static dx_rc add_note(dx_arena *into, dx_report *report, size_t which, dx_str note, dx_err *err)
{
    dx_report_source *all = dx_arena_dup(into, report->sources, report->n_sources * sizeof *all);
    dx_report_source *source = all ? &all[which] : NULL;
    dx_str *notes = source ? dx_arena_get(into, (source->n_notes + 1) * sizeof *notes) : NULL;

    if (!notes)
        return dx_nomem(err);
    for (size_t i = 0; i < source->n_notes; i++)
        notes[i] = source->notes[i];
    notes[source->n_notes++] = note;
    source->notes = notes;
    report->sources = all;
    return DX_OK;
}

/* Among files the report is of all of them: how the paste was read is a note beside its name. */
static dx_rc tell_among_files(const dx_pasted *p, dx_arena *into, dx_report *report, dx_err *err)
{
    if (p->instead.n == 0)
        return DX_OK;
    for (size_t i = 0; i < report->n_sources; i++) {
        if (!dx_str_eq(report->sources[i].path, DX_LIT("-")))
            continue;
        const dx_str note =
            dx_arena_printf(into, "read as %.*s", DX_FMT(p->told.explanation->what));
        return note.p ? add_note(into, report, i, note, err) : dx_nomem(err);
    }
    return DX_OK;
}

dx_rc dx_pasted_tell(const dx_pasted *p, dx_arena *into, dx_report *report, dx_err *err)
{
    const dx_str too_long = DX_LIT(
        "read as a log only: texts of at most 128 KiB are read as a message, too, so paste the "
        "part around the error alone");

    if (!p->alone)
        return tell_among_files(p, into, report, err);
    if (p->bytes.n > PASTE_MOST && report->n_sources == 1 && is_text(p->bytes) &&
        is_unknown(report))
        return add_note(into, report, 0, too_long, err);
    if (!p->told.explanation || (p->instead.n == 0 && !is_unknown(report)))
        return DX_OK;
    dx_report_attempt *attempts =
        dx_arena_dup(into, report->attempts, report->n_attempts * sizeof *attempts);
    if (!attempts)
        return dx_nomem(err);
    for (size_t i = 0; i < report->n_attempts; i++)
        attempts[i].n_codes = attempts[i].n_nearest = 0; /* the explanation has those of the text */
    report->attempts = attempts;
    report->explanation = p->told.explanation;
    return DX_OK;
}
