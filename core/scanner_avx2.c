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
    __m256i factor;
    __m128i shift;
} quick;

AVX2 static inline quick quick_of(const dx_scan_table *t)
{
    return (quick){(const int *)(const void *)t->bits, _mm256_set1_epi32((int)t->factor),
                   _mm_cvtsi32_si128((int)t->shift)};
}

/* A bit for each of eight grams that the table may hold. */
AVX2 static inline unsigned look_up(quick t, __m256i x)
{
    const __m256i mixed = _mm256_xor_si256(x, _mm256_srli_epi32(x, 15));
    const __m256i h = _mm256_mullo_epi32(mixed, t.factor);
    const __m256i word = _mm256_i32gather_epi32(t.bits, _mm256_srl_epi32(h, t.shift), 4);
    const __m256i five = _mm256_set1_epi32(31), one = _mm256_set1_epi32(1);
    const __m256i a = _mm256_sllv_epi32(one, _mm256_and_si256(_mm256_srli_epi32(h, 5), five));
    const __m256i b = _mm256_sllv_epi32(one, _mm256_and_si256(_mm256_srli_epi32(h, 10), five));
    const __m256i c = _mm256_sllv_epi32(one, _mm256_and_si256(h, five));
    const __m256i all = _mm256_or_si256(_mm256_or_si256(a, b), c);

    return (unsigned)_mm256_movemask_ps(
        _mm256_castsi256_ps(_mm256_cmpeq_epi32(_mm256_and_si256(word, all), all)));
}

AVX2 static inline uint64_t mask_of(__m256i low, __m256i high)
{
    return (unsigned)_mm256_movemask_epi8(low) | (uint64_t)(unsigned)_mm256_movemask_epi8(high)
                                                     << 32;
}

/* Bytes up to a blank, but for blanks that stand alone, and U+2400; see dx_scan_may_break(). */
AVX2 static inline uint64_t breaks_of(const char *p)
{
    const __m256i blank = _mm256_set1_epi8(' '), e2 = _mm256_set1_epi8((char)0xE2);
    const __m256i v = load(p), w = load(p + 32);
    const uint64_t low = mask_of(_mm256_cmpeq_epi8(_mm256_min_epu8(v, blank), v),
                                 _mm256_cmpeq_epi8(_mm256_min_epu8(w, blank), w));
    const uint64_t blanks = mask_of(_mm256_cmpeq_epi8(v, blank), _mm256_cmpeq_epi8(w, blank));
    const uint64_t next = low >> 1 | (uint64_t)((unsigned char)p[64] <= ' ') << 63;
    uint64_t nul = mask_of(_mm256_cmpeq_epi8(v, e2), _mm256_cmpeq_epi8(w, e2));

    if (nul != 0) {
        const __m256i second = _mm256_set1_epi8((char)0x90);
        nul &= mask_of(_mm256_cmpeq_epi8(load(p + 1), second),
                       _mm256_cmpeq_epi8(load(p + 33), second));
    }
    return (low & ~(blanks & ~next)) | nul;
}

static inline size_t put_breaks(uint16_t *place, size_t n, uint64_t may, uint64_t before, size_t at)
{
    for (uint64_t first = may & ~(may << 1 | before); first != 0; first &= first - 1)
        place[n++] = (uint16_t)(at + (size_t)__builtin_ctzll(first));
    return n;
}

/* ---- one class each ---- */

/* The halves of eight bytes at every eighth place, in the order of the text. */
AVX2 static inline __m256i eighths(const char *p)
{
    const __m256 a = _mm256_castsi256_ps(folded(load(p)));
    const __m256 b = _mm256_castsi256_ps(folded(load(p + 32)));
    const __m256i low = _mm256_castps_si256(_mm256_shuffle_ps(a, b, 0x88));
    const __m256i high = _mm256_castps_si256(_mm256_shuffle_ps(a, b, 0xDD));

    return _mm256_permute4x64_epi64(both_halves(low, high), 0xD8);
}

AVX2 static void sample_long(const dx_scanner *s, const char *p, size_t n, dx_scan_found *out)
{
    const quick t = quick_of(&s->table[DX_SCAN_LONG]);
    size_t found = 0;

    for (size_t i = 0; i < n; i += 64)
        found = dx_put_places(out->place[DX_SCAN_LONG], found, look_up(t, eighths(p + i)), i, 8);
    out->n[DX_SCAN_LONG] = found;
}

AVX2 static void sample_middle(const dx_scanner *s, const char *p, size_t n, dx_scan_found *out)
{
    const quick t = quick_of(&s->table[DX_SCAN_MIDDLE]);
    size_t found = 0;

    for (size_t i = 0; i < n; i += 32) {
        const __m256i x = both_halves(folded(load(p + i)), folded(load(p + i + 4)));
        found = dx_put_places(out->place[DX_SCAN_MIDDLE], found, look_up(t, x), i, 4);
    }
    out->n[DX_SCAN_MIDDLE] = found;
}

AVX2 static void sample_brief(const dx_scanner *s, const char *p, size_t n, dx_scan_found *out)
{
    const quick t = quick_of(&s->table[DX_SCAN_BRIEF]);
    size_t found = 0;

    for (size_t i = 0; i < n; i += 32)
        found =
            dx_put_places(out->place[DX_SCAN_BRIEF], found, look_up(t, folded(load(p + i))), i, 4);
    out->n[DX_SCAN_BRIEF] = found;
}

AVX2 static void sample_short(const dx_scanner *s, const char *p, size_t n, dx_scan_found *out)
{
    const quick t = quick_of(&s->table[DX_SCAN_SHORT]);
    size_t found = 0;

    for (size_t i = 0; i < n; i += 32) {
        unsigned may[4], any = 0;
        for (size_t k = 0; k < 4; k++)
            any |= may[k] = look_up(t, folded(load(p + i + k)));
        for (size_t k = 0; any != 0 && k < 4; k++)
            found = dx_put_places(out->place[DX_SCAN_SHORT], found, may[k], i + k, 4);
    }
    out->n[DX_SCAN_SHORT] = found;
}

/* ---- the sieve ---- */

typedef struct meshes {
    __m256i low[DX_SIEVE_GRAM], high[DX_SIEVE_GRAM];
} meshes;

AVX2 static inline __m256i twice(const uint8_t p[DX_SIEVE_NIBBLES])
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)p));
}

AVX2 static inline meshes meshes_of(const dx_scan_sieve *s)
{
    meshes m;

    for (size_t i = 0; i < DX_SIEVE_GRAM; i++) {
        m.low[i] = twice(s->low[i]);
        m.high[i] = twice(s->high[i]);
    }
    return m;
}

/* The buckets that have the byte at place i of a gram. */
AVX2 static inline __m256i buckets(const meshes *m, size_t i, __m256i v)
{
    const __m256i four = _mm256_set1_epi8(15);
    const __m256i low = _mm256_and_si256(v, four);
    const __m256i high = _mm256_and_si256(_mm256_srli_epi16(v, 4), four);

    return _mm256_and_si256(_mm256_shuffle_epi8(m->low[i], low),
                            _mm256_shuffle_epi8(m->high[i], high));
}

/* A bit for each place where a gram may begin; v[i] holds what is i bytes on. */
AVX2 static inline unsigned passing(const meshes *m, __m256i v0, __m256i v1, __m256i v2, __m256i v3)
{
    const __m256i a = _mm256_and_si256(buckets(m, 0, v0), buckets(m, 1, v1));
    const __m256i b = _mm256_and_si256(buckets(m, 2, v2), buckets(m, 3, v3));
    const __m256i none = _mm256_cmpeq_epi8(_mm256_and_si256(a, b), _mm256_setzero_si256());

    return ~(unsigned)_mm256_movemask_epi8(none);
}

AVX2 static void sift(const dx_scanner *s, const char *p, size_t n, dx_scan_found *out)
{
    const meshes m = meshes_of(&s->sieve);
    size_t found = 0;

    for (size_t i = 0; i < n; i += 32) {
        const unsigned may = passing(&m, folded(load(p + i)), folded(load(p + i + 1)),
                                     folded(load(p + i + 2)), folded(load(p + i + 3)));
        found = dx_put_sifted(&s->sieve, p, may, i, out->place[DX_SCAN_SHORT], found);
    }
    out->n[DX_SCAN_SHORT] = found;
}

/* ---- all of them ---- */

AVX2 static void find_breaks(const char *p, size_t n, dx_scan_found *out)
{
    size_t found = 0;
    uint64_t before = 0;

    for (size_t i = 0; i < n; i += 64) {
        const uint64_t may = breaks_of(p + i);
        found = put_breaks(out->breaks, found, may, before, i);
        before = may >> 63;
    }
    out->n_breaks = found;
}

AVX2 static void sample(const dx_scanner *s, const char *p, size_t n, dx_scan_found *out)
{
    static void (*const of[])(const dx_scanner *, const char *, size_t, dx_scan_found *) = {
        sample_long, sample_middle, sample_brief, sample_short};

    for (dx_scan_class c = 0; c < DX_SCAN_CLASSES; c++)
        if (c == DX_SCAN_SHORT && s->sieve.used)
            sift(s, p, n, out);
        else if (s->table[c].used)
            of[c](s, p, n, out);
        else
            out->n[c] = 0;
    if (!s->whole)
        find_breaks(p, n, out);
}

/* ---- rows ---- */

/* The first four bytes of lanes, or what stands for all eight.  What is picked from nowhere is NUL,
 * and folded to a blank. */
AVX2 static inline __m256i lanes_of(dx_scan_class c, __m256i rows, const dx_scan_pick *pick)
{
    const __m256i low = folded(_mm256_shuffle_epi8(rows, load((const char *)pick->low)));

    if (c != DX_SCAN_LONG && c != DX_SCAN_MIDDLE)
        return low;
    return both_halves(low, folded(_mm256_shuffle_epi8(rows, load((const char *)pick->high))));
}

/* Classes with two lanes: two rows at a time. */
AVX2 static void stitch_pairs(const dx_scanner *s, dx_scan_class c, const dx_scan_row *row,
                              size_t n, uint8_t *lanes)
{
    const quick t = quick_of(&s->table[c]);

    for (size_t i = 0; i < n; i += 2) {
        const unsigned found = look_up(t, lanes_of(c, load(row[i].text), &dx_scan_picks[c]));
        lanes[i] = (uint8_t)((found & 3) | (found & 12) << 2);
        lanes[i + 1] = (uint8_t)((found >> 4 & 3) | (found >> 4 & 12) << 2);
    }
}

AVX2 static void stitch_fours(const dx_scanner *s, dx_scan_class c, const dx_scan_row *row,
                              size_t n, uint8_t *lanes)
{
    const uint8_t once = c == DX_SCAN_MIDDLE ? 0x77 : 0xFF; /* its last lane is there twice */
    const quick t = quick_of(&s->table[c]);

    for (size_t i = 0; i < n; i++) {
        const __m256i both = twice((const uint8_t *)row[i].text);
        lanes[i] = (uint8_t)look_up(t, lanes_of(c, both, &dx_scan_picks[c])) & once;
    }
}

/* The same for the sieve: its grams begin at neighbouring bytes. */
AVX2 static void stitch_sifted(const dx_scanner *s, const dx_scan_row *row, size_t n,
                               uint8_t *lanes)
{
    const meshes m = meshes_of(&s->sieve);
    const __m256i pick = twice(dx_scan_pick_short);

    for (size_t i = 0; i < n; i += 2) {
        const __m256i v = folded(_mm256_shuffle_epi8(load(row[i].text), pick));
        const unsigned may = passing(&m, v, _mm256_srli_epi64(v, 8), _mm256_srli_epi64(v, 16),
                                     _mm256_srli_epi64(v, 24));
        lanes[i] = (uint8_t)((may & 15) | (may >> 4 & 0xF0));
        lanes[i + 1] = (uint8_t)((may >> 16 & 15) | (may >> 20 & 0xF0));
    }
}

AVX2 static void stitch(const dx_scanner *s, dx_scan_class c, const dx_scan_row *row, size_t n,
                        uint8_t *lanes)
{
    if (c == DX_SCAN_SHORT && s->sieve.used)
        stitch_sifted(s, row, n, lanes);
    else if (c == DX_SCAN_LONG || c == DX_SCAN_BRIEF)
        stitch_pairs(s, c, row, n, lanes);
    else
        stitch_fours(s, c, row, n, lanes);
}

AVX2 static inline bool is_outside(const dx_scan_usual *u, const char *line, size_t i)
{
    const __m256i low = load((const char *)u->low + i), span = load((const char *)u->span + i);
    const __m256i above = _mm256_sub_epi8(load(line + i), low);
    const __m256i inside = _mm256_cmpeq_epi8(_mm256_max_epu8(above, span), span);

    return _mm256_movemask_epi8(inside) != -1;
}

AVX2 static void know(const dx_scan_usual *u, const char *p, dx_scan_found *out)
{
    for (size_t i = 0; i < out->n_breaks; i++) {
        const size_t line = dx_scan_line_at(p, out->breaks[i]);
        out->usual[i] = !is_outside(u, p + line, 0) && !is_outside(u, p + line, 32) &&
                        p[line - 1] == '\n' && u->may[(uint8_t)p[line + u->next]];
    }
}

static const dx_scan_steps steps = {sample, stitch, know, true};

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
