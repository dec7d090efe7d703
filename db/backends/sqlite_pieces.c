/* SQLite writes its log of writes page by page, in two calls each.  Here these calls go to the file
 * together, in large pieces: which costs the operating system a fraction.  What was written is in
 * the file before anybody else may look for it, when a transaction is complete, and before the file
 * is measured, cut or secured. */
#include "db/backends/sqlite_pieces.h"
#include <stdlib.h>
#include <string.h>

/* PIECE: SQLite's own writing takes less than 128 KB at once.  HEAD: bytes that stand before each
 * page; those from SIZE_AT on say how large the database is when the page ends a transaction, else
 * 0. */
enum { PIECE = 124 * 1024, HEAD = 24, SIZE_AT = 4, SIZE_BYTES = 4 };

typedef struct log_file {
    sqlite3_file base;
    sqlite3_file *real; /* behind this one, in the same memory */
    char *piece;        /* NULL: no memory, or nothing was written yet */
    sqlite3_int64 at;   /* where in the file the piece belongs */
    int n;
    bool ends; /* what was written ends a transaction */
} log_file;

static log_file *of(sqlite3_file *f)
{
    return (log_file *)f;
}

/* ---- writing ---- */

/* All that waits is of one transaction.  Where this fails, SQLite undoes that as a whole and writes
 * its next one over it, whichever of its pages it was writing then. */
static int flush(log_file *f)
{
    const int n = f->n;
    f->n = 0;
    return n ? f->real->pMethods->xWrite(f->real, f->piece, n, f->at) : SQLITE_OK;
}

/* Whether the page behind this head ends a transaction. */
static bool is_end(const char *head)
{
    static const char none[SIZE_BYTES] = {0};
    return memcmp(head + SIZE_AT, none, SIZE_BYTES) != 0;
}

/* Room for n bytes more that belong there; false: they must go to the file by themselves. */
static bool room(log_file *f, int n, sqlite3_int64 at)
{
    if (!f->piece)
        f->piece = malloc(PIECE);
    if (f->n == 0)
        f->at = at;
    return f->piece && n <= PIECE;
}

static int write_log(sqlite3_file *base, const void *p, int n, sqlite3_int64 at)
{
    log_file *f = of(base);
    const bool goes_on = at == f->at + f->n && n <= PIECE - f->n;
    const int rc = goes_on ? SQLITE_OK : flush(f);
    if (rc != SQLITE_OK)
        return rc;
    f->ends = n == HEAD ? is_end(p) : f->ends;
    if (!room(f, n, at))
        return f->real->pMethods->xWrite(f->real, p, n, at);
    memcpy(f->piece + f->n, p, (size_t)n);
    f->n += n;
    return f->ends ? flush(f) : SQLITE_OK;
}

/* ---- all else, of what is in the file ---- */

static int close_log(sqlite3_file *f)
{
    const int rc = flush(of(f));
    const int closed = of(f)->real->pMethods->xClose(of(f)->real);
    free(of(f)->piece);
    return rc != SQLITE_OK ? rc : closed;
}

/* Pages that did not fit into memory are read before their transaction ends.  That a page could not
 * be written must not show as a full disk here: SQLite would undo one statement then, not all. */
static int read_log(sqlite3_file *base, void *p, int n, sqlite3_int64 at)
{
    log_file *f = of(base);
    if (at >= f->at && at + n <= f->at + f->n) {
        memcpy(p, f->piece + (at - f->at), (size_t)n);
        return SQLITE_OK;
    }
    if (at < f->at + f->n && at + n > f->at && flush(f) != SQLITE_OK)
        return SQLITE_IOERR_READ;
    return f->real->pMethods->xRead(f->real, p, n, at);
}

static int cut_log(sqlite3_file *f, sqlite3_int64 size)
{
    const int rc = flush(of(f));
    return rc != SQLITE_OK ? rc : of(f)->real->pMethods->xTruncate(of(f)->real, size);
}

static int sync_log(sqlite3_file *f, int how)
{
    const int rc = flush(of(f));
    return rc != SQLITE_OK ? rc : of(f)->real->pMethods->xSync(of(f)->real, how);
}

static int measure_log(sqlite3_file *f, sqlite3_int64 *size)
{
    const int rc = flush(of(f));
    return rc != SQLITE_OK ? rc : of(f)->real->pMethods->xFileSize(of(f)->real, size);
}

static int control_log(sqlite3_file *f, int what, void *about)
{
    return of(f)->real->pMethods->xFileControl(of(f)->real, what, about);
}

static int lock_log(sqlite3_file *f, int how)
{
    return of(f)->real->pMethods->xLock(of(f)->real, how);
}

static int unlock_log(sqlite3_file *f, int how)
{
    return of(f)->real->pMethods->xUnlock(of(f)->real, how);
}

static int is_log_locked(sqlite3_file *f, int *out)
{
    return of(f)->real->pMethods->xCheckReservedLock(of(f)->real, out);
}

static int sector_of_log(sqlite3_file *f)
{
    return of(f)->real->pMethods->xSectorSize(of(f)->real);
}

static int device_of_log(sqlite3_file *f)
{
    return of(f)->real->pMethods->xDeviceCharacteristics(of(f)->real);
}

static const sqlite3_io_methods methods = {.iVersion = 1,
                                           .xClose = close_log,
                                           .xRead = read_log,
                                           .xWrite = write_log,
                                           .xTruncate = cut_log,
                                           .xSync = sync_log,
                                           .xFileSize = measure_log,
                                           .xLock = lock_log,
                                           .xUnlock = unlock_log,
                                           .xCheckReservedLock = is_log_locked,
                                           .xFileControl = control_log,
                                           .xSectorSize = sector_of_log,
                                           .xDeviceCharacteristics = device_of_log};

/* ---- opening ---- */

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *out, int flags, int *got)
{
    sqlite3_vfs *real = vfs->pAppData;
    log_file *f = of(out);
    if (!(flags & SQLITE_OPEN_WAL))
        return real->xOpen(real, name, out, flags, got);
    memset(f, 0, sizeof *f);
    f->real = (sqlite3_file *)(f + 1);
    const int rc = real->xOpen(real, name, f->real, flags, got);
    f->base.pMethods = f->real->pMethods ? &methods : NULL;
    return rc;
}

const char *sq_pieces_vfs(void)
{
    static const char *const name = "setupdx";
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    if (!real || sqlite3_vfs_find(name))
        return real ? name : NULL;
    sqlite3_vfs *vfs = malloc(sizeof *vfs);
    if (!vfs)
        return NULL;
    *vfs = *real; /* whose other ways are the same for any file */
    vfs->pNext = NULL;
    vfs->zName = name;
    vfs->pAppData = real;
    vfs->szOsFile += (int)sizeof(log_file);
    vfs->xOpen = open_file;
    if (sqlite3_vfs_register(vfs, 0) == SQLITE_OK)
        return name;
    free(vfs);
    return NULL;
}
