/* Rules and tables of codes as they are after reading and checking, kept between runs below
 * $XDG_CACHE_HOME. */
#ifndef DX_CLI_CACHE_H
#define DX_CLI_CACHE_H
#include "cli/settings.h"
#include "core/ytree.h"

/* What is kept; also the place of its image (core/image.h). */
typedef enum dx_cache_kind { DX_CACHE_RULES, DX_CACHE_CODES } dx_cache_kind;

typedef struct dx_cache {
    dx_cache_kind kind;
    dx_str path; /* of the file; DX_NONE: nothing is kept */
    dx_hash128 key;
} dx_cache;

bool dx_cache_wanted(const dx_settings *settings); /* not with --no-cache or SETUPDX_CACHE=off */
/* Where what this set says is kept: the key is of this build of the program, of the kind, and of
 * every name and every byte of the files.  None without a home, or where others could write. */
DX_CHECK dx_rc dx_cache_of(dx_cache *out, dx_cache_kind kind, const dx_yset *set, dx_arena *into,
                           dx_err *err);
/* Removes all but the latest few of this kind: before one is added. */
void dx_cache_tidy(const dx_cache *cache, dx_arena *scratch);
#endif
