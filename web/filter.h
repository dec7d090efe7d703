/* Inside web/: what the address filters by, the same words on every screen. */
#ifndef DX_WEB_FILTER_H
#define DX_WEB_FILTER_H
#include "core/fleet.h"
#include "web/shell.h"

/* server, product, site; times stay open. */
dx_trend_filter dx_filter_where(const dx_request *q);
/* period=week|month|quarter|year|all, or from=2026-01-01 and to=2026-02-01 (its day included).
 * `fallback` when the address says nothing.  DX_E_USAGE for a date that is none. */
DX_CHECK dx_rc dx_filter_period(const dx_request *q, const char *fallback, int64_t *since_us,
                                int64_t *until_us, dx_err *err);
/* A date of the address; DX_NO_TIME when it is not there. */
DX_CHECK dx_rc dx_filter_date(const dx_request *q, const char *name, int64_t *out, dx_err *err);

/* Hidden fields for what a form of filters does not ask itself; `names` ends with NULL. */
void dx_filter_keep(const dx_request *q, dx_buf *out, const char *const *names);
/* A select of the products that the store knows. */
DX_CHECK dx_rc dx_filter_products(const dx_request *q, dx_buf *out, dx_err *err);
/* What is filtered by diagnosis, server, cause or site, each with a link that takes it away. */
void dx_filter_chips(const dx_request *q, dx_buf *out);

/* The index of a word in a NULL-ended list, or -1. */
int dx_filter_word(dx_str word, const char *const *words);
enum { DX_FILTER_PAGE = 50 };
size_t dx_filter_skip(const dx_request *q);
#endif
