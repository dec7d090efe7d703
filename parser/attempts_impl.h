/* The inside of attempts*.c. */
#ifndef DX_PARSER_ATTEMPTS_IMPL_H
#define DX_PARSER_ATTEMPTS_IMPL_H
#include "parser/attempts.h"
#include "parser/trail.h"

enum { DX_FOLLOW_GROUPS = 24 };

typedef struct dx_follow {
    dx_attempt is;
    dx_tracing lines; /* those that it has so far */
    dx_fact *facts;
    size_t n_facts, cap_facts;
    dx_str id;       /* what its start marker called it, or DX_NONE */
    bool decided;    /* a marker that is not weak gave its outcome */
    bool final;      /* its outcome stands */
    bool only_noise; /* nothing but preamble so far */
    bool told;       /* a rule knows something in it */
} dx_follow;

struct dx_tracker {
    dx_arena *arena;
    dx_tracker_given given;
    dx_follow *all;
    size_t n, cap;
    size_t current;       /* index into all */
    dx_regex_lines first; /* of the lines of the record at hand */
    size_t run; /* the attempt that the last lines belong to, and since which line they do */
    uint32_t run_from;
    dx_attempt *done;
    dx_str zone;
};

/* The next attempt; false when out of memory, as with all of these that are given the tracker. */
DX_CHECK bool dx_tracker_open(dx_tracker *t, uint32_t parent);

/* ---- what a log says of an attempt (attempts_says.c) ---- */

/* `spans`: room for DX_FOLLOW_GROUPS. */
bool dx_follow_finds(const dx_regex *rx, dx_regex_scratch *scratch, dx_str text, dx_span *spans);
/* The first value of a name counts, or the `last`. */
DX_CHECK bool dx_follow_fact(dx_tracker *t, dx_follow *f, const dx_fact *fact, bool last);
/* What the marker's groups found, and what it sets itself. */
DX_CHECK bool dx_follow_facts(dx_tracker *t, dx_follow *f, const dx_marker *m, dx_str text,
                              const dx_span *spans, uint32_t line, dx_str how);
/* All it could tell is known, and the first value counts: most facts stand in a log's head. */
bool dx_follow_settled(const dx_follow *f, const dx_marker *m);
/* Takes the outcome that the marker tells, unless one that weighs more is there. */
DX_CHECK bool dx_follow_decide(dx_tracker *t, dx_follow *f, const dx_marker *m,
                               const dx_record *rec, const dx_span *spans);
/* dx_follow_finds() in the record at hand. */
bool dx_follow_says(const dx_tracker *t, const dx_regex *rx, dx_regex_scratch *scratch, dx_str text,
                    dx_span *spans);
/* Facts and outcomes of a record. */
DX_CHECK bool dx_follow_record(dx_tracker *t, dx_follow *f, const dx_record *rec,
                               dx_regex_scratch *rx);
#endif
