/* What people decide, in an SQLite store. */
#ifndef DX_DB_SQLITE_NOTES_H
#define DX_DB_SQLITE_NOTES_H
#include "db/backends/sqlite_trend.h"

/* Fills one element, of zeros, from a row. */
typedef dx_rc sq_read_row(sqlite3_stmt *q, dx_arena *into, void *out, dx_err *err);
/* All rows as elements of `size` bytes: *out, a pointer to such, is set to them. */
DX_CHECK dx_rc sq_read_rows(sq_store *s, sqlite3_stmt *q, sq_read_row *read, size_t size,
                            dx_arena *into, void *out, size_t *n, dx_err *err);

DX_CHECK dx_rc sq_note_add(sq_store *s, const dx_note *n, dx_err *err);
/* Brings what follows from the notes in line with them: the tags of a server (one that counts as
 * itself), all aliases, all of these. */
DX_CHECK dx_rc sq_tags_derive(sq_store *s, int64_t server, dx_err *err);
DX_CHECK dx_rc sq_aliases_derive(sq_store *s, dx_arena *scratch, dx_err *err);
DX_CHECK dx_rc sq_notes_derive(sq_store *s, dx_arena *scratch, dx_err *err);

dx_rc sq_alias(dx_store *base, dx_str name, dx_str canonical, dx_str by, dx_err *err);
dx_rc sq_tag(dx_store *base, const dx_tagging *rows, size_t n, dx_str by, dx_err *err);
dx_rc sq_resolve(dx_store *base, const dx_resolution *r, dx_err *err);
dx_rc sq_silence(dx_store *base, dx_str diagnosis, int64_t until_us, dx_str reason, dx_str by,
                 dx_err *err);
dx_rc sq_silences(dx_store *base, int64_t now_us, dx_arena *into, dx_silence **out, size_t *n,
                  dx_err *err);
dx_rc sq_notes(dx_store *base, dx_str subject, dx_arena *into, dx_notes *out, dx_err *err);
#endif
