/* The lines around failures that no rule explains: what a person would open the log for.  Readers
 * keep no lines that tell them nothing, so the logs are looked at once more. */
#ifndef DX_CLI_AROUND_H
#define DX_CLI_AROUND_H
#include "parser/source.h"
#include "report/report.h"

enum { DX_AROUND_MOST = 10 };                        /* places in one report */
#define DX_AROUND_READ ((uint64_t)256 * 1024 * 1024) /* bytes that are read for one */

typedef struct dx_around_options {
    const char *encoding; /* forced, or NULL */
    dx_limits limits;     /* of archives */
} dx_around_options;

/* Fills `around` of attempts that need hints, failed ones first.  Only for what was read from paths
 * just now: a stored path may name something else today, or on this computer.  What cannot be read
 * again (a pipe, a log that is gone, another one in its place) has no lines; nothing fails. */
void dx_around_add(const dx_around_options *o, dx_report_attempt *attempts, size_t n,
                   dx_arena *into);
#endif
