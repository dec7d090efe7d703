/* What the processor can do beyond plain C: the one place that decides. */
#ifndef DX_CORE_CPU_H
#define DX_CORE_CPU_H
#include <stdbool.h>

/* AVX2 is there.  Never when the environment holds SETUPDX_PORTABLE, so that what runs elsewhere
 * can be tried here; results are the same either way. */
bool dx_cpu_avx2(void);
#endif
