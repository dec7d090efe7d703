/* Inside web/: the text that goes into a ticket. */
#ifndef DX_WEB_TICKET_H
#define DX_WEB_TICKET_H
#include "core/fleet.h"
#include "web/request.h"

/* A folded box with the text, and the button that copies it (where there is a script). */
DX_CHECK dx_rc dx_ticket_add(const dx_request *q, dx_buf *out, const dx_finding_page *p,
                             dx_err *err);
#endif
