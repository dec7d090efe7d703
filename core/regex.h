/* PCRE2 behind a small door: compiled once, shared by threads, bounded on every match. */
#ifndef DX_CORE_REGEX_H
#define DX_CORE_REGEX_H
#include <stdint.h>
#include "core/arena.h"
#include "core/err.h"
#include "core/str.h"

typedef struct dx_regex dx_regex;                 /* immutable */
typedef struct dx_regex_scratch dx_regex_scratch; /* one per thread */

enum {
    DX_RX_CASELESS = 1,
    DX_RX_MULTILINE = 2, /* ^ and $ at line ends too; `.` never matches a line end */
    DX_RX_ANCHORED = 4,
    DX_RX_COUNTED = 8, /* for dx_regex_find_counted(); slow */
    DX_RX_WITHIN = 16, /* for dx_regex_find_within() */
    DX_RX_LOOSE = 32   /* a blank outside of classes may be a line end (dx_pattern_loosen()) */
};

/* Always UTF-8.  Fails with DX_E_RULE: text says what is wrong, *offset (if not NULL) where in
 * the pattern.  JIT is used where it works, when enough was searched that it pays. */
DX_CHECK dx_rc dx_regex_new(dx_regex **out, dx_str pattern, unsigned flags, size_t *offset,
                            dx_err *err);
void dx_regex_free(dx_regex *rx); /* NULL is fine */

/* The same as part of a larger whole: checked now, compiled by the first search (threads may race),
 * so that of thousands only those are compiled that are needed.  Lives in the arena, and owns
 * memory outside of it from the first search to dx_regex_release(). */
DX_CHECK dx_rc dx_regex_in(dx_regex **out, dx_arena *into, dx_str pattern, unsigned flags,
                           size_t *offset, dx_err *err);
/* Back to where it was before the first search; not for those of dx_regexes_add(). */
void dx_regex_release(const dx_regex *rx);

/* Many of these that are released together, in no more time than those take that were compiled. */
typedef struct dx_regexes dx_regexes;
dx_regexes *dx_regexes_in(dx_arena *into); /* NULL when out of memory */
/* dx_regex_in(), but the pattern is borrowed: it lies in the arena or outlives it. */
DX_CHECK dx_rc dx_regexes_add(dx_regexes *all, dx_regex **out, dx_arena *into, dx_str pattern,
                              unsigned flags, size_t *offset, dx_err *err);
void dx_regexes_release(dx_regexes *all);

enum { DX_REGEX_LIBRARY = 64 };
void dx_regex_library(char out[DX_REGEX_LIBRARY]); /* its version: "10.42" */

dx_str dx_regex_pattern(const dx_regex *rx);    /* as it was given; borrowed */
unsigned dx_regex_flags(const dx_regex *rx);    /* the same */
bool dx_regex_may_be_empty(const dx_regex *rx); /* false: never matches the empty text */
size_t dx_regex_groups(const dx_regex *rx);     /* without group 0 */
size_t dx_regex_group(const dx_regex *rx, const char *name); /* 0 = no such name */
/* Named groups: number and name of the i-th; false when there are no more. Name is borrowed. */
bool dx_regex_name(const dx_regex *rx, size_t i, size_t *group, dx_str *name);

dx_regex_scratch *dx_regex_scratch_new(void); /* NULL when out of memory */
void dx_regex_scratch_free(dx_regex_scratch *s);

/* A set of bytes. */
typedef struct dx_regex_bytes {
    uint64_t has[4];
} dx_regex_bytes;
/* Those at the first places of a text's lines. */
enum { DX_LINE_PLACES = 8 };
typedef struct dx_regex_lines {
    dx_regex_bytes at[DX_LINE_PLACES];
} dx_regex_lines;
dx_regex_lines dx_regex_first_of_lines(dx_str text);
/* What may stand at the first *n places of a line in which a match begins, because the regex is
 * "^this" or "(?<=^this)that"; at others anything may, or nothing.  NULL and 0 when nothing is
 * known; lives as long as the regex. */
const dx_regex_bytes *dx_regex_first(const dx_regex *rx, size_t *n);
/* False: a text whose lines begin with these holds no match, because the regex is "^this" or
 * "(?<=^this)that".  Costs next to nothing. */
bool dx_regex_fits(const dx_regex *rx, const dx_regex_lines *lines);

typedef enum dx_rx {
    DX_RX_NO,
    DX_RX_YES,
    DX_RX_LIMIT /* a match, depth, heap or JIT-stack limit was hit: nobody knows */
} dx_rx;

typedef struct dx_span {
    size_t from, to; /* byte offsets; from == SIZE_MAX when the group took no part */
} dx_span;

/* Searches subject (valid UTF-8) from byte `start`.  On DX_RX_YES groups[0..n-1] are filled;
 * group 0 is the whole match.  Limits: 1,000,000 steps, depth 10,000, 16 MiB heap. */
dx_rx dx_regex_find(const dx_regex *rx, dx_regex_scratch *s, dx_str subject, size_t start,
                    dx_span *groups, size_t n);
/* The same of matches that begin at byte `last` at the latest; needs a DX_RX_WITHIN regex. */
dx_rx dx_regex_find_within(const dx_regex *rx, dx_regex_scratch *s, dx_str subject, size_t start,
                           size_t last, dx_span *groups, size_t n);
/* Whether there might be a match that begins in the subject, at byte `start` or behind, if more
 * text followed it: false is certain.  A match without that counts, too. */
bool dx_regex_may_go_on(const dx_regex *rx, dx_regex_scratch *s, dx_str subject, size_t start);
/* What dx_regex_find() says of every text that begins with the subject: a match that looks at
 * nothing behind it, none, or DX_RX_LIMIT when that depends.  Slow. */
dx_rx dx_regex_settled(const dx_regex *rx, dx_regex_scratch *s, dx_str subject, dx_span *groups,
                       size_t n);
/* dx_regex_find() with a DX_RX_COUNTED regex and other limits: what the search costs is taken from
 * *steps (parts of the pattern tried and bytes passed: the same on every machine), and it gives up
 * with DX_RX_LIMIT when nothing is left. */
dx_rx dx_regex_find_counted(const dx_regex *rx, dx_regex_scratch *s, dx_str subject, size_t start,
                            dx_span *groups, size_t n, uint64_t *steps);
dx_str dx_span_of(dx_str subject, dx_span span); /* DX_NONE when unset */
#endif
