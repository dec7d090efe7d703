/* What the files that answer questions share: the filter in the store's own numbers, the window, a
 * grid of counts, names. */
#ifndef DX_DB_SQLITE_TREND_H
#define DX_DB_SQLITE_TREND_H
#include "db/backends/sqlite_sums.h"

/* ---- the filter in ids (sqlite_sieve.c) ---- */
typedef struct sq_sieve {
    bool nothing;    /* names something that the store does not know: no attempt fits */
    int64_t product; /* a term, 0 = any */
    bool some;       /* only some servers */
    size_t n_servers, n_releases;
    const int64_t *servers;  /* ascending; when `some` */
    const int64_t *releases; /* ascending; of the product, when there is one */
} sq_sieve;

DX_CHECK dx_rc sq_sieve_make(sq_store *s, const dx_trend_filter *where, dx_arena *into,
                             sq_sieve *out, dx_err *err);
bool sq_sieve_release(const sq_sieve *f, int64_t release);
bool sq_sieve_server(const sq_sieve *f, int64_t server);

/* ---- the window, in days, both inclusive ---- */
typedef struct sq_window {
    int64_t from, to; /* from > to: empty */
    bool all;         /* nothing lies outside */
    bool open;        /* nothing lies behind it */
} sq_window;

/* Buckets that are told apart, and the limit where none is. */
#define SQ_MOST_BUCKETS INT64_C(1000)
#define SQ_ANY_BUCKETS  INT64_MAX

/* Open ends are where the data ends; widened to whole buckets; the last `most` of them when the
 * start is open, else DX_E_LIMIT when there are more. */
DX_CHECK dx_rc sq_window_make(sq_store *s, const dx_trend_filter *where, dx_grain grain,
                              int64_t most, sq_window *out, dx_err *err);

/* ---- on which servers and days a thing was (sqlite_trend_spread.c) ---- */
typedef struct sq_spread_row {
    int64_t id, monday, release;
    int64_t product; /* once it is known (sq_job_rows) */
    dx_str bytes;    /* the list of that release in that week */
} sq_spread_row;

/* As the id of `what`: all things of the kind. */
#define SQ_EVERY_ID SQ_WHAT_ID(-1)

/* What the table has of a thing in the weeks from..to, in their order: of all releases, or only of
 * those of a product. */
DX_CHECK dx_rc sq_spread_rows(sq_store *s, int64_t what, const sq_window *weeks,
                              const sq_sieve *only, dx_arena *into, sq_spread_row **out, size_t *n,
                              dx_err *err);

/* The parts of a list that lie in a window. */
typedef struct sq_mentions {
    sq_spread list; /* list.now: what was told there */
    int64_t server;
    unsigned day, from, to; /* of the week, Monday 0 */
} sq_mentions;

static inline sq_mentions sq_mentions_of(const sq_spread_row *row, const sq_window *w)
{
    sq_mentions m = {.list = sq_spread_of(row->bytes), .from = 0, .to = 6};
    if (w && w->from > row->monday)
        m.from = w->from - row->monday > 7 ? 7 : (unsigned)(w->from - row->monday);
    if (w && w->to < row->monday + 6) {
        m.to = w->to < row->monday ? 0 : (unsigned)(w->to - row->monday);
        m.from = w->to < row->monday ? 7 : m.from;
    }
    return m;
}

/* The next one; false: no more. */
static inline bool sq_mentions_next(sq_mentions *m)
{
    while (sq_spread_next(&m->list)) {
        const uint64_t place = (uint64_t)m->list.now.place;
        m->server = (int64_t)(place / 7);
        m->day = (unsigned)(place % 7);
        if (m->day >= m->from && m->day <= m->to)
            return true;
    }
    return false;
}

static inline void sq_cell_add(dx_trend_cell *to, const sq_part *part)
{
    to->events += part->events;
    to->attempts += part->attempts;
    to->failures += part->failures;
}

/* ---- sets of servers ---- */
typedef struct sq_set {
    uint64_t *bits;
    size_t n; /* of ids that it can hold, from 0 on */
} sq_set;

/* An empty one of set->n; false: no memory. */
bool sq_set_make(sq_set *set, dx_arena *into);
void sq_set_clear(sq_set *set);
/* 1: it was not in it before; 0: it was, or cannot be. */
static inline int64_t sq_set_add(sq_set *set, int64_t id)
{
    if ((uint64_t)id >= set->n)
        return 0;
    uint64_t *word = &set->bits[(size_t)id / 64];
    const uint64_t bit = UINT64_C(1) << (size_t)id % 64, new = ~*word &bit;
    *word |= bit;
    return new != 0;
}

/* ---- sites ---- */
typedef struct sq_sites {
    uint32_t *of; /* by server: which of the sites below */
    size_t n_servers;
    int64_t *ids; /* terms; 0, the first, is no site */
    size_t n;
} sq_sites;
DX_CHECK dx_rc sq_sites_read(sq_store *s, dx_arena *into, sq_sites *out, dx_err *err);
static inline uint32_t sq_site_at(const sq_sites *sites, int64_t server)
{
    return (uint64_t)server < sites->n_servers ? sites->of[server] : 0;
}

/* ---- counts by thing and bucket (sqlite_grid.c) ---- */
typedef struct sq_count {
    int64_t id, bucket; /* bucket SQ_WHOLE: of all buckets */
    dx_trend_cell n;
    int64_t last_server; /* to count different ones */
} sq_count;
#define SQ_WHOLE INT64_MIN
/* A server that is not 0 is a new one where it was not that of the last. */
void sq_count_add(sq_count *c, const dx_trend_cell *n, int64_t server);

typedef struct sq_grid {
    sq_count *p; /* n of them, in the order in which they came */
    size_t n, cap;
    /* Lists tell of the same things in the same order: behind the one that was found last may be
     * the next one; and the whole to which was added last. */
    size_t next, whole;
    dx_hashed at; /* by id and bucket */
} sq_grid;
void sq_grid_close(sq_grid *g);
/* Made when new; NULL: no memory.  Holds until the next one is made. */
sq_count *sq_grid_at(sq_grid *g, int64_t id, int64_t bucket);
const sq_count *sq_grid_find(const sq_grid *g, int64_t id, int64_t bucket); /* NULL: none */
/* Adds to the bucket and to the whole; `server` 0: servers are as given (to the bucket). */
bool sq_grid_add(sq_grid *g, int64_t id, int64_t bucket, const dx_trend_cell *n, int64_t server);

/* ---- the beginning of long lists (sqlite_front.c) ---- */
typedef int sq_order(const void *a, const void *b); /* as qsort has it */
/* Puts the first `upto` of n in order at the front, with whatever else is equal to the last of
 * them; gives how many that are.  upto 0: all. */
size_t sq_sort_front(void *list, size_t n, size_t size, size_t upto, sq_order *order);

/* ---- names ---- */
DX_CHECK dx_rc sq_term_text(sq_store *s, int64_t id, dx_arena *into, dx_str *out, dx_err *err);
/* Of a thing of this kind; `title` may be NULL. */
DX_CHECK dx_rc sq_name(sq_store *s, sq_kind kind, int64_t id, dx_arena *into, dx_str *name,
                       dx_str *title, dx_err *err);
/* "Product 1.2" */
DX_CHECK dx_rc sq_release_name(sq_store *s, int64_t release, dx_arena *into, dx_str *out,
                               dx_err *err);
/* Id of a term that is there; DX_END when it is not. */
DX_CHECK dx_rc sq_term_known(sq_store *s, dx_str text, int64_t *id, dx_err *err);
/* One more than the greatest id of a server. */
DX_CHECK dx_rc sq_server_count(sq_store *s, size_t *n, dx_err *err);

/* ---- one trend question at work ---- */
typedef struct sq_job {
    sq_store *s;
    const dx_trend_query *q;
    dx_arena *into, *scratch;
    sq_sieve sieve;
    sq_window window;
    sq_kind kind; /* of the lines; PRODUCT is SQ_ALL by product */
    bool of_product;
    bool every_bucket; /* of every line, also where lines could be read one by one */
    bool gathered;     /* the grids hold all that is shown, and `each` the sums of all lines */
    dx_grain grain;    /* of the buckets; ALL for versions and sites */
    int64_t first, n_buckets;
    const int64_t *bucket_ids; /* releases or sites, ascending; of versions and sites */
    sq_sites sites;            /* once they are needed: sq_job_sites */
    sq_spread_row *all;        /* lists of all attempts in the window, once they are read */
    size_t n_all;
    bool all_read;
    dx_trend_cell *servers; /* where these are the lines: the wholes of all, by id */
    size_t n_servers;
    sq_grid grid;  /* of the lines */
    sq_grid total; /* id 0 only */
    sq_grid each;  /* all lines with a name added up, id 0 only; when not all of them are read */
} sq_job;
/* Resolves the question (s, q, into and scratch are set); sq_trend_read comes next. */
DX_CHECK dx_rc sq_job_prepare(sq_job *j, dx_err *err);
/* Once the total is read: the buckets, in the job's numbers and for the answer.  The texts live in
 * j->into. */
DX_CHECK dx_rc sq_trend_buckets(sq_job *j, dx_trend *out, dx_err *err);
/* Different servers of a line in all of the window, into the grid's whole (a no-op when reading
 * has counted them). */
DX_CHECK dx_rc sq_job_servers(sq_job *j, sq_grid *g, sq_kind kind, int64_t id, dx_err *err);
void sq_job_close(sq_job *j);
/* Which site each server has, unless that is known: of buckets that are sites. */
DX_CHECK dx_rc sq_job_sites(sq_job *j, dx_err *err);
/* Fill in the grids (sqlite_trend_read.c). */
DX_CHECK dx_rc sq_trend_read(sq_job *j, dx_err *err);
/* How an answer comes to its grids, when not from the store's sums: sq_job.gathered. */
typedef dx_rc sq_trend_gather(sq_job *j, void *ctx, dx_err *err);
DX_CHECK dx_rc sq_trend_answer(sq_store *s, const dx_trend_query *q, sq_trend_gather *gather,
                               void *ctx, dx_arena *into, dx_trend *out, dx_err *err);
/* The steps to which a window is widened. */
dx_grain sq_trend_grain(dx_trend_by by);
int64_t sq_trend_most(dx_trend_by by); /* buckets of it */
/* Reading has counted the different servers of the total or of lines in all of the window. */
bool sq_trend_counted(const sq_job *j, bool total);
/* Reading gave only the wholes of the lines: the buckets of one are read when it is shown. */
bool sq_trend_by_line(const sq_job *j);
DX_CHECK dx_rc sq_trend_line(sq_job *j, int64_t id, dx_err *err);
/* The lists of a thing, or of SQ_EVERY_ID of a kind, in the window and of the product that is asked
 * for; those of all attempts are read once, and come in the order in which they were left. Products
 * are known where lines or the filter are some. */
DX_CHECK dx_rc sq_job_rows(sq_job *j, int64_t what, sq_spread_row **out, size_t *n, dx_err *err);
/* Sums of servers in all of the window: sq_job.servers. */
DX_CHECK dx_rc sq_read_servers(sq_job *j, dx_err *err);
/* Different servers of a thing in all of the window, into the whole of the grid's `id`. */
DX_CHECK dx_rc sq_trend_servers(sq_job *j, sq_grid *grid, int64_t what, int64_t product, int64_t id,
                                dx_err *err);
/* Lines from lists, with their different servers (sqlite_trend_line.c): of a thing, and all lines
 * of the question. */
DX_CHECK dx_rc sq_line_read(sq_job *j, sq_grid *to, int64_t what, int64_t id, dx_err *err);
DX_CHECK dx_rc sq_lines_read(sq_job *j, dx_err *err);

/* ---- from sums that are kept by release and site (sqlite_trend_share.c) ---- */
/* Different servers of a kind in all of the window are kept; and all that is asked of it. */
bool sq_kept_last(const sq_job *j, sq_kind kind);
bool sq_kept_shares(const sq_job *j, sq_kind kind);
/* Different servers into the wholes: of each thing, or (`as` >= 0) of that one. */
DX_CHECK dx_rc sq_last_read(sq_job *j, sq_grid *to, sq_kind kind, int64_t product, int64_t as,
                            dx_err *err);
/* All things of a kind by version or site, with their wholes; `as` >= 0: as that one. */
DX_CHECK dx_rc sq_shares_read(sq_job *j, sq_grid *to, sq_kind kind, int64_t as, dx_err *err);

/* ---- of signatures and diagnoses by themselves (sqlite_trend_kept.c) ---- */
/* Buckets and different servers of a line are kept; the line whose whole is known. */
bool sq_kept_line(const sq_job *j);
DX_CHECK dx_rc sq_kept_line_read(sq_job *j, int64_t id, dx_err *err);
/* Only different servers in all of the window. */
bool sq_kept_servers(const sq_job *j, int64_t what, int64_t product);
DX_CHECK dx_rc sq_kept_servers_read(sq_job *j, int64_t what, int64_t *servers, dx_err *err);

/* The beginning of the last day that has a thing; DX_NO_TIME: none has. */
DX_CHECK dx_rc sq_last_seen(sq_store *s, sq_kind kind, int64_t product, int64_t id, int64_t *us,
                            dx_err *err);

/* ---- unknown errors (sqlite_unknown.c) ---- */
typedef struct sq_unknown_ref {
    int64_t id, servers, attempts, events; /* of a pattern */
} sq_unknown_ref;

typedef struct sq_unknown_job {
    sq_store *s;
    const dx_unknown_query *q;
    dx_arena *into, *scratch;
    sq_unknown_ref *p;
    size_t n, cap;
} sq_unknown_job;

/* How an answer comes to its patterns: as sq_unknown_put takes them, in any order. */
typedef dx_rc sq_unknown_gather(sq_unknown_job *j, void *ctx, dx_err *err);
DX_CHECK dx_rc sq_unknown_put(sq_unknown_job *j, sq_unknown_ref r, dx_err *err);
DX_CHECK dx_rc sq_unknown_answer(sq_store *s, const dx_unknown_query *q, sq_unknown_gather *gather,
                                 void *ctx, dx_arena *into, dx_unknowns *out, dx_err *err);

/* ---- SQL of other people (sqlite_query.c) ---- */
/* Plans a query of an empty store; fails as it would when it is asked.  *tables: it reads some of
 * the store's, by itself or for a view.  Where it reads one view and no table, calls nothing that
 * tells another thing each time, and makes its lists once, it begins to run: whatever the view is
 * told of the values of lists is then the same whenever it is asked. */
DX_CHECK dx_rc sq_sql_look(sq_store *s, dx_str sql, bool *tables, dx_err *err);

/* ---- operations (db/trends.h) ---- */
dx_rc sq_trend(dx_store *base, const dx_trend_query *q, dx_arena *into, dx_trend *out, dx_err *err);
/* The moment at which a list's window begins; DX_NO_TIME: the question will be refused. */
int64_t sq_list_since(const dx_list_query *q);
/* With counts of the window from elsewhere; NULL: as sq_list. */
DX_CHECK dx_rc sq_list_answer(sq_store *s, const dx_list_query *q, sq_trend_gather *gather,
                              void *ctx, dx_arena *into, dx_list *out, dx_err *err);
int64_t sq_list_quiet_weeks(const dx_list_query *q); /* that are meant */
dx_rc sq_list(dx_store *base, const dx_list_query *q, dx_arena *into, dx_list *out, dx_err *err);
dx_rc sq_findings(dx_store *base, const dx_findings_query *q, dx_arena *into, dx_findings *out,
                  dx_err *err);
dx_rc sq_finding(dx_store *base, dx_str key, int64_t now_us, dx_arena *into, dx_finding_page *out,
                 dx_err *err);
dx_rc sq_attempts(dx_store *base, const dx_attempts_query *q, dx_arena *into, dx_attempts *out,
                  dx_err *err);
dx_rc sq_servers(dx_store *base, const dx_servers_query *q, dx_arena *into, dx_servers *out,
                 dx_err *err);
dx_rc sq_server_row(dx_store *base, dx_str name, dx_arena *into, dx_server_row *out, dx_err *err);
dx_rc sq_heat(dx_store *base, const dx_heat_query *q, dx_arena *into, dx_heat *out, dx_err *err);
dx_rc sq_unknowns(dx_store *base, const dx_unknown_query *q, dx_arena *into, dx_unknowns *out,
                  dx_err *err);
dx_rc sq_coverage(dx_store *base, const dx_coverage_query *q, dx_arena *into, dx_coverage *out,
                  dx_err *err);
/* Of rows of fixes: most cases first. */
int sq_by_cases(const void *a, const void *b);
dx_rc sq_fixes(dx_store *base, const dx_trend_filter *where, dx_arena *into, dx_fixes *out,
               dx_err *err);
#endif
