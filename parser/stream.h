/* Inside parser/: what a dx_source is made of, and how skipped things are told. */
#ifndef DX_PARSER_STREAM_H
#define DX_PARSER_STREAM_H
#include "parser/source.h"

/* As dx_source_read(), without looking ahead. */
typedef dx_rc dx_pull_fn(void *ctx, void *buf, size_t cap, size_t *got, dx_err *err);

struct dx_source {
    dx_str path, member;
    int64_t modified_us;
    const char *file; /* a plain file's path, for readers that must seek; or NULL */
    dx_pull_fn *pull;
    void *ctx;
    dx_str ahead; /* looked at and not yet read */
    char *own;    /* memory for `ahead`, when it is not borrowed */
    size_t own_cap;
    bool ended;    /* nothing comes after `ahead` ... */
    dx_err broken; /* ... or this does, when it has a kind */
};

/* Forgets the content and points to new bytes; keeps a small buffer. */
void dx_source_reuse(dx_source *s, dx_pull_fn *pull, void *ctx);
void dx_source_done(dx_source *s); /* releases what is inside, not *s */

/* Shows the next `want` bytes, fewer at the end, without reading them.  *whole (may be NULL):
 * nothing follows them.  A read error waits for dx_source_read(); DX_FAIL only for DX_E_NOMEM. */
DX_CHECK dx_rc dx_source_look(dx_source *s, size_t want, dx_str *out, bool *whole, dx_err *err);

/* Where one outer file's skips go. */
typedef struct dx_skips {
    dx_skip_fn *fn; /* may be NULL */
    void *ctx;
    dx_str path;
    bool asked;
} dx_skips;
/* Of a member, or of the outer file when that is empty; nothing happens when nobody listens. */
void dx_skips_tell(const dx_skips *skips, dx_str member, bool damage, const dx_err *why);
/* The same for a thing that is no log. */
void dx_skips_tell_not_a_log(const dx_skips *skips, dx_str member, const char *what);

/* These end a walk; every other error costs one log. */
bool dx_err_ends_walk(const dx_err *err);
/* DX_E_CANCEL when the user interrupted. */
DX_CHECK dx_rc dx_check_interrupt(dx_err *err);
#endif
