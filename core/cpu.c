#include "core/cpu.h"
#include <stddef.h>
#include <string.h>
#include "core/os.h"

bool dx_cpu_avx2(void)
{
#if defined(__x86_64__)
    const char *portable = dx_os_env("SETUPDX_PORTABLE");

    return __builtin_cpu_supports("avx2") && (portable == NULL || strcmp(portable, "avx2") == 0);
#else
    return false;
#endif
}

bool dx_cpu_avx512(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
           __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("popcnt") && dx_os_env("SETUPDX_PORTABLE") == NULL;
#else
    return false;
#endif
}
