/* Borrowed runs of bytes.  Nothing here allocates. */
#ifndef DX_CORE_STR_H
#define DX_CORE_STR_H
#include <stdbool.h>
#include <stddef.h>

/* Owns nothing, is never NUL-terminated by promise.  An absent string is { NULL, 0 }. */
typedef struct dx_str {
    const char *p;
    size_t n;
} dx_str;

#define DX_LIT(s) ((dx_str){(s), sizeof(s) - 1})
#define DX_NONE   ((dx_str){NULL, 0})
#define DX_FMT(s) (int)(s).n, (s).p /* for "%.*s" */

/* A view of a NUL-terminated string; NULL gives DX_NONE. */
dx_str dx_str_of(const char *z);

bool dx_str_eq(dx_str a, dx_str b);
bool dx_str_ieq(dx_str a, dx_str b);            /* ASCII case only */
int dx_str_cmp(dx_str a, dx_str b);             /* by bytes, a prefix before the longer one */
int dx_str_order(const void *a, const void *b); /* dx_str_cmp for a qsort of dx_str */
bool dx_str_starts(dx_str s, dx_str prefix);
bool dx_str_istarts(dx_str s, dx_str prefix); /* ASCII case only */
bool dx_str_ends(dx_str s, dx_str suffix);
bool dx_str_iends(dx_str s, dx_str suffix); /* ASCII case only */

/* Offset of the first `what` at or after `from`, or SIZE_MAX; an empty one is at `from`. */
size_t dx_str_find(dx_str s, dx_str what, size_t from);
size_t dx_str_ifind(dx_str s, dx_str what, size_t from); /* ASCII case only */

dx_str dx_str_trim(dx_str s);                          /* blanks, tabs, CR, LF at both ends */
dx_str dx_str_slice(dx_str s, size_t from, size_t to); /* clamped to the string */

/* Takes the next piece up to `sep` from *rest; false when *rest was DX_NONE.
 * "a,,b" gives "a", "", "b". */
bool dx_str_next(dx_str *rest, char sep, dx_str *piece);

/* Shell-like match of a whole string: `*` any run, `?` one byte; ASCII case ignored. */
bool dx_str_glob(dx_str s, dx_str pattern);

/* Decimal with or without a sign, or 0x-hex, into *out; false, and *out untouched, when there is
 * anything else or it overflows. */
bool dx_str_to_i64(dx_str s, long long *out);

/* ---- "did you mean": the word nearest to what was typed (core/meant.c) ---- */

/* How many edits lead from a to b (ASCII case ignored); an edit adds, drops or changes a byte, or
 * swaps two neighbours ("sacn").  Strings over 64 bytes count as far away. */
unsigned dx_str_distance(dx_str a, dx_str b);

/* The nearest word so far; near are words of which at most a third is edited. */
typedef struct dx_meant {
    dx_str typed;
    dx_str word;    /* borrowed from the caller; DX_NONE until one is near */
    unsigned edits; /* only words with fewer edits take its place */
} dx_meant;

/* Words with fewer than `below` edits are near, UINT_MAX for no such bound. */
dx_meant dx_meant_by(dx_str typed, unsigned below);
/* Looks at a word; of equally near ones the first stays. */
void dx_meant_see(dx_meant *n, dx_str word);

/* Nearest of n words, or DX_NONE. */
dx_str dx_meant_of(dx_str typed, const dx_str *words, size_t n);
#endif
