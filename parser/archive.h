/* Inside parser/: the members of one archive, one after the other, straight from its bytes. */
#ifndef DX_PARSER_ARCHIVE_H
#define DX_PARSER_ARCHIVE_H
#include "parser/sniff.h"
#include "parser/stream.h"

/* What may still be unpacked from one outer file; shared by the archives inside it. */
typedef struct dx_budget {
    dx_limits limits; /* without zeros */
    uint64_t packed;  /* size of the outer file, or what was read of a stream */
    uint64_t unpacked;
    unsigned members;
    dx_err spent; /* has a kind when a limit was hit: nothing more comes from this outer file */
} dx_budget;

typedef struct dx_archive dx_archive;

/* `from`, its strings, the budget and skips must outlive the archive.  DX_E_INPUT: damaged;
 * DX_E_LIMIT: too large to be read from inside another one; DX_E_IO: there is no libarchive. */
DX_CHECK dx_rc dx_archive_open(dx_archive **out, dx_source *from, dx_packing packing,
                               dx_budget *budget, const dx_skips *skips, dx_err *err);
/* The next member that is a file, borrowed until the next call.  Members and remainders that
 * cannot be read are told to `skips`.  DX_END at the end, after fatal damage and when the budget
 * is spent; DX_FAIL only for what ends a walk. */
DX_CHECK dx_rc dx_archive_next(dx_archive *a, dx_source **out, dx_err *err);
void dx_archive_close(dx_archive *a); /* NULL is fine */
#endif
