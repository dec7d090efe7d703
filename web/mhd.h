/* What is used of libmicrohttpd, which is loaded when a page is started: it brings nine other
 * libraries along, and most runs need none of them.  Inside web/ only. */
#ifndef DX_WEB_MHD_H
#define DX_WEB_MHD_H
#include <microhttpd.h>
#include "core/err.h"

#define DX_MHD_CALLS(call)                                                                         \
    call(start_daemon) call(stop_daemon) call(get_daemon_info) call(get_connection_info)           \
        call(get_connection_values) call(get_connection_values_n) call(lookup_connection_value)    \
            call(create_post_processor) call(post_process) call(destroy_post_processor)            \
                call(create_response_from_buffer) call(add_response_header) call(queue_response)   \
                    call(destroy_response)

typedef struct dx_mhd {
#define FIELD(name) __typeof__(&MHD_##name) name;
    DX_MHD_CALLS(FIELD)
#undef FIELD
} dx_mhd;

/* DX_E_IO when the library is not there. */
DX_CHECK dx_rc dx_mhd_load(dx_mhd *out, dx_err *err);
#endif
