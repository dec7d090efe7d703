/* One log read in both ways, record by record and skipping: they must tell the same. */
#ifndef DX_TESTS_CONTRACT_WAYS_H
#define DX_TESTS_CONTRACT_WAYS_H
#include "parser/framer.h"
#include "patterns/matcher.h"

typedef struct ways_know {
    const dx_formats *formats;
    const dx_rulebook *book;
    dx_matcher *matcher; /* of the book */
} ways_know;

typedef struct ways_count {
    uint64_t logs, records, cut; /* all records, and those that the skipping way cut */
} ways_count;

/* `clock_step`: small ones let the skipping way begin early.  `format`: forced, or NULL.
 * Prints the first line that differs, and gives false. */
bool ways_agree(const ways_know *know, const char *name, dx_str bytes, const char *format,
                uint64_t clock_step, ways_count *count);
/* The skipping way alone finds an event of this signature in the text. */
bool ways_find(const ways_know *know, const char *name, dx_str bytes, const char *signature,
               ways_count *count);
#endif
