/* The helpdesk page: a small HTTP server over a store and the rule book.  docs/api.md. */
#ifndef DX_WEB_WEB_H
#define DX_WEB_WEB_H
#include "db/store.h"
#include "patterns/codes/codes.h"
#include "patterns/nearly.h"
#include "patterns/rulebook.h"
#include "report/report.h"

typedef struct dx_web dx_web;

/* ---- what the page asks of the rooms above it; called from several threads at once ---- */

typedef dx_rc dx_report_fn(void *ctx, const dx_report *report, dx_err *err);

/* What the rules see in a pasted text. */
typedef struct dx_tried {
    dx_events events;
    size_t n_nearly;
    const dx_near_miss *nearly;
} dx_tried;

/* An uploaded log or archive. */
typedef struct dx_upload {
    dx_str name, bytes;
    dx_str server; /* may be empty */
    bool keep;     /* in the store */
    bool pasted;   /* a message that somebody typed or copied, not a file */
} dx_upload;

typedef struct dx_web_service {
    void *ctx;
    DX_CHECK dx_rc (*try_text)(void *ctx, dx_str text, dx_arena *into, dx_tried *out, dx_err *err);
    /* Diagnoses in memory; `show` gets the report, which lives during the call only. */
    DX_CHECK dx_rc (*scan)(void *ctx, const dx_upload *upload, dx_report_fn *show, void *show_ctx,
                           dx_err *err);
    /* One stored attempt, weighed with today's rules. */
    DX_CHECK dx_rc (*attempt)(void *ctx, dx_store *store, int64_t attempt, dx_report_fn *show,
                              void *show_ctx, dx_err *err);
    /* One stored finding alone, with its whole story, weighed with today's rules.  DX_END: no such
     * key.  DX_E_RULE: today's rules no longer make it. */
    DX_CHECK dx_rc (*finding)(void *ctx, dx_store *store, dx_str key, dx_report_fn *show,
                              void *show_ctx, dx_err *err);
    /* Known failures in which a code occurs: at most `cap` into `out`. */
    size_t (*failures)(void *ctx, uint32_t code, const dx_rule **out, size_t cap);
    /* The answer of `setupdx code --json`. */
    DX_CHECK dx_rc (*code_json)(void *ctx, const dx_code_question *q, const dx_out *out,
                                dx_err *err);
} dx_web_service;

/* ---- the server ---- */

typedef struct dx_web_options { /* all borrowed; must outlive the server */
    const char *listen;         /* NULL = 127.0.0.1:8384 */
    const char *store;          /* a file; it may come into being later */
    dx_settler settler;         /* of a store that many machines share */
    const char *cert, *key;     /* PEM texts, both or none */
    dx_str token;               /* asked for when not empty; 16 bytes or more */
    const char *const *names;   /* under which browsers may call, beside numbers and localhost */
    size_t n_names;
    int64_t now_us; /* a clock that stands still; DX_NO_TIME = the computer's */
    const dx_rulebook *book;
    const dx_codes *codes; /* may be NULL */
    int64_t ruleset_us;
    dx_str program_version;
    dx_web_service service;
} dx_web_options;

/* Listens and answers in threads of its own.  DX_E_USAGE: the address is none, or it can be reached
 * from other computers and certificate or token are missing. */
DX_CHECK dx_rc dx_web_start(dx_web **out, const dx_web_options *options, dx_err *err);
dx_str dx_web_url(const dx_web *web);
/* Hangs up on those who dawdle.  To be called every second or so. */
void dx_web_tend(dx_web *web);
void dx_web_stop(dx_web *web); /* waits for answers that are being made; NULL is fine */
#endif
