#include "web/decide.h"
#include "web/screens.h"

dx_rc dx_screen_resolve(const dx_request *q, dx_response *a, dx_err *err)
{
    if (dx_decide_resolve(q, err) != DX_OK)
        return DX_FAIL;
    const dx_str to = dx_arena_printf(q->arena, "/findings/%.*s", DX_FMT(q->part));
    return to.p ? dx_response_redirect(q, a, to, err) : dx_nomem(err);
}

dx_rc dx_screen_silence(const dx_request *q, dx_response *a, dx_err *err)
{
    if (dx_decide_silence(q, err) != DX_OK)
        return DX_FAIL;
    return dx_response_redirect(q, a, dx_request_form(q, "back"), err);
}
