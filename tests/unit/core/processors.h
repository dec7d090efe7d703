/* What is to hold on each kind of processor. */
#ifndef DX_TEST_PROCESSORS_H
#define DX_TEST_PROCESSORS_H
#include <stdlib.h>

/* In plain C, with AVX2 at most, with all that there is. */
static void on_each_processor(void (*check)(void))
{
    static const char *const most[] = {"1", "avx2", NULL};

    for (size_t i = 0; i < sizeof most / sizeof *most; i++) {
        if (most[i] != NULL)
            setenv("SETUPDX_PORTABLE", most[i], 1);
        else
            unsetenv("SETUPDX_PORTABLE");
        check();
    }
}
#endif
