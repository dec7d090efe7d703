/* The numbers of a report whose attempts come in portions and are forgotten once they are counted.
 * What it keeps is 64 to 128 bytes for an attempt and the name of each server. */
#ifndef DX_REPORT_CENSUS_H
#define DX_REPORT_CENSUS_H
#include "report/report.h"

typedef struct dx_census dx_census;

dx_census *dx_census_new(void);    /* NULL when out of memory */
void dx_census_free(dx_census *c); /* NULL is fine */

/* False when out of memory. */
bool dx_census_source(dx_census *c, const dx_report_source *s);
/* The first DX_CENSUS_UNREAD sources that should have been readable and were not, or not wholly, in
 * the order they came: path, member, lines and why.  They live as long as the census. */
enum { DX_CENSUS_UNREAD = 10 };
const dx_report_source *dx_census_unread(const dx_census *c, size_t *n);
/* An attempt that was counted before (by its id in the store; one without is another each time)
 * counts as it is now; whether it was seen before the scan is what was said of it first.  False
 * when out of memory. */
bool dx_census_attempt(dx_census *c, const dx_report_attempt *a);
bool dx_census_knows(const dx_census *c, int64_t attempt); /* it was counted */

dx_totals dx_census_totals(const dx_census *c);    /* of all that was counted */
size_t dx_census_new_attempts(const dx_census *c); /* not seen before */
#endif
