/* The pieces of the HTML report.  Only report/formats/html.c and report/html_*.c and web/ use this.
 * Every fact stands in an element with data-fact="..." (docs/report.md), so that programs find it.
 */
#ifndef DX_REPORT_HTML_REPORT_H
#define DX_REPORT_HTML_REPORT_H
#include "report/groups.h"
#include "report/html_chart.h"
#include "report/plan.h"
#include "report/sink.h"
#include "report/words.h"

typedef struct dx_html_doc {
    const dx_report *report;
    dx_sink sink;     /* add to sink.buf */
    size_t card;      /* number that the next card can be linked by; 0 = none */
    bool brief;       /* long lists are cut: a report of thousands of logs stays one that opens */
    const bool *told; /* by attempt: it is in the page and can be linked; NULL: all are */
    const dx_group *group; /* for which the next card stands; NULL: for itself */
} dx_html_doc;

/* ---- cards: one per item of the plan ---- */
void dx_html_finding(dx_html_doc *d, const dx_item *item);
void dx_html_undecided(dx_html_doc *d, const dx_item *item);
void dx_html_unexplained(dx_html_doc *d, const dx_item *item);

/* One attempt, folded up: facts, and whatever no card tells. `carded`: a card tells its story. */
void dx_html_attempt(dx_html_doc *d, size_t attempt, bool carded);

/* What somebody asked (explanation.h); nothing for a scan. */
void dx_html_explanation(dx_html_doc *d);

/* ---- parts of cards ---- */

/* Opens <article> with its attributes and its head: word, server, key, title. */
typedef struct dx_html_head {
    const char *fact; /* "finding", "undecided", "unknown" */
    dx_word word;
    dx_str server, title;
    const char *key; /* 10 bytes, or "" */
    size_t attempt;
} dx_html_head;
void dx_html_card_open(dx_html_doc *d, const dx_html_head *head);
void dx_html_card_close(dx_html_doc *d); /* </article> */

/* <TAG class="CLS" data-fact="FACT">text</TAG>; nothing when the text is empty. */
void dx_html_fact(dx_buf *out, const char *tag, const char *cls, const char *fact, dx_str text);
/* File and line as dx_place_says() has them, escaped. */
void dx_html_place(dx_buf *out, const dx_case *of, uint32_t line);
/* <li> with the quoted event, its place and its fields; number 0 = none. */
void dx_html_sign(dx_html_doc *d, const dx_report_attempt *a, const dx_event *e, size_t number,
                  const char *fact);
void dx_html_rivals(dx_html_doc *d, const char *heading, const char *fact, const dx_rival *p,
                    size_t n);
/* The lines around the attempt's first error. */
void dx_html_around(dx_html_doc *d, const dx_report_attempt *a);
void dx_html_codes(dx_html_doc *d, const dx_report_code *p, size_t n);
/* "attempt 2 of Exchange Server 5.5 SP3, 2000-06-14 09:12 UTC" with a link to it. */
void dx_html_attempt_link(dx_html_doc *d, size_t attempt);
/* "1,234 more places: with --verbose all are told here, with --format json, too."; nothing for 0.
 */
void dx_html_more(dx_buf *out, size_t n, const char *one, const char *many);
/* What a row tells of a group: word, on which servers, what (a link to card `number`, unless that
 * is 0), how certain. */
void dx_html_group_row(dx_html_doc *d, const dx_group *g, size_t number);
/* "Also on 12 other servers", with where, for the group that the card stands for; once. */
void dx_html_elsewhere(dx_html_doc *d);
/* A table of attempts of which only the ending is told. */
void dx_html_endings(dx_html_doc *d, const dx_group *groups, size_t n);
/* "Again in 3 attempts, ..." and where, or with which attempt it is told; nothing when the failure
 * came once. */
void dx_html_again(dx_html_doc *d, const dx_item *item);
/* The same failure in other attempts, each folded up and told by `teller`; a brief page has the
 * first few. */
enum { DX_HTML_OTHERS = 5 };
void dx_html_others(dx_html_doc *d, const dx_item *item,
                    void (*teller)(dx_html_doc *, const dx_item *));

/* The attempt's timeline; signs of `f` (may be NULL) have their numbers.  Nothing when the attempt
 * has no event at all. */
void dx_html_timeline(dx_html_doc *d, const dx_report_attempt *a, const dx_finding *f);
#endif
