/* What is used of libcurl, which is loaded when a ClickHouse store is opened: it brings nineteen
 * other libraries along, and most runs need none of them.  Inside db/ only. */
#ifndef DX_DB_CLICKHOUSE_CURL_H
#define DX_DB_CLICKHOUSE_CURL_H
#include <curl/curl.h>
#include "core/err.h"

#define DX_CURL_CALLS(call)                                                                        \
    call(easy_init) call(easy_reset) call(easy_setopt) call(easy_perform) call(easy_getinfo)       \
        call(easy_strerror) call(easy_cleanup) call(slist_append) call(slist_free_all)

typedef struct dx_curl {
#define FIELD(name) __typeof__(&curl_##name) name;
    DX_CURL_CALLS(FIELD)
#undef FIELD
} dx_curl;

/* DX_E_STORE when the library is not there. */
DX_CHECK dx_rc dx_curl_load(dx_curl *out, dx_err *err);
#endif
