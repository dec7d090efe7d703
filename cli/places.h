/* Where things lie on this computer: rules that come with the program, of the site, of the user;
 * tables of codes; the store. */
#ifndef DX_CLI_PLACES_H
#define DX_CLI_PLACES_H
#include "cli/settings.h"
#include "core/arena.h"
#include "core/err.h"

/* What comes with the program: the source tree when the program runs from a build folder of it,
 * else ../share/setupdx beside the program, else the folder chosen when it was built.
 * Paths end with NUL; DX_E_IO when there is no such folder, naming those that were tried. */
typedef struct dx_places {
    dx_str rules, formats, codes;
} dx_places;
DX_CHECK dx_rc dx_places_shipped(dx_places *out, dx_arena *into, dx_err *err);

/* Folders and files with additional rules, in order: the site's, the user's, SETUPDX_RULES, and
 * --rules.  The last two kinds must exist. */
typedef struct dx_rule_place {
    dx_str path;
    bool optional;
} dx_rule_place;
DX_CHECK dx_rc dx_places_added(const dx_settings *settings, dx_arena *into, dx_rule_place **out,
                               size_t *n, dx_err *err);

/* The store when --db names none: SETUPDX_DB, else below $XDG_STATE_HOME.  DX_NONE when there is
 * no home.  *chosen tells whether a person named it. */
dx_str dx_places_store(const dx_settings *settings, dx_arena *into, bool *chosen);

/* The folder of what can be made again, below $XDG_CACHE_HOME.  DX_NONE when there is no home. */
dx_str dx_places_cache(dx_arena *into);
#endif
