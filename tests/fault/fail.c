/* Loaded before the C library: asking for memory fails once, the FAIL_AT-th time.  How often it was
 * asked for is written to the file FAIL_COUNT in the end. */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include "tests/failing_malloc.h"

static _Atomic unsigned long asked;
static unsigned long fail_at;

__attribute__((constructor)) static void begin(void)
{
    const char *at = getenv("FAIL_AT");

    fail_at = at ? strtoul(at, NULL, 10) : 0;
    asked = 0;
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("FAIL_COUNT");
    const unsigned long n = asked;
    FILE *out = path ? fopen(path, "w") : NULL;

    if (out) {
        fprintf(out, "%lu\n", n);
        fclose(out);
    }
}

static bool fails(void)
{
    if (atomic_fetch_add(&asked, 1) + 1 != fail_at)
        return false;
    errno = ENOMEM;
    return true;
}
