/* What a database must be able to do to serve as a store.  One row per backend in store.c. */
#ifndef DX_DB_BACKEND_H
#define DX_DB_BACKEND_H
#include "db/store.h"

/* The operations are those of store.h, where they are described; the store has checked that
 * writing is allowed before a writing one is called. */
typedef struct dx_backend {
    bool (*knows)(const char *where);
    dx_rc (*open)(dx_store **out, const char *where, const dx_store_options *options, dx_err *err);
    void (*close)(dx_store *s);

    dx_rc (*begin_scan)(dx_store *s, const dx_scan_info *info, int64_t *scan, dx_err *err);
    dx_rc (*end_scan)(dx_store *s, int64_t scan, bool complete, dx_err *err);
    dx_rc (*put_log)(dx_store *s, int64_t scan, const dx_log *log, int64_t *ids, bool *seen,
                     dx_err *err);
    dx_rc (*put_verdict)(dx_store *s, int64_t scan, int64_t attempt, dx_str ruleset_digest,
                         const dx_verdict *verdict, dx_err *err);
    dx_rc (*set_state)(dx_store *s, int64_t attempt, const char *key, dx_state state, dx_err *err);
    dx_rc (*begin)(dx_store *s, dx_err *err);
    dx_rc (*commit)(dx_store *s, dx_err *err);
    void (*rollback)(dx_store *s);

    dx_rc (*read_case)(dx_store *s, int64_t attempt, int64_t scan, dx_arena *into, dx_case *out,
                       dx_err *err);
    dx_rc (*server_attempts)(dx_store *s, dx_str server, dx_arena *into, int64_t **ids, size_t *n,
                             dx_err *err);
    dx_rc (*all_attempts)(dx_store *s, dx_arena *into, int64_t **ids, size_t *n, dx_err *err);
    dx_rc (*history)(dx_store *s, dx_str diagnosis, dx_str server, dx_history *out, dx_err *err);
    dx_rc (*schema_version)(dx_store *s, int *version, dx_err *err);
} dx_backend;

/* First member of every backend's own store. */
struct dx_store {
    const dx_backend *backend;
    bool read_only;
};

extern const dx_backend dx_backend_sqlite; /* files and :memory: */
#endif
