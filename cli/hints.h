/* What can still be said of a failure that no rule explains: what its codes mean, and which known
 * failures come nearest. */
#ifndef DX_CLI_HINTS_H
#define DX_CLI_HINTS_H
#include "patterns/rulebook.h"
#include "report/report.h"

/* Fills codes and nearest of those attempts that need them.  The code tables are read only when
 * one does; a fault in them costs the hints, not the report. */
DX_CHECK dx_rc dx_hints_add(const dx_rulebook *book, dx_report_attempt *attempts, size_t n,
                            dx_arena *into, dx_err *err);
#endif
