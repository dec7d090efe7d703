/* What went wrong, why we think so, and what to do.  Made by diagnosis/; self-contained:
 * showing one needs no rule book. */
#ifndef DX_CORE_DIAGNOSIS_H
#define DX_CORE_DIAGNOSIS_H
#include "core/attempt.h"

typedef struct dx_evidence {
    dx_str step;           /* the rule's name for it ("reg"), or empty */
    dx_str why;            /* one sentence for people */
    int points;            /* may be negative */
    const dx_event *event; /* NULL when the evidence is an absence */
} dx_evidence;

typedef struct dx_fix_step {
    dx_str act, command, see, undo; /* see: what success looks like; all but act may be empty */
} dx_fix_step;

typedef struct dx_rival {
    dx_str id, title, tell; /* tell: how to know the one from the other */
    int confidence;         /* 0 when nothing speaks for it */
    dx_str differs;         /* of what only comes near: words that only its message has */
} dx_rival;

typedef enum dx_state {
    DX_OPEN,
    DX_FIX_BEGUN,     /* a step of the fix was seen, the setup was not run again */
    DX_FIX_LEFT_OPEN, /* the fix was made but its last step (switching back) is missing */
    DX_RESOLVED,      /* a later attempt of the same product on the same server succeeded */
    /* What people decided; only reports know these, a store keeps the decision itself. */
    DX_SAID_FIXED, /* somebody resolved it since, and no later attempt shows it or verifies that */
    DX_SILENCED    /* its diagnosis is silenced: told, but no reason to fail */
} dx_state;
/* "open", "fix begun", "install mode left on", "resolved", "said to be fixed", "silenced" */
extern const char *const dx_state_names[];

typedef enum dx_certainty { DX_DOUBTFUL, DX_POSSIBLE, DX_LIKELY, DX_ALMOST_CERTAIN } dx_certainty;
extern const char
    *const dx_certainty_names[]; /* "doubtful", "possible", "likely", "almost certain" */
/* Below 30 doubtful, below 60 possible, below 85 likely. */
dx_certainty dx_certainty_of(int confidence);

/* A diagnosis as it applies to one attempt on one server. */
typedef struct dx_finding {
    char key[10];     /* "7f3c-19aa": the same failure has the same key everywhere */
    dx_str diagnosis; /* rule id */
    dx_str title, applies, cause_class, cause;
    dx_str server;
    uint32_t attempt; /* ordinal in its log */
    int confidence;   /* 0..99: the clamped sum of the points */
    dx_state state;
    dx_str state_why; /* a sentence; empty when open */
    int64_t begun_us; /* when its fix was last seen to begin; DX_NO_TIME: it was not */
    size_t n_evidence, n_fix, n_refs, n_rivals, n_absent;
    const dx_evidence *evidence; /* in the order of the steps, then of the weighing */
    const dx_fix_step *fix;
    const dx_str *refs; /* "KB Q263072" */
    const dx_rival *rivals;
    const dx_str *absent; /* wanted and not seen: what to look for */
} dx_finding;

/* A finding of this cause class and certainty says that a person stopped the attempt, and its log
 * says so, too, or does not say how it ended and the finding is almost certain: no failure. */
bool dx_cause_stopped(dx_outcome outcome, dx_str cause_class, int confidence);

/* Events that several diagnoses could explain and none does alone. */
typedef struct dx_undecided {
    char key[10];
    dx_str server;
    uint32_t attempt;
    size_t n_events, n_candidates;
    const dx_event *const *events;
    const dx_rival *candidates; /* by confidence, then id */
    dx_str question;            /* the one observation that would decide */
} dx_undecided;

/* Everything the rules say about one attempt. */
typedef struct dx_verdict {
    size_t n_findings, n_undecided, n_unexplained, n_harmless;
    const dx_finding *findings; /* best first */
    const dx_undecided *undecided;
    const dx_event *const *unexplained; /* failures no diagnosis claims, in order */
    /* Looked like errors, explained away: harmless in themselves, or mended on the way to a
     * success. */
    const dx_event *const *harmless;
    size_t n_unknown; /* errors that no rule knows, in an attempt that succeeded all the same */
} dx_verdict;

/* The title of a rule where no log fills in its values: "{a.package} could not be removed" gives
 * "… could not be removed", "The file {m.file|of the message} is missing" gives "The file of the
 * message is missing".  What is in parentheses with a value, and a value behind a colon at the end,
 * is left out.  Lives in `into`; DX_NONE when out of memory. */
struct dx_arena;
dx_str dx_title_unfilled(dx_str title, struct dx_arena *into);
#endif
