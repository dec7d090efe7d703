/* The inside of a log format: shared by the loader, detection, framing and attempts only. */
#ifndef DX_PARSER_FORMAT_IMPL_H
#define DX_PARSER_FORMAT_IMPL_H
#include "parser/clues.h"
#include "parser/format.h"
#include "parser/hearsay.h"

/* A reason to believe that a log has this format. */
typedef struct dx_clue {
    const dx_regex *line; /* searched in the log's head, ^ and $ at line ends; or NULL */
    const dx_regex *part; /* without which that is not there, and sooner found; or NULL */
    dx_str name;          /* glob over the file's name, when `line` is NULL */
    int points;
    uint32_t number; /* among those of all formats: clues.h */
} dx_clue;

/* Named groups of a stamp or tail that mean something to the framer; 0 = not there. */
typedef struct dx_stamp_groups {
    size_t date, time, zone, level, component, text;
} dx_stamp_groups;

typedef enum dx_decides {
    DX_BY_MARKER, /* `is` holds */
    DX_BY_CODE    /* group "code" decides */
} dx_decides;

/* A record that opens, closes, decides or describes an attempt. */
typedef struct dx_marker {
    const dx_regex *rx;
    bool child;   /* starts: inside the attempt that is open, not instead of it */
    bool alone;   /* starts: only when no attempt is open */
    bool last;    /* facts: the last value counts, not the first */
    bool final;   /* outcomes: later ones do not change it */
    bool weak;    /* outcomes, ends: only when nothing else decided */
    size_t id;    /* starts, ends: the group that names the attempt, or 0 */
    bool on_name; /* facts: over the file's name */
    bool has_outcome;
    dx_decides by;
    dx_outcome is;
    const dx_str *good, *cancelled; /* codes that mean so; by = DX_BY_CODE */
    size_t n_good, n_cancelled;
    const dx_str *names; /* of the named groups, with their numbers */
    const size_t *groups;
    size_t n_names;
    const dx_fact *set; /* facts that the format knows when the marker fits */
    size_t n_set;
} dx_marker;

typedef struct dx_markers {
    const dx_marker *p;
    size_t n;
} dx_markers;

/* Where the log lies, for people, and the words by which that is told. */
typedef struct dx_found_by {
    const dx_str *words;
    size_t n;
    dx_str at;
} dx_found_by;

typedef enum dx_fallback { DX_NO_FALLBACK, DX_FALLBACK_PLAIN, DX_FALLBACK_STAMPED } dx_fallback;

struct dx_format {
    dx_place at;
    dx_str id, title;
    dx_str product; /* of attempts that name none, or DX_NONE */
    size_t n_clues;
    dx_clue *clues;
    dx_fallback fallback;
    dx_format_kind kind;
    bool tool;       /* the product installs others: `how` of the fact is DX_HOW_TOOL */
    bool crlf;       /* when the log ends lines with CRLF, a bare LF stays inside the record */
    bool joins;      /* a message may go on in the records that follow */
    bool paragraphs; /* a record ends at an empty line or before an opener */
    const dx_regex *starts, *continues, *stamp, *tail;
    dx_stamp_groups in_stamp, in_tail;
    size_t n_layouts;
    const dx_str *layouts;
    bool utc;
    size_t n_level_words;
    const struct dx_level_word {
        dx_str word;
        dx_level level;
    } * level_words;
    size_t n_level_lines;
    const struct dx_level_line {
        const dx_regex *rx;
        dx_level level;
    } * level_lines;
    dx_markers begins, ends, outcomes, facts;
    const dx_regex *preamble;
    bool has_unclosed;
    dx_outcome unclosed; /* of an attempt without an outcome when the log ends */
    const dx_regex *advice_from, *advice_until;
    dx_hearsay hearsay;       /* parts of a record that only speak of a message */
    dx_found_by found;        /* by words that name the product */
    dx_found_by found_beside; /* by those that only name its system, where no product is named */
    size_t n_samples;
    const dx_format_sample *samples;
};

const dx_clues *dx_formats_clues(const dx_formats *f);

#define DX_DETECT_FLOOR 50 /* points that a format needs */
#endif
