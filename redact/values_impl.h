/* The inside of dx_values, shared by values.c and seek.c only. */
#ifndef DX_REDACT_VALUES_IMPL_H
#define DX_REDACT_VALUES_IMPL_H
#include "redact/set.h"
#include "redact/values.h"

typedef struct value {
    dx_str text;    /* lower case */
    dx_str becomes; /* lower case, as many characters */
    size_t characters;
    dx_shape shape;
    bool alone; /* only where no letter or digit stands beside it */
} value;

enum { FIRST_TWO = 1 << 16 };

struct dx_values {
    dx_arena *arena;
    unsigned char key[DX_REDACT_KEY];
    dx_set ordinary;
    dx_buf all_ordinary; /* the same in one text, to look for parts of words */
    dx_set known;        /* the texts of `value`, by number */
    value *value;        /* sorted by text once it is sealed */
    size_t n, cap;
    bool sealed;
    uint32_t *begins; /* by first two bytes: FIRST_TWO + 1 places in `value` */
};

/* As ASCII lower case. */
static inline unsigned char dx_fold_byte(char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 32) : (unsigned char)c;
}

/* Beside which a value that must stand alone does not. */
static inline bool dx_is_word_byte(char c)
{
    const unsigned char f = dx_fold_byte(c);

    return (f >= 'a' && f <= 'z') || (f >= '0' && f <= '9') || f >= 0x80;
}

static inline unsigned dx_first_two(const char *p)
{
    return (unsigned)dx_fold_byte(p[0]) << 8 | dx_fold_byte(p[1]);
}
#endif
