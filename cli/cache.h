/* The rules as they are after reading and checking, kept between runs below $XDG_CACHE_HOME. */
#ifndef DX_CLI_CACHE_H
#define DX_CLI_CACHE_H
#include "cli/settings.h"
#include "core/ytree.h"

typedef struct dx_cache {
    dx_str path; /* of the file; DX_NONE: nothing is kept */
    dx_hash128 key;
} dx_cache;

bool dx_cache_wanted(const dx_settings *settings); /* not with --no-cache or SETUPDX_CACHE=off */
/* Where the rules of this set are kept: the key is of this build of the program and of every name
 * and every byte of the rule files.  None when it is not wanted, without a home, or where others
 * could write. */
DX_CHECK dx_rc dx_cache_of(dx_cache *out, const dx_settings *settings, const dx_yset *set,
                           dx_arena *into, dx_err *err);
/* Removes all but the latest few: before one is added. */
void dx_cache_tidy(const dx_cache *cache, dx_arena *scratch);
#endif
