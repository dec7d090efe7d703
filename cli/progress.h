/* One line on a terminal's standard error that tells how far a long run has come. */
#ifndef DX_CLI_PROGRESS_H
#define DX_CLI_PROGRESS_H
#include "cli/settings.h"
#include "core/os_thread.h"
#include "core/str.h"

typedef struct dx_progress {
    bool on;        /* a terminal, and not unwanted */
    dx_mutex *busy; /* threads tell; only when on */
    bool shown;
    int64_t next_us; /* not before */
    size_t logs, failures;
    uint64_t bytes;
} dx_progress;

void dx_progress_begin(dx_progress *p, const dx_settings *settings);
/* From any thread: so many more bytes of this log were read, with so many messages of failures.
 * Draws at most ten times a second, first after one second. */
void dx_progress_move(dx_progress *p, dx_str doing, uint64_t bytes, size_t failures);
void dx_progress_log(dx_progress *p); /* one more log is done */
/* Erases the line.  Before anything else is written, and at the end. */
void dx_progress_clear(dx_progress *p);
void dx_progress_done(dx_progress *p); /* a zeroed one is fine */
#endif
