/* One line on a terminal's standard error that tells how far a long run has come. */
#ifndef DX_CLI_PROGRESS_H
#define DX_CLI_PROGRESS_H
#include "cli/settings.h"
#include "core/str.h"

typedef struct dx_progress {
    bool on; /* a terminal, and not unwanted */
    bool shown;
    int64_t next_us; /* not before */
    size_t logs, failures;
    uint64_t bytes; /* of the logs that are done */
} dx_progress;

void dx_progress_begin(dx_progress *p, const dx_settings *settings);
/* Called as often as one likes; draws at most ten times a second, first after one second. */
void dx_progress_show(dx_progress *p, dx_str doing, uint64_t bytes);
/* Erases the line.  Before anything else is written, and at the end. */
void dx_progress_clear(dx_progress *p);
#endif
