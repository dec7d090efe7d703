/* Inside web/: style sheet, script and pictures that are built into the program. */
#ifndef DX_WEB_ASSETS_H
#define DX_WEB_ASSETS_H
#include "web/request.h"

/* What <head> says of them. */
void dx_assets_head(dx_buf *out, bool charts);
DX_CHECK dx_rc dx_screen_asset(const dx_request *q, dx_response *a, dx_err *err);
#endif
