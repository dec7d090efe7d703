/* Lines of a log that were looked through before, and what was found in them.  Logs in which much
 * fails say the same again and again.  Inside parser/ only. */
#ifndef DX_PARSER_SEEN_H
#define DX_PARSER_SEEN_H
#include "core/scanner.h"

typedef struct dx_seen dx_seen; /* one per thread */

typedef struct dx_seen_find { /* see dx_scan_find; `at` counts from the line's beginning */
    uint32_t which;
    uint16_t at;
    uint8_t mid, depth;
    char before, behind;
} dx_seen_find;

typedef struct dx_seen_line {
    const dx_seen_find *find; /* ascending by place; until the next line is learnt */
    size_t n;
    bool plain; /* see dx_scan_part */
} dx_seen_line;

enum { DX_SEEN_LINE_MOST = 1024 }; /* bytes of a line that is worth keeping */

dx_seen *dx_seen_new(void);     /* NULL when out of memory */
void dx_seen_free(dx_seen *s);  /* NULL is fine */
void dx_seen_clear(dx_seen *s); /* forgets all lines: what is looked for is another */

/* A line with its end, byte for byte, by its fingerprint; false when it is not known. */
bool dx_seen_get(const dx_seen *s, dx_str line, uint64_t print, dx_seen_line *out);
/* A line will be asked for: the processor fetches where it may be, and then what is there. */
void dx_seen_expect(const dx_seen *s, uint64_t print);
void dx_seen_expect_soon(const dx_seen *s, uint64_t print);
/* Keeps a line that is not known yet, and what is in it; it begins at byte `base` of their text.
 * When there is no more room, all others are forgotten first: memory is some 8 MiB. */
void dx_seen_learn(dx_seen *s, dx_str line, uint64_t print, const dx_scan_find *find, size_t n,
                   size_t base);
#endif
