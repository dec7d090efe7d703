/* Reads a command line by the tables of command.h. */
#ifndef DX_CLI_OPTIONS_H
#define DX_CLI_OPTIONS_H
#include "cli/command.h"

/* Which command, which options, which arguments.  DX_E_USAGE: the text says what was not
 * understood and proposes the nearest spelling.  argv must outlive *out; lists live in `arena`. */
DX_CHECK dx_rc dx_options_parse(dx_invocation *out, int argc, char **argv, dx_arena *arena,
                                dx_err *err);

/* Nearest command, or NULL. */
const char *dx_command_nearest(const char *name);

/* For arguments in the style of Windows programs that are no file ("/LogsPath:C:\x"): how to say
 * it here.  False when the argument is nothing of the kind. */
bool dx_options_windows_style(const dx_command *command, const char *arg, dx_arena *arena,
                              const char **advice);
#endif
