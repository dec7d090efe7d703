#include "report/ticket.h"

#include <inttypes.h>

#include "core/time.h"
#include "core/utf.h"
#include "report/cmdline.h"
#include "report/sink.h"
#include "report/ticket_lines.h"
#include "report/ticket_user.h"
#include "report/words.h"

const char *const dx_voice_names[] = {"user", "agent", "escalation", NULL};

enum { MOST = 96, MOST_SIGNS = 4, MOST_LOG = 8, CLIP = 300, LOG_CLIP = 200 };

typedef struct ticket {
    const dx_report *report;
    const dx_report_attempt *of;
    const dx_finding *finding;     /* or NULL */
    const dx_undecided *undecided; /* or NULL; one of both is there */
    dx_arena *arena;
    dx_ticket_line line[MOST];
    size_t n;
    bool failed;
} ticket;

/* ---- putting lines together ---- */

static void add(ticket *t, dx_ticket_line line)
{
    if (t->n < MOST)
        t->line[t->n++] = line;
}

/* What does not fit gets an ellipsis. */
static dx_str clip(ticket *t, dx_str s, size_t most)
{
    s = dx_str_trim(s);
    if (s.n <= most)
        return s;
    const dx_str cut =
        dx_arena_printf(t->arena, "%.*s\xE2\x80\xA6", DX_FMT(dx_utf_prefix(s, most)));
    t->failed |= !cut.p;
    return cut;
}

static dx_str made(ticket *t, dx_str s)
{
    t->failed |= !s.p;
    return s;
}

static void point(ticket *t, unsigned spare, const char *label, dx_str text)
{
    if (text.n > 0)
        add(t,
            (dx_ticket_line){DX_TICKET_POINT, spare, label, clip(t, text, CLIP), DX_NONE, DX_NONE});
}

static void head(ticket *t, const char *text)
{
    add(t, (dx_ticket_line){DX_TICKET_HEAD, 0, NULL, dx_str_of(text), DX_NONE, DX_NONE});
}

/* All of its lines as one: what decides often stands in the last. */
static dx_str folded(ticket *t, dx_str s)
{
    char *p = dx_arena_get(t->arena, s.n + 1);
    size_t n = 0;

    for (size_t i = 0; p && i < s.n; i++) {
        const bool blank = s.p[i] == ' ' || s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == '\t';
        if (!blank || (n > 0 && p[n - 1] != ' '))
            p[n++] = blank ? ' ' : s.p[i];
    }
    return made(t, (dx_str){p, n});
}

/* "MAIL01/Setup.log:412: the text" */
static dx_str log_line(ticket *t, const dx_event *e, size_t most)
{
    dx_buf place = {0};
    const dx_case *log = dx_report_locate(t->report, t->of, e);

    /* what came by standard input has no name that anybody could open */
    if (log && dx_str_eq(log->path, DX_LIT("-")))
        dx_buf_printf(&place, "pasted text, line %lu", (unsigned long)e->line);
    else
        dx_place_says(&place, log, e->line);
    const dx_str s = made(t, dx_arena_printf(t->arena, "%.*s: %.*s", DX_FMT(dx_buf_str(&place)),
                                             DX_FMT(clip(t, folded(t, e->text), most))));
    t->failed |= place.failed;
    dx_buf_done(&place);
    return s;
}

/* The i-th sign, or NULL. */
static const dx_event *sign(const ticket *t, size_t i)
{
    if (t->undecided)
        return i < t->undecided->n_events ? t->undecided->events[i] : NULL;
    for (size_t k = 0; k < t->finding->n_evidence; k++)
        if (dx_sign_of(t->finding, k) == i + 1)
            return t->finding->evidence[k].event;
    return NULL;
}

static const char *key(const ticket *t)
{
    return t->finding ? t->finding->key : t->undecided->key;
}

static dx_str product(ticket *t)
{
    const dx_attempt *a = &t->of->of->attempt;
    const dx_str name = dx_attempt_fact(a, "product"), version = dx_attempt_fact(a, "version");

    if (name.n == 0 || version.n == 0 || dx_str_ifind(name, version, 0) != SIZE_MAX)
        return name;
    return made(t, dx_arena_printf(t->arena, "%.*s %.*s", DX_FMT(name), DX_FMT(version)));
}

/* ---- the user ---- */

/* The product is what installs others, as a package manager: it is not what was installed. */
static bool by_tool(const dx_attempt *a)
{
    const dx_fact *product = dx_attempt_find(a, "product");

    return product && dx_str_eq(product->how, DX_LIT(DX_HOW_TOOL));
}

static dx_str what_happened(ticket *t)
{
    const dx_attempt *a = &t->of->of->attempt;
    const dx_str name = dx_attempt_fact(a, "product");
    const bool known = dx_server_named(a->server);
    const char *how = by_tool(a) ? " with " : " of ";

    return made(t, dx_arena_printf(t->arena, "The installation%s%.*s%s%.*s did not work.",
                                   name.n ? how : "", DX_FMT(name), known ? " on " : "",
                                   DX_FMT(known ? a->server : DX_LIT(""))));
}

static dx_str what_we_do(ticket *t)
{
    const dx_finding *f = t->finding;
    const char *reason = dx_plain_reason(f->cause_class);

    if (f->state == DX_RESOLVED)
        return DX_LIT("It has worked since, so nothing is left to do.");
    if (f->state == DX_SAID_FIXED)
        return DX_LIT("We have put that right since; please tell us if it happens again.");
    return made(t, dx_arena_printf(
                       t->arena, "%s%s%s%s%s", reason ? "The reason: " : "We know the reason.",
                       reason ? reason : "", reason ? "." : "",
                       dx_certainty_of(f->confidence) >= DX_LIKELY
                           ? " We will put that right and run the installation again."
                           : " We are not certain yet and will check that first.",
                       dx_fix_restarts(f) ? " The computer may have to be restarted; we will agree "
                                            "on a time with you."
                                          : ""));
}

static bool is_done(const dx_finding *f)
{
    return f->state == DX_RESOLVED || f->state == DX_SAID_FIXED;
}

static void add_user(ticket *t)
{
    dx_str rest;

    head(t, "Reply to the user");
    if (t->finding)
        rest = made(t, dx_arena_printf(t->arena, "%.*s%s", DX_FMT(what_we_do(t)),
                                       is_done(t->finding)
                                           ? ""
                                           : " You need not do anything; we will write when it is "
                                             "done."));
    else
        rest = made(t, dx_arena_printf(t->arena,
                                       "We cannot tell yet why. One thing would tell us: %.*s",
                                       DX_FMT(t->undecided->question)));
    add(t, (dx_ticket_line){DX_TICKET_PARA, 0, NULL, what_happened(t), DX_NONE, rest});
}

/* ---- the agent ---- */

static void add_fix(ticket *t)
{
    for (size_t i = 0; i < t->finding->n_fix; i++) {
        const dx_fix_step *s = &t->finding->fix[i];
        dx_str after = DX_NONE, act = clip(t, s->act, CLIP);
        if (s->command.n > 0)
            act = made(t, dx_arena_printf(t->arena, "%.*s Type:", DX_FMT(act)));
        if (s->see.n > 0)
            after =
                made(t, dx_arena_printf(t->arena, "(success: %.*s)", DX_FMT(clip(t, s->see, 120))));
        if (s->undo.n > 0)
            after = made(t, dx_arena_printf(t->arena, "%.*s%s(to undo: %.*s)", DX_FMT(after),
                                            after.n ? " " : "", DX_FMT(clip(t, s->undo, 120))));
        add(t, (dx_ticket_line){DX_TICKET_STEP, i < 8 ? 2 : 5, NULL, act, clip(t, s->command, CLIP),
                                after});
    }
}

static dx_str ledger(ticket *t)
{
    const dx_finding *f = t->finding;
    dx_str all =
        made(t, dx_arena_printf(t->arena, "%s, %d of 99:",
                                dx_certainty_names[dx_certainty_of(f->confidence)], f->confidence));

    for (size_t i = 0, told = 0; i < f->n_evidence && told < 4; i++)
        if (f->evidence[i].points != 0) {
            all = made(t, dx_arena_printf(t->arena, "%.*s%s %.*s (%+d)", DX_FMT(all),
                                          told > 0 ? ";" : "", DX_FMT(f->evidence[i].why),
                                          f->evidence[i].points));
            told++;
        }
    return all;
}

static void add_rivals(ticket *t, const char *label, const dx_rival *p, size_t n)
{
    for (size_t i = 0; i < n && i < 3; i++)
        point(t, 6, label,
              made(t, dx_arena_printf(t->arena, "%.*s. To tell: %.*s",
                                      DX_FMT(p[i].title.n ? p[i].title : p[i].id),
                                      DX_FMT(p[i].tell))));
}

/* What a person pasted may have other words than the signs. */
static void add_reading(ticket *t)
{
    point(t, 2, "Read as:", dx_attempt_fact(&t->of->of->attempt, DX_FACT_READ_AS));
}

static void add_agent_finding(ticket *t)
{
    const dx_finding *f = t->finding;

    point(t, 0, "What:", f->title);
    if (f->state != DX_OPEN)
        point(t, 0, "State:",
              made(t, dx_arena_printf(t->arena, "%s%s%.*s", dx_state_names[f->state],
                                      f->state_why.n ? ": " : "", DX_FMT(f->state_why))));
    point(t, 0, "Cause:", f->cause);
    point(t, 3, "Sure:", ledger(t));
    if (f->state != DX_RESOLVED)
        add_fix(t);
    for (size_t i = 0; i < MOST_SIGNS && sign(t, i); i++)
        point(t, 4, "Sign:", log_line(t, sign(t, i), LOG_CLIP));
    add_reading(t);
    add_rivals(t, "Or:", f->rivals, f->n_rivals);
    for (size_t i = 0; i < f->n_absent && i < 2; i++)
        point(t, 7, "Not seen:", f->absent[i]);
}

static void add_agent(ticket *t)
{
    head(t, "Notes");
    if (t->finding) {
        add_agent_finding(t);
        return;
    }
    point(t, 0, "What:", DX_LIT("several causes are possible, none is certain"));
    point(t, 0, "Ask:", t->undecided->question);
    add_rivals(t, "Perhaps:", t->undecided->candidates, t->undecided->n_candidates);
    for (size_t i = 0; i < MOST_SIGNS && sign(t, i); i++)
        point(t, 4, "Sign:", log_line(t, sign(t, i), LOG_CLIP));
    add_reading(t);
}

/* ---- the next level ---- */

static dx_str when(ticket *t)
{
    const dx_attempt *a = &t->of->of->attempt;
    char began[32];

    if (a->began_us == DX_NO_TIME)
        return DX_NONE;
    dx_time_short(a->began_us, began);
    return made(t, dx_arena_printf(t->arena, "%s UTC (zone: %.*s)", began,
                                   DX_FMT(a->zone.n ? a->zone : DX_LIT("unknown"))));
}

static void add_facts(ticket *t)
{
    const dx_attempt *a = &t->of->of->attempt;
    const char *result =
        a->outcome == DX_UNDECIDED ? "the log does not say" : dx_outcome_names[a->outcome];

    point(t, 1, "Server:", a->server);
    point(t, 1, "Product:", product(t));
    point(t, 3, "System:", dx_attempt_fact(a, "os"));
    point(t, 6, "User:", dx_attempt_fact(a, "user"));
    point(t, 2, "When:", when(t));
    point(t, 5, "Result:",
          a->code.n > 0
              ? made(t, dx_arena_printf(t->arena, "%s, code %.*s", result, DX_FMT(a->code)))
              : dx_str_of(result));
}

/* "3 attempts on 2 servers, this one included, from 2014-02-17 to 2014-02-18; 2 of them on this
 * server; resolved on 1" */
static dx_str seen(ticket *t, const struct dx_report_history *h)
{
    char first[32] = "", last[32] = "";
    const bool when = h->first_us != DX_NO_TIME && h->last_us != DX_NO_TIME;

    if (h->attempts <= 1)
        return DX_LIT("nowhere else in the store");
    if (when) {
        dx_time_iso(h->first_us, first);
        dx_time_iso(h->last_us, last);
    }
    return made(t,
                dx_arena_printf(
                    t->arena,
                    "%" PRId64 " %s on %" PRId64 " %s, this one included%s%.10s%s%.10s; %" PRId64
                    " of them on this server; resolved on %" PRId64,
                    h->attempts, dx_plural((size_t)h->attempts, "attempt", "attempts"), h->servers,
                    dx_plural((size_t)h->servers, "server", "servers"), when ? ", from " : "",
                    first, when ? " to " : "", last, h->same_server, h->resolved));
}

static void add_tried(ticket *t)
{
    const struct dx_report_history *h = t->of->history;

    if (t->finding && t->finding->state != DX_OPEN)
        point(t, 2, "Tried:",
              t->finding->state_why.n ? t->finding->state_why
                                      : dx_str_of(dx_state_names[t->finding->state]));
    if (h && t->finding)
        point(t, 3, "Seen:", seen(t, h));
}

/* So that the next level knows whether it looks at the same log. */
static void add_digest(ticket *t)
{
    char digest[33];
    const dx_str known = dx_report_digest(&t->of->of->attempt, digest);

    if (known.n > 0)
        add(t, (dx_ticket_line){DX_TICKET_POINT, 3, "Same log:", DX_NONE,
                                made(t, dx_arena_copy(t->arena, known)),
                                DX_LIT("(hash of its lines in any copy: setupdx scan -f json COPY, "
                                       "attempts[].digest)")});
}

static void add_escalation(ticket *t)
{
    const dx_report *r = t->report;

    head(t, "Escalation");
    add(t, (dx_ticket_line){DX_TICKET_POINT, 0, "Incident key:", DX_NONE, dx_key_str(key(t)),
                            DX_LIT("(the same failure has the same key: search tickets for it)")});
    add_facts(t);
    add_tried(t);
    add_digest(t);
    for (size_t i = 0; i < MOST_LOG && sign(t, i); i++)
        add(t, (dx_ticket_line){DX_TICKET_LOG, 3, NULL, log_line(t, sign(t, i), LOG_CLIP), DX_NONE,
                                DX_NONE});
    point(t, 1, "Known by:",
          made(t, dx_arena_printf(t->arena, "rule %.*s of %.*s (digest %.8s), setupdx %.*s",
                                  DX_FMT(t->finding ? t->finding->diagnosis : DX_LIT("none")),
                                  DX_FMT(r->ruleset_version),
                                  r->ruleset_digest.n >= 8 ? r->ruleset_digest.p : "unknown",
                                  DX_FMT(r->program_version))));
    if (t->finding)
        for (size_t i = 0; i < t->finding->n_refs && i < 3; i++)
            point(t, 5, "Article:", t->finding->refs[i]);
    const dx_str explain = dx_arena_printf(t->arena, "setupdx explain %.10s", key(t));
    add(t, (dx_ticket_line){DX_TICKET_POINT, 0, "All of it:", DX_NONE,
                            made(t, dx_cmdline_with_db(t->arena, explain, r->db)), DX_NONE});
}

/* ---- the whole ---- */

/* The last of those that can be spared most easily goes. */
static bool drop_one(ticket *t)
{
    size_t at = t->n;

    for (size_t i = 0; i < t->n; i++)
        if (t->line[i].spare > 0 && (at == t->n || t->line[i].spare >= t->line[at].spare))
            at = i;
    if (at == t->n)
        return false;
    for (size_t i = at; i + 1 < t->n; i++)
        t->line[i] = t->line[i + 1];
    t->n--;
    return true;
}

static void compose(ticket *t, unsigned voices)
{
    static void (*const tellers[])(ticket *) = {[DX_VOICE_USER] = add_user,
                                                [DX_VOICE_AGENT] = add_agent,
                                                [DX_VOICE_ESCALATION] = add_escalation};

    for (unsigned v = 0; v < DX_VOICES; v++)
        if (voices & 1u << v)
            tellers[v](t);
    while (dx_ticket_height(t->line, t->n) > DX_TICKET_LINES && drop_one(t))
        ;
}

dx_rc dx_ticket_write(const dx_report *r, size_t attempt, const char *markup, unsigned voices,
                      const dx_out *out, dx_err *err)
{
    const dx_verdict *v = r->attempts[attempt].verdict;
    ticket t = {.report = r,
                .of = &r->attempts[attempt],
                .finding = v->n_findings > 0 ? &v->findings[0] : NULL,
                .arena = dx_arena_new(0)};
    dx_sink sink;

    if (!t.arena)
        return dx_nomem(err);
    t.undecided = t.finding ? NULL : &v->undecided[0];
    compose(&t, voices);
    dx_sink_open(&sink, out, err);
    dx_ticket_render(&sink.buf, markup, t.line, t.n);
    sink.buf.failed |= t.failed;
    dx_arena_free(t.arena);
    return dx_sink_close(&sink);
}
