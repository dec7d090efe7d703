/* What people read beside the result: the only door to standard error, and the one to standard
 * output.  Nothing that came from a log or a file name can act on the terminal. */
#ifndef DX_CLI_TELL_H
#define DX_CLI_TELL_H
#include "cli/command.h"
#include "core/buf.h"

/* "setupdx: ..." on standard error. */
void dx_cli_say(const char *fmt, ...) DX_PRINTF(1, 2);
/* A line on standard error without a name in front. */
void dx_cli_say_line(const char *fmt, ...) DX_PRINTF(1, 2);
/* Says the error, with its place, and gives the exit code that belongs to it. */
int dx_cli_say_error(const dx_err *err);
int dx_cli_exit_of(dx_kind kind);
/* A dx_fault_fn: one line on standard error for each. */
void dx_cli_say_fault(void *ctx, const dx_err *fault);

/* Standard output.  A closed pipe is silent: DX_OK, and the rest is dropped.  DX_E_IO else. */
DX_CHECK dx_rc dx_stdout_put(dx_str bytes, dx_err *err);
/* The whole of a text, then the exit code: `code`, or 4 when it could not be written. */
int dx_stdout_end(const dx_buf *text, int code);
#endif
