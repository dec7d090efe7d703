/* What a pass over a text knows where it is: scanner_run.c looks at the text as it stands,
 * scanner_breaks.c at what stands around line ends. */
#ifndef DX_CORE_SCANNER_PASS_IMPL_H
#define DX_CORE_SCANNER_PASS_IMPL_H
#include "core/scanner_impl.h"

enum {
    DX_SCAN_SIDES = 12, /* ways to read what stands before a break */
    DX_SCAN_PLACES = DX_MARGINS + 1
};

typedef struct dx_scan_side {
    char p[DX_SCAN_SIDE];
    uint8_t n;
} dx_scan_side;

/* Rows wait until there are many, so that the processor need not switch to and fro. */
typedef struct dx_scan_waiting {
    dx_scan_row row[DX_SCAN_ROWS];
    size_t at[DX_SCAN_ROWS]; /* of the row's second part in the text */
    bool easy[DX_SCAN_ROWS]; /* there is no other way to read what stands before it */
    size_t n;
} dx_scan_waiting;

typedef struct dx_scan_pass {
    dx_scan_run run;
    dx_str text;
    size_t handled;                   /* breaks before this place are done */
    dx_scan_side side[DX_SCAN_SIDES]; /* what stood before the last break */
    size_t n_sides;                   /* 0: the bytes before `plain`, of which there are enough */
    size_t plain;
    bool glue;                    /* the last break may stand for nothing */
    size_t begin[DX_SCAN_PLACES]; /* where the text behind the last break may begin */
    size_t n_begins;
    size_t usual_begin; /* of the chunk's usual lines: what is usual may change */
    size_t first_known; /* of the known lines, the first that does not end before the chunk */
    dx_scan_waiting rows;
    dx_scan_meetings meetings;
    dx_scan_found found;
    char tail[DX_SCAN_CHUNK + 2 * DX_SCAN_SLACK];
} dx_scan_pass;

/* Looks at all breaks that were found in n bytes at `at`. */
void dx_scan_breaks(dx_scan_pass *p, size_t n, size_t at);
/* Looks at the rows that wait. */
void dx_scan_flush(dx_scan_pass *p);
#endif
