#include "db/backends/clickhouse_curl.h"

#ifdef DX_CURL_LIBRARY
#include "core/os.h"

dx_rc dx_curl_load(dx_curl *out, dx_err *err)
{
#define NAME(name) "curl_" #name,
    static const char *const names[] = {DX_CURL_CALLS(NAME)};
#undef NAME
    const size_t n = sizeof names / sizeof *names;

    _Static_assert(sizeof *out == sizeof names, "a call for each name");
    if (dx_os_library(DX_CURL_LIBRARY, names, n, out, err) == DX_OK)
        return DX_OK;
    if (err)
        err->kind = DX_E_STORE;
    return dx_context(err, "stores in ClickHouse need libcurl");
}
#else
/* Linked as any other, where there is no shared one. */
dx_rc dx_curl_load(dx_curl *out, dx_err *err)
{
    (void)err;
#define CALL(name) .name = curl_##name,
    *out = (dx_curl){DX_CURL_CALLS(CALL)};
#undef CALL
    return DX_OK;
}
#endif
