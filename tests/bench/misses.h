/* Texts that just fail to be known messages. */
#ifndef DX_TESTS_BENCH_MISSES_H
#define DX_TESTS_BENCH_MISSES_H
#include "words.h"

/* Ways to miss a message: it begins as known and goes on otherwise, begins otherwise and ends as
 * known, lacks both ends, has another word, or codes that are none. */
typedef enum bench_way { MISS_END, MISS_BEGINNING, MISS_ENDS, MISS_WORD, MISS_CODES } bench_way;
enum { BENCH_WAYS = MISS_CODES + 1 };

typedef struct bench_slice {
    const char *p;
    size_t n;
} bench_slice;

/* Adds the message with something wrong. */
void bench_miss(bench_text *t, bench_slice message, bench_way how, bench_random *r);

/* Paragraphs of a file, between empty lines.  Exits when it cannot be read. */
typedef struct bench_paragraphs {
    char *text;
    bench_slice *p;
    size_t n;
} bench_paragraphs;
bench_paragraphs bench_read_paragraphs(const char *path);
#endif
