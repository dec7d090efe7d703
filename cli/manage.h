/* What the commands that look after a store share. */
#ifndef DX_CLI_MANAGE_H
#define DX_CLI_MANAGE_H
#include "cli/command.h"
#include "core/buf.h"
#include "db/manage.h"

typedef struct dx_manage {
    const dx_invocation *in;
    int64_t now_us;
    dx_store *store; /* NULL when the command takes none */
    dx_str name;
    dx_arena *into;
    dx_buf said; /* goes to standard output at the end */
    int code;    /* the exit code, DX_EXIT_OK unless the command says otherwise */
} dx_manage;

typedef dx_rc dx_manage_fn(dx_manage *m, dx_err *err);

/* Checks how many arguments there are (`usage` says what is wanted), opens the store that is there
 * already, runs, writes what was said; the exit code. */
int dx_manage_run(const dx_invocation *in, size_t n_args, const char *usage, bool to_write,
                  dx_manage_fn *run);
/* A dx_line_fn that writes each line to standard output; ctx is the dx_manage. */
dx_rc dx_manage_line(void *ctx, dx_str text, dx_err *err);
#endif
