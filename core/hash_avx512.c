/* XXH3 of many short texts with AVX-512: eight of the products of which it is the sum at once.
 *
 * The library takes longer to find out how long a text is than to mix its bytes, for the lengths of
 * lines cannot be guessed.  Here all is mixed that may count, and what does not is left out. */
#include "core/cpu.h"
#include "core/hash_impl.h"

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

/* Those of each kind one after the other, so that nothing need be guessed. */
typedef struct kinds {
    uint8_t brief[AT_ONCE], middle[AT_ONCE], other[AT_ONCE];
    size_t briefs, middles, others;
} kinds;

static void sort_by_kind(dx_str within, const dx_str *text, size_t n, kinds *k)
{
    k->briefs = k->middles = k->others = 0;
    for (size_t i = 0; i < n; i++) {
        const size_t before = (size_t)(text[i].p - within.p), size = text[i].n;
        const bool roomy = before >= HALF && within.n - before >= ROOM;
        const bool brief = roomy & (size >= BRIEF_LEAST) & (size <= BRIEF_MOST);
        const bool middle = roomy & (size > BRIEF_MOST) & (size <= MIDDLE_MOST);
        k->brief[k->briefs] = k->middle[k->middles] = k->other[k->others] = (uint8_t)i;
        k->briefs += brief;
        k->middles += middle;
        k->others += !brief & !middle;
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
        for (size_t i = 0; i < k.briefs; i++)
            out[from + k.brief[i]] = hash_brief(some[k.brief[i]], brief);
        for (size_t i = 0; i < k.middles; i++)
            out[from + k.middle[i]] = hash_middle(some[k.middle[i]], &middle);
        for (size_t i = 0; i < k.others; i++)
            out[from + k.other[i]] = dx_hash64(some[k.other[i]], 0);
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
