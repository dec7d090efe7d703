/* Inside web/: rows of tables that several screens show. */
#ifndef DX_WEB_ROWS_H
#define DX_WEB_ROWS_H
#include "core/fleet.h"
#include "web/shell.h"

/* Opens <table> in a card, with its caption (for listeners) and heads; a head that begins with '#'
 * stands over figures, one that begins with '-' cannot be sorted by. */
void dx_rows_open(dx_buf *out, const char *caption, const char *const *heads, size_t n);
void dx_rows_close(dx_buf *out);

/* An outcome; `failed` when there is none and something failed. */
void dx_rows_outcome(dx_buf *out, dx_outcome outcome, bool failed);
void dx_rows_standing(dx_buf *out, dx_standing standing);
/* `by_server`: the third cell names the server, else it counts them. */
void dx_rows_finding(dx_buf *out, const dx_finding_row *f, bool by_server);
void dx_rows_attempt(dx_buf *out, const dx_attempt_row *a, bool with_server);
void dx_rows_server_link(dx_buf *out, dx_str name);
void dx_rows_count(dx_buf *out, int64_t n);
/* A word-sized line, with its last figure for listeners. */
void dx_rows_spark(dx_buf *out, const int64_t *weeks, size_t n, const char *what);
void dx_rows_notes(dx_buf *out, const dx_notes *notes);
/* "2026-11-22", a dash for DX_NO_TIME; the whole moment on hovering and for sorting. */
void dx_rows_day(dx_buf *out, int64_t us);
/* "2026-11-20", or "2026-11-20 to 2026-11-22". */
void dx_rows_days(dx_buf *out, int64_t from_us, int64_t to_us);
/* "1 attempt", "2 attempts" */
void dx_rows_number(dx_buf *out, int64_t n, const char *one, const char *many);
/* "3 days", "5 h" */
void dx_rows_span(dx_buf *out, int64_t us);
/* A finding's address. */
void dx_rows_finding_link(dx_buf *out, dx_str key, dx_str text);
#endif
