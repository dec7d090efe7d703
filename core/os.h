/* Every call to the operating system that is not plain C: the one place to port.  What can fail
 * fails with DX_E_IO, the system's reason and errno, or with DX_E_NOMEM, unless it says more; paths
 * end with a NUL. */
#ifndef DX_CORE_OS_H
#define DX_CORE_OS_H
#include <stdint.h>
#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

typedef enum dx_file_kind { DX_FILE_NONE, DX_FILE_PLAIN, DX_FILE_DIR, DX_FILE_OTHER } dx_file_kind;

typedef struct dx_file_info {
    dx_file_kind kind;
    uint64_t size;       /* bytes */
    int64_t modified_us; /* UTC; DX_NO_TIME when that is too far away */
    uint64_t device, inode;
} dx_file_info;

/* Follows links.  kind is DX_FILE_NONE when there is no such file (not a failure). */
DX_CHECK dx_rc dx_os_stat(const char *path, dx_file_info *out, dx_err *err);

/* Names in a folder, sorted by bytes, without "." and "..".  Copied into the arena. */
DX_CHECK dx_rc dx_os_list(const char *dir, dx_arena *into, dx_str **names, size_t *n, dx_err *err);

/* A file for reading, in big pieces. */
typedef struct dx_file dx_file;
DX_CHECK dx_rc dx_file_open(dx_file **out, const char *path, dx_err *err); /* "-" = stdin */
/* Up to `cap` bytes, perhaps fewer; *got == 0 only at the end. */
DX_CHECK dx_rc dx_file_read(dx_file *f, void *buf, size_t cap, size_t *got, dx_err *err);
void dx_file_close(dx_file *f); /* NULL is fine */

/* The whole file; DX_E_LIMIT when larger than `limit` bytes. */
DX_CHECK dx_rc dx_os_slurp(const char *path, size_t limit, dx_arena *into, dx_str *out,
                           dx_err *err);
/* The same in place of what the buffer holds, whose memory serves the next file; what it holds
 * after a failure is of no use. */
DX_CHECK dx_rc dx_os_read_file(const char *path, size_t limit, dx_buf *into, dx_err *err);
/* The same, piece by piece, for who needs each once: all come through `room`, so that they are near
 * to the processor, and go with the next.  After a failure some were taken. */
DX_CHECK dx_rc dx_os_pass_file(const char *path, size_t limit, dx_buf *room,
                               void (*take)(void *ctx, dx_str piece), void *ctx, dx_err *err);
/* Writes beside the target and renames, so that a reader sees the old or the new whole. */
DX_CHECK dx_rc dx_os_write_file(const char *path, dx_str content, dx_err *err);
/* The same where no file is yet, for this user to write and all to read, as the umask lets them:
 * DX_END when there is one by now. */
DX_CHECK dx_rc dx_os_write_new(const char *path, dx_str content, dx_err *err);
void dx_os_remove(const char *path); /* a file, or a folder that is empty; quietly */

/* A new file, written piece by piece; nobody else may read it.  DX_E_IO when there is one already
 * or its folder is missing. */
typedef struct dx_writer dx_writer;
DX_CHECK dx_rc dx_writer_open(dx_writer **out, const char *path, dx_err *err);
/* After a failure it can only be closed or dropped. */
DX_CHECK dx_rc dx_writer_put(dx_writer *w, dx_str bytes, dx_err *err);
/* Frees it in any case.  The file gets this time of modification; DX_NO_TIME leaves it alone. */
DX_CHECK dx_rc dx_writer_close(dx_writer *w, int64_t modified_us, dx_err *err);
void dx_writer_drop(dx_writer *w); /* closes and removes the file; NULL is fine */

/* Bytes that nobody can foretell. */
DX_CHECK dx_rc dx_os_random(void *bytes, size_t n, dx_err *err);
/* mkdir -p, new folders with mode 0700. */
DX_CHECK dx_rc dx_os_make_dirs(const char *dir, dx_err *err);

int64_t dx_os_now_us(void);              /* UTC; microseconds since 1970 */
uint64_t dx_os_cpu_ns(void);             /* of this thread, since some moment */
const char *dx_os_env(const char *name); /* NULL when unset or empty; borrowed */
bool dx_os_is_tty(int fd);
unsigned dx_os_tty_columns(int fd); /* 0 when unknown */
/* Folder of the running program, ended by a NUL; false when it is not known or has no room. */
bool dx_os_program_dir(char *out, size_t cap);
/* Processors that are switched on; at least 1. */
unsigned dx_os_cpus(void);
/* A reader that went away is an error of the write, and no signal that ends the program. */
void dx_os_ignore_broken_pipe(void);
/* SIGINT/SIGTERM set a flag instead of killing; a second one kills. */
void dx_os_catch_interrupt(void);
int dx_os_interrupted(void); /* signal number, or 0 */
/* Keeps SIGINT and SIGTERM for this thread's dx_os_wait_interrupt(): to be called before other
 * threads are started, which inherit it. */
void dx_os_hold_interrupt(void);
/* Sleeps until one of them comes, or `ms` have passed. */
void dx_os_wait_interrupt(unsigned ms);

/* Loads a shared library that few runs need, by its name, as the system finds it, and writes the
 * address of each named function to the pointers to functions that lie side by side from `calls`
 * on.  They stay good until the program ends.  DX_E_IO when it is not there or lacks one. */
DX_CHECK dx_rc dx_os_library(const char *name, const char *const *functions, size_t n, void *calls,
                             dx_err *err);

/* What changes below folders.  A file system that does not tell about changes made by other
 * machines (a network share) is silent here, too. */
typedef struct dx_watch dx_watch;

typedef enum dx_change_kind {
    DX_CHANGE_NONE,   /* nothing within the time */
    DX_CHANGE_FILE,   /* made, written, or renamed to this path */
    DX_CHANGE_FOLDER, /* new here, already watched, and may hold files */
    DX_CHANGE_LOST    /* too much at once: anything may have changed */
} dx_change_kind;

typedef struct dx_change {
    dx_change_kind kind;
    const char *path; /* borrowed until the next call; NULL for NONE and LOST */
} dx_change;

/* DX_E_LIMIT when the system lets this user have no more of them. */
DX_CHECK dx_rc dx_watch_open(dx_watch **out, dx_err *err);
void dx_watch_close(dx_watch *w); /* NULL is fine */

/* Watches a folder and all folders below it, behind links too, and those that come later. */
DX_CHECK dx_rc dx_watch_add(dx_watch *w, const char *folder, dx_err *err);

/* Folders that are not watched, with all below them, because the system lets one user watch no
 * more: how many, and their paths in byte order, borrowed until the next call.  What changes in
 * them is not told. */
size_t dx_watch_blind(const dx_watch *w, const char *const **out);
/* Tries to watch them after all. */
DX_CHECK dx_rc dx_watch_again(dx_watch *w, dx_err *err);

/* The next change, waiting for at most wait_ms (-1 = for ever).  A signal ends the wait with
 * DX_CHANGE_NONE.  Removed files are not told. */
DX_CHECK dx_rc dx_watch_next(dx_watch *w, int wait_ms, dx_change *out, dx_err *err);
#endif
