/* Changes: each is a transaction, or a part of a group that is one. */
#include "db/backends/sqlite_sums.h"

/* What was looked up before holds only as long as nobody else writes. */
static dx_rc open_transaction(sq_store *s, dx_err *err)
{
    int64_t version = 0;
    s->last_attempt = -1;
    if (sq_run_(s, err, SQ_BEGIN, NULL, 0) ||
        sq_value_(s, &version, err, "PRAGMA data_version", NULL, 0) == DX_FAIL)
        return DX_FAIL;
    if (version != s->data_version)
        sq_forget(s);
    s->data_version = version;
    return DX_OK;
}

/* Nothing of the transaction is left. */
static void forget_transaction(sq_store *s)
{
    sq_sums_drop(s);
    sq_beginnings_drop(s);
    sq_forget(s);
}

dx_rc sq_begin(dx_store *base, dx_err *err)
{
    sq_store *s = (sq_store *)base;
    if (open_transaction(s, err))
        return DX_FAIL;
    s->grouped = true;
    return DX_OK;
}

/* A full disk makes SQLite itself undo the whole transaction. */
static bool is_lost(const sq_store *s)
{
    return s->broken || sqlite3_get_autocommit(s->db);
}

static dx_rc fail_lost(const sq_store *s, dx_err *err)
{
    return dx_fail(err, DX_E_STORE, DX_NOWHERE,
                   "the store '%s' had to undo this group of changes; scan the logs again",
                   s->where);
}

static dx_rc finish(sq_store *s, dx_err *err)
{
    return sq_beginnings_flush(s, err) || sq_sums_flush(s, err)
               ? DX_FAIL
               : sq_run_(s, err, SQ_COMMIT, NULL, 0);
}

dx_rc sq_commit(dx_store *base, dx_err *err)
{
    sq_store *s = (sq_store *)base;
    s->grouped = false;
    if (is_lost(s)) {
        sq_rollback(base);
        return fail_lost(s, err);
    }
    if (!finish(s, err))
        return DX_OK;
    sq_rollback(base);
    return DX_FAIL;
}

void sq_rollback(dx_store *base)
{
    sq_store *s = (sq_store *)base;
    dx_err ignored;
    s->grouped = s->broken = false;
    forget_transaction(s);
    if (sqlite3_get_autocommit(s->db))
        return;
    const dx_rc undone = sq_run_(s, &ignored, SQ_ROLLBACK, NULL, 0);
    (void)undone; /* closing the connection undoes it as well */
}

dx_rc sq_enter(sq_store *s, dx_err *err)
{
    if (!s->grouped)
        return open_transaction(s, err);
    if (is_lost(s))
        return fail_lost(s, err);
    s->changes = sqlite3_total_changes(s->db);
    return DX_OK;
}

static dx_rc keep_change(sq_store *s, dx_err *err)
{
    if (!s->grouped)
        return finish(s, err);
    return sq_sums_ease(s, err);
}

/* Savepoints would copy every page once more for each log, and only what fails before it wrote
 * anything is no trouble of the store itself: half a change loses its group. */
static void undo_change(sq_store *s)
{
    if (!s->grouped)
        sq_rollback(&s->base);
    else if (sqlite3_total_changes(s->db) != s->changes)
        s->broken = true;
    else
        sq_runs_forget(s); /* the attempt in hand may have been taken out of what waits */
}

dx_rc sq_leave(sq_store *s, dx_rc rc, dx_err *err)
{
    if (rc == DX_OK && !keep_change(s, err))
        return DX_OK;
    undo_change(s);
    return DX_FAIL;
}
