/* Texts of events with their fields, each stored once (sqlite_evidence.c). */
#ifndef DX_DB_SQLITE_EVIDENCE_H
#define DX_DB_SQLITE_EVIDENCE_H
#include "db/backends/sqlite_sums.h"

enum { SQ_FIELD_COLUMNS = 5, SQ_PEN_FIELDS = 256, SQ_AT_ONCE = 32 };

/* Rows of fields on their way into the store, whose texts are the events', and a text that is being
 * put together. */
typedef struct sq_pen {
    int64_t field[SQ_PEN_FIELDS][SQ_FIELD_COLUMNS];
    dx_str text[SQ_PEN_FIELDS];
    size_t n;
    dx_buf scratch;
} sq_pen;

void sq_pen_begin(sq_pen *p);
/* Writes what is still on its way, unless rc tells of a failure, which it passes on. */
DX_CHECK dx_rc sq_pen_end(sq_store *s, sq_pen *p, dx_rc rc, dx_err *err);

/* Of up to SQ_AT_ONCE events: out[i].a is the id of its evidence, added when new, and out[i].b what
 * an event with it counts as (0 = nothing). */
DX_CHECK dx_rc sq_put_evidences(sq_store *s, const dx_event *const *e, size_t n, sq_pen *p,
                                sq_memory *out, dx_err *err);
#endif
