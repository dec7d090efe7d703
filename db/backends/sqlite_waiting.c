/* Changes of tallies and spreads wait in memory, since many attempts change the same pages, and are
 * written before the commit, with all else that waits. */
#include "db/backends/sqlite_changes.h"
#include "db/backends/sqlite_heard.h"
#include <stdlib.h>

/* CHANGES: as many as an attempt usually makes. */
enum { FLUSH_AT = 400000, CHANGES = 40, SOME = 512, FIRST_PARTS = 4096, FIRST_DEBUTS = 1024 };

struct sq_sums {
    sq_changes waiting;
    sq_spread_part *parts;
    size_t n_parts, cap_parts;
    sq_line_changes lines;
    sq_heard_changes heard;
    int64_t (*debut)[2]; /* a thing, and when it was seen */
    size_t n_debuts, cap_debuts;
    bool starved; /* a part was lost for want of memory */
};

struct sq_sums *sq_sums_of(sq_store *s)
{
    if (!s->sums)
        s->sums = calloc(1, sizeof *s->sums);
    return s->sums;
}

void sq_wait(struct sq_sums *w, const sq_delta *d)
{
    sq_changes_add(&w->waiting,
                   &(sq_change){d->key, {d->events, d->attempts, d->failures, d->servers}});
}

void sq_wait_fix(struct sq_sums *w, const sq_fix_delta *d)
{
    sq_changes_add(&w->waiting,
                   &(sq_change){sq_tally_key(SQ_IN_FIXES, 0, 0, 0, d->span, d->diagnosis),
                                {d->begun, d->cases, d->failed}});
}

void sq_wait_inbox(struct sq_sums *w, const sq_inbox_delta *d)
{
    sq_changes_add(&w->waiting,
                   &(sq_change){sq_tally_key(SQ_IN_INBOX, 0, 0, 0, d->class, d->diagnosis),
                                {d->attempts, d->findings}});
}

void sq_wait_part(struct sq_sums *w, const sq_spread_part *p)
{
    if (w->n_parts == w->cap_parts) {
        const size_t cap = w->cap_parts * 2 + FIRST_PARTS;
        sq_spread_part *more = realloc(w->parts, cap * sizeof *more);
        if (!more) {
            w->starved = true;
            return;
        }
        w->parts = more;
        w->cap_parts = cap;
    }
    w->parts[w->n_parts++] = *p;
}

sq_line_changes *sq_lines_waiting(struct sq_sums *w)
{
    return &w->lines;
}

void sq_wait_heard(struct sq_sums *w, int64_t week, int64_t server, int64_t gain)
{
    w->starved |= !sq_heard_wait(&w->heard, week, server, gain);
}

bool sq_wait_debut(sq_store *s, int64_t what, int64_t us)
{
    struct sq_sums *w = sq_sums_of(s);
    if (!w)
        return false;
    if (w->n_debuts == w->cap_debuts) {
        const size_t cap = w->cap_debuts * 2 + FIRST_DEBUTS;
        int64_t(*more)[2] = realloc(w->debut, cap * sizeof *more);
        if (!more)
            return false;
        w->debut = more;
        w->cap_debuts = cap;
    }
    w->debut[w->n_debuts][0] = what;
    w->debut[w->n_debuts++][1] = us;
    return true;
}

void sq_sums_drop(sq_store *s)
{
    sq_pending_drop(s);
    sq_cells_drop(s);
    sq_touched_drop(s);
    s->moved = false;
    if (!s->sums)
        return;
    sq_changes_close(&s->sums->waiting);
    s->sums->n_parts = s->sums->n_debuts = s->sums->lines.n = 0;
    s->sums->starved = s->sums->lines.starved = false;
    s->sums->heard.n = 0;
}

void sq_sums_close(sq_store *s)
{
    sq_pending_close(s);
    sq_cells_close(s);
    sq_touched_close(s);
    if (!s->sums)
        return;
    sq_changes_close(&s->sums->waiting);
    free(s->sums->parts);
    free(s->sums->lines.p);
    free(s->sums->heard.p);
    free(s->sums->debut);
    free(s->sums);
    s->sums = NULL;
}

/* ---- writing it ---- */

#define SUMS                                                                                       \
    " events = events + excluded.events, attempts = attempts + excluded.attempts,"                 \
    " failures = failures + excluded.failures, "

/* Of each table: how changes are added to it, and how a row goes that says nothing any more. */
static const struct {
    const char *add, *clear;
} tables[] = {
    [SQ_IN_TALLY] = {"INSERT OR FAIL INTO tally SELECT a, b, c, d, e, f, g, h, i"
                     " FROM sq_rows(?1) WHERE 1 ON CONFLICT DO UPDATE SET" SUMS
                     " servers = servers + excluded.servers",
                     "DELETE FROM tally WHERE kind = ?1 AND product = ?2 AND grain = ?3"
                     " AND bucket = ?4 AND id = ?5 AND attempts = 0"},
    [SQ_IN_LAST] = {"INSERT OR FAIL INTO tally_last SELECT a, b, c, d, e, i FROM sq_rows(?1)"
                    " WHERE 1 ON CONFLICT DO UPDATE SET servers = servers + excluded.servers",
                    "DELETE FROM tally_last WHERE kind = ?1 AND product = ?2 AND grain = ?3"
                    " AND bucket = ?4 AND id = ?5 AND servers = 0"},
    [SQ_IN_RELEASE] = {"INSERT OR FAIL INTO tally_release SELECT a, c, d, e, b, f, g, h, i"
                       " FROM sq_rows(?1) WHERE 1 ON CONFLICT DO UPDATE SET" SUMS
                       " last = last + excluded.last",
                       "DELETE FROM tally_release WHERE kind = ?1 AND release = ?2 AND grain = ?3"
                       " AND bucket = ?4 AND id = ?5 AND attempts = 0"},
    [SQ_IN_SITE] = {"INSERT OR FAIL INTO tally_site SELECT a, c, d, e, b, f, g, h, i"
                    " FROM sq_rows(?1) WHERE 1 ON CONFLICT DO UPDATE SET" SUMS
                    " last = last + excluded.last",
                    "DELETE FROM tally_site WHERE kind = ?1 AND site = ?2 AND grain = ?3"
                    " AND bucket = ?4 AND id = ?5 AND attempts = 0"},
    [SQ_IN_FIXES] = {"INSERT OR FAIL INTO fix_took SELECT e, d, g, f, h FROM sq_rows(?1) WHERE 1"
                     " ON CONFLICT DO UPDATE SET cases = cases + excluded.cases,"
                     " begun = begun + excluded.begun, failed = failed + excluded.failed",
                     "DELETE FROM fix_took WHERE span = ?4 AND diagnosis = ?5 AND cases = 0"},
    [SQ_IN_INBOX] = {"INSERT OR FAIL INTO inbox_sum SELECT e, d, g, f FROM sq_rows(?1) WHERE 1"
                     " ON CONFLICT DO UPDATE SET findings = findings + excluded.findings,"
                     " attempts = attempts + excluded.attempts",
                     "DELETE FROM inbox_sum WHERE class = ?4 AND diagnosis = ?5 AND findings = 0"}};

static dx_rc delete_empty(sq_store *s, sq_sum_table table, const sq_change_row *r, dx_err *err)
{
    const sq_arg key[] = {SQ_I(r->kind), SQ_I(r->of), SQ_I(r->grain), SQ_I(r->bucket), SQ_I(r->id)};
    return sq_do_(s, err, tables[table].clear, key, sizeof key / sizeof *key);
}

static bool changes(const sq_change *c)
{
    return c->n[SQ_EVENTS] || c->n[SQ_ATTEMPTS] || c->n[SQ_FAILURES] || c->n[SQ_SERVERS];
}

/* The changes of one table from *at on, at most SOME of them; nothing of one that changes nothing.
 */
static dx_rc write_some(sq_store *s, const sq_change *p, size_t n, size_t *at, dx_err *err)
{
    sq_change_row flat[SOME];
    sq_rows rows = {.p = &flat->kind, .width = SQ_ROW_COLUMNS};
    const sq_sum_table table = sq_change_table(&p[*at]);
    for (; *at < n && rows.n < SOME && sq_change_table(&p[*at]) == table; ++*at)
        if (changes(&p[*at]))
            flat[rows.n++] = sq_change_as_row(&p[*at]);
    dx_rc rc = sq_rows_run(s, tables[table].add, &rows, err);
    for (size_t i = 0; i < rows.n && rc == DX_OK; i++)
        if (flat[i].n[SQ_COUNTED] < 0 || (table == SQ_IN_LAST && flat[i].n[SQ_SERVERS] < 0))
            rc = delete_empty(s, table, &flat[i], err);
    return rc;
}

/* ---- lists ---- */

/* What a table of lists has as its key: kind, grain or product, bucket; of servers grain, bucket,
 * block. */
typedef struct list_row {
    int64_t a, b, c;
} list_row;

enum { IN_EACH, IN_DAY, IN_SERVERS, IN_THINGS };

/* Of each: how a list is added to it, and how one goes that says nothing any more. */
static const struct {
    const char *add, *clear;
} list_tables[] = {
    [IN_EACH] = {"INSERT OR FAIL INTO tally_each SELECT a, b, c, bytes FROM sq_rows(?1)"
                 " WHERE 1 ON CONFLICT DO UPDATE SET list = dx_week_add(list, excluded.list)",
                 "DELETE FROM tally_each WHERE kind = ?1 AND grain = ?2 AND bucket = ?3 AND "
                 "length(list) = 0"},
    [IN_DAY] = {"INSERT OR FAIL INTO tally_day SELECT a, b, c, bytes FROM sq_rows(?1)"
                " WHERE 1 ON CONFLICT DO UPDATE SET list = dx_week_add(list, excluded.list)",
                "DELETE FROM tally_day WHERE kind = ?1 AND product = ?2 AND day = ?3 AND "
                "length(list) = 0"},
    [IN_SERVERS] = {"INSERT OR FAIL INTO tally_server SELECT a, b, c, bytes FROM sq_rows(?1)"
                    " WHERE 1 ON CONFLICT DO UPDATE SET list = dx_week_add(list, excluded.list)",
                    "DELETE FROM tally_server WHERE grain = ?1 AND bucket = ?2 AND block = ?3"
                    " AND length(list) = 0"},
    [IN_THINGS] = {"INSERT OR FAIL INTO week_things SELECT a, c, bytes FROM sq_rows(?1)"
                   " WHERE 1 ON CONFLICT DO UPDATE SET list = dx_week_add(list, excluded.list)",
                   "DELETE FROM week_things WHERE kind = ?1 AND week = ?3 AND ?2 IS NOT NULL"
                   " AND length(list) = 0"}};

static list_row key_of(const sq_change *c, size_t *table)
{
    const sq_change_row r = sq_change_as_row(c);
    *table = sq_change_table(c) == SQ_IN_DAY       ? IN_DAY
             : sq_change_table(c) == SQ_IN_SERVERS ? IN_SERVERS
                                                   : IN_EACH;
    return *table == IN_SERVERS ? (list_row){r.grain, r.bucket, r.of}
                                : (list_row){r.kind, *table == IN_DAY ? r.of : r.grain, r.bucket};
}

/* What is in order by how often it was has its months and weeks in lists beside their rows. */
static bool is_listed(const sq_change *c)
{
    const sq_change_row r = sq_change_as_row(c);
    if (sq_change_table(c) >= SQ_IN_DAY)
        return true;
    return sq_change_table(c) == SQ_IN_TALLY && sq_alone(r.kind) && !r.of &&
           (r.grain == DX_GRAIN_MONTH || r.grain == DX_GRAIN_WEEK);
}

/* Of weeks different servers lie in a list of their own. */
static bool is_week(const sq_change *c)
{
    return sq_change_table(c) == SQ_IN_TALLY && sq_change_as_row(c).grain == DX_GRAIN_WEEK;
}

/* The changes at the front of n that are of one list: what was told, or by how many servers. */
static size_t pack_each(const sq_change *p, size_t n, bool servers, dx_buf *list, bool *less)
{
    sq_packer to = {.out = list};
    size_t i = 0;
    *less = false;
    dx_buf_clear(list);
    for (; i < n && p[i].key.where == p->key.where; i++) {
        const sq_part part = {p[i].key.id, servers ? 0 : p[i].n[SQ_EVENTS],
                              p[i].n[servers ? SQ_SERVERS : SQ_ATTEMPTS],
                              servers ? 0 : p[i].n[SQ_FAILURES]};
        *less |= part.attempts < 0;
        if (part.events || part.attempts || part.failures)
            sq_pack(&to, &part);
    }
    return i;
}

static dx_rc write_list(sq_store *s, const sq_change *of, bool servers, bool less, dx_buf *list,
                        dx_buf *packed, dx_err *err)
{
    size_t table;
    const list_row at = key_of(of, &table);
    table = servers ? IN_THINGS : table;
    sq_week_packer to = {.out = packed};
    dx_buf_clear(packed);
    sq_week_pack(&to, 0, dx_buf_str(list));
    if (list->failed || packed->failed)
        return dx_nomem(err);
    const dx_str bytes = dx_buf_str(packed);
    const sq_rows rows = {.p = &at.a, .n = bytes.n > 0, .width = 3, .bytes = &bytes};
    const sq_arg key[] = {SQ_I(at.a), SQ_I(at.b), SQ_I(at.c)};
    if (sq_rows_run(s, list_tables[table].add, &rows, err))
        return DX_FAIL;
    return less ? sq_do_(s, err, list_tables[table].clear, key, sizeof key / sizeof *key) : DX_OK;
}

static dx_rc write_lists(sq_store *s, const sq_change *p, size_t n, dx_err *err)
{
    dx_buf list = {0}, packed = {0};
    dx_rc rc = DX_OK;
    for (size_t i = 0; i < n && rc == DX_OK;) {
        const sq_change *first = &p[i];
        bool less;
        if (!is_listed(first)) {
            i++;
            continue;
        }
        if (is_week(first)) {
            (void)pack_each(first, n - i, true, &list, &less);
            rc = write_list(s, first, true, less, &list, &packed, err);
        }
        i += pack_each(first, n - i, false, &list, &less);
        rc = rc ? rc : write_list(s, first, false, less, &list, &packed, err);
    }
    dx_buf_done(&list);
    dx_buf_done(&packed);
    return rc;
}

/* In the order of the table, so that each page is visited once. */
static dx_rc write_sums(sq_store *s, dx_err *err)
{
    sq_changes *m = &s->sums->waiting;
    dx_rc rc = DX_OK;
    for (size_t at = 0; at < m->n && sq_change_table(&m->p[at]) < SQ_IN_DAY && rc == DX_OK;)
        rc = write_some(s, m->p, m->n, &at, err);
    if (rc == DX_OK)
        rc = write_lists(s, m->p, m->n, err);
    sq_changes_empty(m);
    return rc;
}

static dx_rc write_debuts(sq_store *s, struct sq_sums *w, dx_err *err)
{
    const sq_rows rows = {.p = w->debut ? w->debut[0] : NULL, .n = w->n_debuts, .width = 2};
    w->n_debuts = 0;
    return sq_rows_run(s,
                       "INSERT INTO debut SELECT a, b FROM sq_rows(?1) WHERE 1"
                       " ON CONFLICT DO UPDATE SET first_us = min(first_us, excluded.first_us)",
                       &rows, err);
}

static dx_rc flush_counted(sq_store *s, dx_err *err)
{
    struct sq_sums *w = s->sums;
    if (!w)
        return DX_OK;
    if (w->starved || !sq_changes_sort(&w->waiting))
        return dx_nomem(err);
    if (write_sums(s, err) || write_debuts(s, w, err) ||
        sq_spreads_write(s, w->parts, w->n_parts, err) || sq_lines_write(s, &w->lines, err) ||
        sq_heard_write(s, &w->heard, err))
        return DX_FAIL;
    w->n_parts = 0;
    return DX_OK;
}

static dx_rc flush_sums(sq_store *s, dx_err *err)
{
    return sq_pending_flush(s, err) || sq_cells_flush(s, err) || flush_counted(s, err) ? DX_FAIL
                                                                                       : DX_OK;
}

/* From what the lists say, so all else must be written. */
static dx_rc flush_sites(sq_store *s, dx_err *err)
{
    if (!s->moved)
        return DX_OK;
    s->moved = false;
    return sq_sites_sum(s, err) || flush_counted(s, err) ? DX_FAIL : DX_OK;
}

/* Fix cases that are looked at change sums of their own. */
dx_rc sq_sums_flush(sq_store *s, dx_err *err)
{
    return flush_sums(s, err) || flush_sites(s, err) || sq_touched_flush(s, err) ||
                   flush_counted(s, err)
               ? DX_FAIL
               : DX_OK;
}

/* What follows from attempts walks over all that stand near them, so that is put off as long as it
 * can be. */
dx_rc sq_sums_ease(sq_store *s, dx_err *err)
{
    const size_t waiting = s->sums ? s->sums->waiting.n : 0;
    if (sq_touched_count(s) > FLUSH_AT)
        return sq_sums_flush(s, err);
    return waiting + sq_cells_count(s) + sq_pending_count(s) * CHANGES > FLUSH_AT
               ? flush_sums(s, err)
               : DX_OK;
}
