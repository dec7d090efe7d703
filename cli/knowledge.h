/* Everything the program knows before it reads a log: rule files, formats, the rule book. */
#ifndef DX_CLI_KNOWLEDGE_H
#define DX_CLI_KNOWLEDGE_H
#include "cli/settings.h"
#include "core/ytree.h"
#include "parser/format.h"
#include "patterns/rulebook.h"

typedef struct dx_knowledge {
    dx_arena *arena; /* of the set */
    dx_yset set;
    dx_formats *formats;
    dx_rulebook *book;
} dx_knowledge;

/* Faults go to standard error, all of them; then DX_FAIL with DX_E_RULE and a closing line.
 * `extra` are more files or folders (may be NULL), skipped when the set holds them already. */
DX_CHECK dx_rc dx_knowledge_load(dx_knowledge *out, const dx_settings *settings,
                                 const char *const *extra, size_t n_extra, dx_err *err);
void dx_knowledge_done(dx_knowledge *k); /* a zeroed one is fine */

/* Adds a folder's *.yaml files, or one file of any name. */
DX_CHECK dx_rc dx_knowledge_add(dx_yset *set, const char *path, bool optional, dx_arena *into,
                                dx_faults *faults, dx_err *err);
/* The file of the set that is this file on disk, or NULL. */
const dx_yfile *dx_knowledge_file(const dx_yset *set, const char *path);
#endif
