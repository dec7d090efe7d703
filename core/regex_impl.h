/* A compiled regex, as the two who know it see it: regex.c makes it, regex_search.c searches with
 * it. */
#ifndef DX_CORE_REGEX_IMPL_H
#define DX_CORE_REGEX_IMPL_H
#include "core/regex.h"
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdatomic.h>

/* One of the two that JIT makes, when that pays. */
typedef struct dx_regex_fast {
    _Atomic(pcre2_code *) code;
    _Atomic(uint64_t) read; /* bytes, before */
} dx_regex_fast;

typedef struct dx_regex_compiled dx_regex_compiled;
/* NULL until the first thread needs it.  Places of many regexes lie side by side: each page that is
 * written to while others read it stops all threads for a moment. */
typedef _Atomic(dx_regex_compiled *) dx_regex_place;

struct dx_regex_compiled {
    pcre2_code *code;           /* without JIT */
    dx_regex_fast whole, parts; /* for matches, and for those of which the end is not there */
    dx_regex_place *place;
    dx_regex_compiled *next; /* among those of the same whole */
};

struct dx_regex {
    dx_str pattern;
    unsigned flags;
    uint32_t groups, names, name_size;
    const unsigned char *name_table;
    bool may_be_empty;
    const dx_regex_bytes *first; /* by place of a line in which a match begins; NULL: any */
    size_t n_first;
    dx_regex_place *place;
    dx_regexes *among; /* NULL: it is on its own */
    dx_arena *own;     /* of one that is no part of a larger whole */
};

/* PCRE2 takes no NULL, not for an empty text either. */
static inline PCRE2_SPTR dx_regex_bytes_of(dx_str s)
{
    return (PCRE2_SPTR)(s.p ? s.p : "");
}

/* Compiled by the first thread that asks; it stays the regex's.  NULL when out of memory. */
dx_regex_compiled *dx_regex_compile(const dx_regex *rx);

/* Puts `mine` into an empty place and gives what is there then; two threads may both compile, the
 * first to be ready is kept and the other's freed.  NULL when `mine` is. */
pcre2_code *dx_regex_keep(_Atomic(pcre2_code *) *place, pcre2_code *mine);
#endif
