#include "db/backends/clickhouse_login.h"
#include <string.h>
#include "core/os.h"

#define FILE_NAMED "SETUPDX_CLICKHOUSE_PASSWORD_FILE"

enum { PASSWORD_MAX = 4096 };

/* Blanks belong to the password; the line end, and the mark that some editors put before it, do
 * not. */
static dx_rc from_file(const char *file, dx_arena *into, dx_str *out, dx_err *err)
{
    const dx_str mark = DX_LIT("\xef\xbb\xbf");

    if (dx_os_slurp(file, PASSWORD_MAX, into, out, err) != DX_OK)
        return dx_context(err, FILE_NAMED);
    if (dx_str_starts(*out, mark))
        *out = dx_str_slice(*out, mark.n, out->n);
    while (out->n && (out->p[out->n - 1] == '\n' || out->p[out->n - 1] == '\r'))
        out->n--;
    return DX_OK;
}

static dx_rc password(dx_arena *into, dx_str *out, dx_err *err)
{
    const char *file = dx_os_env(FILE_NAMED);

    *out = dx_str_of(dx_os_env("SETUPDX_CLICKHOUSE_PASSWORD"));
    if (out->n || file == NULL)
        return DX_OK;
    if (from_file(file, into, out, err) != DX_OK)
        return DX_FAIL;
    if (out->n && memchr(out->p, '\0', out->n))
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       FILE_NAMED ": '%s' holds zero bytes; was it written as UTF-16? It is read "
                                  "as UTF-8",
                       file);
    return DX_OK;
}

/* A header takes blanks off at both ends, ends at a line end, and what is beyond ASCII is for each
 * proxy on the way to understand. */
static bool fits_a_header(dx_str value)
{
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] < ' ' || value.p[i] > '~')
            return false;
    return value.n == 0 || (value.p[0] != ' ' && value.p[value.n - 1] != ' ');
}

dx_rc ch_login_take(ch_login *out, dx_arena *into, dx_err *err)
{
    const dx_str user = dx_str_of(dx_os_env("SETUPDX_CLICKHOUSE_USER"));
    dx_str key;

    if (password(into, &key, err) != DX_OK)
        return DX_FAIL;
    const bool basic = !fits_a_header(user) || !fits_a_header(key);
    if (basic && dx_str_find(user, DX_LIT(":"), 0) != SIZE_MAX)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "no server can be told SETUPDX_CLICKHOUSE_USER with a colon together with "
                       "line ends, blanks at an end or letters beyond ASCII in it or in its "
                       "password");
    *out = (ch_login){.basic = basic,
                      .user = user.n ? dx_arena_copy(into, user).p : NULL,
                      .password = key.n ? dx_arena_copy(into, key).p : NULL};
    return (user.n && !out->user) || (key.n && !out->password) ? dx_nomem(err) : DX_OK;
}
