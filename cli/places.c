#include "cli/places.h"

#include "core/os.h"

static bool is_folder(const char *path, dx_file_info *info)
{
    dx_err ignored = {0};
    return path && dx_os_stat(path, info, &ignored) == DX_OK && info->kind == DX_FILE_DIR;
}

static bool same_folder(const char *a, const char *b)
{
    dx_file_info first, second;
    return is_folder(a, &first) && is_folder(b, &second) && first.device == second.device &&
           first.inode == second.inode;
}

/* Is the program one that this very source tree built? */
static bool runs_from_build(const char *program_dir)
{
    const dx_str dir = dx_str_of(program_dir);
    return same_folder(program_dir, DX_BUILD_DIR) || dx_str_starts(dir, DX_LIT(DX_SOURCE_DIR "/"));
}

/* "sub" when that is the same folder as root/sub: shorter in every message. */
static dx_str below(dx_arena *into, const char *root, const char *sub)
{
    const dx_str path = dx_arena_printf(into, "%s/%s", root, sub);
    return path.p && same_folder(path.p, sub) ? dx_str_of(sub) : path;
}

static dx_rc use(dx_places *out, dx_arena *into, const char *root, const char *const parts[3],
                 dx_err *err)
{
    const dx_places found = {.rules = below(into, root, parts[0]),
                             .formats = below(into, root, parts[1]),
                             .codes = below(into, root, parts[2])};
    if (!found.rules.p || !found.formats.p || !found.codes.p)
        return dx_nomem(err);
    *out = found;
    return DX_OK;
}

dx_rc dx_places_shipped(dx_places *out, dx_arena *into, dx_err *err)
{
    static const char *const in_source[] = {"patterns/rules", "parser/formats",
                                            "patterns/codes/tables"};
    static const char *const installed[] = {"rules", "formats", "tables"};
    char program[4096];
    dx_str share = DX_NONE;
    dx_file_info info;

    if (dx_os_program_dir(program, sizeof program)) {
        if (runs_from_build(program))
            return use(out, into, DX_SOURCE_DIR, in_source, err);
        share = dx_arena_printf(into, "%s/../share/setupdx", program);
    }
    if (is_folder(share.p, &info))
        return use(out, into, share.p, installed, err);
    if (is_folder(DX_INSTALL_DATADIR, &info))
        return use(out, into, DX_INSTALL_DATADIR, installed, err);
    return dx_fail(err, DX_E_IO, DX_NOWHERE,
                   "no rules found: there is neither '%s' nor '%s'; name a folder with --rules",
                   share.p ? share.p : "../share/setupdx", DX_INSTALL_DATADIR);
}

/* $VARIABLE/tail, or $HOME/fallback/tail; DX_NONE without either. */
static dx_str xdg(dx_arena *into, const char *variable, const char *fallback, const char *tail)
{
    const char *base = dx_os_env(variable);
    /* A relative path is invalid there, says the XDG base directory specification. */
    if (base && base[0] == '/')
        return dx_arena_printf(into, "%s/%s", base, tail);
    const char *home = dx_os_env("HOME");
    return home ? dx_arena_printf(into, "%s/%s/%s", home, fallback, tail) : DX_NONE;
}

typedef struct place_list {
    dx_arena *into;
    dx_rule_place *p;
    size_t n, cap;
} place_list;

static bool add(place_list *list, dx_str path, bool optional)
{
    return path.n == 0 || DX_PUSH(list->into, list->p, list->n, list->cap,
                                  (dx_rule_place){.path = path, .optional = optional});
}

/* Colon-separated, as in PATH. */
static bool add_variable(place_list *list)
{
    dx_str rest = dx_str_of(dx_os_env("SETUPDX_RULES")), path;
    while (dx_str_next(&rest, ':', &path)) {
        if (!add(list, dx_arena_copy(list->into, path), false))
            return false;
    }
    return true;
}

dx_rc dx_places_added(const dx_settings *settings, dx_arena *into, dx_rule_place **out, size_t *n,
                      dx_err *err)
{
    place_list list = {.into = into};
    bool ok = true;

    if (!settings->no_default_rules)
        ok = add(&list, DX_LIT("/etc/setupdx/rules"), true) &&
             add(&list, xdg(into, "XDG_DATA_HOME", ".local/share", "setupdx/rules"), true) &&
             add_variable(&list);
    for (size_t i = 0; ok && i < settings->rules.n; i++)
        ok = add(&list, dx_str_of(settings->rules.p[i]), false);
    if (!ok)
        return dx_nomem(err);
    *out = list.p;
    *n = list.n;
    return DX_OK;
}

dx_str dx_places_store(const dx_settings *settings, dx_arena *into, bool *chosen)
{
    const char *named = settings->db ? settings->db : dx_os_env("SETUPDX_DB");
    *chosen = named != NULL;
    if (named)
        return dx_str_of(named);
    return xdg(into, "XDG_STATE_HOME", ".local/state", "setupdx/setupdx.db");
}

dx_str dx_places_cache(dx_arena *into)
{
    return xdg(into, "XDG_CACHE_HOME", ".cache", "setupdx");
}
