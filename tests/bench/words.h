/* What the benchmark's logs say, in words of their own: lines that every setup writes, and
 * messages that the generated signatures know. */
#ifndef DX_TESTS_BENCH_WORDS_H
#define DX_TESTS_BENCH_WORDS_H
#include <stddef.h>
#include <stdint.h>

/* Random numbers that are the same everywhere. */
typedef struct bench_random {
    uint64_t state;
} bench_random;
bench_random bench_seed(uint64_t seed);
uint32_t bench_below(bench_random *r, uint32_t n);

typedef struct bench_text {
    char p[4096];
    size_t n;
} bench_text;
void bench_add(bench_text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A line of an uneventful setup, as ExchangeSetup.log or a verbose MSI log has it; without
 * stamp. */
void bench_exchange_line(bench_text *t, bench_random *r);
void bench_msi_line(bench_text *t, bench_random *r);
/* The name of a file that these lines have. */
const char *bench_file(bench_random *r);

/* How many signatures can be told apart. */
uint32_t bench_signatures_most(void);
/* Adds a message of signature i with fields of the day; its lines end with '\n'.  Returns where in
 * `t` the signature's text begins: a title may stand in front, as in a dialog. */
size_t bench_message(bench_text *t, uint32_t i, bench_random *r);
/* As a rule's author writes it, as a quoted scalar's inside; the types of its fields; and a line of
 * it, or of a line the part that is always the same, as a literal for grep. */
void bench_regex(bench_text *t, uint32_t i);
void bench_fields(bench_text *t, uint32_t i);
void bench_literal(bench_text *t, uint32_t i);

/* The messages of KB Q263072; which = 0..2, and the signature that knows it. */
const char *bench_seed_message(bench_text *t, uint32_t which, bench_random *r);
#endif
