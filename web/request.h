/* Inside web/: one request as its screen sees it, and the answer. */
#ifndef DX_WEB_REQUEST_H
#define DX_WEB_REQUEST_H
#include "core/buf.h"
#include "web/web.h"

/* ---- limits against strangers ---- */
enum {
    DX_WEB_HEADER_BYTES = 32 * 1024, /* of one connection: request line and headers */
    DX_WEB_FORM_BYTES = 1024 * 1024,
    DX_WEB_UPLOAD_BYTES = 64 * 1024 * 1024,
    DX_WEB_FIELDS = 32, /* of a form */
    DX_WEB_CONNECTIONS = 512,
    DX_WEB_IDLE_S = 15,     /* without a byte */
    DX_WEB_HEADER_S = 20,   /* from the connection, or the last answer, to the end of the headers */
    DX_WEB_ANSWER_S = 120,  /* from there to the end of the answer */
    DX_WEB_THREADS = 4,     /* that answer */
    DX_WEB_SLOW_THREADS = 2 /* of them, at most, may be busy with uploads and pasted texts */
};

typedef enum dx_theme { DX_THEME_SYSTEM, DX_THEME_LIGHT, DX_THEME_DARK } dx_theme;

typedef struct dx_pair {
    dx_str name, value;
} dx_pair;

typedef struct dx_request {
    dx_web *web;
    const dx_web_options *options;
    bool post;
    bool json; /* an error is told as JSON */
    dx_str path;
    dx_str part; /* of the path: what stands for the route's '*', decoded */
    const dx_pair *query, *form;
    size_t n_query, n_form;
    dx_str file_name, file; /* an uploaded file; .p NULL = none */
    dx_theme theme;
    dx_str csrf;     /* what a form must send back as `csrf` */
    bool login;      /* a token is asked for */
    dx_store *store; /* for reading; NULL = there is none yet */
    dx_str store_trouble;
    int64_t now_us;
    dx_arena *arena; /* of this request */
} dx_request;

/* First value of a parameter; DX_NONE when it is not there. */
dx_str dx_request_query(const dx_request *q, const char *name);
dx_str dx_request_form(const dx_request *q, const char *name);
/* A number in the address, between `least` and `most`; `fallback` when it is none. */
long long dx_request_number(const dx_request *q, const char *name, long long fallback,
                            long long least, long long most);

typedef struct dx_response {
    unsigned status;      /* 0 = 200 */
    const char *mime;     /* NULL = HTML */
    dx_buf body;          /* handed over to the connection */
    dx_str fixed;         /* a body that outlives the server, instead */
    bool lasting;         /* may be kept by the browser */
    dx_str location;      /* with 303 */
    dx_str cookie;        /* one Set-Cookie */
    const char *download; /* name of our own for a file to keep; NULL = to be shown */
} dx_response;

/* A page's handler.  On DX_FAIL the error becomes the answer: DX_E_USAGE is told as 400, DX_E_LIMIT
 * as 413, anything else as 500. */
typedef dx_rc dx_screen_fn(const dx_request *q, dx_response *a, dx_err *err);

/* 303 to a path of this page. */
DX_CHECK dx_rc dx_response_redirect(const dx_request *q, dx_response *a, dx_str to, dx_err *err);
/* An answer without more to it than this sentence, as a page or as JSON. */
void dx_response_message(const dx_request *q, dx_response *a, unsigned status, dx_str sentence);
/* To the page that asks for the token; 401 for programs. */
void dx_response_login(const dx_request *q, dx_response *a);

/* ---- routes.c ---- */

/* Sets q->part. NULL: *status says why not (404, 405). */
dx_screen_fn *dx_route_find(dx_request *q, unsigned *status);
/* What everyone may have, token or not. */
bool dx_route_is_open(dx_str path);
#endif
