/* What was read of one log, or why a thing was not read: made by any thread, remembered by one. */
#ifndef DX_CLI_READING_H
#define DX_CLI_READING_H
#include "db/store.h"
#include "parser/source.h"
#include "patterns/matcher.h"
#include "report/report.h"

typedef struct dx_reading {
    dx_arena *arena; /* holds all of it, and the reading itself */
    dx_report_source source;
    bool is_log; /* it was opened as one, even if no more than that */
    bool gap;    /* what the report says is not all there is */
    dx_log log;  /* n_attempts == 0: nothing to be stored */
    size_t n_gaps;
    const struct dx_report_gap *gaps;
    uint64_t weight; /* rows that storing it makes, about */
    dx_err fatal;    /* has a kind: the scan ends here, and there is nothing else in it */
} dx_reading;

/* NULL when out of memory. */
dx_reading *dx_reading_new(void);
void dx_reading_free(dx_reading *r); /* NULL is fine */
/* Why a file was not read, as it is told behind the file's path: "cannot open it: ...".  NULL when
 * out of memory. */
dx_str dx_reading_why(dx_str text, dx_str path, dx_arena *into);
/* Something that was not read; NULL when out of memory. */
dx_reading *dx_reading_of_skip(const dx_skip *skip);
#endif
