/* Turns the stamps of one log into moments: which layout fits, which date order, which day.
 * Inside parser/ only. */
#ifndef DX_PARSER_STAMPS_H
#define DX_PARSER_STAMPS_H
#include "core/time.h"
#include "parser/format_impl.h"

/* Zero-initialise with the format and the log's modification time. */
typedef struct dx_clock {
    const dx_format *format;
    int64_t modified_us; /* of the file: says the year when stamps do not; DX_NO_TIME unknown */
    uint32_t dead;       /* bit i: layout i failed on a stamp that another one could read */
    uint32_t differs;    /* bit i: layout i read a stamp as another moment than the one in use */
    bool ambiguous;      /* two layouts read every stamp so far, not all as the same moment */
    bool turned;         /* so it was until a stamp ruled out the layout in use */
    bool saw_zone, saw_any;
    bool settled; /* the only layout in use has read a stamp: learning changes nothing any more */
} dx_clock;

/* The moment of a stamp in up to three parts, which may be empty (a date and a time may stand
 * together in one); DX_NO_TIME when no layout reads it.  dx_clock_learn() also finds out which
 * layouts fit; dx_clock_read() goes by what is known, so that it does not matter which other stamps
 * were read. */
int64_t dx_clock_read(const dx_clock *c, dx_str date, dx_str time, dx_str zone);
int64_t dx_clock_learn(dx_clock *c, dx_str date, dx_str time, dx_str zone);
/* Nothing is left to learn: one layout is in use at most. */
bool dx_clock_is_sure(const dx_clock *c);
/* Where the zone comes from: "log", "format", "assumed UTC". */
dx_str dx_clock_zone(const dx_clock *c);
/* True when a stamp has ruled out the layout that has day and month the other way round. */
bool dx_clock_decided(const dx_clock *c);
/* The layout in use, for notes; empty when none was needed. */
dx_str dx_clock_layout(const dx_clock *c);
#endif
