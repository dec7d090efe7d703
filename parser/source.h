/* Finds the logs: files, folders, archives (nested), stdin.  One at a time. */
#ifndef DX_PARSER_SOURCE_H
#define DX_PARSER_SOURCE_H
#include <stdint.h>
#include "core/arena.h"
#include "core/err.h"
#include "core/str.h"

typedef struct dx_walk dx_walk;
typedef struct dx_source dx_source; /* one log, open for reading its raw bytes */

/* Hostile archives are expected.  Zero means the default in brackets. */
typedef struct dx_limits {
    unsigned depth;   /* archives inside archives [4] */
    unsigned members; /* in one outer file [100,000] */
    uint64_t bytes;   /* unpacked from one outer file [64 GiB] */
    unsigned ratio;   /* unpacked to packed, checked from 16 MiB on [1000] */
} dx_limits;

/* Something that was not read, and why.  Never silent. */
typedef struct dx_skip {
    dx_str path, member; /* borrowed from the walk */
    bool damage;         /* true: it should have been readable; false: it is no log */
    bool asked;          /* it was named by the user, not found in a folder, and not read before */
    dx_err why;
} dx_skip;
typedef void dx_skip_fn(void *ctx, const dx_skip *skip);

typedef struct dx_walk_options {
    const dx_limits *limits; /* NULL = defaults */
    dx_skip_fn *on_skip;     /* may be NULL */
    void *ctx;
} dx_walk_options;

/* Paths in the order given; folders recursively in byte order, links followed but each real file
 * or folder once.  "-" is stdin.  A path that does not exist is a skip (damage), not a failure. */
DX_CHECK dx_rc dx_walk_open(dx_walk **out, const char *const *paths, size_t n,
                            const dx_walk_options *options, dx_err *err);
/* The next log, borrowed until the next call.  Archives are entered, their members come one by
 * one, streamed; binary files are skipped by their first bytes (UTF-16 is text).  DX_END when
 * there are no more. DX_FAIL only for DX_E_NOMEM and DX_E_CANCEL. */
DX_CHECK dx_rc dx_walk_next(dx_walk *w, dx_source **out, dx_err *err);
void dx_walk_close(dx_walk *w); /* NULL is fine */

/* The same with files that the caller has found (finder.h), so that several threads may read, each
 * with a walk of its own: dx_walk_next() gives the logs of one file, then DX_END.  Both borrow what
 * they are given until then. */
struct dx_found;
/* A walk without a file: dx_walk_enter() gives it one after the other. */
DX_CHECK dx_rc dx_walk_new(dx_walk **out, const dx_walk_options *options, dx_err *err);
void dx_walk_enter(dx_walk *w, const struct dx_found *file);

/* Bytes that were read of the last outer file, and unpacked out of it. */
uint64_t dx_walk_bytes(const dx_walk *w);

/* One log that is already in memory: a rule's sample, a pasted text, a fuzzer's bytes. */
DX_CHECK dx_rc dx_source_memory(dx_source **out, dx_str path, dx_str bytes, dx_err *err);
void dx_source_close(dx_source *s); /* only for dx_source_memory(); NULL is fine */

dx_str dx_source_path(const dx_source *s);      /* file on disk, or "-" */
dx_str dx_source_member(const dx_source *s);    /* "inner.zip!/dir/setup.log", or empty */
int64_t dx_source_modified(const dx_source *s); /* of the file or member; DX_NO_TIME unknown */
/* *got == 0 at the end.  DX_E_IO, DX_E_INPUT (damaged archive) or DX_E_LIMIT: what was read
 * before is good. */
DX_CHECK dx_rc dx_source_read(dx_source *s, void *buf, size_t cap, size_t *got, dx_err *err);

enum { DX_SOURCE_LIBRARY = 32 };
/* Version of the library that reads archives: "3.6.2", or "missing". */
void dx_source_library(char out[DX_SOURCE_LIBRARY]);
#endif
