/* Puts fetched rows into a store in memory and makes its sums: for clickhouse_load.c only. */
#ifndef DX_DB_CLICKHOUSE_SUMS_H
#define DX_DB_CLICKHOUSE_SUMS_H
#include "db/backends/clickhouse.h"

int64_t ch_number(dx_str s); /* 0 when it is none */

/* Where something counts: the server it counts as, and the release. */
typedef struct ch_spot {
    int64_t server, release;
} ch_spot;

/* By names, made when new. */
DX_CHECK dx_rc ch_spot_of(sq_store *s, dx_str server, dx_str product, dx_str release, ch_spot *out,
                          dx_err *err);
DX_CHECK dx_rc ch_thing_id(sq_store *s, sq_kind kind, dx_str name, int64_t *id, dx_err *err);

typedef struct ch_cell {
    int64_t server, release, what, day, events, attempts, failures;
} ch_cell;
DX_CHECK dx_rc ch_add_cell(sq_store *s, const ch_cell *c, dx_err *err);
/* The cells of a thing on a server by week: weeks, attempts and failures as lists with commas. */
DX_CHECK dx_rc ch_add_weeks(sq_store *s, const ch_cell *of, const dx_str lists[3], dx_err *err);
/* The thing was seen then, and maybe earlier. */
DX_CHECK dx_rc ch_add_first(sq_store *s, int64_t what, int64_t us, dx_err *err);
/* The server was heard of then, by an attempt that counts nowhere; with a finding unless NULL. */
DX_CHECK dx_rc ch_put_moment(sq_store *s, dx_str server, const dx_str *finding, int64_t us,
                             dx_err *err);
/* A finding (key, diagnosis, cause, title, confidence, state, begun_us) of an attempt that counts
 * nowhere and at no time, by its number for all. */
DX_CHECK dx_rc ch_put_bare_finding(sq_store *s, dx_str server, const dx_str finding[7],
                                   int64_t number, int64_t *id, dx_err *err);
/* An unknown error's text, and the attempt that shows it, by its number for all. */
DX_CHECK dx_rc ch_put_sample(sq_store *s, dx_str pattern, dx_str text, int64_t number, dx_err *err);

/* The title by which a diagnosis is shown, when none of its attempts are loaded. */
DX_CHECK dx_rc ch_put_title(sq_store *s, dx_str diagnosis, dx_str title, dx_err *err);

/* server, format, digest, occurrence, happened_us, product, release, outcome, failed, kinds, names,
 * events, detail */
enum { CH_ATTEMPT_FIELDS = 13 };
DX_CHECK dx_rc ch_put_attempt(sq_store *s, const ch_wish *wish, int64_t id, const dx_str *f,
                              dx_arena *scratch, dx_err *err);

/* By server, format, digest, occurrence; DX_END: it was not put. */
DX_CHECK dx_rc ch_attempt_id(sq_store *s, const dx_str f[4], int64_t *id, dx_err *err);

/* What is needed of all that follows from cells and from attempts. */
DX_CHECK dx_rc ch_sums_finish(sq_store *s, unsigned needs, dx_err *err);
#endif
