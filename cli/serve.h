/* What the helpdesk page asks of the other rooms. */
#ifndef DX_CLI_SERVE_H
#define DX_CLI_SERVE_H
#include "cli/knowledge.h"
#include "web/web.h"

typedef struct dx_serve {
    const dx_settings *settings; /* of the command line */
    dx_knowledge know;           /* shared by all threads, never changed */
    const dx_codes *codes;       /* or NULL */
    const char *store;
    int64_t now_us; /* DX_NO_TIME: the computer's clock */
} dx_serve;

/* The operations; `serve` must outlive the server. */
dx_web_service dx_serve_service(dx_serve *serve);
#endif
