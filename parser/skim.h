/* What a log holds ahead of the framer's cursor: its lines with their fingerprints, and the places
 * where something is that somebody looks for.  Inside parser/ only. */
#ifndef DX_PARSER_SKIM_H
#define DX_PARSER_SKIM_H
#include "core/pool.h"
#include "parser/piece.h"
#include "parser/recall.h"

typedef struct dx_skim {
    const dx_quest *quest; /* and its stamper: borrowed */
    dx_stamper *stamper;
    dx_quests *quests;
    dx_piece_line *line;  /* from the cursor on, up to `next` */
    size_t n, cap, first; /* line[first] is at the cursor */
    dx_piece_line next;   /* what comes behind */
    dx_piece_spot *spot;  /* ascending; what is before spot[next_spot] is done */
    size_t n_spots, cap_spots, next_spot;
    dx_piece own; /* for looking oneself */
    dx_recall recall;

    bool is_long; /* helpers were thought of */
    bool (*sought)(void *ctx, dx_str format, dx_str log, dx_scan_subset *out); /* or NULL */
    void *sought_ctx;
    bool looked_ahead;        /* for a choice */
    struct dx_choice *choice; /* of what is looked for further on; NULL: not begun yet */
    unsigned helpers;         /* threads that look at pieces, once a log turns out to be long */
    dx_pool *pool;
    dx_stamper **helper_stamper;
    dx_recall *helper_recall;
    dx_piece **idle;
    size_t n_idle, n_pieces;
    uint64_t given; /* the pool has all before this offset */
} dx_skim;

/* *out stays NULL when the format's records may not be skipped.  What `base` points to and the
 * quests must outlive it. */
DX_CHECK dx_rc dx_skim_new(dx_skim **out, const dx_format *format, const dx_scan_subset *base,
                           dx_quests *quests, dx_err *err);
void dx_skim_free(dx_skim *s); /* NULL is fine */

/* Forgets what the cursor has passed; begins anew when it went beyond what was seen. */
void dx_skim_follow(dx_skim *s, const dx_lines *l);
/* Looks at some more of the log; DX_END when there is no more. */
DX_CHECK dx_rc dx_skim_more(dx_skim *s, dx_lines *l, dx_err *err);
/* Up to which offset lines and spots are known. */
uint64_t dx_skim_until(const dx_skim *s);
/* The first spot at the cursor or behind; UINT64_MAX when none is known. */
uint64_t dx_skim_spot(const dx_skim *s);
/* The last line that begins at or before this offset; line[first] at least. */
size_t dx_skim_find(const dx_skim *s, uint64_t offset);
#endif
