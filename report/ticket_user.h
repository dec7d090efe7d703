/* What is wrong, for people who do not run computers. */
#ifndef DX_REPORT_TICKET_USER_H
#define DX_REPORT_TICKET_USER_H
#include "core/diagnosis.h"
#include <stdint.h>

/* A half sentence that follows "because": "there was not enough free space".  Made from the words
 * of the cause class alone, so that nothing is promised that the rule does not know. */
const char *dx_plain_reason(dx_str cause_class);
/* True when a step of the remedy speaks of starting the computer anew. */
bool dx_fix_restarts(const dx_finding *f);
#endif
