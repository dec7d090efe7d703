/* The log of writes of a store, written in large pieces. */
#ifndef DX_DB_SQLITE_PIECES_H
#define DX_DB_SQLITE_PIECES_H
#include <sqlite3.h>
#include <stdbool.h>

/* The name of SQLite's way to files that does so (a VFS), registered at the first call for as long
 * as the program runs; NULL, which is SQLite's own way, when that cannot be.  Any thread may ask.
 */
const char *sq_pieces_vfs(void);
#endif
