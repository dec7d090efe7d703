/* The inside of the matcher, shared by matcher.c and search.c only. */
#ifndef DX_PATTERNS_MATCHER_IMPL_H
#define DX_PATTERNS_MATCHER_IMPL_H
#include "core/buf.h"
#include "patterns/fields.h"
#include "patterns/matcher.h"
#include "patterns/scope.h"
#include "patterns/sought.h"

/* A place in the log that does not depend on how lines were joined. */
typedef struct dx_position {
    uint32_t line;
    uint32_t column; /* bytes in the folded line */
} dx_position;

struct dx_matcher {
    const dx_rulebook *book;
    const dx_signature *const *signature;
    size_t n;
    const dx_sought *sought; /* of the book */
    dx_scopes *scopes;
    dx_scan_subset here; /* what the record at hand is asked for */
    dx_regex_scratch *rx;
    dx_cost *cost;     /* by signature, shared; NULL: not measured */
    dx_arena *scratch; /* reset with each record */
    dx_buf joint;      /* of a record and the next */
    dx_buf packed;     /* a text without blanks */
    dx_scan_hits hits;
    uint32_t *candidate;
    size_t n_candidates;
    bool *is_candidate;
    dx_position covered; /* failures before this place were already told */
    dx_arena *gap_arena;
    dx_gap *gaps;
    size_t n_gaps, cap_gaps;
};

/* The ways to read one record, made when first needed. */
typedef struct dx_readings {
    const dx_record *rec;
    dx_view view[DX_JOINS]; /* by dx_join */
    bool have[DX_JOINS];
    bool asked_more;
} dx_readings;

typedef struct dx_found {
    dx_event event;
    dx_position from, to;
    bool beyond;  /* it reaches into the records that follow */
    bool covered; /* told already, or part of another failure */
} dx_found;

/* Adds the events of one signature, in the reading that says most. */
DX_CHECK dx_rc dx_search(dx_matcher *m, const dx_signature *sig, dx_readings *r, dx_arena *into,
                         dx_found **found, size_t *n, size_t *cap, dx_err *err);
DX_CHECK dx_rc dx_matcher_gap(dx_matcher *m, const dx_signature *sig, uint32_t line, dx_err *err);
#endif
