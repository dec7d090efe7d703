/* What is used of libarchive, which is loaded when an archive is met: it brings a dozen other
 * libraries along, ICU among them, and most runs need none of them.  Inside parser/ only. */
#ifndef DX_PARSER_LIBARCHIVE_H
#define DX_PARSER_LIBARCHIVE_H
#include <archive.h>
#include <archive_entry.h>
#include "core/err.h"

#define DX_ARCHIVE_READING(call)                                                                   \
    call(read_new) call(read_free) call(read_open) call(read_open_filename) call(read_open_memory) \
        call(read_next_header) call(read_data_block) call(errno) call(error_string)                \
            call(set_error) call(format) call(file_count) call(version_string)

#define DX_ARCHIVE_KINDS(call)                                                                     \
    call(filter_bzip2) call(filter_compress) call(filter_gzip) call(filter_lz4) call(filter_lzip)  \
        call(filter_xz) call(filter_zstd) call(format_7zip) call(format_cab) call(format_empty)    \
            call(format_raw) call(format_tar) call(format_zip_seekable)                            \
                call(format_zip_streamable)

#define DX_ARCHIVE_ENTRIES(call)                                                                   \
    call(filetype) call(hardlink) call(is_encrypted) call(mtime) call(mtime_is_set)                \
        call(mtime_nsec) call(pathname) call(pathname_utf8)

/* By the names of the functions, for `errno` alone is a macro. */
typedef struct dx_libarchive {
#define FIELD(name) __typeof__(&archive_##name) archive_##name;
    DX_ARCHIVE_READING(FIELD)
#undef FIELD
#define FIELD(name) __typeof__(&archive_read_support_##name) archive_read_support_##name;
    DX_ARCHIVE_KINDS(FIELD)
#undef FIELD
#define FIELD(name) __typeof__(&archive_entry_##name) archive_entry_##name;
    DX_ARCHIVE_ENTRIES(FIELD)
#undef FIELD
} dx_libarchive;

/* DX_E_IO when the library is not there. */
DX_CHECK dx_rc dx_libarchive_load(dx_libarchive *out, dx_err *err);
#endif
