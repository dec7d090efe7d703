/* Sums over many servers, kept with every change: what an attempt counts as (sqlite_count.c), how
 * that changes the sums (sqlite_sums.c), and ids that are looked up again and again
 * (sqlite_memo.c). */
#ifndef DX_DB_SQLITE_SUMS_H
#define DX_DB_SQLITE_SUMS_H
#include "db/backends/sqlite.h"
#include "db/backends/sqlite_spread.h"
#include "db/calendar.h"

/* ---- looked up before; forgotten when a change is undone or somebody else wrote ---- */
typedef enum sq_topic {
    SQ_MEMO_TERM,
    SQ_MEMO_SERVER,  /* id by name */
    SQ_MEMO_COUNTS,  /* by id: which server it counts as */
    SQ_MEMO_SITE,    /* by id */
    SQ_MEMO_RELEASE, /* id by product and version */
    SQ_MEMO_PRODUCT, /* of a release */
    SQ_MEMO_SIGNATURE,
    SQ_MEMO_RULESET, /* id by digest */
    SQ_MEMO_PATTERN,
    SQ_MEMO_EVIDENCE, /* id and pattern by content */
    SQ_MEMO_KEPT,     /* a text near a failure: the evidence that has it, or 0 */
    SQ_MEMO_DEBUT
} sq_topic;

typedef struct sq_memory {
    int64_t a, b;
} sq_memory;

bool sq_recall(sq_store *s, sq_topic topic, dx_hash128 key, sq_memory *out);
void sq_foresee(const sq_store *s, sq_topic topic, dx_hash128 key); /* soon to be recalled */
void sq_remember(sq_store *s, sq_topic topic, dx_hash128 key, sq_memory value);
void sq_forget_one(sq_store *s, sq_topic topic, dx_hash128 key);
void sq_forget(sq_store *s); /* all of it */
void sq_memo_close(sq_store *s);
dx_hash128 sq_key_of(int64_t number);

/* ---- what is counted ---- */
typedef enum sq_kind {
    SQ_ALL,
    SQ_SIGNATURE,
    SQ_DIAGNOSIS,
    SQ_CAUSE,
    SQ_CODE,
    SQ_PATTERN,
    SQ_SERVER,
    SQ_EACH_SIGNATURE, /* sums over all signatures, without different servers; only in tallies */
    SQ_KINDS,
    SQ_PRODUCT = SQ_SERVER /* in sums by site all attempts of a product; servers have none there */
} sq_kind;

enum { SQ_KIND_SHIFT = 28 };
#define SQ_WHAT(kind, id) (((int64_t)(kind) << SQ_KIND_SHIFT) | (int64_t)(id))
#define SQ_WHAT_ID(what)  ((what) & ((INT64_C(1) << SQ_KIND_SHIFT) - 1))

/* Where and when an attempt counts. */
typedef struct sq_spot {
    int64_t server, release, happened_us;
    bool failed;
} sq_spot;

/* A thing was seen at a place: of all these moments the first is kept. */
DX_CHECK dx_rc sq_note_debut(sq_store *s, const sq_spot *at, int64_t what, dx_err *err);

/* Adds (sign 1) or takes away (-1) one attempt with so many events at a place; it waits. */
DX_CHECK dx_rc sq_sum(sq_store *s, const sq_spot *at, int64_t what, int64_t events, int sign,
                      dx_err *err);
/* Writes what waits; before every commit and every question. */
DX_CHECK dx_rc sq_sums_flush(sq_store *s, dx_err *err);
/* Writes some of it when that is much; between the changes of one transaction. */
DX_CHECK dx_rc sq_sums_ease(sq_store *s, dx_err *err);
void sq_sums_drop(sq_store *s); /* all that waits: the transaction is undone */
void sq_sums_close(sq_store *s);

/* ---- tallies and spreads that wait (sqlite_waiting.c, sqlite_changes.c) ---- */
typedef struct sq_tally {
    uint64_t where; /* table, kind, product, grain and bucket, in the order of the tally */
    uint32_t id;
} sq_tally;
/* The tables of sums, in which `of` is a product, a release or a site. */
typedef enum sq_sum_table {
    SQ_IN_TALLY,
    SQ_IN_LAST,
    SQ_IN_RELEASE,
    SQ_IN_SITE,
    SQ_IN_FIXES,
    SQ_IN_INBOX,
    SQ_IN_DAY, /* packed; behind all that are rows of numbers */
    SQ_IN_SERVERS
} sq_sum_table;
/* Signatures, diagnoses and patterns: of a day all of a product lie in one row. */
static inline bool sq_packed_by_day(int64_t kind)
{
    return kind == SQ_SIGNATURE || kind == SQ_DIAGNOSIS || kind == SQ_PATTERN;
}
sq_tally sq_tally_key(sq_sum_table table, int64_t kind, int64_t of, int grain, int64_t bucket,
                      int64_t id);

/* Of the tables from SQ_IN_TALLY to SQ_IN_SITE, of SQ_IN_DAY and SQ_IN_SERVERS. */
typedef struct sq_delta {
    sq_tally key;
    int64_t events, attempts, failures, servers;
} sq_delta;

/* How cases of a diagnosis that took about as long change, and findings of one class. */
typedef struct sq_fix_delta {
    int64_t diagnosis, span, cases, begun, failed;
} sq_fix_delta;
typedef struct sq_inbox_delta {
    int64_t diagnosis, class, findings, attempts;
} sq_inbox_delta;

typedef struct sq_spread_part {
    int64_t kind, week, id, release; /* in the order of the table */
    sq_part part;
} sq_spread_part;

struct sq_sums *sq_sums_of(sq_store *s); /* made when missing; NULL: no memory */
/* Out of memory shows when it is flushed. */
void sq_wait(struct sq_sums *w, const sq_delta *d);
void sq_wait_fix(struct sq_sums *w, const sq_fix_delta *d);
void sq_wait_inbox(struct sq_sums *w, const sq_inbox_delta *d);
void sq_wait_part(struct sq_sums *w, const sq_spread_part *p);
/* A server told something in a week (gain 1), or no more (-1). */
void sq_wait_heard(struct sq_sums *w, int64_t week, int64_t server, int64_t gain);
/* A thing was seen at a moment; false when out of memory. */
bool sq_wait_debut(sq_store *s, int64_t what, int64_t us);
/* Packs parts that wait and writes them (sqlite_spreads.c); puts them in order. */
DX_CHECK dx_rc sq_spreads_write(sq_store *s, sq_spread_part *p, size_t n, dx_err *err);

/* The week of a day, as dx_bucket_of() has it; SQL divides towards 0, so days before 1970 are moved
 * behind it first. */
#define SQ_SQL_WEEK(day) "((" day " + 3 + 700000000) / 7 - 100000000)"

/* ---- what servers told by day (sqlite_cells.c) ---- */
/* More cells of one server and thing than that are dearer to read than to search: they are a crowd.
 */
#define SQ_CROWD 64

typedef struct sq_cell {
    int64_t server, what, day, release, events, attempts, failures; /* as the table has it */
} sq_cell;

/* A day of a server and thing, as it is and as it will be. */
typedef struct sq_day {
    sq_cell was, change;
    int64_t product;
    bool changes, had, has;
    bool on; /* counted: first `had`, then `has` */
} sq_day;

/* All days of a server and thing, by day and release. */
typedef struct sq_run {
    sq_day *p;
    size_t n;
} sq_run;

/* Adds to what waits. */
DX_CHECK dx_rc sq_cell_wait(sq_store *s, const sq_cell *change, dx_err *err);
size_t sq_cells_count(const sq_store *s);
DX_CHECK dx_rc sq_cells_flush(sq_store *s,
                              dx_err *err); /* into the table, and sq_sum_run of each */
void sq_cells_drop(sq_store *s);
void sq_cells_close(sq_store *s);
/* Has any server and thing very many cells (sqlite_crowd.c), has that of this cell?  Then a change
 * goes into the table at once, and into what waits of tallies and spreads. */
DX_CHECK dx_rc sq_crowds(sq_store *s, bool *any, dx_err *err);
DX_CHECK dx_rc sq_crowd_has(sq_store *s, const sq_cell *c, bool *out, dx_err *err);
DX_CHECK dx_rc sq_crowd_change(sq_store *s, const sq_cell *change, dx_err *err);
/* What follows from a run, into what waits of tallies and spreads (sqlite_sums.c). */
DX_CHECK dx_rc sq_sum_run(sq_store *s, sq_run *run, dx_err *err);

/* ---- sums of few things: by release, by site, and where servers were last (sqlite_shares.c) ----
 */
/* All attempts, causes and codes. */
static inline bool sq_few(int64_t kind)
{
    return kind == SQ_ALL || kind == SQ_CAUSE || kind == SQ_CODE;
}

/* Sums by release and site are of all time, of eras of 8 weeks and of weeks. */
enum { SQ_ERA_WEEKS = 8, SQ_BY_ALL = 0, SQ_BY_ERA, SQ_BY_WEEK, SQ_SHARE_GRAINS };
static inline int64_t sq_era_of(int64_t week)
{
    return (week - (week % SQ_ERA_WEEKS + SQ_ERA_WEEKS) % SQ_ERA_WEEKS) / SQ_ERA_WEEKS;
}

/* What servers told in all, and in stretches of 16 weeks; so many servers lie in one list. */
enum { SQ_SERVER_ALL = 0, SQ_SERVER_SPAN, SQ_SERVER_WEEKS = 16, SQ_SERVER_BLOCK = 1024 };
static inline int64_t sq_server_span_of(int64_t week)
{
    return (week - (week % SQ_SERVER_WEEKS + SQ_SERVER_WEEKS) % SQ_SERVER_WEEKS) / SQ_SERVER_WEEKS;
}

/* The days before which and behind which a server and thing told nothing else, as it changes. */
typedef struct sq_latest {
    int64_t gain; /* it told on this day for the last time: 1; no more: -1 */
    bool before;  /* and so on that other day no more */
    int64_t day;
} sq_latest;

/* How these change by a day of a server: in any product, in that of the day, in its release. */
DX_CHECK dx_rc sq_sum_shares(sq_store *s, const sq_day *d, const sq_latest last[3], dx_err *err);
/* The same by release and site of all signatures added up. */
DX_CHECK dx_rc sq_sum_each(sq_store *s, const sq_day *d, dx_err *err);
/* Makes the sums by site anew, from the lists; they wait. */
DX_CHECK dx_rc sq_sites_sum(sq_store *s, dx_err *err);

/* The product of a release, looked up once. */
DX_CHECK dx_rc sq_product_of(sq_store *s, int64_t release, int64_t *product, dx_err *err);

/* ---- signatures and diagnoses by themselves (sqlite_lines.c) ---- */
static inline bool sq_alone(int64_t kind)
{
    return kind == SQ_SIGNATURE || kind == SQ_DIAGNOSIS;
}

/* The lists of a row of tally_line: by day what was told; by day, week and month how many servers
 * told something (attempts) and how many for the last time (failures).  From the last one on come
 * two for each release, by week: what was told, and how many servers told of it for the last time
 * (attempts).  A week stands where its Monday is, a month where its first day is. */
enum { SQ_LINE_DAYS = 1, SQ_LINE_SERVERS, SQ_LINE_WEEKS, SQ_LINE_MONTHS, SQ_LINE_RELEASES = 8 };

/* A stretch is one of SQ_SERVER_WEEKS; places count from its first day. */
static inline int64_t sq_line_first(int64_t span)
{
    return dx_bucket_day(DX_GRAIN_WEEK, span * SQ_SERVER_WEEKS);
}

typedef struct sq_line_change {
    uint64_t row, at; /* where it goes, in the order of the table */
    int64_t events, attempts, failures;
} sq_line_change;

typedef struct sq_line_changes {
    sq_line_change *p;
    size_t n, cap;
    bool starved; /* one was lost for want of memory */
} sq_line_changes;

/* How a line changes by a day of a server: its different servers by grain and its last day, of any
 * product and of that of the day, then of its release. */
void sq_sum_line(sq_line_changes *to, const sq_day *d, int64_t servers[2][DX_GRAIN_DAY + 1],
                 const sq_latest last[3]);
/* Those that wait (sqlite_waiting.c). */
sq_line_changes *sq_lines_waiting(struct sq_sums *w);
/* Packs and writes them, and forgets them. */
DX_CHECK dx_rc sq_lines_write(sq_store *s, sq_line_changes *c, dx_err *err);
/* All of them anew, from what temp.each_cell has (sqlite_each_cell.c). */
DX_CHECK dx_rc sq_lines_fill(sq_store *s, dx_err *err);

/* ---- what an attempt counts as ---- */
typedef struct sq_share {
    int64_t what, events;
} sq_share;

typedef struct sq_account {
    bool counted; /* false: nothing is counted of it (yet) */
    sq_spot at;
    unsigned outcome; /* its log's, a dx_outcome */
    int64_t product;
    int64_t diagnosis, cause, code; /* terms; 0 = none */
    size_t n_shares;
    const sq_share *shares; /* signatures and patterns */
} sq_account;

/* What is counted of a stored attempt now. */
DX_CHECK dx_rc sq_account_now(sq_store *s, int64_t attempt, dx_arena *into, sq_account *out,
                              dx_err *err);
/* Everything that one counted attempt counts as, and with how many events. */
DX_CHECK dx_rc sq_account_things(const sq_account *a, dx_arena *into, sq_share **out, size_t *n,
                                 dx_err *err);
typedef struct sq_shares {
    const sq_share *p;
    size_t n;
} sq_shares;

/* What is due by an attempt's row, facts, events and verdict. */
DX_CHECK dx_rc sq_account_due(sq_store *s, int64_t attempt, const sq_shares *known, dx_arena *into,
                              sq_account *out, dx_err *err);
/* The same when only its verdict changed, into this one. */
DX_CHECK dx_rc sq_account_judged(sq_store *s, int64_t attempt, const sq_account *was,
                                 const dx_verdict *verdict, sq_account *out, dx_err *err);
/* The same of a new attempt, without a look into the store. */
DX_CHECK dx_rc sq_account_new(sq_store *s, const sq_new *attempt, const sq_shares *shares,
                              sq_account *out, dx_err *err);
/* Counts a new attempt. */
DX_CHECK dx_rc sq_count_new(sq_store *s, int64_t attempt, const sq_new *new,
                            const sq_shares *shares, dx_err *err);
/* Brings the sums from what one attempt counted as to what it counts as. */
DX_CHECK dx_rc sq_count_change(sq_store *s, const sq_account *was, const sq_account *due,
                               dx_arena *scratch, dx_err *err);

/* Brings the sums from `was` to what is due by the attempt's row, facts, events and verdict; its
 * shares are read from its events unless they are known. */
DX_CHECK dx_rc sq_recount(sq_store *s, int64_t attempt, const sq_account *was,
                          const sq_shares *known, dx_arena *scratch, dx_err *err);
/* The same when only its verdict changed, into this one. */
DX_CHECK dx_rc sq_recount_judged(sq_store *s, int64_t attempt, const sq_account *was,
                                 const dx_verdict *verdict, dx_err *err);
/* Counts nothing of it any more; its row is about to go. */
DX_CHECK dx_rc sq_uncount(sq_store *s, int64_t attempt, dx_arena *scratch, dx_err *err);
/* All sums anew from the attempts. */
DX_CHECK dx_rc sq_count_all(sq_store *s, dx_err *err);

/* The server under whose name one counts. */
DX_CHECK dx_rc sq_counts_as(sq_store *s, int64_t server, int64_t *as, dx_err *err);
/* The site of one that counts as itself (a term, 0 = none). */
DX_CHECK dx_rc sq_site(sq_store *s, int64_t server, int64_t *site, dx_err *err);

/* ---- attempts that are not counted yet (sqlite_pending.c) ---- */
/* `due` replaces what waited for this attempt; `was` only matters when nothing did. */
DX_CHECK dx_rc sq_pend(sq_store *s, int64_t attempt, const sq_account *was, const sq_account *due,
                       dx_err *err);
/* What an attempt counts as when its change waits, else NULL; holds until the next call. */
const sq_account *sq_pending(const sq_store *s, int64_t attempt);
size_t sq_pending_count(const sq_store *s);
DX_CHECK dx_rc sq_pending_flush(sq_store *s, dx_err *err); /* into what waits of the sums */
void sq_pending_drop(sq_store *s);
void sq_pending_close(sq_store *s);

/* ---- findings over time (sqlite_keys.c, sqlite_cases.c) ---- */
/* Looks again at when a key was seen and how it stands; the fix cases must be right. */
DX_CHECK dx_rc sq_key_refresh(sq_store *s, dx_str key, dx_err *err);
DX_CHECK dx_rc sq_keys_refresh_all(sq_store *s, dx_err *err);

/* Where fix cases may have changed: around an attempt, or with DX_NO_TIME all of a product. */
typedef struct sq_place {
    int64_t server, product, us;
} sq_place;

/* Looks again at the fix cases around a place; before *until they are right now. */
DX_CHECK dx_rc sq_cases_around(sq_store *s, const sq_place *at, int64_t *until, dx_err *err);
/* All of a server. */
DX_CHECK dx_rc sq_cases_of(sq_store *s, int64_t server, dx_err *err);

/* ---- fix cases added up (sqlite_fix_sums.c) ---- */
typedef struct sq_fix {
    bool closed, begun;
    int64_t took_us, failed; /* took_us: of closed ones */
} sq_fix;

enum { SQ_SPAN_OPEN = -1 };
int64_t sq_span_begin(int64_t span); /* the least time in it; not of SQ_SPAN_OPEN */
int64_t sq_span_end(int64_t span);   /* all in it are less */
/* From a row's columns took_us, begun, failed. */
sq_fix sq_fix_at(sqlite3_stmt *q, int column);
/* Adds a case (sign 1) or takes it away (-1); it waits. */
DX_CHECK dx_rc sq_fix_sum(sq_store *s, int64_t diagnosis, const sq_fix *c, int sign, dx_err *err);
/* Adds all that are stored. */
DX_CHECK dx_rc sq_fixes_sum(sq_store *s, dx_err *err);

/* ---- findings added up (sqlite_inbox_sums.c) ---- */
typedef enum sq_inbox_class { /* part of the schema */
                              SQ_CLASS_RESOLVED,
                              SQ_CLASS_AGAIN,
                              SQ_CLASS_BEGUN,
                              SQ_CLASS_ELSE,
                              SQ_CLASS_SERVERS /* not of a finding: different servers */
} sq_inbox_class;
sq_inbox_class sq_class_of(int64_t state, bool again);

/* What of a key is added up; without attempts nothing is. */
typedef struct sq_inbox_part {
    int64_t attempts, diagnosis, server, state;
    bool again;
} sq_inbox_part;
/* A key has changed; its row must be written. */
DX_CHECK dx_rc sq_inbox_change(sq_store *s, dx_str key, const sq_inbox_part *was,
                               const sq_inbox_part *now, dx_err *err);

/* What must be looked at again before the commit (sqlite_touched.c). */
DX_CHECK dx_rc sq_touch_place(sq_store *s, const sq_place *at, dx_err *err);
DX_CHECK dx_rc sq_touch_key(sq_store *s, dx_str key, dx_err *err);
DX_CHECK dx_rc sq_touch_keys_of(sq_store *s, int64_t attempt, dx_err *err); /* of its findings */
/* A fix case that ends, or ended until now: keys of its diagnosis may have come again after it. */
typedef struct sq_end {
    int64_t server, product, diagnosis, us;
} sq_end;
DX_CHECK dx_rc sq_touch_end(sq_store *s, const sq_end *end, dx_err *err);
DX_CHECK dx_rc sq_touched_flush(sq_store *s, dx_err *err);
size_t sq_touched_count(const sq_store *s);
void sq_touched_drop(sq_store *s);
void sq_touched_close(sq_store *s);

/* The pattern that stands for an unknown error's text: numbers, names of files and the like
 * replaced, at most 300 bytes. */
void sq_pattern_of(dx_str text, dx_buf *out);
#endif
