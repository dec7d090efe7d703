/* Many literals looked for at once, as messages wrap them: one pass over a text, however many
 * literals.  docs/engine.md tells how it works. */
#ifndef DX_CORE_SCANNER_H
#define DX_CORE_SCANNER_H
#include <stdint.h>
#include "core/arena.h"
#include "core/err.h"
#include "core/str.h"

typedef struct dx_scanner dx_scanner; /* immutable: threads may share one */

/* Bytes that a literal must have at least, blanks at its ends not counted, and may have at most
 * (what is longer is looked for by its beginning). */
enum { DX_SCAN_LEAST = 4, DX_SCAN_MOST = 255 };

/* Lower case (ASCII), single blanks, no line ends, at least DX_SCAN_LEAST bytes.  Blanks at its
 * ends are ignored. */
typedef struct dx_scan_literal {
    dx_str text;
    uint32_t id; /* the caller's number for it; literals may share one */
} dx_scan_literal;

/* Looks for the literals and for those of `base` (NULL: none), which must outlive the new one:
 * the literals of one log format beside those of all signatures, say.  The texts are copied.
 * DX_E_USAGE for a literal that is too short. */
DX_CHECK dx_rc dx_scanner_new(dx_scanner **out, const dx_scanner *base,
                              const dx_scan_literal *literals, size_t n, dx_err *err);
/* The same for a log at hand: what is looked for is what is rare in `sample`, a piece of it. */
DX_CHECK dx_rc dx_scanner_new_for(dx_scanner **out, const dx_scanner *base,
                                  const dx_scan_literal *literals, size_t n, dx_str sample,
                                  dx_err *err);
/* The same for texts in which no word of a literal is torn, neither by a line end nor by anything
 * else: a run takes a third of the time.  DX_E_LIMIT when there are more than DX_SCAN_WHOLE, or one
 * has no word: no DX_SCAN_LEAST bytes in a row without a blank. */
enum { DX_SCAN_WHOLE = 96 };
bool dx_scan_has_word(dx_str literal); /* it has one */
DX_CHECK dx_rc dx_scanner_new_whole(dx_scanner **out, const dx_scan_literal *literals, size_t n,
                                    dx_str sample, dx_err *err);
void dx_scanner_free(dx_scanner *s); /* NULL is fine */
/* The same as part of a larger whole, all of it in the arena: it is not freed. */
DX_CHECK dx_rc dx_scanner_new_in(dx_scanner **out, const dx_scanner *base,
                                 const dx_scan_literal *literals, size_t n, dx_arena *into,
                                 dx_err *err);
/* When it was read back from an image (image.h): it may be another processor's. */
void dx_scanner_revive(dx_scanner *s);

/* A scanner's literals of which not all count. */
typedef struct dx_scan_subset {
    const dx_scanner *scanner; /* NULL: none */
    const bool *wanted;        /* by id, of those below n */
    uint32_t n;
    const struct dx_near *const *near; /* the same: what stands around them (near.h), or NULL */
} dx_scan_subset;

/* A scanner of its own for what is wanted of another (not of that one's base).  What is looked for
 * is what is rare in `sample`, a piece of the log at hand, or DX_NONE: it finds the same, sooner.
 */
DX_CHECK dx_rc dx_scanner_narrow(dx_scanner **out, const dx_scan_subset *of, dx_str sample,
                                 dx_err *err);

/* The caller tells where a line's message may begin: behind a stamp, a quote mark, a grep prefix.
 * `line` is the rest of the text from the line's first byte on; gives how many places were written
 * to `at` (bytes from the line's beginning, each at most DX_MARGIN_MOST), the likeliest first.
 * None: the line begins with its message; when that is one of several ways, 0 is among them. Blanks
 * behind such a place are skipped; no letter and no line end stands before it. */
enum { DX_MARGINS = 4, DX_MARGIN_MOST = 255 };
typedef size_t dx_scan_margins(void *ctx, dx_str line, uint8_t at[DX_MARGINS]);

/* The part of a literal that a scanner would look for, and how often a megabyte of setup logs holds
 * one of its grams, about: at 0 none of our samples does.  DX_NONE when the literal is too short.
 */
dx_str dx_scan_rarest(dx_str literal, double *per_megabyte);

/* What usual lines look like, so that the caller need not be asked about them: each of the first
 * DX_USUAL_BYTES bytes is in its range (0 to 255 where any may be), and the byte at `next` is one
 * that `may` has.  The message of such a line begins at `begin`, behind its margin; or the line has
 * none (has_margin is false, begin 0). */
enum { DX_USUAL_BYTES = 64 };
typedef struct dx_scan_usual {
    uint8_t low[DX_USUAL_BYTES], span[DX_USUAL_BYTES]; /* from low[i] to low[i] + span[i] */
    bool may[UINT8_MAX + 1];                           /* the byte at `next` */
    uint8_t next;
    bool has_margin;
    uint8_t begin; /* at most DX_USUAL_BYTES */
} dx_scan_usual;

typedef struct dx_scan_hit {
    size_t at; /* where the literal begins in the text */
    uint32_t id;
} dx_scan_hit;

typedef struct dx_scan_hits { /* zero-initialise */
    dx_scan_hit *p;           /* ascending by offset, then id; no pair twice */
    size_t n, cap;
} dx_scan_hits;
void dx_scan_hits_done(dx_scan_hits *h); /* frees, zeroes */

/* What was found in one line, to be used again where the same line stands elsewhere.  Either a
 * literal that stands wholly in it; or one that stands there in part, and goes on in the next line
 * or began in the one before: that must be compared anew, with its byte number `mid` at `at`. */
typedef struct dx_scan_find {
    size_t at;      /* in the text */
    uint32_t which; /* the id; or the number of the literal */
    uint8_t mid;
    uint8_t depth; /* 0: it is there; else it is this scanner's (1), its base's (2), ... */
    /* What must end the line before and begin the next, in lower case, where only these are not
     * known; or NUL. */
    char before, behind;
} dx_scan_find;

typedef struct dx_scan_finds { /* zero-initialise */
    dx_scan_find *p;
    size_t n, cap;
} dx_scan_finds;
void dx_scan_finds_done(dx_scan_finds *f); /* frees, zeroes */

/* Bytes of a text. */
typedef struct dx_scan_part {
    size_t from, until;
    bool plain; /* of a known line: nothing in it is a break but its LF or CR LF */
} dx_scan_part;
/* Whether that is so of a whole line. */
bool dx_scan_is_plain(dx_str line);

typedef struct dx_scan_range {
    dx_str text;              /* decoded; byte 0 begins a line */
    size_t from, until;       /* literals that begin here are reported */
    dx_scan_margins *margins; /* NULL: lines have nothing before their message */
    void *ctx;
    const dx_scan_usual *usual; /* what `margins` says of most lines, or NULL: it is sooner */
    const bool *wanted;         /* by id, of those below n_wanted; NULL: all are */
    uint32_t n_wanted;
    /* By id, of all there are: what is met is marked, and not looked for again: one hit of each
     * will do.  NULL: every hit counts. */
    bool *met;

    /* Whole lines, ascending and apart, of which the caller knows which literals stand wholly in
     * them: these need not be reported. */
    const dx_scan_part *known;
    size_t n_known;
    /* NULL, or where to add, in any order and some twice, what to report of these lines wherever
     * they stand again. */
    dx_scan_finds *finds;
} dx_scan_range;

/* Replaces *out by every literal that begins in [from, until) and stands in the text as a whole,
 * whatever the case of its letters (ASCII).  A blank of a literal is any run of blanks, tabs,
 * line ends with the margin of the next line, terminal escapes and U+2400 (a decoded NUL).  A
 * line end may also stand for nothing, where a wrapper cut a word.  Between a literal's beginning
 * and its end the text behind `until` counts, so give some: 4 KiB, unless the input ends.
 * May report what is not quite there; misses nothing.  False when out of memory. */
DX_CHECK bool dx_scanner_run(const dx_scanner *s, const dx_scan_range *range, dx_scan_hits *out);

/* Fills `before` and `behind` of a find in this line (a whole one, with its end), for ranges
 * without margins. */
void dx_scanner_expect(const dx_scanner *s, dx_str line, size_t begin, dx_scan_find *find);

/* Adds what is there of a find that was noted in the same line elsewhere, as this scanner reports
 * it for this range; false when out of memory. */
DX_CHECK bool dx_scanner_find_again(const dx_scanner *s, const dx_scan_range *range,
                                    const dx_scan_find *find, dx_scan_hits *out);

/* Adds a hit at the end of a list; false when out of memory. */
DX_CHECK bool dx_scan_hits_add(dx_scan_hits *h, dx_scan_hit hit);
#endif
