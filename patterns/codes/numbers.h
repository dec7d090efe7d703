/* The numbers that a text can stand for.  For the files of this folder. */
#ifndef DX_PATTERNS_CODES_NUMBERS_H
#define DX_PATTERNS_CODES_NUMBERS_H
#include "patterns/codes/codes.h"

enum { DX_MOST_NUMBERS = 24 };

/* One way to read the digits. */
typedef struct dx_number {
    uint32_t value;
    int penalty;      /* how far-fetched it is */
    bool decimal;     /* written as a decimal number */
    bool mended;      /* a misprint was assumed: only good when a table knows the result */
    const char *note; /* NULL or a sentence */
} dx_number;

typedef struct dx_numbers {
    dx_number p[DX_MOST_NUMBERS];
    size_t n;
} dx_numbers;

/* All readings of one run of digits ("0xc002005", "-3", "0d").  n == 0: it is no number. */
void dx_numbers_of(dx_str digits, bool hex, dx_numbers *out);

/* What was typed, cut into its parts. */
typedef struct dx_code_text {
    dx_str label;   /* what stood before the code: "ID no:"; may be empty */
    dx_str part[3]; /* "80070057-0501-80070057" has three */
    size_t n;
} dx_code_text;
dx_code_text dx_code_text_of(dx_str text);
#endif
