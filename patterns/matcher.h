/* Says which signatures a record carries, with typed fields. */
#ifndef DX_PATTERNS_MATCHER_H
#define DX_PATTERNS_MATCHER_H
#include "core/arena.h"
#include "core/err.h"
#include "core/event.h"
#include "core/scanner.h"
#include "patterns/cost.h"
#include "patterns/rulebook.h"

typedef struct dx_matcher dx_matcher; /* one per thread; the rule book is shared */

typedef struct dx_events {
    const dx_event *p;
    size_t n;
} dx_events;

/* Borrows the book, which must outlive it.  Fails only when out of memory. */
DX_CHECK dx_rc dx_matcher_new(dx_matcher **out, const dx_rulebook *book, dx_err *err);
void dx_matcher_free(dx_matcher *m); /* NULL is fine */

/* The events of one record of a log in `format`, in the order of the text.  Most records give
 * n == 0 and touch no memory.  What an event points to lives in `into`, the list itself until the
 * next run; signature ids are borrowed from the book.
 * A text that an earlier record's event already covered (a joined reading) is not reported again:
 * call in the order of the log, and dx_matcher_begin() before each log.  Fails only when out of
 * memory; a regex that hits a limit is a gap (below). */
DX_CHECK dx_rc dx_matcher_run(dx_matcher *m, const dx_record *rec, dx_str format, dx_arena *into,
                              dx_events *out, dx_err *err);
/* Forgets what the log before covered, its gaps and its effort. */
void dx_matcher_begin(dx_matcher *m);

/* From now on adds to these what searching costs: one for each signature of the book, by its index,
 * shared by matchers in any thread.  NULL: no more. */
void dx_matcher_measure(dx_matcher *m, dx_cost *by_signature);

/* What is looked for in a log of this format before its records are cut; `matcher` is a dx_matcher.
 * False when a signature has no certain text, so that every record must be seen.  `log`: a piece of
 * a long log, for which it pays to take some milliseconds to look for less, or DX_NONE.  Good as
 * long as the matcher. */
bool dx_matcher_sought(void *matcher, dx_str format, dx_str log, dx_scan_subset *out);

/* Signatures whose regex hit a limit since dx_matcher_begin(): nobody knows whether they match. */
typedef struct dx_gap {
    dx_str signature;
    uint32_t line;  /* of the first record concerned */
    uint64_t count; /* records */
} dx_gap;
size_t dx_matcher_gaps(const dx_matcher *m, const dx_gap **out); /* borrowed until the next log */

/* What was tried since dx_matcher_begin(): the same on every machine. */
typedef struct dx_effort {
    uint64_t searches, found; /* of one signature in one reading of a record */
    uint64_t bytes;           /* places at which matches were tried, over all searches */
} dx_effort;
dx_effort dx_matcher_effort(const dx_matcher *m);
/* How many times over a log of so many bytes was searched in vain; 0 when that is usual, or found
 * as much as one may expect (docs/engine.md, "Hard shapes"). */
uint64_t dx_effort_vain(const dx_effort *e, uint64_t bytes);

/* How far the pieces of a signature's regex match somewhere in a folded text: pieces matched from
 * the first on, and the text they covered.  For messages to rule authors. */
size_t dx_matcher_partial(const dx_signature *sig, dx_str folded, dx_span *covered);
#endif
