/* ingest --watch: reads what is there, then whatever grows, until it is told to end. */
#ifndef DX_CLI_FOLLOW_H
#define DX_CLI_FOLLOW_H
#include "cli/session.h"

/* What to do with the outcome of each round that met an attempt, or something it could not read. */
typedef dx_rc dx_follow_told(void *ctx, const dx_report *report, dx_err *err);

/* The folders are the arguments of the session.  Returns after SIGINT or SIGTERM (DX_OK), or when
 * the store could not be written several times in a row. */
DX_CHECK dx_rc dx_follow(dx_session *s, dx_follow_told *told, void *ctx, dx_err *err);
#endif
