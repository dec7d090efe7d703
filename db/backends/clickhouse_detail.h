/* Rows of several tables in one text: each a letter and its fields, with separators that no text
 * holds.  Inside db/backends/ only. */
#ifndef DX_DB_CLICKHOUSE_DETAIL_H
#define DX_DB_CLICKHOUSE_DETAIL_H
#include "db/backends/sqlite.h"

/* Where a text itself holds a separator, it is written as CH_ESCAPE and a letter: d, e, f of \x1d,
 * \x1e, \x1f. */
#define CH_ESCAPE '\x1d'
#define CH_RECORD '\x1e'
#define CH_FIELD  '\x1f'

/* Adds a text so that separators do not tear it. */
void ch_detail_text(dx_buf *out, dx_str text);

/* What a query of an attempt tells, as rows of this kind. */
typedef struct ch_part {
    char kind;
    const char
        *sql; /* ?1 the attempt, ?2 and ?3 its first and its last event: all three stand there */
} ch_part;
DX_CHECK dx_rc ch_detail_parts(sq_store *s, const ch_part *parts, size_t n, int64_t id, dx_buf *out,
                               dx_err *err);
/* Adds what lists show of an attempt beyond its counts. */
DX_CHECK dx_rc ch_detail_of(sq_store *s, int64_t id, dx_buf *out, dx_err *err);

enum { CH_DETAIL_FIELDS = 14 };
/* A row taken apart: its letter (0: it is none) and its fields, as they were; missing ones are
 * DX_NONE.  What has no separators is borrowed. */
DX_CHECK dx_rc ch_detail_take(dx_str row, dx_arena *into, char *kind, dx_str f[CH_DETAIL_FIELDS],
                              dx_err *err);
/* A text as it was before ch_detail_text.  .p is NULL when out of memory. */
dx_str ch_detail_plain(dx_str text, dx_arena *into);
#endif
