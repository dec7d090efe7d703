/* Inside web/: every screen, by the path that routes.c gives it. */
#ifndef DX_WEB_SCREENS_H
#define DX_WEB_SCREENS_H
#include "web/request.h"

#define DX_SCREENS(X)                                                                              \
    X(home)                                                                                        \
    X(inbox)                                                                                       \
    X(search)                                                                                      \
    X(finding)                                                                                     \
    X(resolve)                                                                                     \
    X(silence)                                                                                     \
    X(attempt)                                                                                     \
    X(server)                                                                                      \
    X(fleet)                                                                                       \
    X(trends)                                                                                      \
    X(trend_picture)                                                                               \
    X(unknown)                                                                                     \
    X(coverage)                                                                                    \
    X(rules)                                                                                       \
    X(rule)                                                                                        \
    X(code)                                                                                        \
    X(try)                                                                                         \
    X(upload)                                                                                      \
    X(login)                                                                                       \
    X(theme)                                                                                       \
    X(asset)

#define DX_SCREEN_DECLARE(name)                                                                    \
    DX_CHECK dx_rc dx_screen_##name(const dx_request *q, dx_response *a, dx_err *err);
DX_SCREENS(DX_SCREEN_DECLARE)

#define DX_APIS(X)                                                                                 \
    X(index)                                                                                       \
    X(pulse)                                                                                       \
    X(findings)                                                                                    \
    X(finding)                                                                                     \
    X(resolve)                                                                                     \
    X(silence)                                                                                     \
    X(attempts)                                                                                    \
    X(attempt)                                                                                     \
    X(servers)                                                                                     \
    X(heat)                                                                                        \
    X(trend)                                                                                       \
    X(list)                                                                                        \
    X(fixes)                                                                                       \
    X(coverage)                                                                                    \
    X(unknown)                                                                                     \
    X(rules)                                                                                       \
    X(rule)                                                                                        \
    X(code)                                                                                        \
    X(try)                                                                                         \
    X(scan)

#define DX_API_DECLARE(name)                                                                       \
    DX_CHECK dx_rc dx_api_##name(const dx_request *q, dx_response *a, dx_err *err);
DX_APIS(DX_API_DECLARE)
#endif
