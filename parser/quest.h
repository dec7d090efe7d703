/* What is looked for in logs of one format: what the format itself needs, beside somebody's
 * literals.  Made when a log of it comes first, and kept for the next one. */
#ifndef DX_PARSER_QUEST_H
#define DX_PARSER_QUEST_H
#include "core/scanner.h"
#include "parser/seek.h"
#include "parser/sift.h"
#include "parser/stamper.h"

/* Immutable: helpers may share it. */
typedef struct dx_quest {
    const dx_format *format;
    dx_seek seek; /* .why_not says whether it is any good; when not, there is no scanner */
    dx_scan_subset base;
    dx_scanner *scanner; /* on that of `base` */
    dx_str *brief;       /* literals that are too short for the scanner */
    size_t n_brief;
    bool chosen; /* what is looked for is rare in a log that somebody gave */
} dx_quest;

typedef struct dx_quests dx_quests; /* one per thread */

dx_quests *dx_quests_new(void);      /* NULL when out of memory */
void dx_quests_free(dx_quests *all); /* NULL is fine */

/* For reading the format's lines one by one in the caller's thread: it knows the stamps of the logs
 * before.  NULL when out of memory. */
dx_stamper *dx_quests_stamper(dx_quests *all, const dx_format *format);

/* For the caller's thread. */
dx_sifts *dx_quests_sifts(const dx_quests *all);

/* `log`: a piece of the log at hand when what is rare in it should be looked for, or DX_NONE.  The
 * format and what `base` points to must outlive the quests.  *stamper is for the caller's
 * thread, and knows the stamps of the logs before. */
DX_CHECK dx_rc dx_quests_get(dx_quests *all, const dx_format *format, const dx_scan_subset *base,
                             dx_str log, const dx_quest **out, dx_stamper **stamper, dx_err *err);

/* Counts n bytes that were looked at for one of them; gives how many there are in all logs. */
uint64_t dx_quests_looked(dx_quests *all, const dx_quest *quest, size_t n);
#endif
