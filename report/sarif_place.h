/* Places as SARIF writes them. */
#ifndef DX_REPORT_SARIF_PLACE_H
#define DX_REPORT_SARIF_PLACE_H
#include "report/json_write.h"

/* Adds the member "uri": a path as a URI reference; a member of an archive stands behind "!/". */
void dx_sarif_uri(dx_json *j, dx_str path, dx_str member);
/* Adds a location object to a list.  Line 0: the whole file; an empty text: no snippet. */
void dx_sarif_location(dx_json *j, dx_str path, dx_str member, uint32_t line, uint32_t last_line,
                       dx_str text);
#endif
