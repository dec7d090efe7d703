/* How one attempt changes the sums.  Cells are written at once, for they say whether a server was
 * counted before; all the rest waits. */
#include "db/backends/sqlite_sums.h"

/* ---- a cell ---- */

/* Which other cells of the same server and thing there are: [0] at all, [1] of the product, by
 * grain; and whether one of the same release and week is among them. */
typedef struct others {
    bool of[2][DX_GRAIN_DAY + 1];
    bool release_week;
} others;

typedef struct change {
    const sq_spot *at;
    int64_t what, events, day, product, as_site;
    int sign;
    bool had, has; /* the cell before and after */
    others o;
} change;

dx_rc sq_product_of(sq_store *s, int64_t release, int64_t *product, dx_err *err)
{
    sq_memory m;
    if (sq_recall(s, SQ_MEMO_PRODUCT, sq_key_of(release), &m)) {
        *product = m.a;
        return DX_OK;
    }
    if (sq_value(s, product, err, "SELECT product FROM release WHERE id = ?1", SQ_I(release)) !=
        DX_OK)
        return dx_fail(err, DX_E_STORE, DX_NOWHERE, "the store '%s' is damaged: release %lld",
                       s->where, (long long)release);
    sq_remember(s, SQ_MEMO_PRODUCT, sq_key_of(release), (sq_memory){*product, 0});
    return DX_OK;
}

static void note_other(change *c, int64_t day, int64_t release, int64_t product)
{
    bool *all = c->o.of[0], *same = c->o.of[1];
    for (int g = DX_GRAIN_ALL; g <= DX_GRAIN_DAY; g++) {
        if (dx_bucket_of((dx_grain)g, day) != dx_bucket_of((dx_grain)g, c->day))
            continue;
        all[g] = true;
        same[g] |= product == c->product;
        c->o.release_week |= g == DX_GRAIN_WEEK && release == c->at->release;
    }
}

/* The other cells of the same month and week. */
static dx_rc look_near(sq_store *s, change *c, dx_err *err)
{
    const int64_t week = dx_bucket_of(DX_GRAIN_WEEK, c->day);
    const int64_t month = dx_bucket_of(DX_GRAIN_MONTH, c->day);
    const int64_t m0 = dx_bucket_day(DX_GRAIN_MONTH, month),
                  w0 = dx_bucket_day(DX_GRAIN_WEEK, week);
    const int64_t m1 = dx_bucket_day(DX_GRAIN_MONTH, month + 1) - 1, w1 = w0 + 6;
    sqlite3_stmt *q = NULL;
    if (sq_ask(s, &q, err,
               "SELECT day, release FROM cell WHERE server = ?1 AND what = ?2"
               " AND day BETWEEN ?3 AND ?4",
               SQ_I(c->at->server), SQ_I(c->what), SQ_I(m0 < w0 ? m0 : w0),
               SQ_I(m1 > w1 ? m1 : w1)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK) {
        const int64_t day = sqlite3_column_int64(q, 0), release = sqlite3_column_int64(q, 1);
        int64_t product = 0;
        if (day == c->day && release == c->at->release)
            continue;
        if (sq_product_of(s, release, &product, err)) {
            sq_done(q);
            return DX_FAIL;
        }
        note_other(c, day, release, product);
    }
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static dx_rc look_far(sq_store *s, change *c, dx_err *err)
{
    int64_t one;
    for (int k = 0; k < 2; k++) {
        if (c->o.of[k][DX_GRAIN_ALL])
            continue;
        const dx_rc rc = sq_value(
            s, &one, err,
            "SELECT 1 FROM cell WHERE server = ?1 AND what = ?2 AND (day <> ?3 OR release <> ?4)"
            " AND (?5 = 0 OR release IN (SELECT id FROM release WHERE product = ?5)) LIMIT 1",
            SQ_I(c->at->server), SQ_I(c->what), SQ_I(c->day), SQ_I(c->at->release),
            SQ_I(k ? c->product : 0));
        if (rc == DX_FAIL)
            return DX_FAIL;
        c->o.of[k][DX_GRAIN_ALL] = rc == DX_OK;
        if (rc == DX_END && k == 0)
            return DX_OK; /* none at all, so none of the product */
    }
    return DX_OK;
}

/* Most cells that something is added to are new. */
static dx_rc write_cell(sq_store *s, change *c, dx_err *err)
{
    const sq_arg row[] = {SQ_I(c->at->server),
                          SQ_I(c->what),
                          SQ_I(c->day),
                          SQ_I(c->at->release),
                          SQ_I(c->sign * c->events),
                          SQ_I(c->sign),
                          SQ_I(c->at->failed ? c->sign : 0)};
    const size_t n = sizeof row / sizeof *row, n_key = 4;
    c->has = c->sign > 0;
    if (c->has &&
        sq_do_(s, err, "INSERT OR IGNORE INTO cell VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", row, n))
        return DX_FAIL;
    c->had = !c->has || sqlite3_changes(s->db) == 0;
    if (!c->had)
        return DX_OK;
    if (sq_do_(s, err,
               "UPDATE cell SET events = events + ?5, attempts = attempts + ?6,"
               " failures = failures + ?7"
               " WHERE server = ?1 AND what = ?2 AND day = ?3 AND release = ?4",
               row, n))
        return DX_FAIL;
    if (c->has)
        return DX_OK;
    if (sq_do_(s, err,
               "DELETE FROM cell WHERE server = ?1 AND what = ?2 AND day = ?3 AND release = ?4"
               " AND attempts <= 0",
               row, n_key))
        return DX_FAIL;
    c->has = sqlite3_changes(s->db) == 0;
    return DX_OK;
}

static void add_reach(struct sq_sums *w, const change *c, int64_t release)
{
    const sq_delta d = {
        .key = {SQ_REACH, c->what, {release, c->at->server, dx_bucket_of(DX_GRAIN_WEEK, c->day)}},
        .servers = (int64_t)c->has - c->had};
    sq_wait(w, &d);
}

/* Of the release, of its product, of any: where no other day of the week has it. */
static void add_reaches(struct sq_sums *w, const change *c)
{
    if (c->o.release_week)
        return;
    add_reach(w, c, c->at->release);
    if (!c->o.of[1][DX_GRAIN_WEEK])
        add_reach(w, c, -c->product);
    if (!c->o.of[0][DX_GRAIN_WEEK])
        add_reach(w, c, 0);
}

/* ---- tallies ---- */

static void add_tallies(struct sq_sums *w, const change *c, int64_t kind, int64_t id)
{
    sq_delta d = {.events = c->sign * c->events,
                  .attempts = c->sign,
                  .failures = c->at->failed ? c->sign : 0};
    for (int k = 0; k < 2; k++)
        for (int g = DX_GRAIN_ALL; g <= DX_GRAIN_DAY; g++) {
            const sq_sum_key key = {
                SQ_TALLY, kind, {k ? c->product : 0, g, dx_bucket_of((dx_grain)g, c->day), id, 0}};
            d.key = key;
            d.servers = c->o.of[k][g] || kind == SQ_EACH_SIGNATURE ? 0 : (int64_t)c->has - c->had;
            sq_wait(w, &d);
        }
}

static void add_tallies_by(struct sq_sums *w, const change *c, int64_t kind, int64_t id)
{
    const int64_t week = dx_bucket_of(DX_GRAIN_WEEK, c->day);
    sq_delta d = {.key = {SQ_TALLY_BY, kind, {SQ_BY_RELEASE, id, c->at->release, 0, week}},
                  .events = c->sign * c->events,
                  .attempts = c->sign,
                  .failures = c->at->failed ? c->sign : 0};
    sq_wait(w, &d);
    d.key = (sq_sum_key){SQ_TALLY_BY, kind, {SQ_BY_SITE, id, c->as_site, c->product, week}};
    sq_wait(w, &d);
}

static dx_rc note_debut(sq_store *s, const change *c, dx_err *err)
{
    sq_memory m;
    const dx_hash128 key = sq_key_of(c->what);
    if (c->sign < 0 || (sq_recall(s, SQ_MEMO_DEBUT, key, &m) && m.a <= c->at->happened_us))
        return DX_OK;
    sq_remember(s, SQ_MEMO_DEBUT, key, (sq_memory){c->at->happened_us, 0});
    return sq_do(s, err,
                 "INSERT INTO debut VALUES (?1, ?2) ON CONFLICT DO UPDATE"
                 " SET first_us = min(first_us, ?2)",
                 SQ_I(c->what), SQ_I(c->at->happened_us));
}

dx_rc sq_sum(sq_store *s, const sq_spot *at, int64_t what, int64_t events, int sign, dx_err *err)
{
    change c = {
        .at = at, .what = what, .events = events, .day = dx_day_of(at->happened_us), .sign = sign};
    struct sq_sums *w = sq_sums_of(s);
    if (!w)
        return dx_nomem(err);
    if (sq_product_of(s, at->release, &c.product, err) || sq_site(s, at->server, &c.as_site, err) ||
        write_cell(s, &c, err))
        return DX_FAIL;
    if (c.had != c.has) {
        if (look_near(s, &c, err) || look_far(s, &c, err))
            return DX_FAIL;
        add_reaches(w, &c);
    }
    const int64_t kind = what >> SQ_KIND_SHIFT, id = SQ_WHAT_ID(what);
    add_tallies(w, &c, kind, id);
    add_tallies_by(w, &c, kind, id);
    if (kind == SQ_ALL)
        add_tallies(w, &c, SQ_SERVER, at->server);
    if (kind == SQ_SIGNATURE && id) {
        add_tallies(w, &c, SQ_EACH_SIGNATURE, 0);
        add_tallies_by(w, &c, SQ_EACH_SIGNATURE, 0);
    }
    return note_debut(s, &c, err);
}

static void move_sum(struct sq_sums *w, sq_delta d, int64_t from)
{
    sq_wait(w, &d);
    d.key.k[2] = from;
    d.events = -d.events;
    d.attempts = -d.attempts;
    d.failures = -d.failures;
    sq_wait(w, &d);
}

dx_rc sq_sums_move(sq_store *s, int64_t server, int64_t from, int64_t to, dx_err *err)
{
    struct sq_sums *w = sq_sums_of(s);
    sqlite3_stmt *q = NULL;
    if (!w)
        return dx_nomem(err);
    if (from == to)
        return DX_OK;
    if (sq_ask(s, &q, err,
               "SELECT what, day, events, attempts, failures, product FROM cell"
               " JOIN release ON release.id = release WHERE server = ?1",
               SQ_I(server)))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK) {
        const int64_t what = sqlite3_column_int64(q, 0), day = sqlite3_column_int64(q, 1);
        sq_delta d = {{SQ_TALLY_BY,
                       what >> SQ_KIND_SHIFT,
                       {SQ_BY_SITE, SQ_WHAT_ID(what), to, sqlite3_column_int64(q, 5),
                        dx_bucket_of(DX_GRAIN_WEEK, day)}},
                      sqlite3_column_int64(q, 2),
                      sqlite3_column_int64(q, 3),
                      sqlite3_column_int64(q, 4),
                      0};
        move_sum(w, d, from);
        if (d.key.kind == SQ_SIGNATURE && d.key.k[1]) {
            d.key.kind = SQ_EACH_SIGNATURE;
            d.key.k[1] = 0;
            move_sum(w, d, from);
        }
    }
    return rc == DX_END ? DX_OK : DX_FAIL;
}
