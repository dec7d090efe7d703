/* What the files of diagnosis/ share: one attempt on the bench, and rules heard on it.
 * Private to this folder.  Memory that ran out is remembered in `failed`; the entry points
 * look at it once, so a helper that fails only has to leave something harmless behind. */
#ifndef DX_DIAGNOSIS_BENCH_H
#define DX_DIAGNOSIS_BENCH_H
#include "diagnosis/diagnose.h"

#define DX_UNBOUND SIZE_MAX

typedef struct dx_bench {
    const dx_rulebook *book;
    const dx_case *subject;
    const dx_case *others; /* of the same server; those of another one are passed over */
    size_t n_others;
    bool *present; /* by signature index: an event of the subject carries it */
    bool *touched; /* by rule index: some step sees something */
    size_t n_touched;
    dx_arena *into;    /* the caller's: what is handed out */
    dx_arena *scratch; /* ours: gone with the bench */
    dx_regex_scratch *rx;
    bool failed; /* out of memory */
} dx_bench;

/* False when out of memory; dx_bench_close() is due either way. */
bool dx_bench_open(dx_bench *bench, const dx_rulebook *book, const dx_case *subject,
                   dx_arena *into);
void dx_bench_close(dx_bench *bench);
void *dx_bench_get(dx_bench *bench, dx_arena *arena, size_t n, size_t size); /* zeroed array */
dx_str dx_bench_copy(dx_bench *bench, dx_str s);                             /* into `into` */

/* ---- bind.c: which events the steps of a rule see ---- */

/* Where one step would fit. */
typedef struct dx_places {
    size_t n, n_elsewhere;
    const size_t *at;                 /* rising indices of the subject's events */
    const dx_event *const *elsewhere; /* in other attempts; for `anywhere` and `inside` */
} dx_places;

typedef struct dx_binding {
    const dx_rule *rule;
    const dx_event **event; /* by step, NULL = unbound; itself NULL = nothing is bound */
    size_t *place;          /* by step; DX_UNBOUND when unbound or in another attempt */
    size_t pivot;           /* the step from which the others were found */
    bool complete;          /* every `must` step is bound */
    long long sum;          /* points, not clamped */
} dx_binding;

typedef enum dx_fate {
    DX_H_OUT, /* incomplete or below its floor */
    DX_H_FINDING,
    DX_H_OUTWEIGHED, /* a rival explains the same event clearly better */
    DX_H_ASIDE,      /* a general rule that stands: dx_contest_aside() decides */
    DX_H_TIED        /* a rival explains the same event about as well */
} dx_fate;

/* One rule, heard on the attempt on the bench. */
typedef struct dx_hearing {
    const dx_rule *rule;
    const dx_places *places; /* by step */
    dx_binding best;         /* of the candidates for the first `must` step */
    bool *claims;            /* by event: bound by a complete candidate, the best or another */
    int confidence;          /* 0 unless best.complete, and when tolerated */
    bool tolerated; /* the attempt succeeded and the rule is not for those: it never stands */
    dx_fate fate;
} dx_hearing;

bool dx_step_sees(const dx_rule_step *step, const dx_event *event); /* without its `where` */
/* The event is of this signature, under any id that it has had, or of one that refines it. */
bool dx_signature_carried(const dx_signature *sig, const dx_event *event);
/* Looks at a rule in this attempt: binds its steps in every way that begins at an event.  False
 * when out of memory, with *out left alone. */
bool dx_hear(dx_bench *bench, const dx_rule *rule, dx_hearing *out);
/* The best binding that begins at one of `places`, whatever the step and complete or not.
 * False when the rule sees none of them. */
bool dx_hear_from(dx_bench *bench, const dx_hearing *h, const size_t *places, size_t n,
                  dx_binding *out);
/* The candidate whose first `must` step is the event at `place`; false when it is not complete. */
bool dx_hear_at(dx_bench *bench, const dx_hearing *h, size_t place, dx_binding *out);
bool dx_step_fits(const dx_hearing *h, size_t step, size_t place); /* the step may bind there */
/* The event repeats one that the best binding holds: setups say the same failure several times. */
bool dx_hearing_repeats(const dx_hearing *h, size_t place);
bool dx_close_enough(const dx_rule *rule, const dx_event *a, const dx_event *b); /* `gap` */
const dx_event *dx_hearing_anchor(const dx_hearing *h); /* NULL when incomplete */
bool dx_hearing_stands(const dx_hearing *h); /* complete, at its floor, and not tolerated */

/* ---- ledger.c: points ---- */

typedef struct dx_value {
    bool unbound; /* its step is not bound */
    bool have, is_number;
    dx_str text;
    int64_t number;
    size_t step; /* DX_UNBOUND for facts of the attempt */
} dx_value;

/* A field of one event as the log wrote it ("0xc002007e"), or a part of it; DX_NONE without. */
dx_str dx_shown(dx_bench *bench, const dx_event *event, dx_str path);
/* What "step.field" or "attempt.fact" is in this binding. */
dx_value dx_lookup(dx_bench *bench, const dx_binding *b, dx_str path);
/* One test of a condition, and a condition as a whole. */
bool dx_weigh_test_holds(dx_bench *bench, const dx_binding *b, const dx_test *test);
bool dx_weigh_holds(dx_bench *bench, const dx_binding *b, const dx_weigh *w);
/* The first step that a condition speaks of, or DX_UNBOUND. */
size_t dx_weigh_step(const dx_rule *rule, const dx_weigh *w);
/* The points of all steps that are bound and of all conditions that hold. */
long long dx_ledger_sum(dx_bench *bench, const dx_binding *b);
int dx_confidence(long long sum); /* brought between 0 and 99 */
/* The same as a list for a finding, in `into`: steps, then conditions. */
const dx_evidence *dx_ledger_write(dx_bench *bench, const dx_binding *b, size_t *n);

/* ---- template.c: texts with {step.field} ---- */

typedef enum dx_use {
    DX_FOR_READING,
    DX_FOR_TYPING /* a command: a value that a shell could take for more than a value is left out */
} dx_use;
dx_str dx_value_shown(dx_bench *bench, const dx_binding *b, dx_str path); /* or DX_NONE */
dx_str dx_template(dx_bench *bench, const dx_binding *b, dx_str text, dx_use use);

/* ---- key.c: names for failures ---- */

/* "7f3c-19aa", with a NUL. */
void dx_key_finding(dx_bench *bench, const dx_binding *b, char out[10]);
/* Sorts the ids. */
void dx_key_undecided(dx_bench *bench, dx_str *ids, size_t n_ids, const dx_event *const *events,
                      size_t n_events, char out[10]);

/* ---- court.c: all rules that see something in the attempt ---- */

typedef struct dx_court {
    dx_hearing *h; /* by rule id */
    size_t n;
    bool *explained; /* by event: a finding or an open question claims it */
    bool *tolerated; /* by event: a rule that is not for successes sees it in one */
} dx_court;

/* Hears every rule that sees something.  All of it lives in the bench's scratch. */
void dx_court_open(dx_bench *bench, dx_court *out);
const dx_hearing *dx_court_hearing(const dx_court *court, dx_str rule); /* NULL: sees nothing */
void dx_court_explain(const dx_bench *bench, dx_court *court, const dx_hearing *h);
/* The event or one with which it shares its text is explained. */
bool dx_court_explains(const dx_bench *bench, const dx_court *court, size_t place);
/* The same of what tolerated rules see. */
bool dx_court_tolerates(const dx_bench *bench, const dx_court *court, size_t place);

const dx_rule_rival *dx_rival_about(const dx_rule *rule, const dx_rule *other); /* or NULL */
bool dx_rivals_mutual(const dx_rule *a, const dx_rule *b);
bool dx_same_text(const dx_event *a, const dx_event *b); /* one record, overlapping matches */
/* Events [*from, *to) are of the same record as the one at `place`. */
void dx_record_range(const dx_case *subject, size_t place, size_t *from, size_t *to);

/* ---- contest.c, orphan.c: who wins, and what is left ---- */

typedef struct dx_undecided_list {
    dx_undecided *p;
    size_t n, cap;
} dx_undecided_list;

/* Settles the fate of every hearing but the general ones; equals become open questions. */
void dx_contest(dx_bench *bench, dx_court *court, dx_undecided_list *out);
/* Then of the general ones: one at most is told, and only when nothing as sure is, but for frames
 * near it, and no question of `open` is near it.  What they see counts as explained. */
void dx_contest_aside(dx_bench *bench, dx_court *court, const dx_undecided_list *open);
/* Failures that no winner claims but some rule sees become open questions. */
void dx_orphans(dx_bench *bench, dx_court *court, dx_undecided_list *out);

/* ---- finding.c, undecided.c: what is handed out ---- */

void dx_finding_make(dx_bench *bench, const dx_court *court, const dx_hearing *h, dx_finding *out);

typedef struct dx_candidate {
    const dx_rule *rule;
    const dx_binding *b;
    int confidence;
} dx_candidate;

typedef struct dx_event_list {
    const dx_event **p;
    size_t n;
} dx_event_list;

/* Sorts the candidates; keeps the list of events. */
void dx_undecided_add(dx_bench *bench, dx_candidate *c, size_t n, dx_event_list events,
                      dx_undecided_list *out);
/* What to look for: the step's `ask`, or its `why` between two words. */
dx_str dx_step_request(dx_bench *bench, const dx_binding *b, const dx_rule_step *step,
                       const char *before, const char *after);
#endif
