/* The one step of bytes.c that gains by AVX-512. */
#include "core/bytes_impl.h"
#include "core/cpu.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX512                                                                                     \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,popcnt")))

enum { BLOCK = 64, MOSTLY = 2 };

static size_t put_some(uint32_t *at, size_t n, size_t most, uint64_t found, size_t from)
{
    for (; found != 0 && n < most; found &= found - 1)
        at[n++] = (uint32_t)(from + (size_t)__builtin_ctzll(found));
    return n;
}

/* Room for two is written to whether there are that many or not: that costs less than guessing how
 * many there will be. */
AVX512 static size_t find(dx_str s, char c, uint32_t *at, size_t most, size_t *n)
{
    const __m512i wanted = _mm512_set1_epi8(c);
    size_t i = 0, k = *n;

    for (; i + BLOCK <= s.n && k < most; i += BLOCK) {
        const uint64_t found = _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(s.p + i), wanted);
        const size_t more = (size_t)__builtin_popcountll(found);
        if (more > MOSTLY || k + MOSTLY > most) {
            k = put_some(at, k, most, found, i);
            continue;
        }
        at[k] = (uint32_t)(i + _tzcnt_u64(found));
        at[k + 1] = (uint32_t)(i + _tzcnt_u64(_blsr_u64(found)));
        k += more;
    }
    *n = k;
    return i;
}

dx_byte_find *dx_find_avx512(void)
{
    return dx_cpu_avx512() ? find : NULL;
}
#else
dx_byte_find *dx_find_avx512(void)
{
    return NULL;
}
#endif
