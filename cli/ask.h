/* Questions over all that is stored: what the commands that ask one share. */
#ifndef DX_CLI_ASK_H
#define DX_CLI_ASK_H
#include "cli/command.h"
#include "db/trends.h"
#include "report/answer.h"

typedef struct dx_ask {
    const dx_invocation *in;
    int64_t now_us;
    dx_store *store;
    dx_arena *into; /* lives until the answer is written */
    dx_asking asking;
    dx_trend_filter where; /* --since, --until, --server, --product, --tag */
    size_t top, skip;
} dx_ask;

typedef dx_rc dx_ask_fn(dx_ask *q, dx_answer *out, dx_err *err);

/* Reads the options, opens the store for reading, asks, writes the answer in all its formats; the
 * exit code. */
int dx_ask_run(const dx_invocation *in, dx_ask_fn *ask);

/* The same for a command that tells the store something and answers with a line. */
typedef dx_rc dx_tell_fn(dx_ask *q, dx_buf *said, dx_err *err);
int dx_tell_run(const dx_invocation *in, dx_tell_fn *tell);
/* --by, else the name of the user; may be empty. */
dx_str dx_ask_author(const dx_ask *q);
#endif
