#include "parser/libarchive.h"
#include <stdio.h>
#include <string.h>
#include "parser/source.h"

#ifdef DX_ARCHIVE_LIBRARY
#include "core/os.h"

dx_rc dx_libarchive_load(dx_libarchive *out, dx_err *err)
{
#define READING(name) "archive_" #name,
#define KIND(name)    "archive_read_support_" #name,
#define ENTRY(name)   "archive_entry_" #name,
    static const char *const names[] = {DX_ARCHIVE_READING(READING) DX_ARCHIVE_KINDS(KIND)
                                            DX_ARCHIVE_ENTRIES(ENTRY)};
#undef READING
#undef KIND
#undef ENTRY

    _Static_assert(sizeof *out == sizeof names, "a call for each name");
    if (dx_os_library(DX_ARCHIVE_LIBRARY, names, sizeof names / sizeof *names, out, err) == DX_OK)
        return DX_OK;
    return dx_context(err, "archives need libarchive");
}
#else
/* Linked as any other, where there is no shared one. */
dx_rc dx_libarchive_load(dx_libarchive *out, dx_err *err)
{
    (void)err;
#define READING(name) .archive_##name = archive_##name,
#define KIND(name)    .archive_read_support_##name = archive_read_support_##name,
#define ENTRY(name)   .archive_entry_##name = archive_entry_##name,
    *out = (dx_libarchive){DX_ARCHIVE_READING(READING) DX_ARCHIVE_KINDS(KIND)
                               DX_ARCHIVE_ENTRIES(ENTRY)};
#undef READING
#undef KIND
#undef ENTRY
    return DX_OK;
}
#endif

void dx_source_library(char out[DX_SOURCE_LIBRARY])
{
    dx_libarchive lib;
    dx_err ignored;
    const bool there = dx_libarchive_load(&lib, &ignored) == DX_OK;
    const char *name = there ? lib.archive_version_string() : "missing"; /* "libarchive 3.6.2" */
    const char *blank = strchr(name, ' ');

    snprintf(out, DX_SOURCE_LIBRARY, "%s", blank != NULL ? blank + 1 : name);
}
