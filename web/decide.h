/* Inside web/: what people decide, written into the store from a form. */
#ifndef DX_WEB_DECIDE_H
#define DX_WEB_DECIDE_H
#include "web/request.h"

/* Reads fix, ticket and by of the form; q->part is the key. */
DX_CHECK dx_rc dx_decide_resolve(const dx_request *q, dx_err *err);
/* Reads until (a date; empty ends a silence), reason and by; q->part is the diagnosis. */
DX_CHECK dx_rc dx_decide_silence(const dx_request *q, dx_err *err);
#endif
