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

/* What the loop needs of a table, so that it stays in registers. */
typedef struct quick {
    const int *bits;
    __m128i shift;
    bool used;
} quick;

AVX2 static inline quick quick_of(const dx_scan_table *t)
{
    return (quick){(const int *)(const void *)t->bits, _mm_cvtsi32_si128((int)t->shift), t->used};
}

/* A bit for each of eight grams that the table may hold. */
AVX2 static inline unsigned look_up(quick t, __m256i x)
{
    const __m256i mixed = _mm256_xor_si256(x, _mm256_srli_epi32(x, 15));
    const __m256i h = _mm256_mullo_epi32(mixed, _mm256_set1_epi32((int)0x9E3779B1u));
    const __m256i word = _mm256_i32gather_epi32(t.bits, _mm256_srl_epi32(h, t.shift), 4);
    const __m256i five = _mm256_set1_epi32(31), one = _mm256_set1_epi32(1);
    const __m256i a = _mm256_sllv_epi32(one, _mm256_and_si256(_mm256_srli_epi32(h, 5), five));
    const __m256i b = _mm256_sllv_epi32(one, _mm256_and_si256(_mm256_srli_epi32(h, 10), five));
    const __m256i both = _mm256_or_si256(a, b);

    return (unsigned)_mm256_movemask_ps(
        _mm256_castsi256_ps(_mm256_cmpeq_epi32(_mm256_and_si256(word, both), both)));
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

static inline size_t put_places(uint16_t *place, size_t n, unsigned found, size_t at)
{
    for (; found != 0; found &= found - 1)
        place[n++] = (uint16_t)(at + 4 * (size_t)__builtin_ctz(found));
    return n;
}

static inline size_t put_breaks(uint16_t *place, size_t n, unsigned may, unsigned before, size_t at)
{
    for (unsigned first = may & ~(may << 1 | before); first != 0; first &= first - 1)
        place[n++] = (uint16_t)(at + (size_t)__builtin_ctz(first));
    return n;
}

AVX2 static size_t sample_short(quick t, const char *p, size_t at, uint16_t *place, size_t n)
{
    const unsigned a = look_up(t, folded(load(p))), b = look_up(t, folded(load(p + 1)));
    const unsigned c = look_up(t, folded(load(p + 2))), d = look_up(t, folded(load(p + 3)));

    if ((a | b | c | d) == 0)
        return n;
    n = put_places(place, n, a, at);
    n = put_places(place, n, b, at + 1);
    n = put_places(place, n, c, at + 2);
    return put_places(place, n, d, at + 3);
}

AVX2 static void sample(const dx_scanner *s, const char *p, size_t n, dx_scan_found *out)
{
    const quick longer = quick_of(&s->table[DX_SCAN_LONG]);
    const quick middle = quick_of(&s->table[DX_SCAN_MIDDLE]);
    const quick brief = quick_of(&s->table[DX_SCAN_SHORT]);
    size_t n_long = 0, n_middle = 0, n_brief = 0, n_breaks = 0;
    unsigned before = 0;

    for (size_t i = 0; i < n; i += DX_SCAN_BLOCK) {
        const unsigned may = breaks_of(p + i);
        const __m256i x = folded(load(p + i));
        n_breaks = put_breaks(out->breaks, n_breaks, may, before, i);
        before = may >> 31;
        if (longer.used)
            n_long = put_places(out->place[DX_SCAN_LONG], n_long,
                                look_up(longer, both_halves(x, folded(load(p + i + 4)))), i);
        if (middle.used)
            n_middle = put_places(out->place[DX_SCAN_MIDDLE], n_middle, look_up(middle, x), i);
        if (brief.used)
            n_brief = sample_short(brief, p + i, i, out->place[DX_SCAN_SHORT], n_brief);
    }
    out->n[DX_SCAN_LONG] = n_long;
    out->n[DX_SCAN_MIDDLE] = n_middle;
    out->n[DX_SCAN_SHORT] = n_brief;
    out->n_breaks = n_breaks;
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
    return look_up(quick_of(t), x);
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
