/* Help texts, made from the tables of command.h. */
#ifndef DX_CLI_HELP_H
#define DX_CLI_HELP_H
#include "cli/command.h"
#include "core/buf.h"

void dx_help_welcome(dx_buf *out);                            /* no arguments at all */
void dx_help_overview(dx_buf *out);                           /* setupdx --help */
void dx_help_command(dx_buf *out, const dx_command *command); /* setupdx COMMAND --help */

/* Runs a command that only groups others (`db`, `rules`): its help on standard output, or, when an
 * argument names no command of the group, what was probably meant and DX_EXIT_USAGE. */
int dx_help_group(const dx_invocation *in);
#endif
