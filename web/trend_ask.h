/* Inside web/: the question about trends that an address asks; the screen and the API share it. */
#ifndef DX_WEB_TREND_ASK_H
#define DX_WEB_TREND_ASK_H
#include "core/fleet.h"
#include "web/request.h"

/* of=, by=, period=, from=, to=, top= and the filters. */
DX_CHECK dx_rc dx_trend_ask(const dx_request *q, dx_trend_query *out, dx_err *err);
/* compare=previous, or cfrom= and cto=: *compared tells whether there is one. */
DX_CHECK dx_rc dx_trend_ask_before(const dx_request *q, const dx_trend_query *now, bool *compared,
                                   dx_trend_query *out, dx_err *err);
/* kind of list from a word; of=, weeks= and the filters. */
DX_CHECK dx_rc dx_trend_ask_list(const dx_request *q, dx_str kind, dx_list_query *out, dx_err *err);
#endif
