/* Who asks a ClickHouse server.  Inside db/ only. */
#ifndef DX_DB_CLICKHOUSE_LOGIN_H
#define DX_DB_CLICKHOUSE_LOGIN_H
#include "core/arena.h"
#include "core/err.h"

typedef struct ch_login {
    const char *user, *password; /* NULL: not given */
    bool basic; /* to be encoded: as values of headers they would not arrive as they are */
} ch_login;

/* From the environment (clickhouse_http.h).  DX_E_USAGE for what no way can carry. */
DX_CHECK dx_rc ch_login_take(ch_login *out, dx_arena *into, dx_err *err);
#endif
