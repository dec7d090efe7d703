/* XXH3 of many short texts with AVX-512: eight of the products of which it is the sum at once.
 *
 * The library takes longer to find out how long a text is than to mix its bytes, for the lengths of
 * lines cannot be guessed.  Here all is mixed that may count, and what does not is left out. */
#include "core/cpu.h"
#include "core/hash_impl.h"
#include "core/utf.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define XXH_INLINE_ALL /* for its constants */
#include <xxhash.h>

#define AVX512                                                                                     \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,avx512vbmi2,bmi,bmi2")))

enum {
    UNIT = 16, /* bytes of which a product is made */
    HALF = 64, /* bytes of four units */
    BRIEF_LEAST = 17,
    BRIEF_MOST = 128,
    MIDDLE_MOST = 240,
    ROOM = 256, /* bytes that must be there from the beginning on, and before it */
    AT_ONCE = 64
};

/* What eight units are mixed with. */
typedef struct secret {
    __m512i first, second;
} secret;

AVX512 static inline __m512i load(const void *p)
{
    return _mm512_loadu_si512(p);
}

/* Eight products of 128 bits, of each one half upon the other. */
AVX512 static inline __m512i folded_products(__m512i a, __m512i b)
{
    const __m512i low_half = _mm512_set1_epi64(0xFFFFFFFF);
    const __m512i a_high = _mm512_srli_epi64(a, 32), b_high = _mm512_srli_epi64(b, 32);
    const __m512i low = _mm512_mul_epu32(a, b), high = _mm512_mul_epu32(a_high, b_high);
    const __m512i one = _mm512_add_epi64(_mm512_mul_epu32(a_high, b), _mm512_srli_epi64(low, 32));
    const __m512i other =
        _mm512_add_epi64(_mm512_mul_epu32(a, b_high), _mm512_and_si512(one, low_half));
    const __m512i carried =
        _mm512_add_epi64(_mm512_srli_epi64(one, 32), _mm512_srli_epi64(other, 32));

    return _mm512_xor_si512(_mm512_add_epi64(high, carried), _mm512_mullo_epi64(a, b));
}

AVX512 static inline uint64_t sum_of(__m512i v)
{
    const __m256i four =
        _mm256_add_epi64(_mm512_castsi512_si256(v), _mm512_extracti64x4_epi64(v, 1));
    const __m128i two =
        _mm_add_epi64(_mm256_castsi256_si128(four), _mm256_extracti128_si256(four, 1));

    return (uint64_t)_mm_cvtsi128_si64(two) + (uint64_t)_mm_extract_epi64(two, 1);
}

/* The sum of those units that count: bit 2i for unit i of the first four, 2i + 1 of the others. */
AVX512 static inline uint64_t mixed(__m512i first, __m512i second, secret s, __mmask8 count)
{
    const __m512i a = _mm512_xor_si512(first, s.first), b = _mm512_xor_si512(second, s.second);
    const __m512i all = folded_products(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));

    return sum_of(_mm512_maskz_mov_epi64(count, all));
}

/* ---- up to 128 bytes: as many units from the beginning on as from the end back ---- */

AVX512 static secret secret_of_brief(void)
{
    unsigned char from_begin[HALF], to_end[HALF];

    for (size_t i = 0; i < HALF / UNIT; i++) {
        memcpy(from_begin + UNIT * i, XXH3_kSecret + 2 * UNIT * i, UNIT);
        memcpy(to_end + HALF - UNIT * (i + 1), XXH3_kSecret + 2 * UNIT * i + UNIT, UNIT);
    }
    return (secret){load(from_begin), load(to_end)};
}

AVX512 static inline uint64_t hash_brief(dx_str t, secret s)
{
    static const uint8_t count[] = {0x81, 0xA5, 0xBD, 0xFF};
    const uint64_t sum = mixed(load(t.p), load(t.p + t.n - HALF), s, count[(t.n - 1) / (2 * UNIT)]);

    return XXH3_avalanche(t.n * XXH_PRIME64_1 + sum);
}

/* ---- up to 240 bytes: eight units, those behind them, and the last sixteen bytes ---- */

typedef struct two_secrets {
    secret begin, rest;
} two_secrets;

AVX512 static two_secrets secrets_of_middle(void)
{
    enum { REST = XXH3_MIDSIZE_STARTOFFSET, LAST = XXH3_SECRET_SIZE_MIN - XXH3_MIDSIZE_LASTOFFSET };
    unsigned char second[HALF];

    memcpy(second, XXH3_kSecret + REST + HALF, HALF - UNIT);
    memcpy(second + HALF - UNIT, XXH3_kSecret + LAST, UNIT);
    return (two_secrets){{load(XXH3_kSecret), load(XXH3_kSecret + HALF)},
                         {load(XXH3_kSecret + REST), load(second)}};
}

AVX512 static inline uint64_t hash_middle(dx_str t, const two_secrets *s)
{
    static const uint8_t count[] = {0x80, 0x81, 0x85, 0x95, 0xD5, 0xD7, 0xDF, 0xFF};
    const __m128i last = _mm_loadu_si128((const __m128i *)(const void *)(t.p + t.n - UNIT));
    const __m512i second = _mm512_inserti32x4(load(t.p + 3 * HALF), last, 3);
    const uint64_t begin = mixed(load(t.p), load(t.p + HALF), s->begin, 0xFF);
    const uint64_t rest =
        mixed(load(t.p + 2 * HALF), second, s->rest, count[(t.n - BRIEF_MOST) / UNIT]);

    return XXH3_avalanche(XXH3_avalanche(t.n * XXH_PRIME64_1 + begin) + rest);
}

/* ---- many ---- */

enum { LANES = 8 };
#define COUNTING 0x0706050403020100u /* a byte for each lane */

/* Which texts are of a kind, one after the other, so that nothing need be guessed. */
typedef struct kind {
    uint8_t at[AT_ONCE + LANES];
    size_t n;
} kind;

typedef struct kinds {
    kind brief, middle, other;
} kinds;

/* Room for all lanes is written to whether there are that many or not. */
AVX512 static inline void add_lanes(kind *k, __mmask8 lanes, size_t from)
{
    const __m128i all = _mm_set1_epi64x((long long)(COUNTING + DX_EACH(from)));

    _mm_storel_epi64((__m128i *)(void *)(k->at + k->n), _mm_maskz_compress_epi8(lanes, all));
    k->n += (size_t)__builtin_popcount(lanes);
}

AVX512 static inline __mmask8 are_from_to(__m512i v, uint64_t from, uint64_t to)
{
    return _mm512_cmple_epu64_mask(_mm512_sub_epi64(v, _mm512_set1_epi64((long long)from)),
                                   _mm512_set1_epi64((long long)(to - from)));
}

/* Eight texts at a time: where each begins and how long it is lie side by side. */
AVX512 static void sort_by_kind(dx_str within, const dx_str *text, size_t n, kinds *k)
{
    const __m512i even = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14);
    const __m512i odd = _mm512_or_si512(even, _mm512_set1_epi64(1));
    const uint64_t first = (uint64_t)(uintptr_t)within.p + HALF;
    const uint64_t last = (uint64_t)(uintptr_t)within.p + within.n - ROOM;

    k->brief.n = k->middle.n = k->other.n = 0;
    for (size_t i = 0; i < n; i += LANES) {
        const uint16_t there = n - i < LANES ? (uint16_t)((1u << 2 * (n - i)) - 1) : UINT16_MAX;
        const __m512i a = _mm512_maskz_loadu_epi64((__mmask8)there, text + i);
        const __m512i b = _mm512_maskz_loadu_epi64((__mmask8)(there >> 8), text + i + LANES / 2);
        const __m512i begin = _mm512_permutex2var_epi64(a, even, b);
        const __m512i size = _mm512_permutex2var_epi64(a, odd, b);
        const __mmask8 all = n - i < LANES ? (__mmask8)((1u << (n - i)) - 1) : UINT8_MAX;
        const __mmask8 roomy = within.n >= HALF + ROOM ? are_from_to(begin, first, last) & all : 0;
        const __mmask8 brief = roomy & are_from_to(size, BRIEF_LEAST, BRIEF_MOST);
        const __mmask8 middle = roomy & are_from_to(size, BRIEF_MOST + 1, MIDDLE_MOST);
        add_lanes(&k->brief, brief, i);
        add_lanes(&k->middle, middle, i);
        add_lanes(&k->other, all & (__mmask8) ~(brief | middle), i);
    }
}

AVX512 static void many(dx_str within, const dx_str *text, size_t n, uint64_t *out)
{
    const secret brief = secret_of_brief();
    const two_secrets middle = secrets_of_middle();
    kinds k;

    for (size_t from = 0; from < n; from += AT_ONCE) {
        const dx_str *some = text + from;
        sort_by_kind(within, some, n - from < AT_ONCE ? n - from : AT_ONCE, &k);
        for (size_t i = 0; i < k.brief.n; i++)
            out[from + k.brief.at[i]] = hash_brief(some[k.brief.at[i]], brief);
        for (size_t i = 0; i < k.middle.n; i++)
            out[from + k.middle.at[i]] = hash_middle(some[k.middle.at[i]], &middle);
        for (size_t i = 0; i < k.other.n; i++)
            out[from + k.other.at[i]] = dx_hash64(some[k.other.at[i]], 0);
    }
}

dx_hash_many *dx_hash_many_avx512(void)
{
    return dx_cpu_avx512() ? many : NULL;
}
#else
dx_hash_many *dx_hash_many_avx512(void)
{
    return NULL;
}
#endif
