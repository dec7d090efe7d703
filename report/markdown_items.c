#include <inttypes.h>

#include "core/time.h"
#include "core/utf.h"
#include "report/markdown_report.h"
#include "report/tries.h"

void dx_md_place(dx_buf *out, const dx_case *of, uint32_t line)
{
    dx_buf place = {0};

    dx_place_says(&place, of, line);
    dx_md_code(out, dx_buf_str(&place));
    out->failed |= place.failed;
    dx_buf_done(&place);
}

static void put_time(dx_buf *out, int64_t us)
{
    char shown[32];

    if (us == DX_NO_TIME)
        return;
    dx_time_short(us, shown);
    dx_buf_printf(out, ", %s UTC", shown);
}

static void put_heading(dx_buf *out, dx_word word, dx_str server, dx_str title)
{
    dx_buf_printf(out, "## %s ", word.word);
    dx_md_text(out, server);
    dx_buf_add(out, DX_LIT(": "));
    dx_md_text(out, title);
    dx_buf_add(out, DX_LIT("\n\n"));
}

/* "**Label** text"; nothing when there is no text. */
static void put_labelled(dx_buf *out, const char *label, dx_str text)
{
    if (text.n == 0)
        return;
    dx_buf_printf(out, "**%s:** ", label);
    dx_md_text(out, text);
    dx_buf_add(out, DX_LIT("\n\n"));
}

static void put_event(dx_buf *out, const dx_report *r, size_t attempt, const dx_event *e,
                      size_t number)
{
    dx_buf_printf(out, "%zu. ", number);
    dx_md_place(out, dx_report_locate(r, &r->attempts[attempt], e), e->line);
    put_time(out, e->time_us);
    dx_buf_add(out, DX_LIT("\n\n"));
    dx_md_block(out, 4, e->text.n > 0 ? e->text : DX_LIT("(no text)"));
    dx_buf_add(out, DX_LIT("\n"));
    if (e->signature.n == 0)
        return;
    dx_buf_add(out, DX_LIT("    "));
    dx_md_code(out, e->signature);
    for (size_t i = 0; i < e->n_fields; i++) {
        dx_buf_add(out, i > 0 ? DX_LIT(", ") : DX_LIT(": "));
        dx_md_text(out, e->fields[i].name);
        dx_buf_char(out, ' ');
        dx_md_code(out, e->fields[i].text);
    }
    dx_buf_add(out, DX_LIT("\n\n"));
}

static void put_rivals(dx_buf *out, const char *heading, const dx_rival *p, size_t n)
{
    if (n == 0)
        return;
    dx_buf_printf(out, "### %s\n\n", heading);
    for (size_t i = 0; i < n; i++) {
        dx_buf_add(out, DX_LIT("- "));
        dx_md_text(out, p[i].title.n > 0 ? p[i].title : p[i].id);
        dx_buf_add(out, DX_LIT(" ("));
        dx_md_code(out, p[i].id);
        if (p[i].confidence > 0)
            dx_buf_printf(out, ", %d of 99)", p[i].confidence);
        else
            dx_buf_add(out, DX_LIT(", nothing speaks for it)"));
        if (p[i].tell.n > 0) {
            dx_buf_add(out, DX_LIT(" To tell: "));
            dx_md_text(out, p[i].tell);
        }
        if (p[i].differs.n > 0) {
            dx_buf_add(out, DX_LIT(" Only there: "));
            dx_md_text(out, p[i].differs);
        }
        dx_buf_char(out, '\n');
    }
    dx_buf_char(out, '\n');
}

/* ---- findings ---- */

static void put_detail(dx_buf *out, const char *label, dx_str text)
{
    if (text.n == 0)
        return;
    dx_buf_printf(out, "   - %s ", label);
    dx_md_code(out, text);
    dx_buf_char(out, '\n');
}

static void put_fix(dx_buf *out, const dx_finding *f)
{
    if (f->n_fix == 0)
        return;
    dx_buf_add(out, DX_LIT("### Do this\n\n"));
    for (size_t i = 0; i < f->n_fix; i++) {
        dx_buf_printf(out, "%zu. ", i + 1);
        dx_md_text(out, f->fix[i].act);
        dx_buf_char(out, '\n');
        put_detail(out, "Type:", f->fix[i].command);
        put_detail(out, "See:", f->fix[i].see);
        put_detail(out, "Undo:", f->fix[i].undo);
    }
    dx_buf_char(out, '\n');
}

static void put_sure(dx_buf *out, const dx_finding *f)
{
    dx_buf_printf(out, "**Sure:** %s, %d of 99\n\n| Points | Because | Sign |\n|--:|---|---|\n",
                  dx_certainty_names[dx_certainty_of(f->confidence)], f->confidence);
    for (size_t i = 0; i < f->n_evidence; i++) {
        const dx_evidence *e = &f->evidence[i];
        const size_t sign = dx_sign_of(f, i);
        if (dx_is_repeat(e))
            continue;
        dx_buf_printf(out, "| %+d | ", e->points);
        dx_md_text(out, e->why.n > 0 ? e->why : e->step);
        if (sign > 0)
            dx_buf_printf(out, " | %zu |\n", sign);
        else
            dx_buf_add(out, DX_LIT(" | |\n"));
    }
    dx_buf_char(out, '\n');
}

static void put_signs(dx_buf *out, const dx_report *r, size_t attempt, const dx_finding *f)
{
    size_t told = 0;

    dx_buf_add(out, DX_LIT("### Signs\n\n"));
    for (size_t i = 0; i < f->n_evidence; i++) {
        const size_t sign = dx_sign_of(f, i);
        if (sign <= told)
            continue;
        told = sign;
        put_event(out, r, attempt, f->evidence[i].event, sign);
    }
}

static void put_list(dx_buf *out, const char *heading, const dx_str *p, size_t n)
{
    if (n == 0)
        return;
    dx_buf_printf(out, "### %s\n\n", heading);
    for (size_t i = 0; i < n; i++) {
        dx_buf_add(out, DX_LIT("- "));
        dx_md_text(out, p[i]);
        dx_buf_char(out, '\n');
    }
    dx_buf_char(out, '\n');
}

static void put_history(dx_buf *out, const struct dx_report_history *h)
{
    char first[32] = "?", last[32] = "?";

    if (!h)
        return;
    if (h->first_us != DX_NO_TIME)
        dx_time_iso(h->first_us, first);
    if (h->last_us != DX_NO_TIME)
        dx_time_iso(h->last_us, last);
    dx_buf_printf(out,
                  "**History:** %" PRId64 " %s on %" PRId64 " %s from %s to %s, "
                  "resolved on %" PRId64 "; %" PRId64 " on this server\n\n",
                  h->attempts, dx_plural((size_t)h->attempts, "attempt", "attempts"), h->servers,
                  dx_plural((size_t)h->servers, "server", "servers"), first, last, h->resolved,
                  h->same_server);
}

static void put_state(dx_buf *out, const dx_finding *f)
{
    dx_buf_printf(out, "**State:** %s", dx_state_names[f->state]);
    if (f->state_why.n > 0) {
        dx_buf_add(out, DX_LIT(": "));
        dx_md_text(out, f->state_why);
    }
    dx_buf_add(out, DX_LIT("\n\n"));
}

static void put_identity(dx_buf *out, const char *key, size_t attempt)
{
    dx_buf_printf(out, "**Key:** `%.10s`, attempt %zu of this report\n\n", key, attempt + 1);
}

static void put_try(dx_buf *out, const dx_report *r, dx_try_kind kind, dx_try it)
{
    dx_buf_printf(out, "- attempt %zu of this report: ", it.attempt + 1);
    dx_md_place(out, r->attempts[it.attempt].of, dx_try_line(r, kind, it));
    dx_buf_char(out, '\n');
}

static void put_tries(dx_buf *out, const dx_report *r, dx_try_kind kind, dx_try it, dx_md_tries how)
{
    const dx_try latest = dx_tries_latest(r->tries, r, kind, it), *tries = NULL;
    const size_t n = dx_tries_of(r->tries, r, kind, it, &tries);

    if (latest.attempt != it.attempt)
        dx_buf_printf(out,
                      "**Told with:** attempt %zu of this report, the latest that shows it\n\n",
                      latest.attempt + 1);
    if (n == 0)
        return;
    dx_buf_add(out, DX_LIT("**Again** "));
    dx_tries_say(out, n, &r->attempts[tries[0].attempt].of->attempt,
                 &r->attempts[it.attempt].of->attempt);
    dx_buf_add(out, DX_LIT(":\n\n"));
    const size_t left =
        how == DX_MD_FEW_TRIES && n > DX_TRIES_SHOWN + 1 ? n - DX_TRIES_SHOWN - 1 : 0;
    for (size_t i = left; i < n; i++)
        put_try(out, r, kind, tries[i]);
    dx_md_more(out, left, "earlier attempt", "earlier attempts");
    dx_buf_char(out, '\n');
}

void dx_md_finding(dx_buf *out, const dx_report *r, size_t attempt, size_t which, dx_md_tries how)
{
    const dx_report_attempt *a = &r->attempts[attempt];
    const dx_finding *f = &a->verdict->findings[which];

    put_heading(out, dx_finding_word(a, f), f->server, f->title.n > 0 ? f->title : f->diagnosis);
    put_identity(out, f->key, attempt);
    put_state(out, f);
    put_tries(out, r, DX_TRY_FINDING, (dx_try){attempt, which}, how);
    put_labelled(out, "Cause", f->cause);
    put_fix(out, f);
    put_sure(out, f);
    put_signs(out, r, attempt, f);
    put_rivals(out, "Less likely", f->rivals, f->n_rivals);
    put_list(out, "Not seen", f->absent, f->n_absent);
    put_history(out, a->history ? &a->history[which] : NULL);
    put_list(out, "Source", f->refs, f->n_refs);
    dx_buf_add(out, DX_LIT("**Rule:** "));
    dx_md_code(out, f->diagnosis);
    dx_buf_add(out, DX_LIT(" of "));
    dx_md_text(out, r->ruleset_version);
    dx_buf_add(out, DX_LIT("\n\n"));
    put_labelled(out, "For", f->applies);
    put_labelled(out, "Class", f->cause_class);
}

/* ---- what is not certain ---- */

void dx_md_undecided(dx_buf *out, const dx_report *r, size_t attempt, size_t which, dx_md_tries how)
{
    const dx_undecided *u = &r->attempts[attempt].verdict->undecided[which];

    put_heading(out, (dx_word){"????", DX_TONE_WARN}, u->server, DX_LIT("cannot decide"));
    put_identity(out, u->key, attempt);
    put_tries(out, r, DX_TRY_UNDECIDED, (dx_try){attempt, which}, how);
    put_labelled(out, "To decide", u->question);
    put_rivals(out, "Possible causes", u->candidates, u->n_candidates);
    dx_buf_add(out, DX_LIT("### Signs\n\n"));
    for (size_t i = 0; i < u->n_events; i++)
        put_event(out, r, attempt, u->events[i], i + 1);
}

static void put_after(dx_buf *out, const char *label, dx_str text)
{
    if (text.n == 0)
        return;
    dx_buf_printf(out, "%s", label);
    dx_md_text(out, text);
}

void dx_md_codes(dx_buf *out, const dx_report_code *p, size_t n)
{
    if (n == 0)
        return;
    dx_buf_add(out, DX_LIT("### Codes\n\n"));
    for (size_t i = 0; i < n; i++) {
        const dx_report_code *c = &p[i];
        dx_buf_add(out, DX_LIT("- "));
        dx_md_code(out, c->text);
        dx_buf_add(out, DX_LIT(" (line "));
        dx_buf_printf(out, "%lu) ", (unsigned long)c->line);
        dx_md_text(out, c->name.n > 0 ? c->name : c->space);
        dx_buf_add(out, DX_LIT(": "));
        dx_md_text(out, c->meaning);
        dx_buf_add(out, c->outcome ? DX_LIT(" (an outcome, no cause)") : DX_NONE);
        put_after(out, " Sure: ", c->sure);
        put_after(out, " First: ", c->first);
        dx_buf_char(out, '\n');
    }
    dx_buf_char(out, '\n');
}

void dx_md_nearest(dx_buf *out, const dx_rival *p, size_t n)
{
    put_rivals(out, "Nearest known failures", p, n);
}

/* As grep shows them: "412:" is the line itself, "411-" one beside it. */
static void put_around(dx_buf *out, const dx_report_attempt *a)
{
    dx_buf lines = {0};

    if (a->n_around == 0)
        return;
    for (size_t i = 0; i < a->n_around; i++) {
        const dx_log_line *l = &a->around[i];
        dx_buf_printf(&lines, "%lu%c ", (unsigned long)l->number, l->own ? ':' : '-');
        dx_utf_visible(&lines, l->text, false);
        dx_buf_char(&lines, '\n');
    }
    dx_buf_add(out, DX_LIT("### Around the first error\n\n"));
    dx_md_block(out, 0, dx_buf_str(&lines));
    dx_buf_char(out, '\n');
    out->failed |= lines.failed;
    dx_buf_done(&lines);
}

static void put_puzzle_heading(dx_buf *out, const dx_report_attempt *a, size_t attempt)
{
    const dx_ending ending = dx_report_ending(a);
    const dx_str product = dx_attempt_fact(&a->of->attempt, "product");
    dx_buf title = {0};

    dx_buf_add(&title, product.n > 0 ? product : DX_LIT("setup"));
    if (ending <= DX_ENDED_UNCLEAR) {
        dx_puzzle_says(&title, a);
    } else {
        dx_buf_add(&title, dx_str_of(dx_ending_word_of(a)->says));
        dx_explained_says(&title, a);
    }
    put_heading(out, ending <= DX_ENDED_UNCLEAR ? dx_puzzle_word(a) : dx_ending_word_of(a)->word,
                a->of->attempt.server, dx_buf_str(&title));
    dx_buf_printf(out, "**Attempt:** %zu of this report\n\n", attempt + 1);
    out->failed |= title.failed;
    dx_buf_done(&title);
}

void dx_md_unknown(dx_buf *out, const dx_report *r, size_t attempt)
{
    const dx_report_attempt *a = &r->attempts[attempt];
    const dx_verdict *v = a->verdict;

    if (v->n_findings + v->n_undecided == 0)
        put_puzzle_heading(out, a, attempt);
    else if (v->n_unexplained > 0)
        dx_buf_add(out, DX_LIT("### Lines that look like errors and no rule explains\n\n"));
    for (size_t i = 0; i < v->n_unexplained; i++)
        put_event(out, r, attempt, v->unexplained[i], i + 1);
    put_around(out, a);
    dx_md_codes(out, a->codes, a->n_codes);
    dx_md_nearest(out, a->nearest, a->n_nearest);
}

/* ---- attempts ---- */

static void put_facts(dx_buf *out, const dx_attempt *a)
{
    for (size_t i = 0; i < a->n_facts; i++) {
        dx_buf_add(out, DX_LIT("  - "));
        dx_md_text(out, a->facts[i].name);
        dx_buf_add(out, DX_LIT(": "));
        dx_md_text(out, a->facts[i].value);
        if (a->facts[i].line > 0)
            dx_buf_printf(out, " (line %lu)\n", (unsigned long)a->facts[i].line);
        else {
            dx_buf_add(out, DX_LIT(" (from the "));
            dx_md_text(out, a->facts[i].how);
            dx_buf_add(out, DX_LIT(")\n"));
        }
    }
}

static void put_end(dx_buf *out, const dx_attempt *a)
{
    dx_buf_printf(out, "  - outcome: %s", dx_outcome_names[a->outcome]);
    if (a->outcome_line > 0)
        dx_buf_printf(out, " (line %lu)", (unsigned long)a->outcome_line);
    if (a->outcome_text.n > 0) {
        dx_buf_add(out, DX_LIT(": "));
        dx_md_text(out, a->outcome_text);
    }
    if (a->code.n > 0) {
        dx_buf_add(out, DX_LIT(", code "));
        dx_md_code(out, a->code);
    }
    dx_buf_char(out, '\n');
}

static void put_span(dx_buf *out, const dx_attempt *a)
{
    char digest[33];

    dx_buf_printf(out, "  - lines: %lu to %lu, format ", (unsigned long)a->first_line,
                  (unsigned long)a->last_line);
    dx_md_code(out, a->format);
    if (dx_report_digest(a, digest).n > 0) {
        dx_buf_add(out, DX_LIT(", hash "));
        dx_md_code(out, dx_str_of(digest));
    }
    dx_buf_char(out, '\n');
    if (a->began_us == DX_NO_TIME)
        return;
    dx_buf_add(out, DX_LIT("  - time"));
    put_time(out, a->began_us);
    if (a->ended_us != DX_NO_TIME)
        put_time(out, a->ended_us);
    dx_buf_add(out, DX_LIT("; zone: "));
    dx_md_text(out, a->zone);
    dx_buf_char(out, '\n');
}

void dx_md_attempt(dx_buf *out, const dx_report *r, size_t attempt)
{
    const dx_report_attempt *ra = &r->attempts[attempt];
    const dx_attempt *a = &ra->of->attempt;
    const dx_ending ending = dx_report_ending(ra);
    const dx_str product = dx_attempt_fact(a, "product");
    const dx_report_attempt *because =
        ending <= DX_ENDED_UNCLEAR ? dx_report_because(r, attempt) : NULL;

    dx_buf_printf(out, "- %s attempt %zu of ", dx_ending_word_of(ra)->word.word, attempt + 1);
    dx_md_text(out, a->server);
    dx_buf_add(out, DX_LIT(": "));
    dx_md_text(out, product.n > 0 ? product : DX_LIT("setup"));
    dx_buf_add(out, dx_str_of(dx_ending_word_of(ra)->says));
    if (because)
        dx_buf_printf(out, ", because attempt %zu inside it did",
                      (size_t)(because - r->attempts) + 1);
    dx_explained_says(out, ra);
    dx_buf_add(out, DX_LIT(", "));
    dx_md_place(out, ra->of, a->first_line);
    dx_buf_char(out, '\n');
    put_facts(out, a);
    put_end(out, a);
    put_span(out, a);
}
