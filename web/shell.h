/* Inside web/: the frame around every screen, and the small pieces that screens are made of. */
#ifndef DX_WEB_SHELL_H
#define DX_WEB_SHELL_H
#include "report/html_write.h"
#include "report/layout.h"
#include "web/request.h"

typedef enum dx_nav {
    DX_NAV_INBOX,
    DX_NAV_UNKNOWN,
    DX_NAV_FLEET,
    DX_NAV_TRENDS,
    DX_NAV_COVERAGE,
    DX_NAV_UPLOAD,
    DX_NAV_TRY,
    DX_NAV_CODE,
    DX_NAV_RULES,
    DX_NAV_NONE
} dx_nav;

typedef struct dx_shell {
    dx_nav nav;
    dx_str title;
    bool template; /* the title is a rule's words */
    dx_str lead;   /* one sentence below the title; may be empty */
    dx_str crumb;  /* own, trusted address of the page above; empty = none */
    dx_str crumb_text;
    bool bare;   /* without navigation: the page that asks for the token */
    bool live;   /* the script looks for news */
    bool charts; /* the script draws over the charts, when it can */
} dx_shell;

void dx_shell_open(const dx_request *q, dx_buf *out, const dx_shell *shell);
void dx_shell_close(const dx_request *q, dx_buf *out);

/* Opens a form that may change something: method post, with the token that it needs. */
void dx_shell_form(const dx_request *q, dx_buf *out, const char *action, const char *more);

/* ---- pieces ---- */

/* Adds s as a part of an address. */
void dx_url_add(dx_buf *out, dx_str s);
/* The address of this screen with one filter changed (empty = taken out) and the first page,
 * escaped for an attribute. */
void dx_url_with(const dx_request *q, dx_buf *out, const char *name, dx_str value);

/* A rule's words: what a finding would put in ("{e.package}") stands out. */
void dx_piece_template(dx_buf *out, dx_str s);
void dx_piece_badge(dx_buf *out, const char *tone, dx_str text);
/* A box that says why nothing is here, and what to do. */
void dx_piece_empty(dx_buf *out, dx_str title, dx_str text, dx_str command);
/* A sentence in a coloured box. */
void dx_piece_notice(dx_buf *out, const char *tone, dx_str text);
/* "1-50 of 1,234" with links to the pages around. */
void dx_piece_pager(const dx_request *q, dx_buf *out, uint64_t from, uint64_t shown,
                    uint64_t total);
typedef struct dx_choice {
    dx_str value, label;
    uint64_t count; /* UINT64_MAX = not shown */
} dx_choice;
#define DX_CHOICE(value, label)                                                                    \
    {                                                                                              \
        {value, sizeof value - 1}, {label, sizeof label - 1}, UINT64_MAX                           \
    }
/* Filters that exclude each other, as links; the one in the address is the current one. */
void dx_piece_tabs(const dx_request *q, dx_buf *out, dx_str label, const char *name,
                   const dx_choice *choices, size_t n);
/* A labelled select; the one in the address is chosen. */
void dx_piece_select(const dx_request *q, dx_buf *out, dx_str label, const char *name,
                     const dx_choice *choices, size_t n);
void dx_piece_input(const dx_request *q, dx_buf *out, dx_str label, const char *name,
                    const char *more);

/* True when there is a store; else the page says what to do and is done. */
bool dx_shell_has_store(const dx_request *q, dx_response *a, const dx_shell *shell);
#endif
