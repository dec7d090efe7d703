#include "web/screens.h"

dx_rc dx_screen_theme(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_str to = dx_request_query(q, "to");

    a->cookie = dx_str_eq(to, DX_LIT("dark"))
                    ? DX_LIT("theme=dark; Path=/; Max-Age=31536000; SameSite=Strict")
                : dx_str_eq(to, DX_LIT("light"))
                    ? DX_LIT("theme=light; Path=/; Max-Age=31536000; SameSite=Strict")
                    : DX_LIT("theme=; Path=/; Max-Age=0; SameSite=Strict");
    return dx_response_redirect(q, a, dx_request_query(q, "back"), err);
}

dx_rc dx_screen_home(const dx_request *q, dx_response *a, dx_err *err)
{
    return dx_response_redirect(q, a, DX_LIT("/inbox"), err);
}
