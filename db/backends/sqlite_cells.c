/* What each server told of each thing on each day, by release.  Changes wait until the sums are
 * written; then those of a server and thing are read beside what the table has of them, which says
 * how all other sums change, and whether the server is a new one there. */
#include "db/backends/sqlite_packs.h"
#include <stdlib.h>
#include <string.h>

struct sq_cells {
    sq_cell *p; /* waiting, in the order in which they came */
    size_t n, cap;
};

enum { CELL_COLUMNS = sizeof(sq_cell) / sizeof(int64_t), KEY_COLUMNS = 4, FIRST_SIZE = 1024 };
_Static_assert(sizeof(sq_cell) == CELL_COLUMNS * sizeof(int64_t), "a cell is a row of numbers");

/* ---- waiting ---- */

static bool grow(void *p, size_t *cap, size_t size)
{
    const size_t more = *cap ? *cap * 2 : FIRST_SIZE;
    void *new = realloc(*(void **)p, more * size);
    if (!new)
        return false;
    *(void **)p = new;
    *cap = more;
    return true;
}

dx_rc sq_cell_wait(sq_store *s, const sq_cell *change, dx_err *err)
{
    if (!s->cells && !(s->cells = calloc(1, sizeof *s->cells)))
        return dx_nomem(err);
    struct sq_cells *w = s->cells;
    if (w->n == w->cap && !grow(&w->p, &w->cap, sizeof *w->p))
        return dx_nomem(err);
    w->p[w->n++] = *change;
    return DX_OK;
}

size_t sq_cells_count(const sq_store *s)
{
    return s->cells ? s->cells->n : 0;
}

void sq_cells_drop(sq_store *s)
{
    if (s->cells)
        s->cells->n = 0;
}

void sq_cells_close(sq_store *s)
{
    if (s->cells)
        free(s->cells->p);
    free(s->cells);
    s->cells = NULL;
}

static int by_key(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    for (size_t i = 0; i < KEY_COLUMNS; i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return 0;
}

static void add_to(sq_cell *to, const sq_cell *more)
{
    to->events += more->events;
    to->attempts += more->attempts;
    to->failures += more->failures;
}

/* In the order of the table, one for each row of it. */
static void tidy(struct sq_cells *w)
{
    size_t n = 0;
    if (w->n)
        qsort(w->p, w->n, sizeof *w->p, by_key);
    for (size_t i = 0; i < w->n; i++) {
        if (n && by_key(&w->p[n - 1], &w->p[i]) == 0)
            add_to(&w->p[n - 1], &w->p[i]);
        else
            w->p[n++] = w->p[i];
    }
    w->n = n;
}

/* ---- beside what is there ---- */

typedef struct writer {
    sq_store *s;
    const struct sq_cells *from;
    sqlite3_stmt *old; /* rows of the table, of the servers and things that change */
    bool more;
    sq_run run;
    size_t cap;
    sq_cell *new, *changed, *gone; /* as large as all that waits */
    size_t n_new, n_changed, n_gone;
    sq_cell *crowd; /* of those that become one */
    size_t n_crowd, cap_crowd;
} writer;

static bool same_run(const sq_cell *a, const sq_cell *b)
{
    return a->server == b->server && a->what == b->what;
}

static dx_rc next_old(writer *w, dx_err *err)
{
    const dx_rc rc = sq_next(w->s, w->old, err);
    w->more = rc == DX_OK;
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

static sq_cell old_cell(const writer *w)
{
    int64_t v[CELL_COLUMNS];
    sq_cell c;
    for (int i = 0; i < CELL_COLUMNS; i++)
        v[i] = sqlite3_column_int64(w->old, i);
    memcpy(&c, v, sizeof c);
    return c;
}

static dx_rc put(writer *w, const sq_day *one, dx_err *err)
{
    if (w->run.n == w->cap && !grow(&w->run.p, &w->cap, sizeof *w->run.p))
        return dx_nomem(err);
    sq_day *d = &w->run.p[w->run.n++];
    *d = *one;
    d->has = d->was.attempts + d->change.attempts > 0;
    d->on = d->had;
    return sq_product_of(w->s, d->was.release, &d->product, err);
}

/* The days of a server and thing: those of the table and those that change, side by side. */
static dx_rc gather(writer *w, const sq_cell *c, size_t n, dx_err *err)
{
    size_t i = 0;
    w->run.n = 0;
    while (i < n || w->more) {
        const sq_cell old = w->more ? old_cell(w) : (sq_cell){0};
        const bool is_old = w->more && same_run(&old, c);
        const int order = !is_old ? 1 : i == n ? -1 : by_key(&old, &c[i]);
        sq_day d = {.was = old, .had = true, .changes = order == 0};
        if (!is_old && i == n)
            break;
        if (order > 0)
            d = (sq_day){.was = {c[i].server, c[i].what, c[i].day, c[i].release, 0, 0, 0},
                         .changes = true};
        if (order >= 0)
            d.change = c[i++];
        if (put(w, &d, err) || (order <= 0 && next_old(w, err)))
            return DX_FAIL;
    }
    return DX_OK;
}

static void sort_out(writer *w)
{
    for (size_t i = 0; i < w->run.n; i++) {
        const sq_day *d = &w->run.p[i];
        sq_cell now = d->was;
        add_to(&now, &d->change);
        if (!d->changes)
            continue;
        if (!d->has)
            w->gone[w->n_gone++] = now;
        else if (d->had)
            w->changed[w->n_changed++] = now;
        else
            w->new[w->n_new++] = now;
    }
}

static dx_rc make_crowd(writer *w, dx_err *err)
{
    for (size_t i = 0; i < w->run.n && w->run.n > SQ_CROWD; i++) {
        if (w->n_crowd == w->cap_crowd && !grow(&w->crowd, &w->cap_crowd, sizeof *w->crowd))
            return dx_nomem(err);
        if (w->run.p[i].has)
            w->crowd[w->n_crowd++] = w->run.p[i].was;
    }
    return DX_OK;
}

static dx_rc sum_runs(writer *w, dx_err *err)
{
    const struct sq_cells *from = w->from;
    if (next_old(w, err))
        return DX_FAIL;
    for (size_t i = 0, k; i < from->n; i = k) {
        for (k = i + 1; k < from->n && same_run(&from->p[i], &from->p[k]);)
            k++;
        if (gather(w, from->p + i, k - i, err) || sq_sum_run(w->s, &w->run, err) ||
            make_crowd(w, err))
            return DX_FAIL;
        sort_out(w);
    }
    return DX_OK;
}

/* Each server and thing once, for the question. */
static sq_rows runs_of(const struct sq_cells *w, int64_t *flat)
{
    sq_rows rows = {.p = flat, .width = 2};
    for (size_t i = 0; i < w->n; i++) {
        if (i && same_run(&w->p[i - 1], &w->p[i]))
            continue;
        flat[rows.n * 2] = w->p[i].server;
        flat[rows.n * 2 + 1] = w->p[i].what;
        rows.n++;
    }
    return rows;
}

static dx_rc read_beside(writer *w, int64_t *flat, dx_err *err)
{
    const sq_rows rows = runs_of(w->from, flat);
    const sq_arg arg = SQ_R(&rows);
    if (sq_ask_(w->s, &w->old, err,
                "SELECT server, what, day, release, events, attempts, failures"
                " FROM sq_rows(?1) AS run CROSS JOIN cell"
                " ON cell.server = run.a AND cell.what = run.b",
                &arg, 1))
        return DX_FAIL;
    const dx_rc rc = sum_runs(w, err);
    sq_done(w->old);
    return rc;
}

/* ---- writing ---- */

static dx_rc delete_cells(sq_store *s, const sq_cell *c, size_t n, dx_err *err)
{
    for (size_t i = 0; i < n; i++)
        if (sq_do(s, err,
                  "DELETE FROM cell WHERE server = ?1 AND what = ?2 AND day = ?3 AND release = ?4",
                  SQ_I(c[i].server), SQ_I(c[i].what), SQ_I(c[i].day), SQ_I(c[i].release)))
            return DX_FAIL;
    return DX_OK;
}

static sq_rows rows_of(const sq_cell *c, size_t n)
{
    return (sq_rows){.p = (const int64_t *)c, .n = n, .width = CELL_COLUMNS};
}

static dx_rc write_cells(writer *w, dx_err *err)
{
    const sq_rows new = rows_of(w->new, w->n_new), changed = rows_of(w->changed, w->n_changed),
                  crowd = rows_of(w->crowd, w->n_crowd);
    if (sq_rows_run(w->s, "INSERT OR FAIL INTO cell SELECT a, b, c, d, e, f, g FROM sq_rows(?1)",
                    &new, err) ||
        sq_rows_run(w->s, "INSERT OR REPLACE INTO cell SELECT a, b, c, d, e, f, g FROM sq_rows(?1)",
                    &changed, err) ||
        sq_rows_run(w->s, "INSERT OR IGNORE INTO crowd SELECT a, b, d, c FROM sq_rows(?1)", &crowd,
                    err))
        return DX_FAIL;
    return delete_cells(w->s, w->gone, w->n_gone, err);
}

static dx_rc flush(sq_store *s, struct sq_cells *from, dx_err *err)
{
    writer w = {.s = s, .from = from};
    int64_t *flat = malloc(from->n * 2 * sizeof *flat);
    w.new = malloc(from->n * sizeof *w.new);
    w.changed = malloc(from->n * sizeof *w.changed);
    w.gone = malloc(from->n * sizeof *w.gone);
    dx_rc rc = flat && w.new &&w.changed &&w.gone ? DX_OK : dx_nomem(err);
    if (rc == DX_OK && (read_beside(&w, flat, err) || write_cells(&w, err)))
        rc = DX_FAIL;
    free(flat);
    free(w.new);
    free(w.changed);
    free(w.gone);
    free(w.crowd);
    free(w.run.p);
    return rc;
}

/* One by one, and what is left is not of a crowd. */
static dx_rc flush_crowds(sq_store *s, struct sq_cells *w, dx_err *err)
{
    bool any, crowd = false;
    sq_cell last = {.what = -1};
    size_t n = 0;
    if (sq_crowds(s, &any, err))
        return DX_FAIL;
    for (size_t i = 0; i < w->n && any; i++) {
        const sq_cell c = w->p[i];
        if (!same_run(&last, &c) && sq_crowd_has(s, &c, &crowd, err))
            return DX_FAIL;
        last = c;
        if (crowd && sq_crowd_change(s, &c, err))
            return DX_FAIL;
        if (!crowd)
            w->p[n++] = c;
    }
    w->n = any ? n : w->n;
    return DX_OK;
}

dx_rc sq_cells_flush(sq_store *s, dx_err *err)
{
    if (!sq_cells_count(s))
        return DX_OK;
    tidy(s->cells);
    dx_rc rc = sq_packs_write(s, s->cells->p, &s->cells->n, err);
    if (rc == DX_OK && s->cells->n)
        rc = flush_crowds(s, s->cells, err);
    if (rc == DX_OK && s->cells->n)
        rc = flush(s, s->cells, err);
    sq_cells_drop(s);
    return rc;
}
