/* What a database must be able to do to serve as a store.  One row per backend in store.c. */
#ifndef DX_DB_BACKEND_H
#define DX_DB_BACKEND_H
#include "db/manage.h"
#include "db/trends.h"

/* The operations are those of store.h, where they are described; the store has checked that
 * writing is allowed before a writing one is called. */
typedef struct dx_backend {
    bool (*knows)(const char *where);
    dx_rc (*open)(dx_store **out, const char *where, const dx_store_options *options, dx_err *err);
    void (*close)(dx_store *s);

    dx_rc (*begin_scan)(dx_store *s, const dx_scan_info *info, int64_t *scan, dx_err *err);
    dx_rc (*end_scan)(dx_store *s, int64_t scan, bool complete, dx_err *err);
    dx_rc (*put_log)(dx_store *s, int64_t scan, const dx_log *log, dx_stored *out, dx_err *err);
    dx_rc (*put_unread)(dx_store *s, const dx_unread *u, dx_err *err);
    dx_rc (*was_read)(dx_store *s, dx_str path, dx_err *err);
    dx_rc (*put_events)(dx_store *s, const dx_case *of, const dx_event *events, size_t n,
                        dx_err *err);
    dx_rc (*put_verdict)(dx_store *s, int64_t scan, int64_t attempt, dx_str ruleset_digest,
                         const dx_verdict *verdict, dx_err *err);
    dx_rc (*set_state)(dx_store *s, int64_t attempt, const dx_finding *now, dx_err *err);
    dx_rc (*shows)(dx_store *s, int64_t attempt, dx_str key, bool *out, dx_err *err);
    dx_rc (*begin)(dx_store *s, dx_err *err);
    dx_rc (*commit)(dx_store *s, dx_err *err);
    void (*rollback)(dx_store *s);

    dx_rc (*look)(dx_store *s, dx_err *err); /* NULL = all is read as it is asked for */
    void (*looked)(dx_store *s);             /* the same */
    dx_rc (*read_case)(dx_store *s, int64_t attempt, int64_t scan, dx_arena *into, dx_case *out,
                       dx_err *err);
    dx_rc (*read_brief)(dx_store *s, int64_t attempt, int64_t scan, dx_arena *into, dx_case *out,
                        dx_err *err); /* NULL = as read_case */
    dx_rc (*server_attempts)(dx_store *s, dx_str server, dx_arena *into, int64_t **ids, size_t *n,
                             dx_err *err);
    dx_rc (*all_attempts)(dx_store *s, dx_arena *into, int64_t **ids, size_t *n, dx_err *err);
    dx_rc (*history)(dx_store *s, dx_str diagnosis, dx_str server, dx_history *out, dx_err *err);
    dx_rc (*schema_version)(dx_store *s, int *version, dx_err *err);

    /* trends.h; NULL = this kind of store cannot do it, which the store tells. */
    dx_rc (*trend)(dx_store *s, const dx_trend_query *q, dx_arena *into, dx_trend *out,
                   dx_err *err);
    dx_rc (*list)(dx_store *s, const dx_list_query *q, dx_arena *into, dx_list *out, dx_err *err);
    dx_rc (*fixes)(dx_store *s, const dx_trend_filter *where, dx_arena *into, dx_fixes *out,
                   dx_err *err);
    dx_rc (*findings)(dx_store *s, const dx_findings_query *q, dx_arena *into, dx_findings *out,
                      dx_err *err);
    dx_rc (*finding)(dx_store *s, dx_str key, int64_t now_us, dx_arena *into, dx_finding_page *out,
                     dx_err *err);
    dx_rc (*find_keys)(dx_store *s, dx_str beginning, dx_arena *into, dx_str **keys, size_t *n,
                       dx_err *err);
    dx_rc (*find_ticket)(dx_store *s, dx_str ticket, dx_arena *into, dx_str **keys, size_t *n,
                         dx_err *err);
    dx_rc (*key_attempt)(dx_store *s, dx_str key, int64_t *attempt, dx_err *err);
    dx_rc (*attempts)(dx_store *s, const dx_attempts_query *q, dx_arena *into, dx_attempts *out,
                      dx_err *err);
    dx_rc (*servers)(dx_store *s, const dx_servers_query *q, dx_arena *into, dx_servers *out,
                     dx_err *err);
    dx_rc (*server)(dx_store *s, dx_str name, dx_arena *into, dx_server_row *out, dx_err *err);
    dx_rc (*heat)(dx_store *s, const dx_heat_query *q, dx_arena *into, dx_heat *out, dx_err *err);
    dx_rc (*unknowns)(dx_store *s, const dx_unknown_query *q, dx_arena *into, dx_unknowns *out,
                      dx_err *err);
    dx_rc (*coverage)(dx_store *s, const dx_coverage_query *q, dx_arena *into, dx_coverage *out,
                      dx_err *err);
    dx_rc (*alias)(dx_store *s, dx_str name, dx_str canonical, dx_str by, dx_err *err);
    dx_rc (*tag)(dx_store *s, const dx_tagging *rows, size_t n, dx_str by, dx_err *err);
    dx_rc (*resolve)(dx_store *s, const dx_resolution *r, dx_err *err);
    dx_rc (*silence)(dx_store *s, dx_str diagnosis, int64_t until_us, dx_str reason, dx_str by,
                     dx_err *err);
    dx_rc (*silences)(dx_store *s, int64_t now_us, dx_arena *into, dx_silence **out, size_t *n,
                      dx_err *err);
    dx_rc (*notes)(dx_store *s, dx_str subject, dx_arena *into, dx_notes *out, dx_err *err);

    /* manage.h; NULL = cannot, too */
    const char *(*file)(const dx_store *s);
    dx_rc (*send)(dx_store *s, dx_sent *out, dx_err *err);           /* NULL = nothing waits here */
    dx_rc (*settle)(dx_store *s, const dx_settler *by, dx_err *err); /* NULL = one writer */
    dx_rc (*check)(dx_store *s, dx_line_fn *tell, void *ctx, size_t *faults, dx_err *err);
    dx_rc (*dump)(dx_store *s, dx_line_fn *tell, void *ctx, dx_err *err);
    dx_rc (*snapshot)(dx_store *s, const char *path, dx_err *err);
    dx_rc (*prune)(dx_store *s, int64_t before_us, dx_pruned *out, dx_err *err);
    dx_rc (*merge)(dx_store *s, const char *from, dx_arena *into, dx_merged *out, dx_err *err);
    dx_rc (*sql)(dx_store *s, dx_str sql, const dx_sql_limits *limits, dx_arena *into,
                 dx_table *out, dx_err *err);
    dx_rc (*stats)(dx_store *s, dx_arena *into, dx_table *out, dx_err *err);
    dx_rc (*schema)(dx_store *s, dx_line_fn *tell, void *ctx, dx_err *err);
} dx_backend;

/* DX_FAIL with "this kind of store cannot WHAT" unless it can, or when it would write and may not.
 */
DX_CHECK dx_rc dx_backend_may(const dx_store *s, bool can, bool writes, const char *what,
                              dx_err *err);

/* First member of every backend's own store. */
struct dx_store {
    const dx_backend *backend;
    bool read_only;
};

extern const dx_backend dx_backend_sqlite;     /* files and :memory: */
extern const dx_backend dx_backend_clickhouse; /* clickhouse://host:port/database */
#endif
