#define _XOPEN_SOURCE 700
#include "measure.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "core/os.h"

double bench_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

double bench_median(double *list, size_t n)
{
    qsort(list, n, sizeof *list, by_value);
    return list[n / 2];
}

void *bench_need(void *p)
{
    if (p != NULL)
        return p;
    fprintf(stderr, "out of memory\n");
    exit(2);
}

dx_str bench_slurp(dx_arena *arena, const char *path)
{
    dx_str text;
    dx_err err = {0};

    if (dx_os_slurp(path, (size_t)4 << 30, arena, &text, &err) == DX_OK)
        return text;
    fprintf(stderr, "%s\n", err.text);
    exit(2);
}
