/* What the makers of answers share.  Only report/answer_*.c use this. */
#ifndef DX_REPORT_ANSWER_MAKE_H
#define DX_REPORT_ANSWER_MAKE_H
#include "report/answer.h"

/* An answer in the making: lists that grow, and whether memory ran out on the way. */
typedef struct dx_maker {
    dx_arena *into;
    dx_answer made;
    dx_asked *asked;
    dx_str *notes;
    dx_answer_row *rows;
    size_t cap_asked, cap_notes;
    bool starved;
} dx_maker;

/* Everything made lives in `into`.  Where memory runs out, what a maker was to add is missing, and
 * dx_maker_end() fails. */
dx_maker dx_maker_of(const dx_asking *asking, const char *schema, dx_arena *into);
dx_str dx_make_text(dx_maker *m, const char *fmt, ...) DX_PRINTF(2, 3);
void dx_make_asked(dx_maker *m, const char *name, dx_str value); /* an empty one is left out */
void dx_make_filter(dx_maker *m, const dx_trend_filter *where, bool times);
void dx_make_note(dx_maker *m, dx_str note); /* an empty one is left out */
/* Notes "28 more are not shown: --skip 12 goes on with them." when there are such behind those that
 * are shown, and another on what `skip` left out before them. */
void dx_make_left_out(dx_maker *m, size_t shown, int64_t all, size_t skip);
/* Room for n rows with `columns` values each; rows[i].values may be written through
 * dx_answer_value().
 */
bool dx_make_rows(dx_maker *m, const dx_column *columns, size_t n_columns, size_t n);
dx_value *dx_answer_value(dx_answer_row *row, size_t column);
void dx_make_title(dx_answer_row *row, dx_str id, dx_str title);
void dx_make_partial(dx_maker *m, dx_str why);
DX_CHECK dx_rc dx_maker_end(dx_maker *m, dx_answer *out, dx_err *err);

dx_value dx_count_of(int64_t n);
dx_value dx_growth_of(double times);
dx_value dx_time_value(int64_t us); /* not known for DX_NO_TIME */
dx_value dx_span_value(int64_t us); /* not known for DX_NO_TIME */
dx_value dx_text_of(dx_str text);   /* not known when empty */
dx_value dx_texts_of(const dx_str *texts, size_t n);

/* "diagnoses", "signatures" ... and "diagnosis", "signature" ... */
const char *dx_of_plural(dx_trend_of of);
/* "2026-11-01" into a text of the maker. */
dx_str dx_make_date(dx_maker *m, int64_t us);
#endif
