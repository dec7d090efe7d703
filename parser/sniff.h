/* What a file is, by its first bytes. */
#ifndef DX_PARSER_SNIFF_H
#define DX_PARSER_SNIFF_H
#include "core/str.h"

enum { DX_SNIFF_BYTES = 8192 };

typedef enum dx_packing {
    DX_PACKED_NOT,
    DX_PACKED_ZIP,
    DX_PACKED_7Z,
    DX_PACKED_CAB,
    DX_PACKED_TAR,
    DX_PACKED_GZIP,
    DX_PACKED_BZIP2,
    DX_PACKED_XZ,
    DX_PACKED_ZSTD,
    DX_PACKED_LZ4,
    DX_PACKED_LZIP,
    DX_PACKED_COMPRESS
} dx_packing;

typedef struct dx_sniffed {
    bool text;          /* a log may be in it; UTF-16 is text, a few NULs do no harm */
    dx_packing packing; /* an archive or compressed file */
    const char *what;   /* neither: what it is, for people */
} dx_sniffed;

/* `head`: the first DX_SNIFF_BYTES bytes, or all of a shorter file. */
dx_sniffed dx_sniff(dx_str head);

/* UTF-16 that carries no mark, known by where its zero bytes stand: "utf-16le", "utf-16be",
 * or NULL. */
const char *dx_sniff_utf16(dx_str head);
#endif
