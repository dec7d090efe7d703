/* One piece of a log, looked at for itself: its lines with their fingerprints, and where something
 * is that somebody looks for.  A pure function of the text, so pieces may be looked at side by
 * side. Inside parser/ only. */
#ifndef DX_PARSER_PIECE_H
#define DX_PARSER_PIECE_H
#include "parser/lines.h"
#include "parser/quest.h"
#include "parser/vicinity.h"

typedef struct dx_recall dx_recall; /* recall.h */

/* A line, or a part of an overlong one. */
typedef struct dx_piece_line {
    uint64_t offset; /* in the decoded text */
    uint64_t print;  /* see dx_line_print() */
    size_t inside;   /* bytes of its line that stand before */
    uint32_t number; /* of the line, from 1 */
    bool cut;        /* the line goes on in the next */
} dx_piece_line;

/* A place where something begins that somebody looks for. */
typedef struct dx_piece_spot {
    uint64_t offset;
    uint32_t id; /* of the literal, as `base` of the quest has it, or DX_SPOT_FORMAT */
} dx_piece_spot;
enum { DX_SPOT_FORMAT = UINT32_MAX };

enum { DX_PIECE_MOST = 1 << 30 }; /* bytes of a text that are looked at */
#define DX_PIECE_CUT ((uint32_t)1 << 31)

typedef struct dx_piece {
    dx_str text;         /* with what follows the piece, as far as it is known */
    size_t until;        /* lines that begin before belong to the piece */
    bool all;            /* nothing follows the text */
    dx_piece_line next;  /* where the piece begins; afterwards, where the next one does */
    dx_piece_line first; /* where the piece began */
    /* Of each line where it begins in the text, with DX_PIECE_CUT when it goes on in the next, and
     * its fingerprint: as few bytes as will do, for they may go to another processor. */
    uint32_t *begin;
    uint64_t *print;
    size_t n_lines, cap_lines;
    dx_piece_spot *spot; /* ascending offsets */
    size_t n_spots, cap_spots;
    dx_scan_hits hits;
    dx_vicinity around;
    bool starved;          /* out of memory */
    const dx_quest *quest; /* what another thread is to look for in it */
    char *own;             /* memory for `text`, when it is not borrowed */
    size_t cap_own;
} dx_piece;

/* Fills lines and spots; a line that is not whole is left to the next piece.  One stamper for each
 * thread, and one memory of lines (recall.h). */
void dx_piece_look(const dx_quest *q, dx_piece *p, dx_stamper *stamper, dx_recall *recall);
void dx_piece_done(dx_piece *p);

/* Where the i-th line begins in the text; the end of the last behind it. */
static inline size_t dx_piece_begin(const dx_piece *p, size_t i)
{
    return i < p->n_lines ? p->begin[i] & ~DX_PIECE_CUT
                          : (size_t)(p->next.offset - p->first.offset);
}
#endif
