/* What the text report says around the blocks when somebody asked about a text or a finding. */
#include "core/time.h"
#include "report/explanation.h"
#include "report/moments.h"
#include "report/text.h"

const char *const dx_note_words[] = {
    [DX_NOTE_RULES] = "found by rules", [DX_NOTE_RESOLVED] = "fixed with",
    [DX_NOTE_SILENCED] = "silenced",    [DX_NOTE_UNSILENCED] = "no longer silenced",
    [DX_NOTE_ALIAS] = "counts as",      [DX_NOTE_TAG] = "tagged",
};

static void put(dx_teller *t, const char *label, unsigned hang, unsigned most)
{
    dx_tell(t, DX_PART_HEAD,
            (dx_para){.label = label, .tone = DX_TONE_BOLD, .hang = hang, .max_lines = most});
    dx_tell_block(t);
}

static void put_heading(dx_teller *t, const char *label)
{
    dx_buf_char(&t->sink.buf, '\n');
    put(t, label, 2, 1);
}

void dx_text_explanation_head(dx_teller *t)
{
    const struct dx_explanation *a = t->report->explanation;

    if (!a || a->what.n == 0)
        return;
    dx_say_log(t, a->what);
    put(t, "Read as", 2, 4);
    if (t->report->n_attempts > 0)
        dx_buf_char(&t->sink.buf, '\n');
}

static void put_about(dx_teller *t, const char *label, dx_str text)
{
    if (text.n == 0)
        return;
    dx_say_log(t, text);
    put(t, label, 6, 4);
}

static void put_codes(dx_teller *t, const struct dx_explanation *a)
{
    if (a->n_codes == 0)
        return;
    put_heading(t, "Codes");
    for (size_t i = 0; i < a->n_codes; i++) {
        const dx_report_code *c = &a->codes[i];
        dx_say_short(t, c->space, 40);
        if (c->name.n > 0) {
            dx_say(t, " ");
            dx_say_short(t, c->name, 48);
        }
        dx_say(t, ": ");
        dx_say_log(t, c->meaning.n > 0 ? c->meaning : DX_LIT("the tables do not know it"));
        dx_say(t, c->outcome ? " (an outcome, no cause)" : "");
        dx_buf label = {0};
        dx_buf_add(&label, DX_LIT("  "));
        dx_page_show_short(&t->page, &label, c->text, 30);
        dx_buf_char(&label, '\0');
        if (label.failed)
            t->page.failed = true;
        else
            put(t, label.p, 4, 3);
        dx_buf_done(&label);
        put_about(t, "    Sure:", c->sure);
        put_about(t, "    First:", c->first);
    }
}

static void put_nearest(dx_teller *t, const struct dx_explanation *a)
{
    for (size_t i = 0; i < a->n_nearest; i++) {
        dx_say_nearest(t, &a->nearest[i]);
        put(t, "Nearest known:", 2, 4);
    }
}

static void put_checks(dx_teller *t, const struct dx_explanation *a)
{
    if (a->rule.n == 0)
        return;
    dx_buf_char(&t->sink.buf, '\n');
    dx_say_log(t, a->rule);
    put(t, a->n_checks > 0 ? "Step by step:" : "No attempt to try:", 2, 2);
    for (size_t i = 0; i < a->n_checks; i++) {
        const dx_explained_check *c = &a->checks[i];
        dx_say_log(t, c->text);
        if (c->held)
            dx_buf_printf(&t->text, " (%+d)", c->points);
        if (c->line > 0)
            dx_buf_printf(&t->tail, "line %lu", (unsigned long)c->line);
        put(t, c->held ? "  yes " : "  no  ", 8, 4);
    }
}

static void say_when(dx_teller *t, int64_t us)
{
    char when[32] = "at an unknown time";

    if (us != DX_NO_TIME)
        dx_time_short(us, when);
    dx_say(t, when);
}

static void put_others(dx_teller *t, const struct dx_explanation *a)
{
    if (a->n_others == 0)
        return;
    put_heading(t, "Elsewhere");
    for (size_t i = 0; i < a->n_others; i++) {
        const dx_attempt_row *r = &a->others[i];
        say_when(t, r->happened_us);
        dx_say(t, "  ");
        dx_say_short(t, r->server, 24);
        dx_say(t, "  ");
        dx_say_short(t, r->product.n > 0 ? r->product : DX_LIT("setup"), 40);
        dx_buf_printf(&t->text, ": %s", dx_state_names[r->state]);
        if (r->key.n > 0)
            dx_buf_printf(&t->tail, "[key %.*s]", DX_FMT(r->key));
        put(t, " ", 2, 2);
    }
    if (a->all_others > (int64_t)a->n_others) {
        dx_buf_printf(&t->text, "and %lld more", (long long)(a->all_others - (int64_t)a->n_others));
        put(t, " ", 2, 1);
    }
}

static void put_notes(dx_teller *t, const struct dx_explanation *a)
{
    if (a->first_us == DX_NO_TIME && a->notes.n == 0)
        return;
    put_heading(t, "What happened to it");
    if (a->first_us != DX_NO_TIME) {
        say_when(t, a->first_us);
        dx_say(t, "  first seen; last seen ");
        say_when(t, a->last_us);
        if (a->standing.n > 0) {
            dx_say(t, "; now: ");
            dx_say_log(t, a->standing);
        }
        put(t, " ", 2, 2);
    }
    for (size_t i = 0; i < a->notes.n; i++) {
        const dx_note *n = &a->notes.rows[i];
        say_when(t, n->at_us);
        dx_say(t, "  ");
        dx_say(t, dx_note_words[n->kind]);
        dx_say(t, " ");
        dx_say_log(t, n->what);
        if (n->ticket.n > 0) {
            dx_say(t, ", ticket ");
            dx_say_short(t, n->ticket, 30);
        }
        if (n->by.n > 0 && n->kind != DX_NOTE_RULES) {
            dx_say(t, ", by ");
            dx_say_short(t, n->by, 30);
        }
        put(t, " ", 2, 2);
    }
}

static void put_moment(dx_teller *t, const dx_moment *m, bool by_time)
{
    char when[40];

    if (by_time)
        dx_time_short(m->time_us, when);
    dx_buf_printf(&t->text, "%s%sline %lu  ", by_time ? when : "", by_time ? "  " : "",
                  (unsigned long)m->line);
    if (m->mark.number > 0)
        dx_buf_printf(&t->text, "[%u] ", m->mark.number);
    else
        dx_buf_printf(&t->text, "%s: ", m->what);
    dx_say_log(t, m->text);
    put(t, " ", 6, 2);
}

static void put_timeline(dx_teller *t)
{
    const dx_report_attempt *a = t->report->attempts;
    dx_story s;

    if (t->report->n_attempts == 0)
        return;
    dx_story_tell(&s, t->report, a, a->verdict->n_findings > 0 ? &a->verdict->findings[0] : NULL);
    if (s.n == 0)
        return;
    put_heading(t, "Timeline of the attempt");
    for (size_t i = 0; i < s.n; i++)
        put_moment(t, &s.p[i], s.by_time);
}

static void put_questions(dx_teller *t, const struct dx_explanation *a)
{
    if (a->n_ask == 0)
        return;
    put_heading(t, "Ask whoever saw it");
    for (size_t i = 0; i < a->n_ask; i++) {
        dx_say(t, "- ");
        dx_say_log(t, a->ask[i]);
        put(t, " ", 2, 3);
    }
}

void dx_text_explanation_rest(dx_teller *t)
{
    const struct dx_explanation *a = t->report->explanation;

    if (!a)
        return;
    if (a->timeline)
        put_timeline(t);
    if (t->report->n_attempts + a->n_codes + a->n_nearest == 0) {
        dx_say(t, "No rule knows anything of it, and no error code in it has a known meaning.");
        put(t, NULL, 0, 2);
    }
    put_questions(t, a);
    put_codes(t, a);
    put_nearest(t, a);
    put_checks(t, a);
    put_others(t, a);
    put_notes(t, a);
}
