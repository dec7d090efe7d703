/* What a log holds ahead of the framer's cursor: its lines with their fingerprints, and the places
 * where something is that somebody looks for.  Inside parser/ only. */
#ifndef DX_PARSER_SKIM_H
#define DX_PARSER_SKIM_H
#include "core/scanner.h"
#include "parser/lines.h"
#include "parser/seek.h"

/* A line, or a part of an overlong one. */
typedef struct dx_skim_line {
    uint64_t offset; /* in the decoded text */
    uint64_t print;  /* see dx_line_print() */
    size_t inside;   /* bytes of its line that stand before */
    uint32_t number; /* of the line, from 1 */
    bool cut;        /* the line goes on in the next */
} dx_skim_line;

typedef struct dx_skim {
    dx_seek seek;
    dx_scan_subset base;
    dx_scanner *scanner; /* on that of `base` */
    dx_str *brief;       /* literals that are too short for the scanner: looked for in each line */
    size_t n_brief;
    dx_scan_margins *margins; /* of the format's lines; or NULL */
    void *margins_ctx;
    dx_skim_line *line;   /* from the cursor on, up to `until` */
    size_t n, cap, first; /* line[first] is at the cursor */
    uint64_t until;
    dx_skim_line next; /* what the line at `until` begins with */
    uint64_t *spot;    /* ascending; what is before spot[next_spot] is done */
    size_t n_spots, cap_spots, next_spot;
    dx_scan_hits hits;
} dx_skim;

/* *out stays NULL when the format's records may not be skipped.  What `base` points to
 * and the arena must outlive it. */
DX_CHECK dx_rc dx_skim_new(dx_skim **out, const dx_format *format, const dx_scan_subset *base,
                           dx_arena *keep, dx_err *err);
void dx_skim_free(dx_skim *s); /* NULL is fine */

/* Forgets what the cursor has passed; begins anew when it went beyond what was seen. */
void dx_skim_follow(dx_skim *s, const dx_lines *l);
/* Looks at some more of the log; DX_END when there is no more. */
DX_CHECK dx_rc dx_skim_more(dx_skim *s, dx_lines *l, dx_err *err);
/* The first spot at the cursor or behind; UINT64_MAX when none is known. */
uint64_t dx_skim_spot(const dx_skim *s);
/* The last line that begins at or before this offset; line[first] at least. */
size_t dx_skim_find(const dx_skim *s, uint64_t offset);
#endif
