/* The steps of a scan with AVX2: eight places at once. */
#include "core/cpu.h"
#include "core/scanner_impl.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

AVX2 static inline __m256i load(const char *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

AVX2 static inline __m256i folded(__m256i v)
{
    return _mm256_or_si256(v, _mm256_set1_epi8(0x20));
}

/* dx_gram_hash() of grams of eight bytes, but for the last two steps. */
AVX2 static inline __m256i both_halves(__m256i low, __m256i high)
{
    return _mm256_xor_si256(
        low, _mm256_or_si256(_mm256_slli_epi32(high, 13), _mm256_srli_epi32(high, 19)));
}

/* A bit for each of eight grams that the table may hold. */
AVX2 static inline unsigned look_up(const dx_scan_table *t, __m256i x)
{
    const __m256i mixed = _mm256_xor_si256(x, _mm256_srli_epi32(x, 15));
    const __m256i h = _mm256_mullo_epi32(mixed, _mm256_set1_epi32((int)0x9E3779B1u));
    const __m256i word =
        _mm256_i32gather_epi32((const int *)(const void *)t->bits,
                               _mm256_srl_epi32(h, _mm_cvtsi32_si128((int)t->shift)), 4);
    const __m256i five = _mm256_set1_epi32(31);
    const __m256i a = _mm256_srlv_epi32(word, _mm256_and_si256(_mm256_srli_epi32(h, 5), five));
    const __m256i b = _mm256_srlv_epi32(word, _mm256_and_si256(_mm256_srli_epi32(h, 10), five));

    return (unsigned)_mm256_movemask_ps(
        _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_and_si256(a, b), 31)));
}

AVX2 static inline unsigned breaks_of(const char *p)
{
    const __m256i v = load(p), next = load(p + 1);
    const __m256i control = _mm256_cmpeq_epi8(_mm256_min_epu8(v, _mm256_set1_epi8(0x1F)), v);
    const __m256i low = _mm256_cmpeq_epi8(_mm256_min_epu8(next, _mm256_set1_epi8(0x20)), next);
    const __m256i blanks = _mm256_and_si256(_mm256_cmpeq_epi8(v, _mm256_set1_epi8(0x20)), low);
    const __m256i nul = _mm256_and_si256(_mm256_cmpeq_epi8(v, _mm256_set1_epi8((char)0xE2)),
                                         _mm256_cmpeq_epi8(next, _mm256_set1_epi8((char)0x90)));

    return (unsigned)_mm256_movemask_epi8(_mm256_or_si256(_mm256_or_si256(control, blanks), nul));
}

static inline void put_places(dx_scan_found *out, dx_scan_class c, unsigned found, size_t at)
{
    for (; found != 0; found &= found - 1)
        out->place[c][out->n[c]++] = (uint16_t)(at + 4 * (size_t)__builtin_ctz(found));
}

AVX2 static void sample(const dx_scanner *s, const char *p, size_t n, dx_scan_found *out)
{
    unsigned carry = 0;

    memset(out->n, 0, sizeof out->n);
    out->n_breaks = 0;
    for (size_t i = 0; i < n; i += DX_SCAN_BLOCK) {
        const unsigned may = breaks_of(p + i);
        for (unsigned first = may & ~(may << 1 | carry); first != 0; first &= first - 1)
            out->breaks[out->n_breaks++] = (uint16_t)(i + (size_t)__builtin_ctz(first));
        carry = may >> 31;
        const __m256i x = folded(load(p + i));
        if (s->table[DX_SCAN_LONG].used)
            put_places(out, DX_SCAN_LONG,
                       look_up(&s->table[DX_SCAN_LONG], both_halves(x, folded(load(p + i + 4)))),
                       i);
        if (s->table[DX_SCAN_MIDDLE].used)
            put_places(out, DX_SCAN_MIDDLE, look_up(&s->table[DX_SCAN_MIDDLE], x), i);
        for (size_t k = 0; s->table[DX_SCAN_SHORT].used && k < 4; k++)
            put_places(out, DX_SCAN_SHORT,
                       look_up(&s->table[DX_SCAN_SHORT], folded(load(p + i + k))), i + k);
    }
}

AVX2 static inline __m256i load_pair(const char *a, const char *b)
{
    return _mm256_inserti128_si256(
        _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)a)),
        _mm_loadu_si128((const __m128i *)(const void *)b), 1);
}

AVX2 static unsigned stitch(const dx_scan_table *t, dx_scan_class c, const dx_scan_row *row)
{
    /* The four grams that begin at neighbouring bytes. */
    const __m256i slide = _mm256_setr_epi8(0, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 5, 3, 4, 5, 6, 0, 1, 2,
                                           3, 1, 2, 3, 4, 2, 3, 4, 5, 3, 4, 5, 6);
    const size_t at = dx_scan_lanes[c][0];
    __m256i x = folded(load_pair(row->blank + at, row->tight + at));

    if (c == DX_SCAN_LONG)
        x = both_halves(x, folded(load_pair(row->blank + 4, row->tight + 4)));
    if (c == DX_SCAN_SHORT)
        x = _mm256_shuffle_epi8(x, slide);
    return look_up(t, x);
}

static const dx_scan_steps steps = {sample, stitch};

const dx_scan_steps *dx_scan_avx2(void)
{
    return dx_cpu_avx2() ? &steps : NULL;
}
#else
const dx_scan_steps *dx_scan_avx2(void)
{
    return NULL;
}
#endif
