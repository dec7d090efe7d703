/* The sentences and words of which the generated signatures' messages are made. */
#ifndef DX_TESTS_BENCH_GRAMMAR_H
#define DX_TESTS_BENCH_GRAMMAR_H
#include <stdbool.h>
#include <stddef.h>

/* What may stand for one letter.  In a text `$x` is one of the list x, `%x` a field (messages.c
 * knows which), and `^` makes the next letter a capital. */
typedef struct bench_list {
    char letter;
    const char *const *texts;
    size_t n;
    bool first_most; /* what comes first is chosen more often */
} bench_list;

#define BENCH_ANY(letter, texts)                                                                   \
    {                                                                                              \
        letter, texts, sizeof(texts) / sizeof *(texts), false                                      \
    }
#define BENCH_FIRST_MOST(letter, texts)                                                            \
    {                                                                                              \
        letter, texts, sizeof(texts) / sizeof *(texts), true                                       \
    }

/* Sentences in which $1, $2 and $3 are a verb, an adjective and a noun that no two messages share;
 * $4 is that verb as in "was opened", $5 as in "while opening". */
extern const bench_list bench_openings;
extern const bench_list bench_verbs, bench_adjectives, bench_nouns;

/* The last has no letter. */
extern const bench_list bench_sentences[], bench_vocabulary[];
#endif
