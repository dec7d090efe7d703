/* What both programs that look through usual logs share. */
#ifndef DX_BENCH_USUAL_H
#define DX_BENCH_USUAL_H
#include <stdio.h>
#include <stdlib.h>
#include "core/err.h"

/* Bytes of a log that are read, and that there must be. */
enum { USUAL_LOG_MOST = 8 << 20, USUAL_LOG_LEAST = 1 << 20 };

/* Ends the program with 2. */
static inline void usual_die(const char *what)
{
    fprintf(stderr, "usual: %s\n", what);
    exit(2);
}

/* For dx_faults: says the fault on standard error. */
static inline void usual_fault(void *ctx, const dx_err *fault)
{
    char line[1000];
    (void)ctx;
    dx_err_format(fault, line, sizeof line);
    fprintf(stderr, "%s\n", line);
}
#endif
