/* The inside of the matcher, shared by matcher.c, candidates.c, spots.c and search.c only. */
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
    bool *is_doubtful;   /* asked again where the record ends */
    dx_position covered; /* failures before this place were already told */
    dx_arena *gap_arena;
    dx_gap *gaps;
    size_t n_gaps, cap_gaps;
    dx_effort effort;
};

/* A literal that begins at one of these bytes. */
typedef struct dx_spot {
    size_t at, last;
    uint32_t id; /* of the signature */
} dx_spot;

/* Where literals stand in a reading, of signatures of which each match holds one (near.h): by
 * signature, then place. */
typedef struct dx_spots {
    dx_spot *p;
    size_t n;
} dx_spots;

/* Replaces m->hits by the literals in a text around which stands what must. */
DX_CHECK bool dx_spots_look(dx_matcher *m, const dx_scan_range *range, const dx_near_text *known);
/* hinted.c: whether it is worth while to look only where the record's hints say. */
bool dx_hints_pay(const dx_record *rec);
/* The same as dx_spots_look() for the record's own text, only there. */
DX_CHECK bool dx_hints_look(dx_matcher *m, const dx_record *rec, const bool *wanted,
                            const dx_near_text *known);
/* Keeps them in m->scratch. */
DX_CHECK bool dx_spots_keep(dx_matcher *m, dx_spots *out);
/* The number of the view's line that is this one, or the last before: empty lines are not in it. */
size_t dx_view_line(const dx_view *view, uint32_t line);
/* The same of the lines that the record's hints name. */
DX_CHECK bool dx_spots_of_hints(dx_matcher *m, const dx_record *rec, const dx_view *view,
                                dx_spots *out);

/* The parts of a text in which a signature's matches begin. */
typedef struct dx_windows {
    dx_str text;
    const dx_near *near; /* NULL: everywhere */
    uint32_t begins;     /* of that, in this text */
    const dx_spots *all;
    size_t at, end; /* of them, the ones that are left */
} dx_windows;

/* How far a match in this text reaches before its literal, or behind it, where the regex says this
 * of it (dx_near): nothing bounds many of them, and in a line of a megabyte all that stands before
 * would be searched for each place that looks like a code. */
uint32_t dx_reach_in(dx_str text, uint32_t characters);

typedef struct dx_window {
    size_t first, last; /* bytes */
    dx_str text;        /* as far as these matches are read */
} dx_window;

/* `all` is NULL when they are not known: then everywhere. */
void dx_windows_of(const dx_matcher *m, const dx_spots *all, dx_str text, uint32_t id,
                   dx_windows *out);
/* The next with a place at `from` or behind, which may only grow; false when there is none. */
bool dx_windows_next(dx_windows *w, size_t from, dx_window *out);

/* The ways to read one record, made when first needed. */
typedef struct dx_readings {
    const dx_record *rec;
    dx_view view[DX_JOINS]; /* by dx_join */
    bool have[DX_JOINS];
    bool looked[DX_JOINS]; /* for literals: spots are known */
    dx_spots spots[DX_JOINS];
    bool by_hints; /* spots come from what the record knows */
    bool asked_more, starved;
} dx_readings;

typedef struct dx_found {
    dx_event event;
    dx_position from, to;
    bool beyond;  /* it reaches into the records that follow */
    bool covered; /* told already, or part of another failure */
    bool exact;   /* a failure that no general signature told: it may cover others */
} dx_found;

/* Fills the list of signatures that the record may hold, ascending, and the spots of the readings
 * that are made for that.  False when out of memory. */
DX_CHECK bool dx_candidates_find(dx_matcher *m, const dx_record *rec, dx_readings *r);
/* Whether one of them would be one, too, if nothing but the record were known: a look ahead also
 * counts what stands in the lines around.  False when out of memory. */
DX_CHECK bool dx_candidates_ask(dx_matcher *m, const dx_readings *r, uint32_t id, bool *is_one);
/* Adds the events of one signature, in the reading that says most. */
DX_CHECK dx_rc dx_search(dx_matcher *m, const dx_signature *sig, dx_readings *r, dx_arena *into,
                         dx_found **found, size_t *n, size_t *cap, dx_err *err);
DX_CHECK dx_rc dx_matcher_gap(dx_matcher *m, const dx_signature *sig, uint32_t line, dx_err *err);
#endif
