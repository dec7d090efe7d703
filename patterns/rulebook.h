/* What we know: signatures and diagnoses, read from YAML and checked.
 * Immutable after loading, so threads may share one.  The language: docs/rule-language.md. */
#ifndef DX_PATTERNS_RULEBOOK_H
#define DX_PATTERNS_RULEBOOK_H
#include "core/diagnosis.h"
#include "core/regex.h"
#include "core/ytree.h"

/* ---- conditions: `where` on a signature or step, `if` in weigh ---- */

/* One test on a field or part: "dll.name: cdonts.dll", "code.low16: 0x7e", "reg.dll.dir: $name".
 * Text tests ignore case; `$name` (or /regex/) is a search with a named regex; a list is any-of;
 * `absent` tests that the field is not there; `!x` negates. */
typedef struct dx_test {
    dx_place at;
    dx_str path; /* "dll.name", in weigh "reg.dll.dir" */
    bool negate;
    bool absent;
    size_t n_values;
    const dx_str *values;    /* literal alternatives, as written */
    const dx_regex *pattern; /* instead of values */
} dx_test;

typedef struct dx_tests {
    const dx_test *p; /* all must hold */
    size_t n;
} dx_tests;

/* ---- signatures: what patterns/ reads ---- */

typedef struct dx_sample {
    dx_str name, text, from, is; /* is: the refinement it must become; empty = no matter */
    dx_place at, text_at;
    size_t n_gives;
    const struct dx_give {
        dx_str field, value;
        dx_place at;
    } * gives;
} dx_sample;

typedef struct dx_signature dx_signature;
struct dx_signature {
    dx_place at;
    dx_str id, title, means; /* means: one sentence for people; may be empty */
    dx_str from;             /* source of the knowledge, when given for the whole */
    dx_polarity polarity;
    dx_level level;  /* how serious, as the rule's author sees it */
    dx_str contains; /* lower case literal, or empty */
    size_t n_pieces;
    const dx_str *pieces; /* of the regex, with definitions put in */
    const dx_place *piece_at;
    const dx_regex *regex; /* NULL when it refines another */
    dx_str opener;         /* literal that the regex must begin with (8 bytes or more), or empty */
    size_t n_fields;
    const struct dx_field_spec {
        dx_str name;
        dx_type type;
        size_t group;
    } * fields;
    const dx_signature *refines; /* its base, or NULL */
    dx_tests where;              /* with refines */
    size_t n_refinements;        /* of a base, in file order; the first that fits wins */
    const dx_signature *const *refinements;
    size_t n_formats; /* scope: empty = any format */
    const dx_str *formats;
    size_t n_samples, n_not;
    const dx_sample *samples;
    const dx_sample *not_samples;
    bool draft, retired;
    bool general; /* any program may say so: what is more exact goes first */
    size_t n_was;
    const dx_str *was; /* earlier ids */
    size_t index;      /* position in dx_rulebook_signatures() */
};

/* ---- diagnoses: what diagnosis/ reads ---- */

typedef enum dx_need { DX_MUST, DX_SHOULD, DX_MAY } dx_need;

typedef struct dx_rule_step {
    dx_place at;
    dx_str as; /* the name that weigh and texts use */
    size_t n_sees;
    const dx_signature *const *sees; /* any of them; a base includes its refinements */
    dx_tests where;
    dx_need need;
    int points;
    dx_str why;    /* sentence for the ledger */
    dx_str ask;    /* what to look for when it is missing; empty = made from why */
    bool anywhere; /* other attempts of the same server count too */
    bool inside;   /* attempts that this one started count too */
} dx_rule_step;

/* For which attempts a step of the fix is. */
typedef enum dx_nesting {
    DX_NESTED_OR_NOT,
    DX_NESTED_ONLY,    /* another attempt started this one */
    DX_NOT_NESTED_ONLY /* none did */
} dx_nesting;

typedef struct dx_weigh {
    dx_place at;
    dx_tests tests; /* paths begin with a step's name, or with "attempt." for facts */
    int points;
    dx_str why;
} dx_weigh;

typedef struct dx_rule_rival {
    dx_place at;
    dx_str id, tell;
} dx_rule_rival;

/* A made-up log for a rule's own test. */
typedef struct dx_rule_case {
    dx_str name;
    dx_place at;
    size_t n_logs;
    const struct dx_case_log {
        dx_str server;
        uint32_t attempt;
        uint32_t inside; /* the attempt that started it, or 0 */
        dx_str format;   /* empty = dialogs */
        size_t n_says;
        const dx_str *says; /* "signature/sample", resolved to the text */
    } * logs;
    size_t n_expect;
    const struct dx_expect {
        dx_str id;
        int confidence; /* -1 = any */
        bool undecided; /* expected among the candidates of "cannot decide" */
    } * expect;
} dx_rule_case;

typedef struct dx_rule {
    dx_place at;
    dx_str id, title, applies;
    dx_str product;      /* for lists and trends */
    bool any_order;      /* steps need not bind in the order of the log */
    bool not_on_success; /* not for attempts whose log says that they succeeded */
    bool frame;          /* says that something ended, not why */
    bool general;   /* stands on a general signature: told only where no other gives a reason */
    int64_t gap_us; /* 0 = none: steps further apart in time do not belong together */
    int floor;      /* below it the diagnosis is not shown; default 30 */
    size_t n_steps, n_weigh, n_fix, n_refs, n_rivals, n_cases, n_was;
    const dx_rule_step *steps;
    const dx_weigh *weigh;
    dx_str cause_class, cause; /* texts may hold {step.field} */
    const dx_fix_step *fix;
    const dx_nesting *fix_for; /* by step of the fix */
    /* How the state of a finding is seen in later events of the same server. */
    const dx_signature *fix_begins; /* e.g. install mode entered; or NULL */
    const dx_signature *fix_ends;   /* e.g. execute mode entered again; or NULL */
    dx_str left_open_advice;        /* what to say when fix_begins was seen without fix_ends */
    const dx_str *refs;
    const dx_rule_rival *rivals;
    const dx_rule_case *cases;
    const dx_str *was;
    bool draft, retired;
    size_t index;
} dx_rule;

/* ---- the book ---- */

typedef struct dx_rulebook dx_rulebook;

/* Reads `signatures`, `diagnoses` and `define` of every file of the set (a file may also hold
 * `formats`, which parser/ reads).  Every fault of every file is reported; DX_FAIL (DX_E_RULE)
 * when there was one.  The book borrows from the set's arena: it must outlive the book.
 * *out is untouched on failure. */
DX_CHECK dx_rc dx_rulebook_new(dx_rulebook **out, const dx_yset *set, dx_faults *faults,
                               dx_err *err);
void dx_rulebook_free(dx_rulebook *book); /* NULL is fine */

/* The same with the whole book in an arena.  It borrows no more of the set than its texts. */
DX_CHECK dx_rc dx_rulebook_new_in(dx_rulebook **out, const dx_yset *set, dx_arena *into,
                                  dx_faults *faults, dx_err *err);
/* Gives back what searches have taken outside of the arena; the book can still be used. */
void dx_rulebook_release(dx_rulebook *book);
/* When it was read back from an image (core/image.h), before anything else. */
void dx_rulebook_revive(dx_rulebook *book);

size_t dx_rulebook_signatures(const dx_rulebook *b, const dx_signature *const **out); /* by id */
size_t dx_rulebook_rules(const dx_rulebook *b, const dx_rule *const **out);           /* by id */
/* The rules with a step that sees the signature, by id; one may be there several times. */
size_t dx_rulebook_seeing(const dx_rulebook *b, const dx_signature *sig,
                          const dx_rule *const **out);
/* NULL when there is none of this id, nor one that had it before (`was`). */
const dx_signature *dx_rulebook_signature(const dx_rulebook *b, dx_str id);
const dx_rule *dx_rulebook_rule(const dx_rulebook *b, dx_str id);
dx_hash128 dx_rulebook_digest(const dx_rulebook *b); /* of the set that it was read from */
dx_str
dx_rulebook_version(const dx_rulebook *b); /* "2026.11", from `version:` of the set; or empty */
size_t dx_rulebook_openers(const dx_rulebook *b,
                           const dx_str **out); /* lower case, sorted, unique */

/* Whether it is looked for in logs of a format.  A scope with `dialogs` holds what tools of Windows
 * print, too: formats whose names end in "-terminal".  `consoles` are all that end in "-console".
 */
bool dx_signature_in(const dx_signature *sig, dx_str format);
/* What tools print, one after another: "-terminal" and "-console". */
bool dx_format_is_printed(dx_str format);

/* The regex of a signature as written, its pieces joined; DX_NONE when out of memory. */
dx_str dx_signature_pattern(const dx_signature *sig, dx_arena *into);

/* True when all tests hold on the fields of one event ("dll.name").  `rx` and `scratch` are used on
 * the way.  A test whose regex hits a limit does not hold, negated or not. */
bool dx_tests_hold(const dx_tests *tests, const dx_event *event, dx_regex_scratch *rx,
                   dx_arena *scratch);
/* One test against a value that was already looked up; `have` false = there is none. */
bool dx_test_value(const dx_test *t, bool have, dx_str text, bool is_number, int64_t number,
                   dx_regex_scratch *rx);
#endif
