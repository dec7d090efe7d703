/* The tables of codes that come with the program: read when somebody asks for them first, from what
 * an earlier run kept of them when that is there (cli/cache.h). */
#ifndef DX_CLI_CODE_TABLES_H
#define DX_CLI_CODE_TABLES_H
#include "patterns/codes/codes.h"

typedef struct dx_code_tables dx_code_tables;

/* Nothing is read yet.  `kept`: what an earlier run kept will do, and what is read is kept;
 * `lasting`: for a program that runs for long.  NULL when out of memory. */
dx_code_tables *dx_code_tables_new(bool kept, bool lasting);
void dx_code_tables_free(dx_code_tables *t); /* NULL is fine */

/* Any thread may ask, also at once; they live as long as `t`.  NULL where they cannot be had, today
 * and for who asks again: what is told without them is no reason to lose the rest. */
const dx_codes *dx_code_tables_get(dx_code_tables *t);
/* The same for who cannot do without, or wants to tell why: faults are told, and DX_FAIL. */
DX_CHECK dx_rc dx_code_tables_load(dx_code_tables *t, dx_faults *faults, const dx_codes **out,
                                   dx_err *err);
#endif
