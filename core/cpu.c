#include "core/cpu.h"
#include <stddef.h>
#include "core/os.h"

bool dx_cpu_avx2(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") && dx_os_env("SETUPDX_PORTABLE") == NULL;
#else
    return false;
#endif
}
