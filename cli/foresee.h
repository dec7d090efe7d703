/* What the attempts of a log come to, weighed by another thread while the log is being stored:
 * mostly they are new, and nothing else is known of their server. */
#ifndef DX_CLI_FORESEE_H
#define DX_CLI_FORESEE_H
#include "cli/judge.h"

/* Set the first four.  `log` lives until it is foreseen, `into`, which nobody else may use
 * meanwhile, as long as what comes of it. */
typedef struct dx_foresight {
    const dx_rulebook *book;
    const dx_log *log;
    dx_str digest; /* of the rules */
    dx_arena *into;

    struct dx_thread *thread;
    dx_judged *judged;
    bool good;
} dx_foresight;

/* Begins; where no thread can be had nothing is foreseen. */
void dx_foresee(dx_foresight *f);
/* Waits.  One for each attempt of the log, as dx_cases_of_log() makes them of attempts without ids,
 * weighed in the light of each other as far as their servers are the same: see dx_judged.  NULL
 * when nothing was foreseen; a second call gives NULL. */
dx_judged *dx_foreseen(dx_foresight *f);
#endif
