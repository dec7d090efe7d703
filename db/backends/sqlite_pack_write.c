/* Changes of cells, server by server: the list is read, changed and written as a whole.  Of most
 * only the things that change are taken apart, so that a server with a long history costs hardly
 * more. */
#include "db/backends/sqlite_packs.h"
#include <stdlib.h>

/* Of a server: what it was, what it will be; and of all servers in hand what is to be written. */
typedef struct packer {
    sq_store *s;
    sq_cell_list was, now, rows; /* rows: of servers that have too many now */
    sq_day *day;
    size_t cap_days;
    int64_t *server, *gone; /* whose lists are new; who has nothing any more, or rows */
    size_t *end;            /* of each list */
    size_t n, n_gone;       /* there is room for all servers */
    dx_buf lists, one;
} packer;

enum { FIRST_SIZE = 256, CELL_COLUMNS = sizeof(sq_cell) / sizeof(int64_t) };

/* Others could not be changed: what would be lost counts in other sums. */
static dx_rc unpack(packer *w, sq_pack_reader r, dx_err *err)
{
    w->was.n = 0;
    while (sq_pack_next(&r)) {
        if (w->was.n && sq_cell_order(&w->was.p[w->was.n - 1], &r.now) >= 0)
            return sq_pack_damaged(w->s, r.now.server, err);
        if (sq_cell_push(&w->was, &r.now, err))
            return DX_FAIL;
    }
    return sq_pack_end(w->s, &r, err);
}

/* ---- what one server tells ---- */

static dx_rc add_day(packer *w, size_t *n, const sq_day *one, dx_err *err)
{
    if (*n == w->cap_days) {
        const size_t cap = w->cap_days ? w->cap_days * 2 : FIRST_SIZE;
        sq_day *more = realloc(w->day, cap * sizeof *more);
        if (!more)
            return dx_nomem(err);
        w->day = more;
        w->cap_days = cap;
    }
    sq_day *d = &w->day[(*n)++];
    *d = *one;
    d->has = d->was.attempts + d->change.attempts > 0;
    d->on = d->had;
    if (*n > 1 && d[-1].was.release == d->was.release) {
        d->product = d[-1].product;
        return DX_OK;
    }
    return sq_product_of(w->s, d->was.release, &d->product, err);
}

/* The days of a thing, those that were and those that change side by side. */
static dx_rc gather(packer *w, const sq_cell *was, size_t n_was, const sq_cell *c, size_t n,
                    sq_run *run, dx_err *err)
{
    size_t n_days = 0;
    for (size_t i = 0, k = 0; i < n_was || k < n;) {
        const int order = i == n_was ? 1 : k == n ? -1 : sq_cell_order(&was[i], &c[k]);
        sq_day d = {.had = order <= 0, .changes = order >= 0};
        d.was = order <= 0 ? was[i]
                           : (sq_cell){c[k].server, c[k].what, c[k].day, c[k].release, 0, 0, 0};
        if (order >= 0)
            d.change = c[k++];
        i += order <= 0;
        if (add_day(w, &n_days, &d, err))
            return DX_FAIL;
    }
    *run = (sq_run){w->day, n_days};
    return DX_OK;
}

static dx_rc change_thing(packer *w, const sq_cell *was, size_t n_was, const sq_cell *c, size_t n,
                          dx_err *err)
{
    sq_run run;
    if (gather(w, was, n_was, c, n, &run, err) || sq_sum_run(w->s, &run, err))
        return DX_FAIL;
    for (size_t i = 0; i < run.n; i++) {
        sq_cell now = run.p[i].was;
        now.events += run.p[i].change.events;
        now.attempts += run.p[i].change.attempts;
        now.failures += run.p[i].change.failures;
        if (run.p[i].has && sq_cell_push(&w->now, &now, err))
            return DX_FAIL;
    }
    return DX_OK;
}

/* How many at the front are of the thing. */
static size_t of_thing(const sq_cell *p, size_t n, int64_t what)
{
    size_t i = 0;
    while (i < n && p[i].what == what)
        i++;
    return i;
}

/* The lists of things, side by side. */
static dx_rc change(packer *w, const sq_cell *c, size_t n, dx_err *err)
{
    const sq_cell_list *was = &w->was;
    w->now.n = 0;
    for (size_t i = 0, k = 0; i < was->n || k < n;) {
        const int64_t what =
            i == was->n || (k < n && c[k].what < was->p[i].what) ? c[k].what : was->p[i].what;
        const size_t n_was = of_thing(was->p + i, was->n - i, what);
        const size_t n_new = of_thing(c + k, n - k, what);
        for (size_t at = i; at < i + n_was && !n_new; at++)
            if (sq_cell_push(&w->now, &was->p[at], err))
                return DX_FAIL;
        if (n_new && change_thing(w, was->p + i, n_was, c + k, n_new, err))
            return DX_FAIL;
        i += n_was;
        k += n_new;
    }
    return DX_OK;
}

/* What a server tells now: packed, or if it is rather rows all of its cells. */
static dx_rc keep(packer *w, int64_t server, bool packed, dx_err *err)
{
    for (size_t i = 0; i < w->now.n && !packed; i++)
        if (sq_cell_push(&w->rows, &w->now.p[i], err))
            return DX_FAIL;
    if (!packed || !w->one.n) {
        w->gone[w->n_gone++] = server;
        return DX_OK;
    }
    dx_buf_add(&w->lists, dx_buf_str(&w->one));
    w->server[w->n] = server;
    w->end[w->n++] = w->lists.n;
    return w->one.failed || w->lists.failed ? dx_nomem(err) : DX_OK;
}

/* Whatever changes; `list`: NULL when there is none yet. */
static dx_rc change_whole(packer *w, const dx_str *list, const sq_cell *c, size_t n, dx_err *err)
{
    w->was.n = 0;
    if ((list && unpack(w, sq_pack_of(c->server, *list), err)) || change(w, c, n, err))
        return DX_FAIL;
    dx_buf_clear(&w->one);
    return keep(w, c->server, sq_pack_cells(w->now.p, w->now.n, &w->one), err);
}

/* ---- a list of which most stays ---- */

/* Nothing goes, the first day stays the first, and the things can be told apart. */
static bool only_grows(sq_pack_reader r, const sq_cell *c, size_t n)
{
    sq_pack_thing thing = {.what = -1};
    for (size_t i = 0; i < n; i++)
        if (c[i].attempts < 0 || c[i].day < r.first_day)
            return false;
    for (int64_t last = -1; sq_pack_next_thing(&r, &thing); last = thing.what)
        if (thing.what <= last)
            return false;
    return thing.what >= 0 && !r.left && r.p == r.end;
}

static dx_rc splice_thing(packer *w, sq_pack_reader was, const sq_cell *c, size_t n, bool *packed,
                          dx_err *err)
{
    const size_t from = w->now.n;
    const int64_t first_day = was.first_day;
    if (unpack(w, was, err) || change_thing(w, w->was.p, w->was.n, c, n, err))
        return DX_FAIL;
    if (w->now.n > from && *packed)
        *packed = sq_pack_add_thing(w->now.p + from, w->now.n - from, first_day, &w->one);
    return DX_OK;
}

/* Beside the cells of the things that changed, which are in `now`, those of the others. */
static dx_rc add_others(packer *w, sq_pack_reader r, const sq_cell *c, size_t n, dx_err *err)
{
    size_t k = 0;
    if (unpack(w, r, err))
        return DX_FAIL;
    for (size_t i = 0; i < w->was.n; i++) {
        while (k < n && c[k].what < w->was.p[i].what)
            k++;
        const bool changed = k < n && c[k].what == w->was.p[i].what;
        if (!changed && sq_cell_push(&w->now, &w->was.p[i], err))
            return DX_FAIL;
    }
    qsort(w->now.p, w->now.n, sizeof *w->now.p, sq_cell_order);
    return DX_OK;
}

/* Things that stay are copied as they lie, side by side. */
static dx_rc splice(packer *w, dx_str list, const sq_cell *c, size_t n, dx_err *err)
{
    const sq_pack_reader all = sq_pack_of(c->server, list);
    sq_pack_reader r = all;
    sq_pack_thing thing;
    dx_str stay = {list.p, list.n - (size_t)(all.end - all.p)};
    bool more = sq_pack_next_thing(&r, &thing), packed = true;
    w->now.n = 0;
    dx_buf_clear(&w->one);
    for (size_t k = 0, n_new; k < n; k += n_new) {
        for (; more && thing.what < c[k].what; more = sq_pack_next_thing(&r, &thing))
            stay.n += thing.bytes.n;
        const bool is_old = more && thing.what == c[k].what;
        const dx_str was = is_old ? thing.bytes : DX_NONE;
        n_new = of_thing(c + k, n - k, c[k].what);
        dx_buf_add(&w->one, stay);
        if (splice_thing(w, sq_pack_of_thing(&all, was), c + k, n_new, &packed, err))
            return DX_FAIL;
        stay = (dx_str){stay.p + stay.n + was.n, 0};
        more = is_old ? sq_pack_next_thing(&r, &thing) : more;
    }
    dx_buf_add(&w->one, (dx_str){stay.p, (size_t)(list.p + list.n - stay.p)});
    packed = packed && w->one.n <= SQ_PACK_MOST;
    if (!packed && add_others(w, all, c, n, err))
        return DX_FAIL;
    return keep(w, c->server, packed, err);
}

/* `q` has its list, or NULL. */
static dx_rc change_server(packer *w, sqlite3_stmt *q, const sq_cell *c, size_t n, dx_err *err)
{
    const bool any = sqlite3_column_type(q, 0) != SQLITE_NULL;
    const dx_str list = any ? sq_bytes(q, 0) : DX_NONE;
    return any && only_grows(sq_pack_of(c->server, list), c, n)
               ? splice(w, list, c, n, err)
               : change_whole(w, any ? &list : NULL, c, n, err);
}

/* ---- all of them ---- */

static size_t of_server(const sq_cell *p, size_t n)
{
    size_t i = 0;
    while (i < n && p[i].server == p->server)
        i++;
    return i;
}

static size_t servers_of(const sq_cell *p, size_t n, int64_t *out)
{
    size_t n_servers = 0;
    for (size_t i = 0; i < n; i += of_server(p + i, n - i))
        out[n_servers++] = p[i].server;
    return n_servers;
}

static dx_rc change_all(packer *w, const int64_t *servers, size_t n_servers, const sq_cell *p,
                        size_t n, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    const sq_rows rows = {.p = servers, .n = n_servers, .width = 1};
    if (sq_ask(w->s, &q, err,
               "SELECT list FROM sq_rows(?1) AS one LEFT JOIN cell_pack"
               " ON cell_pack.server = one.a",
               SQ_R(&rows)))
        return DX_FAIL;
    dx_rc rc = DX_OK;
    for (size_t i = 0, more; i < n && rc == DX_OK; i += more) {
        more = of_server(p + i, n - i);
        if ((rc = sq_next(w->s, q, err)) == DX_OK)
            rc = change_server(w, q, p + i, more, err);
    }
    sq_done(q);
    return rc == DX_OK ? DX_OK : DX_FAIL;
}

/* A crowd is a thing of which a server has very many. */
static dx_rc write_rows(packer *w, dx_err *err)
{
    const sq_rows rows = {.p = (const int64_t *)w->rows.p, .n = w->rows.n, .width = CELL_COLUMNS};
    size_t n = 0;
    if (sq_rows_run(w->s, "INSERT OR FAIL INTO cell SELECT a, b, c, d, e, f, g FROM sq_rows(?1)",
                    &rows, err))
        return DX_FAIL;
    for (size_t i = 0, more; i < w->rows.n; i += more) {
        const sq_cell *p = &w->rows.p[i];
        for (more = 1;
             i + more < w->rows.n && p[more].server == p->server && p[more].what == p->what;)
            more++;
        for (size_t k = 0; k < more && more > SQ_CROWD; k++)
            w->rows.p[n++] = p[k];
    }
    const sq_rows crowd = {.p = (const int64_t *)w->rows.p, .n = n, .width = CELL_COLUMNS};
    return sq_rows_run(w->s, "INSERT OR IGNORE INTO crowd SELECT a, b, d, c FROM sq_rows(?1)",
                       &crowd, err);
}

static dx_rc write_lists(packer *w, dx_err *err)
{
    const sq_rows gone = {.p = w->gone, .n = w->n_gone, .width = 1};
    dx_str *bytes = malloc((w->n + 1) * sizeof *bytes);
    if (!bytes)
        return dx_nomem(err);
    for (size_t i = 0; i < w->n; i++) {
        const size_t from = i ? w->end[i - 1] : 0;
        bytes[i] = (dx_str){w->lists.p + from, w->end[i] - from};
    }
    const sq_rows lists = {.p = w->server, .n = w->n, .width = 1, .bytes = bytes};
    const dx_rc rc =
        sq_rows_run(w->s, "INSERT OR REPLACE INTO cell_pack SELECT a, bytes FROM sq_rows(?1)",
                    &lists, err) ||
                sq_rows_run(w->s,
                            "DELETE FROM cell_pack WHERE server IN (SELECT a FROM sq_rows(?1))",
                            &gone, err)
            ? DX_FAIL
            : DX_OK;
    free(bytes);
    return rc;
}

static void close_packer(packer *w)
{
    free(w->was.p);
    free(w->now.p);
    free(w->rows.p);
    free(w->day);
    free(w->server);
    free(w->gone);
    free(w->end);
    dx_buf_done(&w->lists);
    dx_buf_done(&w->one);
}

/* Changes of servers whose cells are lists, or who have none yet. */
static dx_rc write_packed(sq_store *s, const sq_cell *p, size_t n, dx_err *err)
{
    packer w = {.s = s};
    int64_t *servers = malloc((n + 1) * sizeof *servers);
    const size_t n_servers = servers ? servers_of(p, n, servers) : 0;
    w.server = malloc((n_servers + 1) * sizeof *w.server);
    w.gone = malloc((n_servers + 1) * sizeof *w.gone);
    w.end = malloc((n_servers + 1) * sizeof *w.end);
    dx_rc rc = servers && w.server && w.gone && w.end ? DX_OK : dx_nomem(err);
    if (rc == DX_OK && n)
        rc = change_all(&w, servers, n_servers, p, n, err) || write_lists(&w, err) ||
                     write_rows(&w, err)
                 ? DX_FAIL
                 : DX_OK;
    free(servers);
    close_packer(&w);
    return rc;
}

/* Puts the changes of servers with rows to the front. */
static dx_rc part_rows(sq_store *s, sq_cell *p, size_t n, sq_cell *packed, size_t *n_rows,
                       dx_err *err)
{
    size_t n_packed = 0;
    *n_rows = 0;
    for (size_t i = 0, more; i < n; i += more) {
        int64_t one;
        more = of_server(p + i, n - i);
        const dx_rc rc = sq_value(s, &one, err, "SELECT 1 FROM cell WHERE server = ?1 LIMIT 1",
                                  SQ_I(p[i].server));
        if (rc == DX_FAIL)
            return DX_FAIL;
        for (size_t k = i; k < i + more; k++) {
            const sq_cell c = p[k];
            if (rc == DX_OK)
                p[(*n_rows)++] = c;
            else
                packed[n_packed++] = c;
        }
    }
    return DX_OK;
}

dx_rc sq_packs_write(sq_store *s, sq_cell *p, size_t *n, dx_err *err)
{
    bool rows;
    const size_t all = *n;
    if (sq_cells_in_rows(s, &rows, err))
        return DX_FAIL;
    *n = 0;
    if (!rows)
        return write_packed(s, p, all, err);
    sq_cell *packed = malloc((all + 1) * sizeof *packed);
    if (!packed)
        return dx_nomem(err);
    const dx_rc rc = part_rows(s, p, all, packed, n, err) || write_packed(s, packed, all - *n, err)
                         ? DX_FAIL
                         : DX_OK;
    free(packed);
    return rc;
}
