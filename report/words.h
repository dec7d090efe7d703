/* The words that every format for people uses for the same thing. */
#ifndef DX_REPORT_WORDS_H
#define DX_REPORT_WORDS_H
#include "report/judge.h"
#include "report/layout.h"

/* The fact that says how a pasted text was read, when not as it stands. */
#define DX_FACT_READ_AS "read as"
/* The fact that a format sets when a second start of what runs already was refused. */
#define DX_FACT_REFUSED "refused"

/* The first word of an item; the tone only repeats it. */
typedef struct dx_word {
    const char *word; /* "FAIL", "WARN", "OK", "????" */
    dx_tone tone;
} dx_word;

/* Of a finding of the attempt, by its state. */
dx_word dx_finding_word(const dx_report_attempt *a, const dx_finding *f);

typedef struct dx_ending_word {
    dx_word word;
    const char *says; /* behind the product: " succeeded", ": the log stops before the end" */
} dx_ending_word;
const dx_ending_word *dx_ending_word_of(const dx_report_attempt *a); /* by its ending; constant */

/* Of an attempt that failed, or may have, and nobody knows why. */
dx_word dx_puzzle_word(const dx_report_attempt *a);
/* Adds what stands behind its product: " failed, no rule knows why". */
void dx_puzzle_says(dx_buf *out, const dx_report_attempt *a);

/* Adds ", 14 lines look like errors, 14 explained"; nothing when none does. */
void dx_explained_says(dx_buf *out, const dx_report_attempt *a);

/* Adds "mail01/Setup.log!member:412" as it is, unescaped; "another log:412" when `of` is NULL. */
void dx_place_says(dx_buf *out, const dx_case *of, uint32_t line);

/* The sign that an item of evidence points at, from 1: one event is one sign.  0 = an absence. */
size_t dx_sign_of(const dx_finding *f, size_t which);
/* Evidence without points that belongs to no step: the log says the same once more. */
bool dx_is_repeat(const dx_evidence *e);
#endif
