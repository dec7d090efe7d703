/* One scan: logs in, a report out, and everything between remembered in the store. */
#ifndef DX_CLI_SCAN_H
#define DX_CLI_SCAN_H
#include "cli/foresee.h"
#include "cli/knowledge.h"
#include "cli/progress.h"
#include "db/manage.h"
#include "db/store.h"
#include "parser/framer.h"
#include "patterns/cost.h"
#include "patterns/matcher.h"
#include "report/report.h"

/* An attempt as the store named it. */
typedef struct dx_sighting {
    int64_t id;
    bool seen_before;
    dx_judged *told; /* as the store has it, perhaps weighed; NULL: only the store knows */
} dx_sighting;

typedef struct dx_scan {
    /* given */
    const dx_settings *settings;
    const dx_knowledge *know;
    dx_store *store;
    dx_str store_name;
    int64_t now_us;
    dx_framer_options framing;
    bool counted_only; /* nobody reads more of the report than its census */
    dx_str begun;      /* what was read of standard input, for "-"; NULL: nothing */
    bool begun_all;    /* there is no more of it */
    dx_str begun_as;   /* how it was read, when not as it stands; or empty */

    /* made by dx_scan_begin() */
    int64_t id;
    dx_arena *whole;          /* until dx_scan_done() */
    dx_arena *run;            /* until the report is written, or the portion counted */
    dx_arena *log;            /* scratch: reset often */
    struct dx_census *census; /* NULL: the report tells of each attempt */
    bool elsewhere;           /* some rule looks at a server's other attempts, too */
    dx_crew crew;             /* whose arenas live as long as `run` */
    dx_progress progress;
    dx_str digest; /* of the rules */
    dx_cost *cost; /* by signature; NULL without --profile */

    /* collected */
    dx_report_source *sources;
    struct dx_report_gap *gaps;
    dx_sighting *sightings;
    size_t n_sources, cap_sources, n_gaps, cap_gaps, n_sightings, cap_sightings;
    bool incomplete, from_paths; /* what was read stands in files that can be read again */

    /* read, and to be stored with the next batch (scan_log.c) */
    struct dx_reading **waiting;
    size_t n_waiting, cap_waiting;
    uint64_t weight; /* of them */
    size_t taken;    /* since some of them were stored */
    size_t n_logs;   /* with attempts, stored or waiting */
    dx_foresight foresight;
    int64_t oldest_us;     /* when the first of them came */
    size_t n_portion;      /* attempts of this portion, stored or waiting */
    bool aside;            /* other threads read while this one stores */
    bool storing;          /* a batch is begun and may go on */
    int64_t rest_until_us; /* no other one begins before */
    struct dx_scan_batch {
        int64_t began_us;
        size_t logs;
        uint64_t weight;
    } batch;
} dx_scan;

unsigned dx_scan_jobs(const dx_settings *settings);    /* at least one */
dx_limits dx_scan_limits(const dx_settings *settings); /* 0 = default */
DX_CHECK dx_rc dx_scan_begin(dx_scan *s, dx_err *err);
/* Reads everything, several files at a time (scan_read.c).  One damaged log costs only itself;
 * DX_E_CANCEL after an interrupt, with every log that was finished in the store.  After DX_OK what
 * was read last may wait for dx_scan_report(). */
DX_CHECK dx_rc dx_scan_read(dx_scan *s, const char *const *paths, size_t n, dx_err *err);
/* Stores what still waits, judges what was read and fills in the report, which borrows from the
 * scan.  When judging fails, the logs are stored all the same. */
DX_CHECK dx_rc dx_scan_report(dx_scan *s, dx_report *out, dx_err *err);
/* The same for what was read up to now of a scan that is only counted: adds to the census and
 * forgets it (scan_portion.c). */
DX_CHECK dx_rc dx_scan_portion(dx_scan *s, dx_err *err);
/* A dx_judge's `revised`: an attempt of an earlier portion is counted as it is now, and stored so.
 */
DX_CHECK dx_rc dx_scan_recount(void *scan, const dx_case *of, dx_verdict *verdict, dx_err *err);
/* Judges what was stored or waits, in the light of what people decided: one for each attempt, in
 * the order read.  With `shown` finds hints, too; all else of what that gets is to be filled in. */
DX_CHECK dx_rc dx_scan_judge(dx_scan *s, dx_judged ***judged, size_t *n, dx_report_attempt **shown,
                             dx_err *err);
/* Marks the scan as ended in the store. */
DX_CHECK dx_rc dx_scan_end(dx_scan *s, dx_err *err);
/* Frees what begin made and forgets what was collected, so that it may begin again; a zeroed one is
 * fine. */
void dx_scan_done(dx_scan *s);

/* Takes over what was read next, in the order of the walk (scan_log.c).  It is stored at once or
 * with what follows it. */
DX_CHECK dx_rc dx_scan_take(dx_scan *s, struct dx_reading *reading, dx_err *err);
/* Remembers when a log could not be read to its end (scan_unread.c). */
DX_CHECK dx_rc dx_scan_note_unread(dx_scan *s, const struct dx_reading *r, dx_err *err);
/* Stores all that waits, though nobody may judge it, and ends a batch: the scan is interrupted, or
 * must wait for what comes next. */
DX_CHECK dx_rc dx_scan_keep(dx_scan *s, dx_err *err);
/* Ends a batch that was begun so long ago that it is to end, for others may wait to write: what was
 * not stored yet waits for the next one. */
DX_CHECK dx_rc dx_scan_yield(dx_scan *s, dx_err *err);
/* So many microseconds are left until then; 0 when it is to end now, or none is begun. */
unsigned dx_scan_left_us(const dx_scan *s);
/* Stores all that waits.  A log that came alone and its verdicts are one transaction: after DX_OK
 * with *open the store's group waits for these, and is to be committed. */
DX_CHECK dx_rc dx_scan_put(dx_scan *s, bool *open, dx_err *err);
#endif
