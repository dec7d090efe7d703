/* What the processor can do beyond plain C: the one place that decides. */
#ifndef DX_CORE_CPU_H
#define DX_CORE_CPU_H
#include <stdbool.h>

/* AVX2 is there.  Never when the environment holds SETUPDX_PORTABLE, so that what runs elsewhere
 * can be tried here (with "avx2" in it this is, but nothing more); results are the same. */
bool dx_cpu_avx2(void);
/* AVX-512 with all that works on single bytes (BW, VBMI, VBMI2), and VL. */
bool dx_cpu_avx512(void);
#endif
