/* Text that a person types or pipes in. */
#ifndef DX_CLI_STDIN_H
#define DX_CLI_STDIN_H
#include "core/arena.h"
#include "core/err.h"

/* All of standard input; DX_E_LIMIT over 16 MiB. */
DX_CHECK dx_rc dx_stdin_text(dx_arena *into, dx_str *out, dx_err *err);
#endif
