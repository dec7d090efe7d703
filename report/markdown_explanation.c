#include "core/time.h"
#include "report/explanation.h"
#include "report/markdown_report.h"

static void put_when(dx_buf *out, int64_t us)
{
    char when[32] = "at an unknown time";

    if (us != DX_NO_TIME)
        dx_time_short(us, when);
    dx_buf_printf(out, "- %s%s ", when, us == DX_NO_TIME ? "" : " UTC");
}

static void put_checks(dx_buf *out, const struct dx_explanation *a)
{
    if (a->rule.n == 0)
        return;
    dx_buf_add(out, DX_LIT("## Why not "));
    dx_md_code(out, a->rule);
    dx_buf_add(out, DX_LIT("\n\n"));
    for (size_t i = 0; i < a->n_checks; i++) {
        const dx_explained_check *c = &a->checks[i];
        dx_buf_printf(out, "- %s: ", c->held ? "yes" : "no");
        dx_md_text(out, c->text);
        if (c->held)
            dx_buf_printf(out, " (%+d)", c->points);
        if (c->line > 0)
            dx_buf_printf(out, ", line %lu", (unsigned long)c->line);
        dx_buf_char(out, '\n');
    }
    dx_buf_char(out, '\n');
}

static void put_others(dx_buf *out, const struct dx_explanation *a)
{
    if (a->n_others == 0)
        return;
    dx_buf_add(out, DX_LIT("## Elsewhere\n\n"));
    for (size_t i = 0; i < a->n_others; i++) {
        const dx_attempt_row *r = &a->others[i];
        put_when(out, r->happened_us);
        dx_md_text(out, r->server);
        dx_buf_add(out, DX_LIT(", "));
        dx_md_text(out, r->product.n > 0 ? r->product : DX_LIT("setup"));
        dx_buf_printf(out, ": %s ", dx_state_names[r->state]);
        dx_md_code(out, r->key);
        dx_buf_char(out, '\n');
    }
    dx_buf_printf(out, "\n%lld in all.\n\n", (long long)a->all_others);
}

static void put_notes(dx_buf *out, const struct dx_explanation *a)
{
    if (a->first_us == DX_NO_TIME && a->notes.n == 0)
        return;
    dx_buf_add(out, DX_LIT("## What happened to it\n\n"));
    if (a->first_us != DX_NO_TIME) {
        put_when(out, a->first_us);
        dx_buf_add(out, DX_LIT("first seen\n"));
        put_when(out, a->last_us);
        dx_buf_add(out, DX_LIT("last seen; now: "));
        dx_md_text(out, a->standing);
        dx_buf_char(out, '\n');
    }
    for (size_t i = 0; i < a->notes.n; i++) {
        const dx_note *n = &a->notes.rows[i];
        put_when(out, n->at_us);
        dx_buf_printf(out, "%s ", dx_note_words[n->kind]);
        dx_md_text(out, n->what);
        if (n->ticket.n > 0) {
            dx_buf_add(out, DX_LIT(", ticket "));
            dx_md_text(out, n->ticket);
        }
        if (n->by.n > 0) {
            dx_buf_add(out, DX_LIT(", by "));
            dx_md_text(out, n->by);
        }
        dx_buf_char(out, '\n');
    }
    dx_buf_char(out, '\n');
}

static void put_questions(dx_buf *out, const struct dx_explanation *a)
{
    if (a->n_ask == 0)
        return;
    dx_buf_add(out, DX_LIT("## Ask whoever saw it\n\n"));
    for (size_t i = 0; i < a->n_ask; i++) {
        dx_buf_add(out, DX_LIT("- "));
        dx_md_text(out, a->ask[i]);
        dx_buf_char(out, '\n');
    }
    dx_buf_char(out, '\n');
}

void dx_md_explanation(dx_buf *out, const struct dx_explanation *a)
{
    put_questions(out, a);
    dx_md_codes(out, a->codes, a->n_codes);
    dx_md_nearest(out, a->nearest, a->n_nearest);
    put_checks(out, a);
    put_others(out, a);
    put_notes(out, a);
}
