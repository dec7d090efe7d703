/* Fingerprints of lines, and of what grows line by line: how a log's text and its attempts are
 * known again.  Inside parser/ only. */
#ifndef DX_PARSER_TRAIL_H
#define DX_PARSER_TRAIL_H
#include "core/arena.h"
#include "core/attempt.h"

/* Fingerprint of one physical line without its line end; 0 when it holds nothing but blanks.
 * Depends on nothing else, so that pieces of a log may be read at the same time. */
uint64_t dx_line_print(dx_str line);
/* Those of n lines, which lie in `within`. */
void dx_line_prints(dx_str within, const dx_str *line, size_t n, uint64_t *print);

/* Running fingerprint over those of lines, in their order; zero-initialise. */
typedef struct dx_chain {
    uint64_t a, b;
} dx_chain;

static inline uint64_t dx_chain_turned(uint64_t v, unsigned by)
{
    return v << by | v >> (64 - by);
}

/* Two chains that mix what is there already in different ways: order and number of lines count. */
static inline void dx_chain_add(dx_chain *c, uint64_t print)
{
    c->a = (dx_chain_turned(c->a, 23) + print + 1) * 0x9E3779B97F4A7C15u;
    c->b = (dx_chain_turned(c->b, 37) ^ (print + 1)) * 0xD6E8FEB86659FD93u;
}

dx_hash128 dx_chain_get(const dx_chain *c);

/* The trail of an attempt whose lines come a few at a time.  Zero-initialise. */
typedef struct dx_tracing {
    dx_chain chain;
    uint64_t lines;  /* so far */
    uint64_t filled; /* up to the last that is not empty */
    uint64_t *mark;
    size_t n, cap;
    uint32_t stride;
} dx_tracing;

/* Fingerprints of lines that follow each other. */
typedef struct dx_prints {
    const uint64_t *print; /* see dx_line_print() */
    size_t n;
    bool goes_on; /* the last of them is only a part of its line */
} dx_prints;

/* An empty line counts and changes nothing else.  `beside` takes all of them as well, unless it is
 * NULL: two chains at once take no longer than one.  False when out of memory. */
bool dx_tracing_add(dx_tracing *t, dx_arena *into, const dx_prints *lines, dx_chain *beside);
/* What there is up to the last line that is not empty; borrows the marks. */
dx_trail dx_tracing_get(const dx_tracing *t);
#endif
