/* Help texts, made from the tables of command.h. */
#ifndef DX_CLI_HELP_H
#define DX_CLI_HELP_H
#include "cli/command.h"
#include "core/buf.h"

void dx_help_welcome(dx_buf *out);                            /* no arguments at all */
void dx_help_overview(dx_buf *out);                           /* setupdx --help */
void dx_help_command(dx_buf *out, const dx_command *command); /* setupdx COMMAND --help */
#endif
