/* How one attempt changes the sums.  Cells are written at once; all the rest waits. */
#include "db/backends/sqlite_sums.h"

/* ---- a cell ---- */

/* Which other cells of the same server and thing there are: [0] at all, [1] of the product, by
 * grain; and whether one of the same release and week is among them. */
typedef struct others {
    bool of[2][DX_GRAIN_DAY + 1];
    bool release_week;
} others;

enum { OF_ANY, OF_PRODUCT, OF_RELEASE, OFS };

typedef struct change {
    const sq_spot *at;
    int64_t what, events, day, product, as_site;
    int sign;
    bool had, has; /* the cell before and after */
    sq_weeks weeks[OFS];
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

/* Is there another cell of these days; of the product unless that is 0? */
static dx_rc in_days(sq_store *s, const change *c, int64_t from, int64_t to, int64_t product,
                     bool *out, dx_err *err)
{
    int64_t one;
    const dx_rc rc =
        sq_value(s, &one, err,
                 "SELECT 1 FROM cell WHERE server = ?1 AND what = ?2 AND day BETWEEN ?3 AND ?4"
                 " AND (day <> ?5 OR release <> ?6)"
                 " AND (?7 = 0 OR release IN (SELECT id FROM release WHERE product = ?7)) LIMIT 1",
                 SQ_I(c->at->server), SQ_I(c->what), SQ_I(from), SQ_I(to), SQ_I(c->day),
                 SQ_I(c->at->release), SQ_I(product));
    *out = rc == DX_OK;
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

/* The same by looking for each release of the product: a day may have cells of very many. */
static dx_rc product_in_days(sq_store *s, const change *c, int64_t from, int64_t to, bool *out,
                             dx_err *err)
{
    *out = false;
    for (int64_t day = from; day <= to && !*out; day++) {
        int64_t one;
        const dx_rc rc = sq_value(s, &one, err,
                                  "SELECT 1 FROM release CROSS JOIN cell ON server = ?1"
                                  " AND what = ?2 AND day = ?3 AND cell.release = release.id"
                                  " WHERE product = ?4 AND (?3 <> ?5 OR id <> ?6) LIMIT 1",
                                  SQ_I(c->at->server), SQ_I(c->what), SQ_I(day), SQ_I(c->product),
                                  SQ_I(c->day), SQ_I(c->at->release));
        if (rc == DX_FAIL)
            return DX_FAIL;
        *out = rc == DX_OK;
    }
    return DX_OK;
}

static dx_rc look_days(sq_store *s, const change *c, int k, int64_t from, int64_t to, bool *out,
                       dx_err *err)
{
    return k ? product_in_days(s, c, from, to, out, err) : in_days(s, c, from, to, 0, out, err);
}

/* Whole weeks of a month are known; of the weeks that it shares, only their days tell. */
static dx_rc look_month(sq_store *s, change *c, int k, dx_err *err)
{
    const int64_t month = dx_bucket_of(DX_GRAIN_MONTH, c->day);
    const int64_t first = dx_bucket_day(DX_GRAIN_MONTH, month),
                  last = dx_bucket_day(DX_GRAIN_MONTH, month + 1) - 1;
    const int64_t from = dx_bucket_of(DX_GRAIN_WEEK, first), to = dx_bucket_of(DX_GRAIN_WEEK, last);
    const int64_t second = dx_bucket_day(DX_GRAIN_WEEK, from + 1),
                  to_day = dx_bucket_day(DX_GRAIN_WEEK, to);
    const sq_weeks *weeks = &c->weeks[k];
    bool *out = &c->o.of[k][DX_GRAIN_MONTH];
    *out = sq_reach_has(s, weeks, from + 1, to - 1);
    if (!*out && sq_reach_has(s, weeks, from, from) &&
        look_days(s, c, k, first, second - 1, out, err))
        return DX_FAIL;
    if (!*out && sq_reach_has(s, weeks, to, to) && look_days(s, c, k, to_day, last, out, err))
        return DX_FAIL;
    return DX_OK;
}

/* A new cell: the weeks before it tell nearly all. */
static dx_rc look_before(sq_store *s, change *c, dx_err *err)
{
    const int64_t week = dx_bucket_of(DX_GRAIN_WEEK, c->day);
    for (int k = 0; k < 2; k++) {
        bool *of = c->o.of[k];
        of[DX_GRAIN_ALL] = c->weeks[k].any;
        if (!of[DX_GRAIN_ALL])
            return DX_OK; /* none at all, so none of the product */
        of[DX_GRAIN_WEEK] = sq_reach_has(s, &c->weeks[k], week, week);
        if (look_month(s, c, k, err) ||
            (of[DX_GRAIN_WEEK] && look_days(s, c, k, c->day, c->day, &of[DX_GRAIN_DAY], err)))
            return DX_FAIL;
    }
    c->o.release_week = sq_reach_has(s, &c->weeks[OF_RELEASE], week, week);
    return DX_OK;
}

/* A cell that went: its weeks still count it, so the other cells are looked at. */
static dx_rc look_after(sq_store *s, change *c, int k, dx_err *err)
{
    bool *of = c->o.of[k];
    const int64_t product = k ? c->product : 0;
    if (in_days(s, c, c->day, c->day, product, &of[DX_GRAIN_DAY], err))
        return DX_FAIL;
    for (int g = DX_GRAIN_WEEK; g > DX_GRAIN_ALL; g--) {
        const int64_t bucket = dx_bucket_of((dx_grain)g, c->day);
        const int64_t from = dx_bucket_day((dx_grain)g, bucket),
                      to = dx_bucket_day((dx_grain)g, bucket + 1) - 1;
        of[g] = of[DX_GRAIN_DAY];
        if (!of[g] && in_days(s, c, from, to, product, &of[g], err))
            return DX_FAIL;
    }
    of[DX_GRAIN_ALL] = of[DX_GRAIN_WEEK] || of[DX_GRAIN_MONTH];
    return of[DX_GRAIN_ALL] ? DX_OK
                            : in_days(s, c, INT64_MIN, INT64_MAX, product, &of[DX_GRAIN_ALL], err);
}

static dx_rc look_after_release(sq_store *s, change *c, dx_err *err)
{
    int64_t one;
    const int64_t monday = dx_bucket_day(DX_GRAIN_WEEK, dx_bucket_of(DX_GRAIN_WEEK, c->day));
    const dx_rc rc = sq_value(s, &one, err,
                              "SELECT 1 FROM cell WHERE server = ?1 AND what = ?2"
                              " AND day BETWEEN ?3 AND ?3 + 6 AND day <> ?4 AND release = ?5",
                              SQ_I(c->at->server), SQ_I(c->what), SQ_I(monday), SQ_I(c->day),
                              SQ_I(c->at->release));
    c->o.release_week = rc == DX_OK;
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

static dx_rc look(sq_store *s, change *c, dx_err *err)
{
    const int64_t of[OFS] = {0, -c->product, c->at->release};
    for (int i = 0; i < OFS; i++) {
        const sq_reach_key key = {c->what, of[i], c->at->server};
        if (sq_reach_look(s, &key, i && !c->weeks[i - 1].stored, &c->weeks[i], err))
            return DX_FAIL;
    }
    if (c->has)
        return look_before(s, c, err);
    return look_after(s, c, OF_ANY, err) || look_after(s, c, OF_PRODUCT, err)
               ? DX_FAIL
               : look_after_release(s, c, err);
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

/* Of the release, of its product, of any: where no other day of the week has it. */
static dx_rc set_weeks(sq_store *s, const change *c, dx_err *err)
{
    const int64_t week = dx_bucket_of(DX_GRAIN_WEEK, c->day);
    const bool other[OFS] = {c->o.of[OF_ANY][DX_GRAIN_WEEK], c->o.of[OF_PRODUCT][DX_GRAIN_WEEK],
                             c->o.release_week};
    for (int i = 0; i < OFS; i++)
        if (!other[i] && sq_reach_set(s, &c->weeks[i], week, c->has, err))
            return DX_FAIL;
    return DX_OK;
}

/* ---- tallies ---- */

/* k: 0 of all products, 1 of its own. */
static void add_tally(struct sq_sums *w, const change *c, int64_t kind, int64_t id, int k, int g)
{
    const bool same = c->o.of[k][g] || kind == SQ_EACH_SIGNATURE;
    const sq_delta d = {
        .key = {SQ_TALLY, kind, {k ? c->product : 0, g, dx_bucket_of((dx_grain)g, c->day), id, 0}},
        .events = c->sign * c->events,
        .attempts = c->sign,
        .failures = c->at->failed ? c->sign : 0,
        .servers = same ? 0 : (int64_t)c->has - c->had};
    sq_wait(w, &d);
}

static void add_tallies(struct sq_sums *w, const change *c, int64_t kind, int64_t id)
{
    for (int k = 0; k < 2; k++)
        for (int g = DX_GRAIN_ALL; g <= DX_GRAIN_DAY; g++)
            add_tally(w, c, kind, id, k, g);
}

/* Nearly each attempt has rows of its own here, so there are only those that questions need: the
 * others follow from them. */
static void add_tallies_of_server(struct sq_sums *w, const change *c)
{
    add_tally(w, c, SQ_SERVER, c->at->server, 0, DX_GRAIN_ALL);
    add_tally(w, c, SQ_SERVER, c->at->server, 1, DX_GRAIN_MONTH);
    add_tally(w, c, SQ_SERVER, c->at->server, 1, DX_GRAIN_DAY);
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
    if (c.had != c.has && (look(s, &c, err) || set_weeks(s, &c, err)))
        return DX_FAIL;
    const int64_t kind = what >> SQ_KIND_SHIFT, id = SQ_WHAT_ID(what);
    add_tallies(w, &c, kind, id);
    add_tallies_by(w, &c, kind, id);
    if (kind == SQ_ALL)
        add_tallies_of_server(w, &c);
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
