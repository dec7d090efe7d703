/* What the programs share that measure steps in their own process.  Each of them ends the program,
 * with a word about it, when it cannot do its part. */
#ifndef DX_TESTS_BENCH_MEASURE_H
#define DX_TESTS_BENCH_MEASURE_H
#include "core/arena.h"
#include "core/str.h"

double bench_now(void);                      /* seconds */
double bench_median(double *list, size_t n); /* sorts the list */
void *bench_need(void *p);                   /* NULL: out of memory */
dx_str bench_slurp(dx_arena *arena, const char *path);
#endif
