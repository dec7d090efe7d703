/* What `setupdx redact` does, step by step: learn, write, verify. */
#ifndef DX_CLI_REDACTION_H
#define DX_CLI_REDACTION_H
#include "cli/knowledge.h"
#include "parser/framer.h"
#include "redact/kinds.h"
#include "redact/set.h"

/* A log that was written without its names. */
typedef struct dx_redacted {
    dx_str path; /* NUL-terminated */
    uint64_t bytes;
} dx_redacted;

typedef struct dx_redaction {
    /* given */
    const dx_settings *settings;
    const char *const *paths; /* files and folders */
    size_t n_paths;
    const char *out; /* a folder: new, or empty */
    const dx_knowledge *know;
    dx_arena *arena;

    /* made */
    dx_kinds *kinds;
    dx_values *values;
    dx_set folders; /* that were made below `out`, in this order */
    dx_set names;   /* of files below `out`, without case */
    dx_redacted *files;
    size_t n_files, cap_files;
    uint64_t bytes, gaps; /* gaps: searches that hit a limit */
    size_t damaged;       /* logs that could not be read to their end, or not at all */
    bool starved;
} dx_redaction;

/* Reads everything and collects what must not leave (redaction_learn.c). */
DX_CHECK dx_rc dx_redaction_learn(dx_redaction *r, dx_err *err);
/* Writes the copies (redaction_write.c). */
DX_CHECK dx_rc dx_redaction_write(dx_redaction *r, dx_err *err);
/* Removes what was written, quietly. */
void dx_redaction_undo(dx_redaction *r);
/* No value in any copy or its name, in any encoding (redaction_verify.c): else DX_E_INPUT, and the
 * text says where, never what. */
DX_CHECK dx_rc dx_redaction_verify(const dx_redaction *r, dx_err *err);
void dx_redaction_done(dx_redaction *r); /* frees what was made; a zeroed one is fine */

/* Every log below the paths: decoded, or framed.  One damaged log costs only itself. */
typedef dx_rc dx_redaction_log_fn(dx_redaction *r, dx_source *src, dx_err *err);
DX_CHECK dx_rc dx_redaction_each(dx_redaction *r, dx_redaction_log_fn *log, dx_err *err);
#endif
