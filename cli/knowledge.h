/* Everything the program knows before it reads a log: rule files, formats, the rule book. */
#ifndef DX_CLI_KNOWLEDGE_H
#define DX_CLI_KNOWLEDGE_H
#include "cli/code_tables.h"
#include "cli/settings.h"
#include "core/image.h"
#include "core/ytree.h"
#include "parser/format.h"
#include "patterns/rulebook.h"

typedef struct dx_knowledge {
    dx_arena *arena; /* of the set, whose nodes have gone */
    dx_yset set;
    dx_formats *formats;
    dx_rulebook *book;
    dx_image *image;       /* where the latter two are, or NULL: in the arena */
    bool lasting;          /* nobody can take it away */
    dx_code_tables *codes; /* when somebody asks for them */
} dx_knowledge;

typedef struct dx_paths {
    const char *const *p;
    size_t n;
} dx_paths;

/* From the cache when it holds exactly this, else by reading all files, which fills the cache.
 * Faults go to standard error, all of them; then DX_FAIL with DX_E_RULE and a closing line. */
DX_CHECK dx_rc dx_knowledge_load(dx_knowledge *out, const dx_settings *settings, dx_err *err);
/* The same for programs that run for long: what is kept is copied, not used in its place. */
DX_CHECK dx_rc dx_knowledge_load_lasting(dx_knowledge *out, const dx_settings *settings,
                                         dx_err *err);
/* The same as dx_knowledge_load() for one who has something else to do before any of it is used:
 * `beside` runs in this thread while another one looks whether what is kept is whole.  What is kept
 * had no faults.  Not at all when nothing is kept, or there is no other thread to be had. */
typedef struct dx_beside {
    void (*run)(void *ctx);
    void *ctx;
} dx_beside;
DX_CHECK dx_rc dx_knowledge_load_beside(dx_knowledge *out, const dx_settings *settings,
                                        const dx_beside *beside, dx_err *err);
/* Without any cache.  `extra` are more files or folders, skipped when the set holds them already.
 */
DX_CHECK dx_rc dx_knowledge_check(dx_knowledge *out, const dx_settings *settings,
                                  const dx_paths *extra, dx_err *err);
void dx_knowledge_done(dx_knowledge *k); /* a zeroed one is fine */

/* Finds a folder's *.yaml files, or one file of any name: dx_yset_find(). */
DX_CHECK dx_rc dx_knowledge_find(dx_yset *set, const char *path, bool optional,
                                 const dx_yroom *room, dx_err *err);
/* The file of the set that is this file on disk, or NULL. */
const dx_yfile *dx_knowledge_file(const dx_yset *set, const char *path);
#endif
