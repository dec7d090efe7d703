/* Collects what a format writes and hands it on in big pieces. */
#ifndef DX_REPORT_SINK_H
#define DX_REPORT_SINK_H
#include "report/report.h"

typedef struct dx_sink {
    const dx_out *out;
    dx_err *err;
    dx_rc rc;   /* the first failure stays; nothing is written after it */
    dx_buf buf; /* add here, then poll */
} dx_sink;

/* Both are borrowed until dx_sink_close(), which is due in any case. */
void dx_sink_open(dx_sink *s, const dx_out *out, dx_err *err);
/* Hands on what waits, when it is much (32 KiB). False when there is no point in going on. */
bool dx_sink_poll(dx_sink *s);
/* Hands on all that waits. */
bool dx_sink_flush(dx_sink *s);
/* Flushes, releases; the outcome of the whole. */
dx_rc dx_sink_close(dx_sink *s);
#endif
