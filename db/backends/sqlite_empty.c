/* A new store is a copy of the empty one that was made with the program: making some hundred
 * tables, indexes and views costs more than reading a small log. */
#include <stdlib.h>
#include <string.h>
#include "core/os.h"
#include "db/backends/sqlite.h"

#include "db/empty_store.inc"

/* In its header: how it is written and read.  2 is a write-ahead log. */
enum { WAYS = 18, BY_WAL = 2 };

/* NULL when out of memory, or when none was made. */
static unsigned char *empty_store(void)
{
    unsigned char *p = SIZE ? calloc(1, SIZE) : NULL;
    const unsigned char *from = bytes;

    for (size_t i = 0; p && i < sizeof runs / sizeof *runs; from += runs[i++].n)
        memcpy(p + runs[i].at, from, runs[i].n);
    return p;
}

/* What an earlier store of that name left behind would be taken for this one's. */
static bool has_leftover(const char *where)
{
    static const char *const endings[] = {"-wal", "-journal"};
    bool found = false;

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        dx_buf name = {0};
        dx_file_info info = {0};
        dx_err ignored;
        dx_buf_printf(&name, "%s%s", where, endings[i]);
        found |= name.failed || dx_os_stat(name.p, &info, &ignored) || info.kind != DX_FILE_NONE;
        dx_buf_done(&name);
    }
    return found;
}

void sq_empty_file(const char *where)
{
    unsigned char *p = has_leftover(where) ? NULL : empty_store();
    dx_err ignored;

    if (p == NULL)
        return;
    p[WAYS] = p[WAYS + 1] = BY_WAL;
    const dx_rc rc = dx_os_write_new(where, (dx_str){(char *)p, SIZE}, &ignored);
    (void)rc; /* SQLite makes it then, or says why not */
    free(p);
}

static int copy(sqlite3 *to, sqlite3 *from)
{
    sqlite3_backup *copying = sqlite3_backup_init(to, "main", from, "main");

    if (copying == NULL)
        return sqlite3_errcode(to);
    (void)sqlite3_backup_step(copying, -1);
    return sqlite3_backup_finish(copying);
}

bool sq_empty_memory(sqlite3 *db)
{
    unsigned char *p = empty_store();
    sqlite3 *from = NULL;
    int rc = p ? sqlite3_open(":memory:", &from) : SQLITE_NOMEM;

    if (rc == SQLITE_OK)
        rc = sqlite3_deserialize(from, "main", p, SIZE, SIZE, SQLITE_DESERIALIZE_READONLY);
    if (rc == SQLITE_OK)
        rc = copy(db, from);
    sqlite3_close(from);
    free(p);
    return rc == SQLITE_OK;
}
