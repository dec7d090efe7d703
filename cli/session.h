/* What reading logs takes, from what the command line says: scan and ingest share this path. */
#ifndef DX_CLI_SESSION_H
#define DX_CLI_SESSION_H
#include "cli/scan.h"
#include "cli/command.h"

typedef struct dx_session {
    const dx_invocation *in;
    bool must_keep; /* a store in memory will not do */
    bool unkept;    /* a store in memory it is, whatever was asked for */
    /* made */
    dx_knowledge know;
    dx_regex *server_from;
    dx_scan scan;
    bool ahead; /* the store was opened with the rules, or not: */
    dx_rc opened;
    dx_err why;
} dx_session;

/* Checks options and arguments and loads the rules.  DX_E_USAGE and DX_E_RULE come from here.  With
 * several jobs the store may be opened meanwhile, so a round should follow. */
DX_CHECK dx_rc dx_session_open(dx_session *s, dx_err *err);

/* One scan of these paths: opens the store, reads, judges, ends.  *out borrows from the session
 * until the next round.  DX_E_CANCEL after an interrupt: every log that was finished is kept. */
DX_CHECK dx_rc dx_session_round(dx_session *s, const char *const *paths, size_t n, dx_report *out,
                                dx_err *err);

/* After DX_E_CANCEL: says what is kept; the exit code. */
int dx_session_interrupted(const dx_session *s);

void dx_session_done(dx_session *s); /* a zeroed one is fine */
#endif
