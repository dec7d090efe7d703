/* What the regexes of signatures cost, added up by all matchers of a scan. */
#ifndef DX_PATTERNS_COST_H
#define DX_PATTERNS_COST_H
#include <stdatomic.h>
#include <stdint.h>

typedef struct dx_cost {
    _Atomic uint64_t calls;   /* searches in a record, in one of its readings */
    _Atomic uint64_t matches; /* searches that found something */
    _Atomic uint64_t ns;      /* CPU time of the searching threads */
} dx_cost;
#endif
