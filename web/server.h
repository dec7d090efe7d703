/* Inside web/: the running server, and what one connection goes through. */
#ifndef DX_WEB_SERVER_H
#define DX_WEB_SERVER_H
#include <stdatomic.h>

#include "core/os.h"
#include "core/os_net.h"
#include "core/os_thread.h"
#include "web/mhd.h"
#include "web/request.h"

enum { DX_WEB_READERS = DX_WEB_THREADS + 1 }; /* and one for the page that is made ahead */

/* A handle of the store for reading; as many as threads that ask. */
typedef struct dx_reader {
    atomic_bool taken;
    dx_store *store;
} dx_reader;

/* One open connection, and when it is hung up on. */
typedef struct dx_line {
    int socket;
    int64_t deadline_us; /* 0 = free */
} dx_line;

struct dx_web {
    dx_web_options options;
    dx_address address;
    dx_mhd mhd;
    struct MHD_Daemon *daemon;
    char url[96];
    char csrf[33], session[65]; /* made anew with each start */
    dx_reader reader[DX_WEB_READERS];
    atomic_uint slow;        /* threads busy with something long */
    atomic_uint wrong_token; /* tries in this minute */
    _Atomic int64_t wrong_since_us;
    struct dx_kept *kept;
    dx_thread *ahead; /* makes the first page before anyone asks */
    dx_mutex *lines_lock;
    dx_line line[DX_WEB_CONNECTIONS];
};

/* ---- guard.c: who may ask ---- */

/* 0, or the status of the refusal with a sentence for *why. */
unsigned dx_guard_caller(const dx_web *web, struct MHD_Connection *connection, bool post,
                         const char **why);
/* True when no token is wanted or the caller has shown it. */
bool dx_guard_token(const dx_web *web, struct MHD_Connection *connection);
/* Takes the same time wherever the two differ. */
bool dx_guard_same(dx_str a, dx_str b);
/* The token that somebody typed; false with *wait set after too many wrong ones. */
bool dx_guard_try_token(dx_web *web, dx_str token, int64_t now_us, bool *wait);

/* ---- visit.c: one request from its first header to its last byte ---- */

enum MHD_Result dx_visit(void *web, struct MHD_Connection *connection, const char *url,
                         const char *method, const char *version, const char *upload_data,
                         size_t *upload_size, void **state);
void dx_visit_over(void *web, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode how);

/* Makes the inbox, so that it is there when somebody asks; ctx is the dx_web. */
void dx_visit_ahead(void *ctx);

/* ---- lines.c: connections that dawdle ---- */

void dx_lines_note(void *ctx, struct MHD_Connection *connection, void **of,
                   enum MHD_ConnectionNotificationCode what);
void dx_lines_extend(dx_web *web, struct MHD_Connection *connection, unsigned seconds);
void dx_lines_tend(dx_web *web);

/* ---- readers.c ---- */

/* A handle, or NULL with the reason in *err.  To be given back. */
dx_store *dx_readers_take(dx_web *web, size_t *which, dx_err *err);
void dx_readers_give(dx_web *web, size_t which);
void dx_readers_close(dx_web *web);
#endif
