/* What the store knows about a diagnosis elsewhere and before.  A report asks the same of every
 * finding, so the answers are kept until something changes. */
#include "db/backends/sqlite.h"
#include <stdlib.h>

enum { MOST = 512 }; /* diagnoses */

typedef struct entry {
    dx_hash128 diagnosis, server;
    dx_history told; /* same_server: of that server */
} entry;

struct sq_past {
    int64_t changes, version; /* of the store when it was told */
    size_t n;
    entry p[MOST];
};

static dx_rc everywhere(sq_store *s, dx_str diagnosis, dx_history *out, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask(s, &q, err,
               "WITH hit AS (SELECT attempt.id AS id, attempt.server,"
               "   coalesce(attempt.began_us, attempt.first_seen_us) AS us,"
               "   min(finding.state) AS state"
               "   FROM finding JOIN attempt ON attempt.id = finding.attempt"
               "   WHERE finding.diagnosis = (SELECT id FROM term WHERE text = ?1)"
               "   GROUP BY attempt.id),"
               " last AS (SELECT state, row_number() OVER"
               "   (PARTITION BY server ORDER BY us DESC, id DESC) AS n FROM hit)"
               " SELECT (SELECT count(DISTINCT server) FROM hit), (SELECT count(*) FROM hit),"
               " (SELECT count(*) FROM last WHERE n = 1 AND state = ?2),"
               " (SELECT min(us) FROM hit), (SELECT max(us) FROM hit)",
               SQ_T(diagnosis), SQ_I(DX_RESOLVED)) ||
        sq_next(s, q, err) == DX_FAIL)
        return DX_FAIL;
    *out = (dx_history){
        .servers = sqlite3_column_int64(q, 0),
        .attempts = sqlite3_column_int64(q, 1),
        .resolved = sqlite3_column_int64(q, 2),
        .first_us = sq_time_at(q, 3),
        .last_us = sq_time_at(q, 4),
    };
    sq_done(q);
    return DX_OK;
}

static dx_rc on_server(sq_store *s, dx_str diagnosis, dx_str server, int64_t *out, dx_err *err)
{
    return sq_value(s, out, err,
                    "SELECT count(DISTINCT finding.attempt) FROM server"
                    " CROSS JOIN attempt ON attempt.server = server.id"
                    " CROSS JOIN finding INDEXED BY finding_by_diagnosis"
                    " ON finding.diagnosis = (SELECT id FROM term WHERE text = ?1)"
                    " AND finding.attempt = attempt.id WHERE server.name = ?2",
                    SQ_T(diagnosis), SQ_T(server)) == DX_FAIL
               ? DX_FAIL
               : DX_OK;
}

/* Forgets what was told before a change, by us or by others. */
static dx_rc stay_true(sq_store *s, dx_err *err)
{
    struct sq_past *past = s->past;
    const int64_t changes = sqlite3_total_changes(s->db);
    int64_t version = 0;
    if (sq_value_(s, &version, err, "PRAGMA data_version", NULL, 0) == DX_FAIL)
        return DX_FAIL;
    if (past->changes != changes || past->version != version)
        past->n = 0;
    past->changes = changes;
    past->version = version;
    return DX_OK;
}

static dx_rc entry_of(sq_store *s, dx_str diagnosis, entry **out, dx_err *err)
{
    struct sq_past *past = s->past;
    const dx_hash128 key = dx_hash_of(diagnosis);
    size_t i = 0;
    while (i < past->n && !dx_hash_eq(past->p[i].diagnosis, key))
        i++;
    *out = &past->p[i % MOST];
    if (i < past->n)
        return DX_OK;
    if (past->n == MOST)
        past->n = 0;
    **out = (entry){.diagnosis = key};
    if (everywhere(s, diagnosis, &(*out)->told, err))
        return DX_FAIL;
    past->n++;
    return DX_OK;
}

dx_rc sq_history(dx_store *base, dx_str diagnosis, dx_str server, dx_history *out, dx_err *err)
{
    sq_store *s = (sq_store *)base;
    const dx_hash128 name = dx_hash_of(server);
    entry *e;
    if (!s->past && !(s->past = calloc(1, sizeof *s->past)))
        return dx_nomem(err);
    if (stay_true(s, err) || entry_of(s, diagnosis, &e, err))
        return DX_FAIL;
    if (!dx_hash_eq(e->server, name)) {
        if (on_server(s, diagnosis, server, &e->told.same_server, err))
            return DX_FAIL;
        e->server = name;
    }
    *out = e->told;
    return DX_OK;
}

void sq_past_forget(sq_store *s)
{
    if (s->past)
        s->past->n = 0;
}

void sq_past_close(sq_store *s)
{
    free(s->past);
    s->past = NULL;
}
