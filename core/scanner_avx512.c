/* The steps of a scan with AVX-512: sixteen places at once, and a sieve of whole bytes. */
#include "core/cpu.h"
#include "core/scanner_impl.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX512                                                                                     \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,popcnt")))

AVX512 static inline __m512i load(const char *p)
{
    return _mm512_loadu_si512(p);
}

AVX512 static inline __m512i folded(__m512i v)
{
    return _mm512_or_si512(v, _mm512_set1_epi8(0x20));
}

AVX512 static inline __m512i both_halves(__m512i low, __m512i high)
{
    return _mm512_xor_si512(low, _mm512_rol_epi32(high, 13));
}

/* 0, 1, 2 ... */
AVX512 static inline __m512i counting(void)
{
    return _mm512_set_epi64(0x3F3E3D3C3B3A3938, 0x3736353433323130, 0x2F2E2D2C2B2A2928,
                            0x2726252423222120, 0x1F1E1D1C1B1A1918, 0x1716151413121110,
                            0x0F0E0D0C0B0A0908, 0x0706050403020100);
}

/* What the loop needs of a table, so that it stays in registers. */
typedef struct quick {
    const uint32_t *bits;
    __m512i factor;
    __m128i shift;
} quick;

AVX512 static inline quick quick_of(const dx_scan_table *t)
{
    return (quick){t->bits, _mm512_set1_epi32((int)t->factor), _mm_cvtsi32_si128((int)t->shift)};
}

/* Four words of the table, and sixteen.  To gather them by one instruction takes these processors
 * half as long again. */
AVX512 static inline __m128i four_words(const uint32_t *bits, __m128i at)
{
    const uint64_t low = (uint64_t)_mm_cvtsi128_si64(at);
    const uint64_t high = (uint64_t)_mm_extract_epi64(at, 1);
    const __m128i a = _mm_cvtsi32_si128((int)bits[(uint32_t)low]);
    const __m128i b = _mm_cvtsi32_si128((int)bits[low >> 32]);
    const __m128i c = _mm_cvtsi32_si128((int)bits[(uint32_t)high]);
    const __m128i d = _mm_cvtsi32_si128((int)bits[high >> 32]);

    return _mm_unpacklo_epi64(_mm_unpacklo_epi32(a, b), _mm_unpacklo_epi32(c, d));
}

AVX512 static inline __m512i words(const uint32_t *bits, __m512i at)
{
    const __m128i a = four_words(bits, _mm512_castsi512_si128(at));
    const __m128i b = four_words(bits, _mm512_extracti32x4_epi32(at, 1));
    const __m128i c = four_words(bits, _mm512_extracti32x4_epi32(at, 2));
    const __m128i d = four_words(bits, _mm512_extracti32x4_epi32(at, 3));
    const __m256i low = _mm256_inserti128_si256(_mm256_castsi128_si256(a), b, 1);
    const __m256i high = _mm256_inserti128_si256(_mm256_castsi128_si256(c), d, 1);

    return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

/* A bit for each of sixteen grams that the table may hold; see dx_gram_hash(). */
AVX512 static inline unsigned look_up(quick t, __m512i x)
{
    const __m512i mixed = _mm512_xor_si512(x, _mm512_srli_epi32(x, 15));
    const __m512i h = _mm512_mullo_epi32(mixed, t.factor);
    const __m512i word = words(t.bits, _mm512_srl_epi32(h, t.shift));
    const __m512i one = _mm512_set1_epi32(1); /* is turned by the lowest five bits */
    const __m512i a = _mm512_rolv_epi32(one, _mm512_srli_epi32(h, 5));
    const __m512i b = _mm512_rolv_epi32(one, _mm512_srli_epi32(h, 10));
    const __m512i both = _mm512_or_si512(a, b);
    const __m512i missing =
        _mm512_andnot_si512(word, _mm512_or_si512(both, _mm512_rolv_epi32(one, h)));

    return _mm512_testn_epi32_mask(missing, missing);
}

/* ---- classes that have a table ---- */

/* The halves of eight bytes at every eighth place. */
AVX512 static inline __m512i eighths(const char *p)
{
    const __m512i even =
        _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    const __m512i a = folded(load(p)), b = folded(load(p + 64));
    const __m512i odd = _mm512_or_si512(even, _mm512_set1_epi32(1));

    return both_halves(_mm512_permutex2var_epi32(a, even, b), _mm512_permutex2var_epi32(a, odd, b));
}

/* Room for all 32 is written to whether there are that many or not: that costs less than guessing
 * how many there will be. */
AVX512 static inline size_t put_eighths(uint16_t *place, size_t n, uint32_t found, size_t at)
{
    const __m512i all =
        _mm512_slli_epi16(_mm512_cvtepu8_epi16(_mm512_castsi512_si256(counting())), 3);
    const __m512i those = _mm512_maskz_compress_epi16(found, all);

    _mm512_storeu_si512(place + n, _mm512_add_epi16(those, _mm512_set1_epi16((short)at)));
    return n + (size_t)__builtin_popcount(found);
}

AVX512 static void sample_long(const dx_scanner *s, const char *p, size_t n, dx_scan_found *out)
{
    const quick t = quick_of(&s->table[DX_SCAN_LONG]);
    uint16_t *place = out->place[DX_SCAN_LONG];
    size_t found = 0, i = 0;

    for (; i + 256 <= n; i += 256) {
        const uint32_t first = look_up(t, eighths(p + i)), next = look_up(t, eighths(p + i + 128));
        found = put_eighths(place, found, first | next << 16, i);
    }
    for (; i < n; i += 128) { /* what is behind belongs to others */
        const uint32_t some = look_up(t, eighths(p + i));
        found = put_eighths(place, found, n - i < 128 ? some & 0xFF : some, i);
    }
    out->n[DX_SCAN_LONG] = found;
}

AVX512 static void sample_quarters(const dx_scanner *s, dx_scan_class c, const char *p, size_t n,
                                   dx_scan_found *out)
{
    const quick t = quick_of(&s->table[c]);
    size_t found = 0;

    for (size_t i = 0; i < n; i += 64) {
        __m512i x = folded(load(p + i));
        if (c == DX_SCAN_MIDDLE)
            x = both_halves(x, folded(load(p + i + 4)));
        found = dx_put_places(out->place[c], found, look_up(t, x), i, 4);
    }
    out->n[c] = found;
}

AVX512 static void sample_short(const dx_scanner *s, const char *p, size_t n, dx_scan_found *out)
{
    const quick t = quick_of(&s->table[DX_SCAN_SHORT]);
    size_t found = 0;

    for (size_t i = 0; i < n; i += 64)
        for (size_t k = 0; k < 4; k++)
            found = dx_put_places(out->place[DX_SCAN_SHORT], found,
                                  look_up(t, folded(load(p + i + k))), i + k, 4);
    out->n[DX_SCAN_SHORT] = found;
}

/* ---- the sieve ---- */

typedef struct meshes {
    __m512i of[DX_SIEVE_GRAM];
} meshes;

AVX512 static inline meshes meshes_of(const dx_scan_sieve *s)
{
    meshes m;

    for (size_t i = 0; i < DX_SIEVE_GRAM; i++)
        m.of[i] = _mm512_loadu_si512(s->byte[i]);
    return m;
}

/* A bit for each place where a gram may begin. */
AVX512 static inline uint64_t passing(const meshes *m, const char *p)
{
    __m512i all = _mm512_permutexvar_epi8(load(p), m->of[0]);

    for (size_t i = 1; i < DX_SIEVE_GRAM; i++)
        all = _mm512_and_si512(all, _mm512_permutexvar_epi8(load(p + i), m->of[i]));
    return _mm512_test_epi8_mask(all, all);
}

/* Adds a place for each bit, of which there are mostly few. */
AVX512 static inline size_t put_bits(uint16_t *place, size_t n, uint64_t bits, size_t at)
{
    enum { MOSTLY = 8 };
    const size_t more = (size_t)__builtin_popcountll(bits);
    const __m512i those = _mm512_maskz_compress_epi8(bits, counting());
    const __m128i few = _mm_cvtepu8_epi16(_mm512_castsi512_si128(those));

    if (more <= MOSTLY) {
        _mm_storeu_si128((__m128i *)(void *)(place + n),
                         _mm_add_epi16(few, _mm_set1_epi16((short)at)));
        return n + more;
    }
    for (; bits != 0; bits &= bits - 1)
        place[n++] = (uint16_t)(at + (size_t)__builtin_ctzll(bits));
    return n;
}

enum { BLOCKS = DX_SCAN_CHUNK / DX_SCAN_BLOCK };

/* A bit for each block that has a bit. */
AVX512 static inline uint32_t filled(const uint64_t bits[BLOCKS])
{
    uint32_t all = 0;

    for (size_t i = 0; i < BLOCKS; i += 8) {
        const __m512i some = _mm512_loadu_si512(bits + i);
        all |= (uint32_t)_mm512_test_epi64_mask(some, some) << i;
    }
    return all;
}

AVX512 static void sift(const dx_scanner *s, const char *p, size_t n, dx_scan_found *out)
{
    const meshes m = meshes_of(&s->sieve);
    uint64_t may[BLOCKS] = {0};
    size_t found = 0;

    for (size_t i = 0; i < n; i += DX_SCAN_BLOCK)
        may[i / DX_SCAN_BLOCK] = passing(&m, p + i);
    for (uint32_t some = filled(may); some != 0; some &= some - 1) {
        const size_t i = (size_t)__builtin_ctz(some);
        found = dx_put_sifted(&s->sieve, p, may[i], i * DX_SCAN_BLOCK, out->place[DX_SCAN_SHORT],
                              found);
    }
    out->n[DX_SCAN_SHORT] = found;
}

/* ---- breaks ---- */

/* Bytes up to a blank, but for blanks that stand alone, and U+2400; see dx_scan_may_break(). Worked
 * out byte by byte, for a mask takes longer to come by: what ends up as 0 or 1 may be a break. */
AVX512 static inline uint64_t breaks_of(const char *p)
{
    const __m512i v = load(p), next = load(p + 1), one = _mm512_set1_epi8(1);
    const __m512i low = _mm512_subs_epu8(v, _mm512_set1_epi8(' ' - 1)); /* of a blank 1 */
    const __m512i word = _mm512_subs_epu8(next, _mm512_set1_epi8(' '));
    const __m512i blank = _mm512_adds_epu8(low, _mm512_min_epu8(word, one));
    const __m512i first = _mm512_xor_si512(v, _mm512_set1_epi8((char)0xE2));
    const __m512i second = _mm512_xor_si512(next, _mm512_set1_epi8((char)0x90));
    const __m512i both = _mm512_or_si512(first, second);
    const __m512i nul = _mm512_adds_epu8(both, both);

    return _mm512_cmple_epu8_mask(_mm512_min_epu8(blank, nul), one);
}

/* Where each run of them begins. */
AVX512 static void find_breaks(const char *p, size_t n, dx_scan_found *out)
{
    size_t found = 0;
    uint64_t before = 0;

    for (size_t i = 0; i < n; i += 64) {
        const uint64_t may = breaks_of(p + i);
        found = put_bits(out->breaks, found, may & ~(may << 1 | before), i);
        before = may >> 63;
    }
    out->n_breaks = found;
}

AVX512 static void sample(const dx_scanner *s, const char *p, size_t n, dx_scan_found *out)
{
    for (dx_scan_class c = 0; c < DX_SCAN_CLASSES; c++)
        out->n[c] = 0;
    if (s->table[DX_SCAN_LONG].used)
        sample_long(s, p, n, out);
    if (s->table[DX_SCAN_MIDDLE].used)
        sample_quarters(s, DX_SCAN_MIDDLE, p, n, out);
    if (s->table[DX_SCAN_BRIEF].used)
        sample_quarters(s, DX_SCAN_BRIEF, p, n, out);
    if (s->sieve.used)
        sift(s, p, n, out);
    else if (s->table[DX_SCAN_SHORT].used)
        sample_short(s, p, n, out);
    if (!s->whole)
        find_breaks(p, n, out);
}

/* ---- rows ---- */

AVX512 static inline __m256i load_half(const uint8_t *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

AVX512 static inline __m512i four_times(const uint8_t *p)
{
    return _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(const void *)p));
}

/* Classes with two lanes: four rows at a time, of each both lanes with a blank and both without.
 * What is picked from nowhere is NUL, and folded to a blank. */
AVX512 static void stitch_pairs(const dx_scanner *s, dx_scan_class c, const dx_scan_row *row,
                                size_t n, uint8_t *lanes)
{
    const __m512i low = four_times(dx_scan_picks[c].low), high = four_times(dx_scan_picks[c].high);
    const quick t = quick_of(&s->table[c]);

    for (size_t i = 0; i < n; i += 4) {
        const __m512i v = load(row[i].text);
        __m512i x = folded(_mm512_shuffle_epi8(v, low));
        if (c == DX_SCAN_LONG)
            x = both_halves(x, folded(_mm512_shuffle_epi8(v, high)));
        const unsigned found = look_up(t, x);
        memset(lanes + i, 0, 4);
        for (size_t k = 0; found != 0 && k < 4; k++)
            lanes[i + k] = (uint8_t)((found >> 4 * k & 3) | (found >> 4 * k & 12) << 2);
    }
}

/* The others, two rows at a time, each of them in two quarters of a register. */
AVX512 static void stitch_fours(const dx_scanner *s, dx_scan_class c, const dx_scan_row *row,
                                size_t n, uint8_t *lanes)
{
    const uint8_t once = c == DX_SCAN_MIDDLE ? 0x77 : 0xFF; /* its last lane is there twice */
    const __m512i low = _mm512_broadcast_i64x4(load_half(dx_scan_picks[c].low));
    const __m512i high = _mm512_broadcast_i64x4(load_half(dx_scan_picks[c].high));
    const __m512i doubled = _mm512_setr_epi64(0, 1, 0, 1, 2, 3, 2, 3);
    const quick t = quick_of(&s->table[c]);

    for (size_t i = 0; i < n; i += 2) {
        const __m512i two = _mm512_castsi256_si512(load_half((const uint8_t *)row[i].text));
        const __m512i v = _mm512_permutexvar_epi64(doubled, two);
        __m512i x = folded(_mm512_shuffle_epi8(v, low));
        if (c == DX_SCAN_MIDDLE)
            x = both_halves(x, folded(_mm512_shuffle_epi8(v, high)));
        const unsigned found = look_up(t, x);
        lanes[i] = (uint8_t)found & once;
        lanes[i + 1] = (uint8_t)(found >> 8) & once;
    }
}

/* The same for the sieve: its grams begin at neighbouring bytes. */
AVX512 static void stitch_sifted(const dx_scanner *s, const dx_scan_row *row, size_t n,
                                 uint8_t *lanes)
{
    const meshes m = meshes_of(&s->sieve);
    const __m512i pick = four_times(dx_scan_pick_short);

    for (size_t i = 0; i < n; i += 4) {
        __m512i v = folded(_mm512_shuffle_epi8(load(row[i].text), pick));
        __m512i all = _mm512_permutexvar_epi8(v, m.of[0]);
        for (size_t k = 1; k < DX_SIEVE_GRAM; k++) {
            v = _mm512_srli_epi64(v, 8);
            all = _mm512_and_si512(all, _mm512_permutexvar_epi8(v, m.of[k]));
        }
        const uint64_t may = _mm512_test_epi8_mask(all, all);
        memset(lanes + i, 0, 4);
        for (size_t k = 0; may != 0 && k < 4; k++)
            lanes[i + k] = (uint8_t)((may >> 16 * k & 15) | (may >> 16 * k >> 4 & 0xF0));
    }
}

AVX512 static void stitch(const dx_scanner *s, dx_scan_class c, const dx_scan_row *row, size_t n,
                          uint8_t *lanes)
{
    if (c == DX_SCAN_SHORT && s->sieve.used)
        stitch_sifted(s, row, n, lanes);
    else if (c == DX_SCAN_LONG || c == DX_SCAN_BRIEF)
        stitch_pairs(s, c, row, n, lanes);
    else
        stitch_fours(s, c, row, n, lanes);
}

AVX512 static void know(const dx_scan_usual *u, const char *p, dx_scan_found *out)
{
    const __m512i low = _mm512_loadu_si512(u->low), span = _mm512_loadu_si512(u->span);

    for (size_t i = 0; i < out->n_breaks; i++) {
        const size_t line = dx_scan_line_at(p, out->breaks[i]);
        const __m512i above = _mm512_sub_epi8(load(p + line), low);
        out->usual[i] = _mm512_cmpgt_epu8_mask(above, span) == 0 && p[line - 1] == '\n' &&
                        u->may[(uint8_t)p[line + u->next]];
    }
}

static const dx_scan_steps steps = {sample, stitch, know, false};

const dx_scan_steps *dx_scan_avx512(void)
{
    return dx_cpu_avx512() ? &steps : NULL;
}
#else
const dx_scan_steps *dx_scan_avx512(void)
{
    return NULL;
}
#endif
