/* What came of an ingest, in one line: the report's summary without the report.  Of this only the
 * head and the census are looked at. */
#ifndef DX_REPORT_INGEST_H
#define DX_REPORT_INGEST_H
#include "report/report.h"

/* One line for people; `stamped`: the time goes before it, as in the lines of a watch. */
DX_CHECK dx_rc dx_ingest_text(const dx_report *r, bool stamped, const dx_out *out, dx_err *err);
/* The same as one JSON object in one line (report.schema.json#/$defs/ingest). */
DX_CHECK dx_rc dx_ingest_json(const dx_report *r, const dx_out *out, dx_err *err);
#endif
