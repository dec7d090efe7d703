/* Follows the setup attempts of one log: where they begin and end, what they say of themselves.
 * Inside parser/ only. */
#ifndef DX_PARSER_ATTEMPTS_H
#define DX_PARSER_ATTEMPTS_H
#include "core/record.h"
#include "parser/format_impl.h"
#include "parser/seek.h"
#include "parser/sift.h"
#include "parser/trail.h"

typedef struct dx_tracker dx_tracker;

typedef struct dx_tracker_given {
    const dx_format *format;
    dx_str path;        /* "path!/member", for facts from the file's name */
    dx_str server;      /* said by the caller, or DX_NONE */
    dx_str path_server; /* found in the path, or DX_NONE */
    dx_sifts *sifts;    /* of the thread; NULL is fine */
} dx_tracker_given;

/* What the framer knows of a record beside the record itself. */
typedef struct dx_raw {
    dx_prints lines; /* as written, stamps included */
    bool stamped;    /* it began with the format's stamp */
} dx_raw;

/* What `given` points to must outlive it. */
DX_CHECK dx_rc dx_tracker_new(dx_tracker **out, const dx_tracker_given *given, dx_err *err);
void dx_tracker_free(dx_tracker *t); /* NULL is fine */

/* Puts the record into its attempt: sets rec->attempt. */
DX_CHECK dx_rc dx_tracker_record(dx_tracker *t, dx_record *rec, const dx_raw *raw,
                                 dx_regex_scratch *rx, dx_err *err);
/* A rule knows something in a record of this attempt. */
void dx_tracker_told(dx_tracker *t, uint32_t attempt);
/* Lines that belong to no record, or to records that were not cut; `time_us`: of the last of these
 * that has a time.  What stands before the first record belongs to no attempt.  `digest` takes them
 * in any case, unless it is NULL. */
DX_CHECK dx_rc dx_tracker_lines(dx_tracker *t, const dx_prints *lines, uint32_t first_line,
                                int64_t time_us, dx_chain *digest, dx_err *err);
/* True when the attempt in hand asks for the next record, whatever is in it: `seek` says what the
 * format's records can be found by. */
bool dx_tracker_asks(const dx_tracker *t, const dx_seek *seek);
/* Where the zone of the log's times comes from; said before dx_tracker_end(). */
void dx_tracker_zone(dx_tracker *t, dx_str zone);
/* The log ended (whole: not cut short by a fault). */
DX_CHECK dx_rc dx_tracker_end(dx_tracker *t, dx_regex_scratch *rx, dx_err *err);
/* By ordinal; facts and trails are complete after dx_tracker_end(). */
size_t dx_tracker_attempts(const dx_tracker *t, const dx_attempt **out);
/* The lines since this one belong to the attempt of the last line that was given, ... */
uint32_t dx_tracker_run(const dx_tracker *t);
/* ... and so does what comes next, as long as it begins or ends none: */
bool dx_tracker_goes_on(const dx_tracker *t);
bool dx_tracker_turns(const dx_tracker *t, dx_str text, dx_regex_scratch *rx);
/* True when a line of this (stamp-less) text would begin an attempt. */
bool dx_tracker_begins(const dx_tracker *t, dx_str text, dx_regex_scratch *rx);
#endif
