/* The tables of codes that come with the program. */
#ifndef DX_CLI_CODE_TABLES_H
#define DX_CLI_CODE_TABLES_H
#include "core/arena.h"
#include "patterns/codes/codes.h"

/* To be freed before `into` is.  NULL where they cannot be had: what is told without them is no
 * reason to lose the rest. */
dx_codes *dx_code_tables(dx_arena *into);
#endif
