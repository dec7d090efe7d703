#include "web/screens.h"
#include "web/server.h"
#include "web/shell.h"

static void show(const dx_request *q, dx_buf *out, dx_str trouble)
{
    dx_shell_open(q, out,
                  &(dx_shell){.nav = DX_NAV_NONE,
                              .title = DX_LIT("Sign in"),
                              .lead = DX_LIT("This page asks for the token that it was started "
                                             "with (--token-file)."),
                              .bare = true});
    if (trouble.n)
        dx_piece_notice(out, "bad", trouble);
    dx_shell_form(q, out, "/login", "class=\"fields card\"");
    dx_buf_add(out, DX_LIT("<label><span>Token</span><input type=\"password\" name=\"token\" "
                           "autocomplete=\"current-password\" required></label>"
                           "<button class=\"button primary\">Sign in</button></form>\n"));
    dx_shell_close(q, out);
}

dx_rc dx_screen_login(const dx_request *q, dx_response *a, dx_err *err)
{
    bool wait = false;

    if (!q->login)
        return dx_response_redirect(q, a, DX_LIT("/inbox"), err);
    if (!q->post) {
        show(q, &a->body, DX_NONE);
        return DX_OK;
    }
    if (!dx_guard_try_token(q->web, dx_request_form(q, "token"), dx_os_now_us(), &wait)) {
        a->status = wait ? 429 : 401;
        show(q, &a->body,
             wait ? DX_LIT("Too many wrong tokens. Wait a minute.") : DX_LIT("That is not it."));
        return DX_OK;
    }
    a->cookie = dx_arena_printf(q->arena, "setupdx=%s; Path=/; HttpOnly; SameSite=Strict%s",
                                q->web->session, q->options->cert ? "; Secure" : "");
    return a->cookie.p ? dx_response_redirect(q, a, DX_LIT("/inbox"), err) : dx_nomem(err);
}
