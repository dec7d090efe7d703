/* What a piece of a log need not be looked through for, since its lines were there before.  Where
 * most of a log is texts of failures nearly all that is met is no known message, and the same lines
 * come back.  No result depends on what is remembered.  Inside parser/ only. */
#ifndef DX_PARSER_RECALL_H
#define DX_PARSER_RECALL_H
#include "parser/piece.h"
#include "parser/seen.h"

/* One per thread; zero-initialise. */
struct dx_recall {
    dx_seen *seen;         /* NULL until a log is hard */
    const dx_quest *quest; /* what was looked for in these lines */
    bool on;               /* the last piece was hard */
    bool simple;           /* no stamps are read in this one, and no terminal's escapes are there */
    unsigned rest;         /* pieces that are passed, since lines hardly come back */
    size_t asked, found;   /* lines, since that was last decided */
    uint8_t *state;        /* of the piece's lines */
    size_t cap_state;
    dx_scan_part *known;
    size_t n_known;
    dx_scan_hits hits;   /* in these lines */
    dx_scan_finds finds; /* in the others */
};

/* Frees what is inside, not *r; a zeroed one is fine. */
void dx_recall_done(dx_recall *r);

/* Before a piece is scanned, of which the lines are known: says in *range what need not be scanned.
 * False when out of memory. */
DX_CHECK bool dx_recall_begin(dx_recall *r, const dx_quest *q, const dx_piece *p,
                              dx_scan_range *range);
/* Behind it: adds what stands in the known lines to the hits. */
DX_CHECK bool dx_recall_merge(dx_recall *r, dx_piece *p);
/* Whether the line of this place in the text is one that is to be learnt.  *line is one that does
 * not begin behind it, and is moved on: 0 at first, and places ascend. */
bool dx_recall_learns(const dx_recall *r, const dx_piece *p, size_t at, size_t *line);
/* When of all hits those that no text around can save were marked. */
void dx_recall_learn(dx_recall *r, const dx_piece *p);

enum {
    DX_HIT_KEPT = 1u << 31, /* in a signature's id in the piece's hits: it counts */
    DX_HIT_GONE = 1u << 30, /* what is behind it in its line rules out that it is part of a match */
    DX_HIT_ALONE = 1u << 29 /* its line as a whole does: but another hit may take it back */
};

/* The id without these. */
static inline uint32_t dx_hit_id(dx_scan_hit hit)
{
    return hit.id == DX_SPOT_FORMAT
               ? hit.id
               : hit.id & ~(uint32_t)(DX_HIT_KEPT | DX_HIT_GONE | DX_HIT_ALONE);
}
#endif
