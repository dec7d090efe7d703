/* The inside of the framer, shared by framer*.c only. */
#ifndef DX_PARSER_FRAMER_IMPL_H
#define DX_PARSER_FRAMER_IMPL_H
#include "parser/attempts.h"
#include "parser/detect.h"
#include "parser/framer.h"
#include "parser/lines.h"
#include "parser/skim.h"
#include "parser/stamper.h"
#include "parser/stamps.h"
#include "parser/trail.h"

/* Bytes behind a record that are in memory when it is given out; lines and bytes that are joined to
 * it at most. */
enum { DX_FRAMER_AHEAD = 16 * 1024, DX_MORE_LINES = 24, DX_MORE_BYTES = 2048 };

typedef struct dx_log_place {
    uint64_t offset;
    uint32_t line;
} dx_log_place;

struct dx_framer {
    dx_arena *keep;   /* lives as long as the framer */
    dx_arena *record; /* reset with each record */
    dx_regex_scratch *rx;
    dx_sifts *sifts; /* of the quests */
    dx_decoder *decoder;
    dx_lines *lines;
    dx_tracker *tracker;
    dx_guess guess;
    const dx_hearsay *hearsay; /* NULL: nobody writes that much about a message */
    dx_str after;              /* the line behind the record, which may deny it */
    dx_stamper *stamper;       /* of the format; NULL: lines begin with something else, too */
    dx_clock clock;
    uint64_t clock_step, clock_at; /* see dx_framer_options; the last step that was learned at */
    uint64_t clock_head;           /* bytes at the log's head where every record is learned from */
    dx_str path;
    const dx_str *openers;
    size_t n_openers;
    bool crlf; /* a bare LF stays inside its record */
    bool ended, in_advice;
    size_t part;          /* bytes of an overlong line that the record given out ends with, or 0 */
    bool on_grid;         /* the record before ended where a long one is cut ... */
    dx_log_place natural; /* ... that began here */
    dx_chain digest;
    uint64_t cut_lines, advice_records;
    const dx_fold_line *cut; /* the lines of the record given out, without stamps */
    size_t n_cut;
    dx_fold_line *more; /* the same and those that follow, for reading on; NULL until asked for */
    size_t n_more;
    bool more_gaps;          /* an empty line is among them */
    dx_skim *skim;           /* NULL: every record is cut */
    dx_quests *quests, *own; /* the second when nobody keeps them for it */
    dx_str *notes;
    size_t n_notes, cap_notes;
};

/* One physical line, taken apart. */
typedef struct dx_cut_line {
    dx_str raw;   /* without quote marks and the like */
    dx_str whole; /* without the outer stamp */
    dx_str text;  /* without any stamp */
    bool bare, cut, empty, stamped, outer_stamped;
    dx_span spans[DX_STAMP_GROUPS];       /* of the stamp in `whole` */
    dx_span outer_spans[DX_STAMP_GROUPS]; /* of the outer stamp in `raw` */
} dx_cut_line;

void dx_framer_read_line(dx_framer *f, const dx_line *raw, dx_cut_line *out);
bool dx_framer_opens(const dx_framer *f, dx_str text); /* a sentence that begins a new dialog */
/* The fingerprint of a line, which also goes into that of the log. */
uint64_t dx_framer_print(dx_framer *f, const dx_line *raw, const dx_cut_line *line);
bool dx_framer_mostly_crlf(dx_str head);

/* Does this line go on the record above it? */
bool dx_framer_goes_on(const dx_framer *f, const dx_cut_line *line, bool after_bare);
/* Long records are cut on a grid that does not depend on where they are read from.  `natural`:
 * where the record would begin without such cuts; `last`: where the line before `at` begins that
 * is not empty. */
bool dx_framer_cuts(const dx_framer *f, dx_log_place natural, dx_log_place last, dx_log_place at);
/* The time of the record of n_lines at `from` bytes behind the cursor, or DX_NO_TIME. */
bool dx_framer_time(dx_framer *f, size_t from, size_t bytes, uint32_t n_lines, int64_t *out);
/* Lets the clock learn from the record at the cursor.  False when out of memory. */
bool dx_framer_learn(dx_framer *f, size_t bytes, uint32_t n_lines);

/* Lets the clock see the stamps at the log's head, so that it knows the order of day and month
 * before the first time is read for good. */
void dx_framer_prime_clock(dx_framer *f);

/* What the record says that stands n_lines long at `from`, seen from the cursor, without passing
 * it; false when out of memory. */
typedef struct dx_glance {
    dx_str text;
    dx_view view;
    int64_t time_us;
    dx_level level;
    bool turns; /* advice begins or ends with it */
} dx_glance;
bool dx_framer_glance(dx_framer *f, ptrdiff_t from, size_t bytes, uint32_t n_lines, dx_glance *out);

/* Makes the record of the next `bytes` and moves the cursor behind it. */
DX_CHECK dx_rc dx_framer_build(dx_framer *f, size_t bytes, uint32_t n_lines, dx_record *out,
                               dx_err *err);
/* Moves the cursor over records that hold nothing anybody looks for. */
DX_CHECK dx_rc dx_framer_skip(dx_framer *f, dx_err *err);
/* Tells what was seen of the record that was given out last, if it is known. */
DX_CHECK dx_rc dx_framer_hint(dx_framer *f, dx_record *rec, dx_err *err);
/* The log ended: settles the attempts and writes the notes. */
DX_CHECK dx_rc dx_framer_finish(dx_framer *f, dx_err *err);
#endif
