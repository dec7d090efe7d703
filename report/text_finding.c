#include <stdio.h>

#include "core/time.h"
#include "report/text.h"
#include "report/tries.h"

enum { HANG = DX_HANG, MOST_SIGNS = 6, MOST_RIVALS = 3, MOST_OTHERS = 4 };

static void tell_head(dx_teller *t, const dx_report_attempt *a, const dx_finding *f)
{
    const dx_word word = dx_finding_word(a, f);

    dx_say_server(t, f->server);
    dx_say_title(t, f->title, f->diagnosis, 2 * t->page.columns);
    dx_say_key(t, f->key);
    dx_tell(t, DX_PART_HEAD,
            (dx_para){.label = word.word, .tone = word.tone, .hang = HANG, .max_lines = 2});
    if (f->state == DX_OPEN)
        return;
    dx_say(t, dx_state_names[f->state]);
    if (f->state_why.n > 0) {
        dx_say(t, ": ");
        dx_say_log(t, f->state_why);
    }
    dx_tell(t, DX_PART_STATE,
            (dx_para){.label = "State", .tone = DX_TONE_BOLD, .hang = HANG, .max_lines = 5});
}

static void tell_cause(dx_teller *t, const dx_finding *f)
{
    if (f->cause.n == 0)
        return;
    dx_say_log(t, f->cause);
    dx_tell(t, DX_PART_CAUSE,
            (dx_para){.label = "Cause", .tone = DX_TONE_BOLD, .hang = HANG, .max_lines = 5});
}

static void say_evidence(dx_teller *t, const dx_finding *f, size_t which, bool first)
{
    const dx_evidence *e = &f->evidence[which];
    const size_t sign = dx_sign_of(f, which);

    dx_say(t, first ? ": " : "; ");
    dx_say_log(t, e->why.n > 0 ? e->why : e->step);
    if (sign > 0 && sign <= MOST_SIGNS)
        dx_buf_printf(&t->text, " [%zu]", sign);
    dx_buf_printf(&t->text, " %+d", e->points);
}

static void tell_sure(dx_teller *t, const dx_finding *f)
{
    enum { MOST_EVIDENCE = 12 };
    size_t told = 0, more = 0;

    dx_buf_printf(&t->text, "%s, %d of 99", dx_certainty_names[dx_certainty_of(f->confidence)],
                  f->confidence);
    for (size_t i = 0; i < f->n_evidence; i++) {
        if (f->evidence[i].points == 0)
            continue;
        if (told < MOST_EVIDENCE)
            say_evidence(t, f, i, told++ == 0);
        else
            more++;
    }
    if (more > 0)
        dx_buf_printf(&t->text, "; %zu more", more);
    dx_tell(t, DX_PART_SURE,
            (dx_para){.label = "Sure", .tone = DX_TONE_BOLD, .hang = HANG, .max_lines = 6});
}

static void tell_detail(dx_teller *t, const char *label, dx_str text)
{
    if (text.n == 0)
        return;
    dx_say_log(t, text);
    dx_tell(t, DX_PART_FIX, (dx_para){.label = label, .indent = 5, .hang = 11, .max_lines = 3});
}

static void tell_fix(dx_teller *t, const dx_finding *f)
{
    char number[16];

    if (f->n_fix == 0)
        return;
    dx_buf_char(&t->part[DX_PART_FIX], '\n');
    dx_tell(t, DX_PART_FIX, (dx_para){.label = "Do this", .tone = DX_TONE_BOLD});
    for (size_t i = 0; i < f->n_fix && i < DX_BLOCK_LINES; i++) {
        (void)snprintf(number, sizeof number, "%lu.", (unsigned long)(i + 1));
        dx_say_log(t, f->fix[i].act);
        dx_tell(t, DX_PART_FIX, (dx_para){.label = number, .indent = 2, .hang = 5, .max_lines = 4});
        tell_detail(t, "Type:", f->fix[i].command);
        tell_detail(t, "See:", f->fix[i].see);
        tell_detail(t, "Undo:", f->fix[i].undo);
    }
}

static void tell_repeats(dx_teller *t, const dx_finding *f)
{
    const char *before = "said again in line ";

    for (size_t i = 0; i < f->n_evidence; i++) {
        if (!dx_is_repeat(&f->evidence[i]))
            continue;
        dx_buf_printf(&t->text, "%s%u", before, (unsigned)f->evidence[i].event->line);
        before = ", ";
    }
    if (t->text.n > 0)
        dx_tell(t, DX_PART_SIGNS, (dx_para){.indent = DX_HANG, .hang = DX_HANG, .max_lines = 1});
}

static void tell_signs(dx_teller *t, const dx_item *item, const dx_finding *f)
{
    size_t told = 0;

    dx_tell_signs_head(t, item);
    for (size_t i = 0; i < f->n_evidence; i++) {
        const size_t sign = dx_is_repeat(&f->evidence[i]) ? 0 : dx_sign_of(f, i);
        if (sign <= told)
            continue;
        told = sign;
        if (sign <= MOST_SIGNS)
            dx_tell_sign(t, DX_PART_SIGNS, sign, item, f->evidence[i].event);
    }
    dx_tell_more(t, DX_PART_SIGNS, told > MOST_SIGNS ? told - MOST_SIGNS : 0, "signs");
    tell_repeats(t, f);
}

static void tell_list(dx_teller *t, dx_part part, const char *label, const dx_str *p, size_t n)
{
    enum { MOST = 5 };

    if (n == 0)
        return;
    for (size_t i = 0; i < n && i < MOST; i++) {
        dx_say(t, i > 0 ? "; " : "");
        dx_say_log(t, p[i]);
    }
    if (n > MOST)
        dx_buf_printf(&t->text, "; %zu more", n - MOST);
    dx_tell(t, part, (dx_para){.label = label, .tone = DX_TONE_BOLD, .hang = 2, .max_lines = 4});
}

/* "Again in 3 attempts, ..." above the story of the latest. */
void dx_tell_again(dx_teller *t, const dx_item *item)
{
    const dx_report_attempt *all = t->report->attempts;

    if (item->n_same == 0)
        return;
    dx_tries_say(&t->text, item->n_same + 1, &all[item->same[item->n_same - 1].attempt].of->attempt,
                 &all[item->attempt].of->attempt);
    dx_tell(t, DX_PART_STATE,
            (dx_para){.label = "Again", .tone = DX_TONE_BOLD, .hang = HANG, .max_lines = 2});
}

static bool in_same_log(const dx_case *x, const dx_case *y)
{
    return dx_str_eq(x->path, y->path) && dx_str_eq(x->member, y->member);
}

static dx_str title_of(const dx_teller *t, const dx_item *item)
{
    const dx_verdict *v = t->report->attempts[item->attempt].verdict;

    return item->kind == DX_ITEM_FINDING ? v->findings[item->which].title : DX_NONE;
}

static void say_other(dx_teller *t, const dx_item *item, const dx_item *same)
{
    const dx_case *own = t->report->attempts[item->attempt].of;
    const dx_case *other = t->report->attempts[same->attempt].of;
    const dx_try_kind kind = item->kind == DX_ITEM_FINDING ? DX_TRY_FINDING : DX_TRY_UNDECIDED;
    const uint32_t line = dx_try_line(t->report, kind, (dx_try){same->attempt, same->which});

    dx_buf_printf(&t->text, "attempt %u (", (unsigned)other->attempt.ordinal);
    if (in_same_log(own, other))
        dx_buf_printf(&t->text, "line %u", (unsigned)line);
    else {
        dx_say_place(t, other, line, 40);
        dx_buf_add(&t->text, dx_buf_str(&t->tail));
        dx_buf_clear(&t->tail);
    }
    dx_say(t, ")");
    if (!dx_str_eq(title_of(t, same), title_of(t, item))) {
        dx_say(t, ": ");
        dx_say_short(t, title_of(t, same), 2 * t->page.columns);
    }
}

/* The same failure in other attempts of the server; what they name may differ. */
void dx_tell_others(dx_teller *t, const dx_item *item)
{
    if (item->n_same == 0)
        return;
    dx_say(t, "in ");
    for (size_t i = 0; i < item->n_same && i < MOST_OTHERS; i++) {
        dx_say(t, i > 0 ? ", " : "");
        say_other(t, item, &item->same[i]);
    }
    if (item->n_same > MOST_OTHERS)
        dx_buf_printf(&t->text, " and %zu more", item->n_same - MOST_OTHERS);
    dx_tell(t, DX_PART_ALSO,
            (dx_para){.label = "Also", .tone = DX_TONE_BOLD, .hang = HANG, .max_lines = 6});
}

void dx_tell_unexplained(dx_teller *t, const dx_item *item)
{
    const dx_verdict *v = dx_item_attempt(t, item)->verdict;
    const size_t n = v->n_unexplained;

    if (n == 0 || item->which > 0)
        return;
    dx_buf_printf(&t->text, "%zu %s in this attempt that no rule explains: %s ", n,
                  dx_plural(n, "error", "errors"), dx_plural(n, "line", "lines"));
    for (size_t i = 0; i < n && i < MOST_SIGNS; i++)
        dx_buf_printf(&t->text, "%s%u", i > 0 ? ", " : "", (unsigned)v->unexplained[i]->line);
    dx_say(t, n > MOST_SIGNS ? ", ..." : "");
    dx_tell(t, DX_PART_ALSO, (dx_para){.label = "Also", .tone = DX_TONE_BOLD, .hang = HANG});
}

static void tell_history(dx_teller *t, const struct dx_report_history *h)
{
    char first[32], last[32];

    if (!h || h->attempts < 2)
        return;
    dx_buf_printf(&t->text, "seen in %lld attempts on %lld %s", (long long)h->attempts,
                  (long long)h->servers, dx_plural((size_t)h->servers, "server", "servers"));
    if (h->first_us != DX_NO_TIME && h->last_us != DX_NO_TIME) {
        dx_time_iso(h->first_us, first);
        dx_time_iso(h->last_us, last);
        dx_buf_printf(&t->text, " from %.10s to %.10s", first, last);
    }
    dx_buf_printf(&t->text, "; now resolved on %lld; %lld %s on this server",
                  (long long)h->resolved, (long long)h->same_server,
                  dx_plural((size_t)h->same_server, "attempt", "attempts"));
    dx_tell(t, DX_PART_HISTORY,
            (dx_para){.label = "History:", .tone = DX_TONE_BOLD, .hang = 2, .max_lines = 2});
}

static void tell_source(dx_teller *t, const dx_finding *f)
{
    for (size_t i = 0; i < f->n_refs && i < MOST_OTHERS; i++) {
        dx_say_log(t, f->refs[i]);
        dx_say(t, i + 1 < f->n_refs ? ", " : "; ");
    }
    dx_say(t, "rule ");
    dx_say_log(t, f->diagnosis);
    if (t->report->ruleset_version.n > 0) {
        dx_say(t, " of ");
        dx_say_short(t, t->report->ruleset_version, 20);
    }
    if (f->applies.n > 0) {
        dx_say(t, "; for ");
        dx_say_log(t, f->applies);
    }
    dx_tell(t, DX_PART_SOURCE,
            (dx_para){.label = "Source:", .tone = DX_TONE_BOLD, .hang = 2, .max_lines = 5});
}

/* What is of use as long as the failure stands. */
static void tell_doubts(dx_teller *t, const dx_finding *f)
{
    for (size_t i = 0; i < f->n_rivals && i < MOST_RIVALS; i++)
        dx_tell_rival(t, &f->rivals[i], "Less likely:");
    dx_tell_more(t, DX_PART_RIVALS, f->n_rivals > MOST_RIVALS ? f->n_rivals - MOST_RIVALS : 0,
                 "possible causes");
    tell_list(t, DX_PART_ABSENT, "Not seen:", f->absent, f->n_absent);
}

void dx_text_finding(dx_teller *t, const dx_item *item)
{
    const dx_report_attempt *a = dx_item_attempt(t, item);
    const dx_finding *f = &a->verdict->findings[item->which];

    if (t->first_key.n == 0) {
        t->first_key = dx_key_str(f->key);
        t->first_open = f->state != DX_RESOLVED;
    }
    tell_head(t, a, f);
    dx_tell_again(t, item);
    dx_tell_elsewhere(t, item);
    tell_cause(t, f);
    tell_sure(t, f);
    tell_signs(t, item, f);
    if (f->state != DX_RESOLVED) {
        tell_fix(t, f);
        tell_doubts(t, f);
        dx_tell_unexplained(t, item);
    }
    dx_tell_others(t, item);
    tell_history(t, a->history ? &a->history[item->which] : NULL);
    tell_source(t, f);
    dx_tell_block(t);
}
