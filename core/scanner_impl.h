/* The inside of the scanner, shared by scanner*.c only. */
#ifndef DX_CORE_SCANNER_IMPL_H
#define DX_CORE_SCANNER_IMPL_H
#include <string.h>
#include "core/scanner.h"

/* A literal is entered under the pieces of `gram` bytes that begin at each of `stride` neighbouring
 * places, and texts are asked at every stride-th byte: whatever the phase, one of them is met. */
typedef enum dx_scan_class {
    DX_SCAN_LONG,
    DX_SCAN_MIDDLE,
    DX_SCAN_BRIEF,
    DX_SCAN_SHORT,
    DX_SCAN_CLASSES
} dx_scan_class;

enum {
    DX_SCAN_WINDOW = 15, /* bytes of the longest window: gram + stride - 1 */
    DX_SCAN_SIDE = 8     /* bytes on each side of a break that a gram may reach, and one more */
};

typedef struct dx_scan_shape {
    uint8_t gram, stride, window;
} dx_scan_shape;
extern const dx_scan_shape dx_scan_shapes[DX_SCAN_CLASSES];

/* One gram of one literal.  What stands behind it is here as well: by far most grams that are met
 * are not in a literal, and a walk over entries beside each other need not go to the literals. */
typedef struct dx_scan_entry {
    uint64_t gram;
    uint64_t behind; /* the literal's bytes behind the gram, case bits set */
    uint32_t literal;
    uint8_t at;       /* where the gram stands in the literal */
    uint8_t n_behind; /* bytes of `behind` that are the literal's */
} dx_scan_entry;

typedef struct dx_scan_table {
    uint32_t *bits;  /* three of each gram's word are set */
    unsigned shift;  /* of the hash, to the word's number */
    uint32_t factor; /* of that hash */
    bool used;       /* by this scanner or its base */
    /* Where the entries of a bucket begin, and those of the next; NULL when this scanner has none.
     */
    uint32_t *first;
    unsigned narrow; /* of the hash, to the bucket's number */
    dx_scan_entry *entry;
    size_t n;
} dx_scan_table;

enum {
    DX_SCAN_FEW = DX_SCAN_WHOLE, /* literals that a sieve takes; */
    DX_SIEVE_MOST = 192,         /* grams, when it is known what a log has (scanner_sieve.c) */
    DX_SIEVE_GRAM = 4,           /* bytes of a gram of the short class */
    DX_SIEVE_BYTES = 64,         /* bytes are told apart by their lowest bits */
    DX_SIEVE_NIBBLES = 16,
    DX_SIEVE_REST_BITS = 13
};

/* What stands in front of the table of the short class when that holds few grams: they are dealt
 * out to eight buckets, and a bucket's bit is set for a byte that one of its grams has at a place.
 * Four look-ups that need no memory leave little for what is asked of each gram. */
typedef struct dx_scan_sieve {
    bool used;
    uint8_t byte[DX_SIEVE_GRAM][DX_SIEVE_BYTES]; /* by the lowest bits, in either case */
    /* by half bytes, case bit set */
    uint8_t low[DX_SIEVE_GRAM][DX_SIEVE_NIBBLES], high[DX_SIEVE_GRAM][DX_SIEVE_NIBBLES];
    /* By a hash of what passed: 1 where it may be a gram.  So few grams need no more, and this
     * takes a third of the instructions that the table does. */
    uint8_t rest[1 << DX_SIEVE_REST_BITS];
} dx_scan_sieve;

typedef struct dx_scan_steps dx_scan_steps;

/* How a literal is looked for: as one of a class, by its bytes from here on. */
typedef struct dx_scan_plan {
    uint8_t c, from;
} dx_scan_plan;

struct dx_scanner {
    const dx_scan_steps *steps;
    const dx_scanner *base;
    dx_scan_table table[DX_SCAN_CLASSES];
    dx_scan_sieve sieve;
    bool few;                 /* all that is not long is short, and some that is */
    bool whole;               /* all are short, and looked for where no break is */
    dx_scan_literal *literal; /* trimmed, cut */
    dx_scan_plan *plan;       /* one for each */
    size_t n;
    char *texts;
    dx_arena *own; /* of one that is no part of a larger whole */
};

/* ---- grams ---- */

/* Sets the bit in which ASCII's cases differ.  Other bytes fall together as well, which only
 * makes more candidates. */
static inline uint64_t dx_gram_at(const char *p, dx_scan_class c)
{
    const bool eight = c == DX_SCAN_LONG || c == DX_SCAN_MIDDLE;
    uint64_t v = 0;

    memcpy(&v, p, eight ? 8 : 4);
    return v | (eight ? 0x2020202020202020u : 0x20202020u);
}

/* The lowest five bits, the next and those behind them name the bits in a word, the highest ones
 * the word. */
static inline uint32_t dx_gram_hash_by(uint64_t gram, uint32_t factor)
{
    const uint32_t low = (uint32_t)gram, high = (uint32_t)(gram >> 32);
    uint32_t x = low ^ (high << 13 | high >> 19);

    x ^= x >> 15;
    return x * factor;
}

#define DX_GRAM_FACTOR 0x9E3779B1u

static inline uint32_t dx_gram_hash(uint64_t gram)
{
    return dx_gram_hash_by(gram, DX_GRAM_FACTOR);
}

static inline uint32_t dx_gram_bits(uint32_t hash)
{
    return (uint32_t)1 << (hash & 31) | (uint32_t)1 << (hash >> 5 & 31) |
           (uint32_t)1 << (hash >> 10 & 31);
}

/* The grams that the sieve lets pass, and others. */
static inline bool dx_sieve_may(const dx_scan_sieve *s, uint32_t gram)
{
    enum { BYTE = DX_SIEVE_BYTES - 1 };

    return (s->byte[0][gram & BYTE] & s->byte[1][gram >> 8 & BYTE] & s->byte[2][gram >> 16 & BYTE] &
            s->byte[3][gram >> 24 & BYTE]) != 0;
}

/* Where `rest` tells of a gram. */
static inline uint32_t dx_sieve_rest(uint32_t gram)
{
    return gram * DX_GRAM_FACTOR >> (32 - DX_SIEVE_REST_BITS);
}

/* Fills the sieve when the short class of the scanner and its bases holds few grams, or some more
 * of which the log has little. */
void dx_scan_sieve_fill(dx_scanner *s, dx_str log);

static inline dx_scan_class dx_scan_class_of(dx_str literal, bool few)
{
    if (literal.n >= 15)
        return DX_SCAN_LONG;
    return few || literal.n < 7 ? DX_SCAN_SHORT : literal.n < 11 ? DX_SCAN_BRIEF : DX_SCAN_MIDDLE;
}

/* ---- what stands behind a gram ---- */

#define DX_SCAN_CASES 0x2020202020202020u

static inline uint64_t dx_scan_eight(const char *p)
{
    uint64_t v;

    memcpy(&v, p, sizeof v);
    return v;
}

/* The first n of eight bytes. */
static inline uint64_t dx_scan_mask(size_t n)
{
    return n < 8 ? ((uint64_t)1 << 8 * n) - 1 : ~(uint64_t)0;
}

/* ---- choosing ---- */

enum { DX_COMMONNESS_WORDS = 2048 };
extern const uint64_t dx_gram_commonness[DX_COMMONNESS_WORDS];

/* Literals of a scanner and its bases that are short, if all are that are not long. */
size_t dx_scan_count_short(const dx_scanner *s);

/* The plan for each literal: those bytes that are rarest in what setups write, in `sample` and
 * among the literals.  `before`: plans without a sample, which are kept where they are good for it,
 * or NULL.  False when out of memory. */
bool dx_scan_plan_all(const dx_scanner *s, dx_str sample, const dx_scan_plan *before,
                      dx_scan_plan *plan);

/* ---- a run ---- */

enum {
    DX_SCAN_BLOCK = 64,
    DX_SCAN_CHUNK = 2048, /* bytes sampled at a time, in blocks */
    DX_SCAN_SLACK = 64,   /* bytes behind a chunk that can be read */
    DX_SCAN_ROWS = 32,
    DX_SCAN_LANES = 4, /* of a row, for each class */
    DX_SCAN_BLANK = 0x80
};

/* Offsets in a chunk; those of breaks ascend. */
typedef struct dx_scan_found {
    uint16_t place[DX_SCAN_CLASSES][DX_SCAN_CHUNK]; /* where a gram may be */
    size_t n[DX_SCAN_CLASSES];
    uint16_t breaks[DX_SCAN_CHUNK]; /* where one may begin */
    size_t n_breaks;
    bool usual[DX_SCAN_CHUNK]; /* which of them is an LF or CR LF before a usual line */
} dx_scan_found;

/* What stands before a break and behind it; NULs where there is less. */
typedef struct dx_scan_row {
    char text[2 * DX_SCAN_SIDE];
} dx_scan_row;

/* A lane is a gram of a row that begins so many bytes before the break, which is read as a blank
 * or as nothing: places that meet every window over it.  The last one may be there more than
 * once. */
extern const uint8_t dx_scan_lanes[DX_SCAN_CLASSES][DX_SCAN_LANES];
/* Lanes from DX_SCAN_LANES on are those without a blank. */
uint64_t dx_scan_row_gram(const dx_scan_row *row, dx_scan_class c, unsigned lane);

/* Which byte of a row is byte i of a gram that begins `before` bytes before the break. */
#define DX_SCAN_TIGHT(before, i) (DX_SCAN_SIDE - (before) + (i))
#define DX_SCAN_LOOSE(before, i)                                                                   \
    ((i) < (before)    ? DX_SCAN_SIDE - (before) + (i)                                             \
     : (i) == (before) ? DX_SCAN_BLANK                                                             \
                       : DX_SCAN_SIDE - (before) + (i)-1)

/* The same for the first four bytes of all lanes of a class, and for the next four; what has two
 * lanes is there twice: those with a blank, those without. */
typedef struct dx_scan_pick {
    uint8_t low[32], high[32];
} dx_scan_pick;
extern const dx_scan_pick dx_scan_picks[DX_SCAN_CLASSES];
/* All bytes around the break that the lanes of the short class have, with a blank and without. */
extern const uint8_t dx_scan_pick_short[16];

/* Bytes behind a chunk that must be there for its usual lines to be known. */
enum { DX_SCAN_USUAL_SLACK = 2 + DX_USUAL_BYTES + DX_SCAN_SIDE };

/* The three steps that processors differ in. */
struct dx_scan_steps {
    /* Grams and breaks in n bytes (a multiple of DX_SCAN_BLOCK); DX_SCAN_SLACK more are there. */
    void (*sample)(const dx_scanner *s, const char *p, size_t n, dx_scan_found *out);
    /* Lanes of each row that may hold a gram: bit 0..3 of the text with a blank, 4..7 without. */
    void (*stitch)(const dx_scanner *s, dx_scan_class c, const dx_scan_row *row, size_t n,
                   uint8_t *lanes);
    /* Fills `usual` for the breaks in the chunk at p; DX_SCAN_USUAL_SLACK more bytes are there. */
    void (*know)(const dx_scan_usual *u, const char *p, dx_scan_found *out);
    bool sift_by_halves; /* of bytes */
};
extern const dx_scan_steps dx_scan_portable;
const dx_scan_steps *dx_scan_avx2(void);   /* NULL when this processor has none */
const dx_scan_steps *dx_scan_avx512(void); /* the same */

typedef struct dx_scan_run {
    const dx_scanner *s;
    const dx_scan_range *range;
    dx_scan_hits *out;
    bool failed; /* out of memory */
} dx_scan_run;

/* A gram of the text that may be one of a literal's. */
typedef struct dx_scan_candidate {
    uint64_t gram;
    size_t at;     /* where it stands in the text; over a break: what is behind that */
    uint8_t shift; /* bytes of the gram that stand before `at` */
    dx_scan_class c;
    bool stitched;    /* it is that of a row */
    bool loose;       /* a blank may stand between the gram and what is before it */
    uint8_t n_before; /* bytes of it that are known, whatever way the text is read */
    char before[DX_SCAN_SIDE];
} dx_scan_candidate;

/* They wait while the processor fetches what has to be known of them: with thousands of literals
 * that is far away. */
enum { DX_SCAN_CANDIDATES = 32 };
typedef struct dx_scan_meetings {
    dx_scan_run *run;
    dx_scan_candidate candidate[DX_SCAN_CANDIDATES];
    size_t n;
} dx_scan_meetings;
void dx_scan_meet(dx_scan_meetings *m, const dx_scan_candidate *c);
void dx_scan_meet_all(dx_scan_meetings *m); /* those that wait */

/* What stands between two words: blanks, line ends, escapes. */
typedef struct dx_break {
    size_t end;  /* behind it; equal to its beginning when there is none */
    size_t line; /* where the last line in it begins */
    bool blank;  /* one blank or more, or a line end */
    bool newline;
} dx_break;
dx_break dx_scan_any_break(dx_str text, size_t at); /* at < text.n */

/* No break begins with it. */
static inline bool dx_is_plain(char c)
{
    return (unsigned char)c > ' ' && (unsigned char)c != 0xE2;
}

/* By far most are one line end, or none. */
static inline dx_break dx_scan_break(dx_str text, size_t at)
{
    if (dx_is_plain(text.p[at]))
        return (dx_break){.end = at};
    if (text.p[at] == '\n' && at + 1 < text.n && dx_is_plain(text.p[at + 1]))
        return (dx_break){at + 1, at + 1, true, true};
    return dx_scan_any_break(text, at);
}

/* May a break begin or go on at p[0]?  Single blanks are none; other control characters than
 * blanks are looked at, too. */
static inline bool dx_scan_may_break(const char *p)
{
    const unsigned char c = (unsigned char)p[0], next = (unsigned char)p[1];

    return c < ' ' || (c == ' ' && next <= ' ') || (c == 0xE2 && next == 0x90);
}

/* Adds the literal when it stands around `at`, where its byte `mid` is expected.  `stitched`: what
 * led there was around a break. */
void dx_scan_confirm(dx_scan_run *run, const dx_scanner *s, uint32_t literal, size_t at, size_t mid,
                     bool stitched);

/* In the order of dx_scan_hits, none twice. */
void dx_scan_hits_sort(dx_scan_hits *h);

static inline size_t dx_scan_places(const dx_scan_range *r, size_t line, uint8_t at[DX_MARGINS])
{
    return r->margins == NULL || line >= r->text.n
               ? 0
               : r->margins(r->ctx, (dx_str){r->text.p + line, r->text.n - line}, at);
}

static inline bool dx_table_may(const dx_scan_table *t, uint64_t gram)
{
    const uint32_t hash = dx_gram_hash_by(gram, t->factor), bits = dx_gram_bits(hash);

    return (t->bits[hash >> t->shift] & bits) == bits;
}

/* Where the line begins behind a break that is an LF or CR LF. */
static inline size_t dx_scan_line_at(const char *p, size_t at)
{
    return at + 1 + (p[at] == '\r');
}

/* Adds a place for each bit: places that are `stride` bytes apart. */
static inline size_t dx_put_places(uint16_t *place, size_t n, unsigned found, size_t at,
                                   size_t stride)
{
    for (; found != 0; found &= found - 1)
        place[n++] = (uint16_t)(at + stride * (size_t)__builtin_ctz(found));
    return n;
}

/* The same for what a sieve lets pass at p + at, when it may be a gram. */
static inline size_t dx_put_sifted(const dx_scan_sieve *s, const char *p, uint64_t may, size_t at,
                                   uint16_t *place, size_t n)
{
    for (; may != 0; may &= may - 1) {
        const size_t i = at + (size_t)__builtin_ctzll(may);
        place[n] = (uint16_t)i;
        n += s->rest[dx_sieve_rest((uint32_t)dx_gram_at(p + i, DX_SCAN_SHORT))];
    }
    return n;
}
#endif
