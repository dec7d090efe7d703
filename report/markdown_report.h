/* The pieces of the Markdown report; other formats put them where they have room for text. */
#ifndef DX_REPORT_MARKDOWN_REPORT_H
#define DX_REPORT_MARKDOWN_REPORT_H
#include "report/groups.h"
#include "report/markdown.h"
#include "report/words.h"

/* Whether all attempts that show a failure again are told, or DX_TRIES_SHOWN and the latest. */
typedef enum dx_md_tries { DX_MD_ALL_TRIES, DX_MD_FEW_TRIES } dx_md_tries;

/* Each adds the whole story of one item, beginning with a heading of second order. */
void dx_md_finding(dx_buf *out, const dx_report *r, size_t attempt, size_t which, dx_md_tries how);
void dx_md_undecided(dx_buf *out, const dx_report *r, size_t attempt, size_t which,
                     dx_md_tries how);
/* The errors of an attempt that no rule explains, its codes and the nearest known failures. */
void dx_md_unknown(dx_buf *out, const dx_report *r, size_t attempt);
/* Codes, and the nearest known failures, each as a list below a heading; nothing for 0. */
void dx_md_codes(dx_buf *out, const dx_report_code *p, size_t n);
void dx_md_nearest(dx_buf *out, const dx_rival *p, size_t n);
/* What somebody asked (explanation.h). */
void dx_md_explanation(dx_buf *out, const struct dx_explanation *a);
/* A line of the log that an attempt was read from, as code: "path:line". */
void dx_md_place(dx_buf *out, const dx_case *of, uint32_t line);
/* A list item: how the attempt ended, where, its facts. */
void dx_md_attempt(dx_buf *out, const dx_report *r, size_t attempt);
/* The whole story of the latest of a group, and where else it is. */
void dx_md_group(dx_buf *out, const dx_report *r, const dx_group *g, dx_md_tries how);
/* A list item for each group of attempts of which only the ending is told, and for what is left out
 * of a list. */
void dx_md_endings(dx_buf *out, const dx_report *r, const dx_group *groups, size_t n);
void dx_md_more(dx_buf *out, size_t n, const char *one, const char *many);
#endif
