/* How the sums follow when what an attempt counts as changes. */
#include "db/backends/sqlite_sums.h"

static bool same_spot(const sq_account *a, const sq_account *b)
{
    return a->counted && b->counted && a->at.server == b->at.server &&
           a->at.release == b->at.release && a->at.failed == b->at.failed &&
           dx_day_of(a->at.happened_us) == dx_day_of(b->at.happened_us);
}

static bool listed(const sq_share *list, size_t n, const sq_share *one)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].what == one->what && list[i].events == one->events)
            return true;
    return false;
}

dx_rc sq_count_change(sq_store *s, const sq_account *was, const sq_account *due, dx_arena *scratch,
                      dx_err *err)
{
    sq_share *old = NULL, *new = NULL;
    size_t n_old = 0, n_new = 0;
    const bool same = same_spot(was, due);
    if ((was->counted && sq_account_things(was, scratch, &old, &n_old, err)) ||
        (due->counted && sq_account_things(due, scratch, &new, &n_new, err)))
        return DX_FAIL;
    for (size_t i = 0; i < n_new; i++)
        if (!(same && listed(old, n_old, &new[i])) &&
            sq_sum(s, &due->at, new[i].what, new[i].events, 1, err))
            return DX_FAIL;
    for (size_t i = 0; i < n_old; i++)
        if (!(same && listed(new, n_new, &old[i])) &&
            sq_sum(s, &was->at, old[i].what, old[i].events, -1, err))
            return DX_FAIL;
    return DX_OK;
}

static sq_arg id_or_null(int64_t id)
{
    return id ? SQ_I(id) : SQ_NIL;
}

/* Of a new attempt there is none yet: looking for one to replace costs as much as writing. */
static dx_rc put_standing(sq_store *s, int64_t attempt, const sq_account *a, bool new, dx_err *err)
{
    const sq_arg row[] = {SQ_I(attempt),        SQ_I(a->at.server),  SQ_I(a->at.happened_us),
                          SQ_I(a->at.release),  SQ_I(a->at.failed),  id_or_null(a->diagnosis),
                          id_or_null(a->cause), id_or_null(a->code), SQ_I(a->product)};
    const size_t n = sizeof row / sizeof *row;
    return new ? sq_do_(s, err, "INSERT INTO standing VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                        row, n)
               : sq_do_(s, err,
                        "INSERT OR REPLACE INTO standing VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
                        " ?9)",
                        row, n);
}

/* Where no index looks. */
static dx_rc mend_standing(sq_store *s, int64_t attempt, const sq_account *a, dx_err *err)
{
    return sq_do(s, err,
                 "UPDATE standing SET failed = ?2, diagnosis = ?3, cause = ?4, code = ?5"
                 " WHERE attempt = ?1",
                 SQ_I(attempt), SQ_I(a->at.failed), id_or_null(a->diagnosis), id_or_null(a->cause),
                 id_or_null(a->code));
}

static bool same_place(const sq_account *a, const sq_account *b)
{
    return a->counted && a->at.server == b->at.server && a->at.release == b->at.release &&
           a->at.happened_us == b->at.happened_us;
}

/* The findings of an attempt are where and when it is. */
static dx_rc move_findings(sq_store *s, int64_t attempt, const sq_account *was,
                           const sq_account *due, dx_err *err)
{
    if (!was->counted || same_place(was, due))
        return DX_OK;
    return sq_touch_keys_of(s, attempt, err);
}

/* Fix cases change where something failed, and where all is good while there are some. */
static dx_rc touch(sq_store *s, const sq_account *a, dx_err *err)
{
    int64_t one;
    const sq_place at = {a->at.server, a->product, a->at.happened_us};
    if (!a->counted || (!a->diagnosis && a->outcome != DX_SUCCEEDED))
        return DX_OK;
    if (!a->diagnosis) {
        const dx_rc rc = sq_value(
            s, &one, err, "SELECT 1 FROM fix_case WHERE server = ?1 AND product = ?2 LIMIT 1",
            SQ_I(at.server), SQ_I(at.product));
        if (rc != DX_OK)
            return rc == DX_END ? DX_OK : DX_FAIL;
    }
    return sq_touch_place(s, &at, err);
}

static dx_rc set_standing(sq_store *s, int64_t attempt, const sq_account *was,
                          const sq_account *due, dx_err *err)
{
    if (!same_place(was, due))
        return put_standing(s, attempt, due, false, err);
    return was->at.failed == due->at.failed && was->diagnosis == due->diagnosis &&
                   was->cause == due->cause && was->code == due->code
               ? DX_OK
               : mend_standing(s, attempt, due, err);
}

static dx_rc change(sq_store *s, int64_t attempt, const sq_account *was, const sq_account *due,
                    dx_err *err)
{
    if (sq_pend(s, attempt, was, due, err) || set_standing(s, attempt, was, due, err) ||
        touch(s, was, err) || touch(s, due, err))
        return DX_FAIL;
    return move_findings(s, attempt, was, due, err);
}

dx_rc sq_recount(sq_store *s, int64_t attempt, const sq_account *was, const sq_shares *known,
                 dx_arena *scratch, dx_err *err)
{
    sq_account due;
    return sq_account_due(s, attempt, known, scratch, &due, err)
               ? DX_FAIL
               : change(s, attempt, was, &due, err);
}

dx_rc sq_recount_judged(sq_store *s, int64_t attempt, const sq_account *was,
                        const dx_verdict *verdict, dx_err *err)
{
    sq_account due;
    return sq_account_judged(s, attempt, was, verdict, &due, err)
               ? DX_FAIL
               : change(s, attempt, was, &due, err);
}

dx_rc sq_count_new(sq_store *s, int64_t attempt, const sq_new *new, const sq_shares *shares,
                   dx_err *err)
{
    const sq_account none = {0};
    sq_account due;
    return sq_account_new(s, new, shares, &due, err) || sq_pend(s, attempt, &none, &due, err) ||
                   put_standing(s, attempt, &due, true, err) || touch(s, &due, err)
               ? DX_FAIL
               : DX_OK;
}

dx_rc sq_uncount(sq_store *s, int64_t attempt, dx_arena *scratch, dx_err *err)
{
    sq_account was;
    const sq_account none = {0};
    if (sq_account_now(s, attempt, scratch, &was, err) || sq_pend(s, attempt, &was, &none, err) ||
        sq_do(s, err, "DELETE FROM standing WHERE attempt = ?1", SQ_I(attempt)))
        return DX_FAIL;
    return touch(s, &was, err);
}

/* ---- all of it ---- */

static dx_rc count_from(sq_store *s, int64_t *after, dx_arena *scratch, dx_err *err)
{
    const sq_account none = {0};
    const dx_rc rc =
        sq_value(s, after, err, "SELECT min(id) FROM attempt WHERE id > ?1", SQ_I(*after));
    if (rc != DX_OK)
        return rc;
    dx_arena_reset(scratch);
    if (sq_recount(s, *after, &none, NULL, scratch, err))
        return DX_FAIL;
    return sq_sums_ease(s, err);
}

dx_rc sq_count_all(sq_store *s, dx_err *err)
{
    static const char *const clear[] = {
        "DELETE FROM cell",          "DELETE FROM cell_pack",  "DELETE FROM tally_server",
        "DELETE FROM crowd",         "DELETE FROM tally",      "DELETE FROM tally_by",
        "DELETE FROM standing",      "DELETE FROM fix_case",   "DELETE FROM tally_last",
        "DELETE FROM tally_release", "DELETE FROM tally_site", "DELETE FROM tally_each",
        "DELETE FROM tally_day",     "DELETE FROM tally_line", "DELETE FROM week_servers",
        "DELETE FROM week_things",   "DELETE FROM fix_took"};
    dx_arena *scratch = dx_arena_new(0);
    int64_t after = 0;
    dx_rc rc = DX_OK;
    if (!scratch)
        return dx_nomem(err);
    sq_sums_drop(s);
    for (size_t i = 0; i < sizeof clear / sizeof *clear && rc == DX_OK; i++)
        rc = sq_do_(s, err, clear[i], NULL, 0);
    while (rc == DX_OK)
        rc = count_from(s, &after, scratch, err);
    dx_arena_free(scratch);
    if (rc != DX_END || sq_sums_flush(s, err))
        return DX_FAIL;
    return sq_keys_refresh_all(s, err);
}
