/* Regexes searched in long texts only where something stands that they cannot match without.
 * Inside parser/ only. */
#ifndef DX_PARSER_SIFT_H
#define DX_PARSER_SIFT_H
#include "core/regex.h"

typedef struct dx_sifts dx_sifts; /* what was found out about regexes; one per thread */

dx_sifts *dx_sifts_new(void);      /* NULL when out of memory */
void dx_sifts_free(dx_sifts *all); /* NULL is fine */

/* The same as dx_regex_find() from the text's beginning.  The regex must be a DX_RX_WITHIN one and
 * outlive `all`, which may be NULL: then it is searched everywhere. */
dx_rx dx_sifts_find(dx_sifts *all, const dx_regex *rx, dx_regex_scratch *scratch, dx_str text,
                    dx_span *groups, size_t n);
/* Whether it matches anywhere: the same, sooner. */
bool dx_sifts_has(dx_sifts *all, const dx_regex *rx, dx_regex_scratch *scratch, dx_str text);

/* What a long text is searched for it by. */
typedef struct dx_sift_reach {
    bool starts;         /* nothing but where lines begin: no more need be known */
    bool sifted;         /* each branch has certain texts; else all of a long text is searched */
    bool bounded;        /* matches begin near these; else all that stands before is searched */
    double per_megabyte; /* how often setup logs hold one of them, about */
} dx_sift_reach;
/* False when out of memory. */
DX_CHECK bool dx_sift_reach_of(const dx_regex *rx, dx_sift_reach *out);
#endif
