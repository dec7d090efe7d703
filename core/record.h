/* One logical log message, however many lines it took.  Made by parser/. */
#ifndef DX_CORE_RECORD_H
#define DX_CORE_RECORD_H
#include <stdint.h>
#include "core/arena.h"
#include "core/str.h"
#include "core/time.h"

/* What the log itself says about a record; DX_LEVEL_NONE when its format has no levels. */
typedef enum dx_level {
    DX_LEVEL_NONE,
    DX_LEVEL_DEBUG,
    DX_LEVEL_INFO,
    DX_LEVEL_WARNING,
    DX_LEVEL_ERROR
} dx_level;
extern const char *const dx_level_names[]; /* "none".."error", NULL-ended */

/* Where a physical line begins in a folded text. */
typedef struct dx_line_start {
    uint32_t at;   /* byte offset in the folded text of the line's first character */
    uint32_t line; /* line number in the log, from 1 */
    bool full; /* the line before was as long as the longest here: it may have been cut mid-word */
    bool widest; /* and as long as the longest of the whole log, where several are that long */
} dx_line_start;

/* Text made easy to match: every run of blanks and every line end is one blank; an empty line
 * (a paragraph's end) is one '\n'.  Stamps, quote marks and grep prefixes are not in it. */
typedef struct dx_view {
    dx_str text;
    const dx_line_start *start; /* start[0] is the first line; n_starts >= 1 unless text is empty */
    size_t n_starts;
} dx_view;

/* A line in which a literal of a signature begins, around which stands what must (near.h). */
typedef struct dx_hint {
    uint32_t id; /* of the signature: its index */
    uint32_t line;
    size_t at; /* bytes of the log from the record's beginning to the literal's */
} dx_hint;

typedef struct dx_record dx_record;

/* The ways to read a record when it may be part of something that was wrapped. */
typedef enum dx_join {
    DX_JOIN_NONE,       /* the record alone, lines joined with a blank: always in record->view */
    DX_JOIN_TIGHT,      /* the record alone, full lines joined with nothing */
    DX_JOIN_MORE,       /* with the lines that follow, joined with blanks */
    DX_JOIN_MORE_TIGHT, /* with the lines that follow, full lines joined with nothing */
    DX_JOIN_LOOSE,      /* with the lines that follow, as if no line were empty */
    DX_JOIN_LOOSE_TIGHT,
    DX_JOIN_MORE_CUT, /* with the lines that follow, cut where the record's only line ends */
    DX_JOINS          /* how many there are */
} dx_join;

struct dx_record {
    uint64_t offset; /* of its first line, in the decoded text */
    size_t bytes;    /* of the decoded text that its lines take */
    uint32_t line;   /* first line in the log, from 1 */
    uint32_t n_lines;
    uint32_t seq;     /* its first line: the order when times are unknown */
    uint32_t attempt; /* ordinal of its setup attempt in the log, from 1 */
    int64_t time_us;  /* UTC; DX_NO_TIME when there is none */
    dx_level level;
    bool fails;       /* it says that its attempt failed */
    bool advice;      /* documentation quoted in the log (an article's RESOLUTION), no evidence */
    dx_str component; /* who wrote it, when the format says so; may be empty */
    dx_str text;      /* as written, without stamp; UTF-8; may hold line ends */
    dx_view view;     /* folded */
    dx_str next;      /* beginning of the next line that is not empty, when records may be joined */

    /* Where literals are in the record and in the lines that other readings join to it: all of
     * them.  Not known when `hinted` is false.  `roughly`: it is only known which literals begin in
     * the record, perhaps, and not which line of it that is. */
    const dx_hint *hint;
    size_t n_hints;
    bool hinted, roughly;

    /* Another reading of the record, or false when it would be the same as `view`.  Joining with
     * the lines that follow ends before a sentence that begins something new (the framer's
     * openers), before an attempt's marker, and after 24 lines or 2 KiB. */
    bool (*other)(const dx_record *rec, dx_join join, dx_arena *into, dx_view *out);
    void *ctx;
}; /* slices are valid until the next dx_framer_next() */
#endif
