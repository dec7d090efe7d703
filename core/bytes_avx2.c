/* The steps of bytes.c with AVX2. */
#include <string.h>
#include "core/bytes_impl.h"
#include "core/cpu.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

enum { BLOCK = 32 };

AVX2 static inline __m256i load(const char *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

AVX2 static inline unsigned mask_of(__m256i v)
{
    return (unsigned)_mm256_movemask_epi8(v);
}

/* ---- UTF-8 ----
 *
 * After J. Keiser and D. Lemire, "Validating UTF-8 in less than one instruction per byte" (2021):
 * three tables, asked with the halves of two neighbouring bytes, agree on a bit when that pair is
 * a fault. */
enum {
    TOO_SHORT = 1,   /* a lead that is followed by no tail */
    TOO_LONG = 2,    /* ASCII that is followed by a tail */
    LONG_3 = 4,      /* E0 80..9F */
    TOO_LARGE = 8,   /* F4 90..BF, F5.. */
    SURROGATE = 16,  /* ED A0..BF */
    LONG_2 = 32,     /* C0, C1 */
    LONG_4 = 64,     /* F0 80..8F; also F5.. 80..8F */
    TWO_TAILS = 128, /* right only behind a lead of three or four bytes */
    ANY = TOO_SHORT | TOO_LONG | TWO_TAILS
};

AVX2 static inline __m256i ask(const uint8_t table[16], __m256i nibble)
{
    const __m128i half = _mm_loadu_si128((const __m128i *)(const void *)table);

    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(half), nibble);
}

AVX2 static inline __m256i high_half(__m256i v)
{
    return _mm256_and_si256(_mm256_srli_epi16(v, 4), _mm256_set1_epi8(0x0F));
}

static const uint8_t first_high[16] = {TOO_LONG,
                                       TOO_LONG,
                                       TOO_LONG,
                                       TOO_LONG,
                                       TOO_LONG,
                                       TOO_LONG,
                                       TOO_LONG,
                                       TOO_LONG,
                                       TWO_TAILS,
                                       TWO_TAILS,
                                       TWO_TAILS,
                                       TWO_TAILS,
                                       TOO_SHORT | LONG_2,
                                       TOO_SHORT,
                                       TOO_SHORT | LONG_3 | SURROGATE,
                                       TOO_SHORT | TOO_LARGE | LONG_4};
static const uint8_t first_low[16] = {ANY | LONG_3 | LONG_2 | LONG_4,
                                      ANY | LONG_2,
                                      ANY,
                                      ANY,
                                      ANY | TOO_LARGE,
                                      ANY | TOO_LARGE | LONG_4,
                                      ANY | TOO_LARGE | LONG_4,
                                      ANY | TOO_LARGE | LONG_4,
                                      ANY | TOO_LARGE | LONG_4,
                                      ANY | TOO_LARGE | LONG_4,
                                      ANY | TOO_LARGE | LONG_4,
                                      ANY | TOO_LARGE | LONG_4,
                                      ANY | TOO_LARGE | LONG_4,
                                      ANY | TOO_LARGE | LONG_4 | SURROGATE,
                                      ANY | TOO_LARGE | LONG_4,
                                      ANY | TOO_LARGE | LONG_4};
enum { TAIL = TOO_LONG | LONG_2 | TWO_TAILS };
static const uint8_t second_high[16] = {TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TAIL | LONG_3 | LONG_4,
                                        TAIL | LONG_3 | TOO_LARGE,
                                        TAIL | SURROGATE | TOO_LARGE,
                                        TAIL | SURROGATE | TOO_LARGE,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT,
                                        TOO_SHORT};

/* Not zero where the bytes v, with those before them, are no UTF-8. */
AVX2 static __m256i faults(__m256i v, const char *p)
{
    const __m256i before = load(p - 1);
    const __m256i low = _mm256_and_si256(before, _mm256_set1_epi8(0x0F));
    const __m256i pairs =
        _mm256_and_si256(_mm256_and_si256(ask(first_high, high_half(before)), ask(first_low, low)),
                         ask(second_high, high_half(v)));
    /* Two tails are no fault exactly where a lead of three stands two bytes before, or one of
     * four three bytes before. */
    const __m256i third = _mm256_subs_epu8(load(p - 2), _mm256_set1_epi8((char)(0xE0 - 0x80)));
    const __m256i fourth = _mm256_subs_epu8(load(p - 3), _mm256_set1_epi8((char)(0xF0 - 0x80)));
    const __m256i must =
        _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));

    return _mm256_xor_si256(must, pairs);
}

/* From the end of what was looked at back to the last place between characters. */
static size_t whole(dx_str s, size_t at)
{
    for (size_t back = 1; back <= 3 && back <= at; back++) {
        const unsigned char c = (unsigned char)s.p[at - back];
        const size_t length = c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
        if (c >= 0xC0)
            return length > back ? at - back : at;
        if (c < 0x80)
            break;
    }
    return at;
}

AVX2 static size_t ascii(dx_str s)
{
    const __m256i zero = _mm256_setzero_si256();
    size_t at = 0;

    for (; at + 2 * BLOCK <= s.n; at += 2 * BLOCK) {
        const __m256i a = load(s.p + at), b = load(s.p + at + BLOCK);
        const __m256i nul = _mm256_cmpeq_epi8(_mm256_min_epu8(a, b), zero);
        if (mask_of(_mm256_or_si256(_mm256_or_si256(a, b), nul)) != 0)
            break;
    }
    return at;
}

AVX2 static size_t utf8(dx_str s)
{
    char first[2 * BLOCK] = {0}; /* what begins the text has something before it to look at */
    bool ascii_before = true;
    size_t at = 0;

    memcpy(first + BLOCK, s.p, s.n < BLOCK ? s.n : BLOCK);
    for (; at + BLOCK <= s.n; at += BLOCK) {
        const __m256i v = load(s.p + at);
        const unsigned high = mask_of(v);
        if (mask_of(_mm256_cmpeq_epi8(v, _mm256_setzero_si256())) != 0)
            break;
        if (high == 0 && ascii_before)
            continue;
        const char *const p = at == 0 ? first + BLOCK : s.p + at;
        const __m256i wrong = faults(v, p);
        if (!_mm256_testz_si256(wrong, wrong))
            break;
        ascii_before = high >> 29 == 0;
    }
    return whole(s, at);
}

/* ---- UTF-16 ---- */

AVX2 static size_t utf16(dx_str raw, bool big_endian, char *out)
{
    const __m256i other = _mm256_set1_epi16((short)(big_endian ? 0x80FF : 0xFF80));
    const __m256i zero = _mm256_setzero_si256();
    size_t n = 0;

    for (; 2 * n + 2 * BLOCK <= raw.n; n += BLOCK) {
        __m256i a = load(raw.p + 2 * n), b = load(raw.p + 2 * n + BLOCK);
        const __m256i nul =
            _mm256_or_si256(_mm256_cmpeq_epi16(a, zero), _mm256_cmpeq_epi16(b, zero));
        if (!_mm256_testz_si256(_mm256_or_si256(a, b), other) || !_mm256_testz_si256(nul, nul))
            break;
        if (big_endian) {
            a = _mm256_srli_epi16(a, 8);
            b = _mm256_srli_epi16(b, 8);
        }
        const __m256i both = _mm256_permute4x64_epi64(_mm256_packus_epi16(a, b), 0xD8);
        _mm256_storeu_si256((__m256i *)(void *)(out + n), both);
    }
    return n;
}

/* ---- one byte value ---- */

static inline uint32_t lowest(uint64_t m)
{
    return m != 0 ? (uint32_t)__builtin_ctzll(m) : 0;
}

/* Two offsets are written for each block whether there are that many or not: that costs less than
 * guessing how many there will be. */
__attribute__((target("avx2,popcnt"))) static size_t find(dx_str s, char c, uint32_t *at,
                                                          size_t most, size_t *n)
{
    const __m256i wanted = _mm256_set1_epi8(c);
    size_t i = 0, k = *n;

    for (; i + 2 * BLOCK <= s.n && k + 2 * BLOCK <= most; i += 2 * BLOCK) {
        const uint64_t low = mask_of(_mm256_cmpeq_epi8(load(s.p + i), wanted));
        const uint64_t high = mask_of(_mm256_cmpeq_epi8(load(s.p + i + BLOCK), wanted));
        uint64_t m = low | high << BLOCK;
        const size_t found = (size_t)__builtin_popcountll(m);
        at[k] = (uint32_t)i + lowest(m);
        m &= m - 1;
        at[k + 1] = (uint32_t)i + lowest(m);
        for (size_t next = k + 2; next < k + found; next++) {
            m &= m - 1;
            at[next] = (uint32_t)i + lowest(m);
        }
        k += found;
    }
    *n = k;
    return i;
}

static const dx_byte_steps steps = {ascii, utf8, utf16, find};

const dx_byte_steps *dx_bytes_avx2(void)
{
    return dx_cpu_avx2() ? &steps : NULL;
}
#else
const dx_byte_steps *dx_bytes_avx2(void)
{
    return NULL;
}
#endif
