/* The files behind the paths that a user gave, in order: what a walk opens one by one. */
#ifndef DX_PARSER_FINDER_H
#define DX_PARSER_FINDER_H
#include "core/os.h"
#include "parser/source.h"

typedef struct dx_finder dx_finder;

typedef struct dx_found {
    const char *path; /* borrowed until the next call */
    dx_file_info info;
    bool asked;
    dx_str memory; /* its bytes, when they are there already and `path` is only a name; never made
                    * by a finder */
    bool goes_on;  /* these are only its first ones, and `path` gives the rest */
} dx_found;

/* Copies the paths.  What cannot be read is told to fn (may be NULL). */
DX_CHECK dx_rc dx_finder_open(dx_finder **out, const char *const *paths, size_t n, dx_skip_fn *fn,
                              void *ctx, dx_err *err);
/* `each` is called before each thing that is looked at, folders and what is passed over, too: these
 * may be many between two that are to be opened.  What it fails with ends the walk. */
typedef dx_rc dx_finder_each(void *ctx, dx_err *err);
/* NULL: nobody is called any more. */
void dx_finder_tell_each(dx_finder *f, dx_finder_each *each, void *ctx);
/* Never to be opened: the store that is written to, and what SQLite keeps beside it.  Whoever opens
 * and closes one of these files loses all locks that his process has on it, and two writers meet.
 * Files that do not exist yet are not known. */
DX_CHECK dx_rc dx_finder_leave_out(dx_finder *f, const char *store, dx_err *err);
/* The next thing to open: a plain file, "-", or a pipe or device that was asked for by name. DX_END
 * when there are no more; DX_FAIL for DX_E_CANCEL, DX_E_NOMEM and what `each` fails with. */
DX_CHECK dx_rc dx_finder_next(dx_finder *f, dx_found *out, dx_err *err);
void dx_finder_close(dx_finder *f); /* NULL is fine */

/* Whether the file holds others, or is compressed: by its first bytes, which are read for that.
 * False, too, when they cannot be. */
bool dx_found_is_packed(const dx_found *file);
#endif
