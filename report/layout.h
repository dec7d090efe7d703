/* Paragraphs for a terminal: wrapped, safe to look at, and never wider than the page, but for web
 * addresses, which are not broken. */
#ifndef DX_REPORT_LAYOUT_H
#define DX_REPORT_LAYOUT_H
#include "core/buf.h"
#include "report/report.h"

typedef enum dx_tone {
    DX_TONE_NONE,
    DX_TONE_BOLD,
    DX_TONE_BAD,
    DX_TONE_WARN,
    DX_TONE_GOOD
} dx_tone;

typedef struct dx_page {
    size_t columns; /* 40 or more */
    bool color, unicode;
    dx_buf folded; /* scratch */
    bool failed;   /* out of memory somewhere */
} dx_page;

/* Style NULL = 80 columns, no colour, ASCII.  Fewer than 40 columns are taken as 40. */
void dx_page_open(dx_page *p, const dx_style *style);
void dx_page_done(dx_page *p);

/* Adds foreign text: runs of blanks and line ends as one blank, nothing that acts on a terminal,
 * pure ASCII unless the page is Unicode.  The middle of very long text (8 KiB) is left out. */
void dx_page_show(dx_page *p, dx_buf *to, dx_str s);
/* The same of a path, in which line ends count: "a\nb". */
void dx_page_show_path(dx_page *p, dx_buf *to, dx_str path);
/* As dx_page_show(), at most `columns` wide: a path loses its middle, so does anything else. */
void dx_page_show_short(dx_page *p, dx_buf *to, dx_str s, size_t columns);
const char *dx_page_dots(const dx_page *p); /* the mark for what was left out */

typedef struct dx_para {
    const char *label;  /* own words; NULL = none */
    dx_tone tone;       /* of the label */
    unsigned indent;    /* blanks before the label */
    unsigned hang;      /* where text begins, in the first line at the earliest */
    dx_str text;        /* shown text, one blank between words */
    unsigned max_lines; /* of text, at 80 columns; longer text loses a part; 0 = no limit */
    unsigned
        keep_end; /* percent of what is kept that comes from the end, else all from the start */
    dx_str tail;  /* shown text, kept together: behind the text when it fits, else below; it goes on
                     where the text ends with a blank, and stands apart by two else */
} dx_para;
/* Adds the paragraph to *to, with a line end; p->failed and to->failed tell when memory was
 * short. */
void dx_page_put(dx_page *p, dx_buf *to, const dx_para *para);
/* Lines that the text of a paragraph would need, counted to 17 at most. */
unsigned dx_page_lines(const dx_page *p, const dx_para *para);

/* So many lines of 80 columns, in lines of this page: where it is narrower, there are more of them,
 * so that no less is told. */
unsigned dx_page_room(const dx_page *p, unsigned lines);

/* Adds `path` (shown text) at most `columns` wide: "C:\Docu...\cdonts.dll". */
void dx_path_shorten(const dx_page *p, dx_buf *to, dx_str path, size_t columns);
#endif
