/* Inside web/: the text that goes into a ticket. */
#ifndef DX_WEB_TICKET_H
#define DX_WEB_TICKET_H
#include "web/request.h"

/* A folded box with what `setupdx report KEY --ticket` writes, in the markup and the voice of the
 * address (ticket=, voice=; open when it names one), and the button that copies it where there is a
 * script. */
DX_CHECK dx_rc dx_ticket_add(const dx_request *q, dx_buf *out, dx_str key, dx_err *err);
#endif
