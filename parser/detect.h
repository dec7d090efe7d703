/* Decides from a log's head which format it has and what stands before its lines.
 * Inside parser/ only. */
#ifndef DX_PARSER_DETECT_H
#define DX_PARSER_DETECT_H
#include "parser/fold.h"
#include "parser/format_impl.h"
#include "parser/hunch.h"

/* What a line carries in front of the log's own text. */
typedef enum dx_lead {
    DX_LEAD_NONE,
    DX_LEAD_QUOTE,  /* "> ": the log was pasted into a mail */
    DX_LEAD_NAME,   /* "path:": the log went through grep or findstr */
    DX_LEAD_GREP,   /* "path:line:": the same with the numbers of lines */
    DX_LEAD_NUMBER, /* "404: ", "  12<tab>": numbers of lines alone (grep -n, cat -n, editors) */
    DX_LEAD_INDENT, /* four blanks or a tab: the log was pasted as a block of code */
    DX_LEAD_SPEAKER /* "==> web: ", "    web: ", "web_1  | ": which machine printed the line */
} dx_lead;

typedef struct dx_guess {
    const dx_format *format;
    dx_lead lead;
    const dx_format *outer; /* its stamp stands before each line of `format`; or NULL */
    size_t widest;          /* see dx_fold_measure() */
    size_t hard_width;      /* lines were cut mid-word at this column; 0 = no */
} dx_guess;

/* The last part of "folder/a.zip!/folder/setup.log". */
dx_str dx_file_name(dx_str path);

dx_str dx_lead_strip(dx_lead lead, dx_str line);

/* Removes a stamp from the beginning of a line: true when there was one.  spans may be NULL. */
bool dx_stamp_strip(const dx_format *f, dx_regex_scratch *rx, dx_str *line, dx_span *spans,
                    size_t n);

typedef struct dx_detection {
    const dx_formats *formats;
    const dx_format *forced; /* or NULL */
    dx_str path, head;
    dx_hunches *hunches; /* or NULL */
} dx_detection;

/* The format with the most points in a text that is given instead of the head, without leads; NULL
 * when none has enough, or out of memory (detect_best.c). */
const dx_format *dx_best_format(const dx_detection *given, dx_str text, dx_regex_scratch *rx,
                                dx_arena *scratch);
/* DX_FAIL: out of memory; DX_END: nothing fits, and the set holds no fall-back format. */
DX_CHECK dx_rc dx_detect(const dx_detection *given, dx_regex_scratch *rx, dx_arena *scratch,
                         dx_guess *out);
#endif
