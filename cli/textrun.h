/* A text in memory through the same framer and matcher as a log: samples, cases, `rules try`. */
#ifndef DX_CLI_TEXTRUN_H
#define DX_CLI_TEXTRUN_H
#include "cli/collect.h"
#include "cli/knowledge.h"
#include "core/attempt.h"
#include "patterns/matcher.h"

typedef struct dx_textrun {
    /* given */
    const dx_knowledge *know;
    dx_matcher *matcher;
    dx_arena *into;
    dx_str text;
    dx_str format; /* of the log; empty = dialogs */
    bool detect;   /* instead: find the format out; one of documents is none, but `format` */
    dx_str scope;  /* what the matcher is told instead; empty = the same */
    dx_str server; /* may be empty */

    /* made */
    dx_str found_format;
    dx_collect events;
    const dx_str *folded; /* each record's view */
    size_t n_folded, cap_folded;
    const dx_attempt *attempts;
    size_t n_attempts;
    size_t n_records;
    const dx_gap *gaps; /* until the matcher's next log */
    size_t n_gaps;
} dx_textrun;

/* Once for each zeroed dx_textrun; what is made lives in `into`, but for the gaps.  DX_E_USAGE: no
 * log format is called `format`; else what framing and matching fail with. */
DX_CHECK dx_rc dx_textrun_do(dx_textrun *run, dx_err *err);
#endif
