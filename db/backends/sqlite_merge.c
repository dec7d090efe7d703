/* Two stores become one.  Attempts are recognised by their content, as those of logs are; of two
 * readings of one attempt the longer stays, of equal ones that of the later rules, so that neither
 * order nor repetition matters. */
#include "db/backends/sqlite_notes.h"
#include <stdlib.h>

typedef struct merge_job {
    sq_store *s, *from;
    dx_arena *into, *scratch; /* scratch: one group of attempts */
    dx_merged *out;
    size_t cap_judge;
} merge_job;

/* ---- the other store beside ours ---- */

static dx_rc attach(merge_job *m, const char *path, dx_err *err)
{
    dx_buf uri = {0};
    /* In a folder where nothing may be written, a file is read as one that does not change. */
    sq_uri_of(&uri, path, m->from->immutable ? "mode=ro&immutable=1" : "mode=ro");
    const dx_rc rc =
        uri.failed ? dx_nomem(err) : sq_do(m->s, err, "ATTACH ?1 AS other", SQ_T(dx_buf_str(&uri)));
    dx_buf_done(&uri);
    return rc;
}

static void detach(merge_job *m)
{
    dx_err ignored;
    /* Statements that name the other store would keep it. */
    sq_asked_close(m->s);
    const dx_rc rc = sq_do_(m->s, &ignored, "DETACH other", NULL, 0);
    (void)rc; /* closing does it as well */
}

/* ---- words, scans, logs: by what they say ---- */

static const char *const words[] = {
    "INSERT OR IGNORE INTO main.server (name) SELECT name FROM other.server ORDER BY name",
    "INSERT OR IGNORE INTO main.term (text) SELECT text FROM other.term ORDER BY text",
    "INSERT INTO main.ruleset (digest, version) SELECT digest, version FROM other.ruleset WHERE 1"
    " ON CONFLICT DO UPDATE SET version = max(version, excluded.version)",
    "INSERT OR IGNORE INTO main.wording (hash, title, body)"
    " SELECT hash, title, body FROM other.wording",
    "CREATE TEMP TABLE term_as (id INTEGER PRIMARY KEY, here INTEGER NOT NULL)",
    "INSERT INTO temp.term_as SELECT a.id, b.id FROM other.term AS a"
    " JOIN main.term AS b ON b.text = a.text",
    "CREATE TEMP TABLE scan_as (id INTEGER PRIMARY KEY, here INTEGER NOT NULL)",
    /* The same scan in both is one. */
    "INSERT INTO main.scan (began_us, ended_us, complete, ruleset, program)"
    " SELECT a.began_us, a.ended_us, a.complete, r.id, t.here FROM other.scan AS a"
    " JOIN other.ruleset AS o ON o.id = a.ruleset JOIN main.ruleset AS r ON r.digest = o.digest"
    " JOIN temp.term_as AS t ON t.id = a.program WHERE NOT EXISTS (SELECT 1 FROM main.scan AS b"
    "  WHERE b.began_us = a.began_us AND b.ended_us IS a.ended_us AND b.ruleset = r.id"
    "  AND b.program = t.here) ORDER BY a.began_us, a.id",
    "INSERT INTO temp.scan_as SELECT a.id, min(b.id) FROM other.scan AS a"
    " JOIN other.ruleset AS o ON o.id = a.ruleset JOIN main.ruleset AS r ON r.digest = o.digest"
    " JOIN temp.term_as AS t ON t.id = a.program JOIN main.scan AS b ON b.began_us = a.began_us"
    " AND b.ended_us IS a.ended_us AND b.ruleset = r.id AND b.program = t.here GROUP BY a.id",
    /* Of two logs with one path the longer one is told of, and the last scan that read it. */
    "INSERT INTO main.source (path, member, format, encoding, bytes, bad_bytes, lines, digest,"
    " first_seen_us, scan) SELECT path, member, f.here, e.here, bytes, bad_bytes, lines, digest,"
    " first_seen_us, s.here FROM other.source AS a JOIN temp.term_as AS f ON f.id = a.format"
    " JOIN temp.term_as AS e ON e.id = a.encoding JOIN temp.scan_as AS s ON s.id = a.scan WHERE 1"
    " ON CONFLICT DO UPDATE SET first_seen_us = min(first_seen_us, excluded.first_seen_us),"
    " scan = iif((SELECT (n.began_us, n.complete) > (o.began_us, o.complete) FROM main.scan AS n,"
    "  main.scan AS o WHERE n.id = excluded.scan AND o.id = source.scan), excluded.scan, scan)",
    "UPDATE main.source AS b SET bytes = a.bytes, bad_bytes = a.bad_bytes, lines = a.lines,"
    " digest = a.digest, format = f.here, encoding = e.here FROM other.source AS a"
    " JOIN temp.term_as AS f ON f.id = a.format JOIN temp.term_as AS e ON e.id = a.encoding"
    " WHERE a.path = b.path AND a.member = b.member AND (a.bytes, a.digest) > (b.bytes, b.digest)",
    /* Of a log that neither could read the later word counts; one that either read since goes. */
    "INSERT INTO main.unread SELECT * FROM other.unread WHERE 1 ON CONFLICT DO UPDATE SET"
    " (server, why, partly) = (SELECT server, why, partly FROM (SELECT unread.server,"
    "  unread.why, unread.partly, unread.last_seen_us AS at UNION ALL SELECT excluded.server,"
    "  excluded.why, excluded.partly, excluded.last_seen_us) ORDER BY at DESC, why DESC, server,"
    "  partly LIMIT 1), first_seen_us = min(first_seen_us, excluded.first_seen_us),"
    " last_seen_us = max(last_seen_us, excluded.last_seen_us)",
    "DELETE FROM main.unread WHERE EXISTS (SELECT 1 FROM main.source AS a JOIN main.scan AS s"
    " ON s.id = a.scan WHERE a.path = unread.path AND a.member = unread.member"
    " AND s.began_us > unread.last_seen_us) OR EXISTS (SELECT 1 FROM other.source AS a"
    " JOIN other.scan AS s ON s.id = a.scan WHERE a.path = unread.path"
    " AND a.member = unread.member AND s.began_us > unread.last_seen_us)",
    "CREATE TEMP TABLE attempt_as (id INTEGER PRIMARY KEY, here INTEGER NOT NULL,"
    " fresh INTEGER NOT NULL, added INTEGER NOT NULL)",
    "INSERT INTO main.finding_key (key, first_seen_us) SELECT key, first_seen_us"
    " FROM other.finding_key WHERE 1"
    " ON CONFLICT DO UPDATE SET first_seen_us = min(first_seen_us, excluded.first_seen_us)",
    "INSERT INTO main.key_history SELECT key, r.id, at_us FROM other.key_history AS a"
    " JOIN other.ruleset AS o ON o.id = a.ruleset JOIN main.ruleset AS r ON r.digest = o.digest"
    " WHERE 1 ON CONFLICT DO UPDATE SET at_us = min(at_us, excluded.at_us)",
    "INSERT OR IGNORE INTO main.note (at_us, kind, subject, what, ticket, who, until_us)"
    " SELECT at_us, kind, subject, what, ticket, who, until_us FROM other.note",
};

/* After the attempts: verdicts of what is new here or was read anew. */
static const char *const verdicts[] = {
    /* Where the other store knows all that is known of a server, and more than ours did, it knows
     * better what became of the attempts; where both know the same, the later rules do. */
    "CREATE TEMP TABLE better AS SELECT m.id FROM temp.attempt_as AS m"
    " JOIN main.attempt AS b ON b.id = m.here JOIN other.attempt AS a ON a.id = m.id"
    " JOIN main.scan AS bs ON bs.id = b.read_scan JOIN main.ruleset AS br ON br.id = bs.ruleset"
    " JOIN other.scan AS os ON os.id = a.read_scan JOIN other.ruleset AS ar ON ar.id = os.ruleset"
    " AND ar.digest = br.digest JOIN other.verdict AS av ON av.attempt = a.id"
    " JOIN other.ruleset AS avr ON avr.id = av.ruleset LEFT JOIN main.verdict AS bv"
    " ON bv.attempt = b.id LEFT JOIN main.ruleset AS bvr ON bvr.id = bv.ruleset"
    " WHERE NOT m.fresh AND a.records = b.records AND (bvr.id IS NULL"
    " OR (avr.version, avr.digest) > (bvr.version, bvr.digest) OR (avr.digest = bvr.digest"
    "  AND b.server IN (SELECT server FROM main.attempt JOIN temp.attempt_as ON here = attempt.id"
    "   AND fresh) AND b.server NOT IN (SELECT server FROM main.attempt"
    "   WHERE id NOT IN (SELECT here FROM temp.attempt_as))))",
    "UPDATE temp.attempt_as SET fresh = 1 WHERE id IN (SELECT id FROM temp.better)",
    "UPDATE temp.attempt_as AS m SET fresh = 0 WHERE fresh AND EXISTS (SELECT 1"
    " FROM temp.attempt_as AS n WHERE n.here = m.here AND n.fresh AND n.id > m.id)",
    "DROP TABLE temp.better",
    "DELETE FROM main.verdict WHERE attempt IN (SELECT here FROM temp.attempt_as WHERE fresh)",
    "INSERT INTO main.verdict SELECT m.here, r.id, s.here, made_us FROM other.verdict AS a"
    " JOIN temp.attempt_as AS m ON m.id = a.attempt AND m.fresh"
    " JOIN other.ruleset AS o ON o.id = a.ruleset JOIN main.ruleset AS r ON r.digest = o.digest"
    " JOIN temp.scan_as AS s ON s.id = a.scan",
    "INSERT INTO main.finding (attempt, ord, key, diagnosis, cause_class, confidence, state,"
    " state_why, wording, detail, begun_us) SELECT m.here, ord, key, d.here, c.here, confidence,"
    " state, state_why, w.id, detail, begun_us FROM other.finding AS a"
    " JOIN temp.attempt_as AS m ON m.id = a.attempt AND m.fresh"
    " JOIN temp.term_as AS d ON d.id = a.diagnosis JOIN temp.term_as AS c ON c.id = a.cause_class"
    " JOIN other.wording AS o ON o.id = a.wording JOIN main.wording AS w ON w.hash = o.hash"
    " ORDER BY a.id",
    "INSERT INTO main.finding_evidence SELECT b.id, a.ord,"
    " iif(a.event IS NULL, NULL, (m.here << 24) + (a.event & 16777215)), points, s.here, y.here"
    " FROM other.finding_evidence AS a JOIN other.finding AS f ON f.id = a.finding"
    " JOIN temp.attempt_as AS m ON m.id = f.attempt AND m.fresh"
    " JOIN main.finding AS b ON b.attempt = m.here AND b.ord = f.ord"
    " JOIN temp.term_as AS s ON s.id = a.step JOIN temp.term_as AS y ON y.id = a.why",
    "INSERT INTO main.undecided SELECT m.here, ord, key, q.here, candidates FROM other.undecided"
    " AS a JOIN temp.attempt_as AS m ON m.id = a.attempt AND m.fresh"
    " JOIN temp.term_as AS q ON q.id = a.question",
    "INSERT INTO main.verdict_event SELECT m.here, kind, item, ord,"
    " (m.here << 24) + (event & 16777215) FROM other.verdict_event AS a"
    " JOIN temp.attempt_as AS m ON m.id = a.attempt AND m.fresh",
    "INSERT OR REPLACE INTO main.sighting SELECT m.here, b.id, ordinal, parent, first_line,"
    " first_offset, first_seq, records, s.here FROM other.sighting AS a"
    " JOIN temp.attempt_as AS m ON m.id = a.attempt JOIN other.source AS o ON o.id = a.source"
    " JOIN main.source AS b ON b.path = o.path AND b.member = o.member"
    " JOIN temp.scan_as AS s ON s.id = a.scan WHERE NOT EXISTS (SELECT 1 FROM main.sighting AS c"
    "  WHERE c.attempt = m.here AND c.source = b.id AND c.records >= a.records)",
    "UPDATE main.attempt AS b SET first_seen_us = min(b.first_seen_us, a.first_seen_us)"
    " FROM other.attempt AS a JOIN temp.attempt_as AS m ON m.id = a.id WHERE b.id = m.here"
    " AND a.first_seen_us < b.first_seen_us",
    "INSERT INTO main.debut SELECT (what & ~268435455) + CASE what >> 28"
    "  WHEN 0 THEN 0 WHEN 1 THEN coalesce((SELECT b.id FROM other.signature AS a"
    "   JOIN main.signature AS b ON b.name = a.name AND b.base = a.base AND b.polarity = a.polarity"
    "   WHERE a.id = what & 268435455), 0)"
    "  WHEN 5 THEN (SELECT b.id FROM other.pattern AS a JOIN main.pattern AS b ON b.text = a.text"
    "   WHERE a.id = what & 268435455)"
    "  ELSE coalesce((SELECT here FROM temp.term_as WHERE id = what & 268435455), 0) END AS w,"
    " first_us FROM other.debut WHERE w IS NOT NULL"
    " ON CONFLICT DO UPDATE SET first_us = min(first_us, excluded.first_us)",
    /* What came with scans that both knew was not sent on yet. */
    "UPDATE main.outlet SET scan = 0",
};

static dx_rc run_all(sq_store *s, const char *const *sql, size_t n, dx_err *err)
{
    for (size_t i = 0; i < n; i++)
        if (sq_do_(s, err, sql[i], NULL, 0))
            return DX_FAIL;
    return DX_OK;
}

/* ---- attempts ---- */

/* The fingerprints that the other store kept, as far as a reader would have them all. */
static dx_rc trail_of(merge_job *m, int64_t id, dx_trail *t, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    uint64_t count[SQ_MARKS];
    if (sq_ask(m->from, &q, err, "SELECT records, stride, marks FROM attempt WHERE id = ?1",
               SQ_I(id)) ||
        sq_next(m->from, q, err) != DX_OK)
        return DX_FAIL;
    t->records = (uint64_t)sqlite3_column_int64(q, 0);
    t->stride = sq_u32(sqlite3_column_int64(q, 1));
    const dx_str marks = sq_bytes(q, 2);
    const size_t n = sq_mark_counts(t->records, t->stride, count);
    uint64_t *mark = NULL;
    if (n && marks.n == n * 8 && t->records / t->stride <= 1 << 20) {
        t->n = (size_t)(t->records / t->stride);
        mark = dx_arena_get(m->scratch, t->n * sizeof *mark);
        if (!mark) {
            sq_done(q);
            return dx_nomem(err);
        }
        for (size_t i = 0; i < n; i++)
            mark[count[i] / t->stride - 1] = sq_get64(marks.p + i * 8);
    }
    t->mark = mark;
    sq_done(q);
    return DX_OK;
}

typedef struct group {
    int64_t *ids, *here;
    bool *seen, *fresh;
    dx_attempt *attempts;
    dx_event *events, *kept;
    size_t n, cap, n_events, cap_events, n_kept, cap_kept, cap_attempts, n_attempts;
} group;

static dx_rc add_case(merge_job *m, group *g, int64_t id, dx_err *err)
{
    dx_case c;
    if (sq_read_case(&m->from->base, id, 0, m->scratch, &c, err) ||
        trail_of(m, id, &c.attempt.trail, err))
        return DX_FAIL;
    c.attempt.ordinal = (uint32_t)g->n_attempts + 1;
    if (!DX_PUSH(m->scratch, g->attempts, g->n_attempts, g->cap_attempts, c.attempt))
        return dx_nomem(err);
    for (size_t i = 0; i < c.n_events; i++) {
        dx_event e = c.events[i];
        e.attempt = c.attempt.ordinal;
        if (!DX_PUSH(m->scratch, g->events, g->n_events, g->cap_events, e))
            return dx_nomem(err);
    }
    for (size_t i = 0; i < c.n_kept; i++) {
        dx_event e = c.kept[i];
        e.attempt = c.attempt.ordinal;
        if (!DX_PUSH(m->scratch, g->kept, g->n_kept, g->cap_kept, e))
            return dx_nomem(err);
    }
    return DX_OK;
}

/* Which scan of ours has the rules by which the group was read. */
static dx_rc scan_of(merge_job *m, int64_t id, int64_t *scan, dx_err *err)
{
    return sq_value(m->s, scan, err,
                    "SELECT here FROM other.attempt AS a JOIN temp.scan_as AS s"
                    " ON s.id = a.read_scan WHERE a.id = ?1",
                    SQ_I(id)) == DX_OK
               ? DX_OK
               : DX_FAIL;
}

/* An attempt without a time counts where it was first seen, which is not now.  No attempt of the
 * group is put too early so; the steps after them move each to its own moment. */
static dx_rc seen_at(merge_job *m, const group *g, int64_t *us, dx_err *err)
{
    *us = INT64_MIN;
    for (size_t i = 0; i < g->n; i++) {
        int64_t first;
        if (sq_value(m->from, &first, err, "SELECT first_seen_us FROM attempt WHERE id = ?1",
                     SQ_I(g->ids[i])) != DX_OK)
            return DX_FAIL;
        *us = first > *us ? first : *us;
    }
    return DX_OK;
}

static dx_rc put_group(merge_job *m, group *g, dx_err *err)
{
    int64_t scan = 0;
    g->here = dx_arena_get(m->scratch, g->n * sizeof *g->here);
    g->seen = dx_arena_get(m->scratch, g->n * sizeof *g->seen);
    g->fresh = dx_arena_get(m->scratch, g->n * sizeof *g->fresh);
    if (!g->here || !g->seen || !g->fresh)
        return dx_nomem(err);
    for (size_t i = 0; i < g->n; i++)
        if (add_case(m, g, g->ids[i], err))
            return DX_FAIL;
    const dx_log log = {.n_attempts = g->n_attempts,
                        .attempts = g->attempts,
                        .n_events = g->n_events,
                        .events = g->events,
                        .n_kept = g->n_kept,
                        .kept = g->kept};
    if (scan_of(m, g->ids[0], &scan, err) || seen_at(m, g, &m->s->now_us, err) ||
        sq_put_group(m->s, scan, &log, g->here, g->seen, g->fresh, err))
        return DX_FAIL;
    for (size_t i = 0; i < g->n; i++) {
        m->out->attempts += !g->seen[i];
        m->out->known += g->seen[i];
        if (sq_do(m->s, err, "INSERT INTO temp.attempt_as VALUES (?1, ?2, ?3, ?3)", SQ_I(g->ids[i]),
                  SQ_I(g->here[i]), SQ_I(g->fresh[i])))
            return DX_FAIL;
    }
    return sq_sums_ease(m->s, err);
}

/* Attempts of the same content stand together: they are several, and stay so. */
static dx_rc put_attempts(merge_job *m, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    int64_t last = 0;
    group g = {.n = 0};
    if (sq_ask_(m->from, &q, err,
                "SELECT id, dense_rank() OVER (ORDER BY server, format, digest) FROM attempt"
                " ORDER BY server, format, digest, occurrence",
                NULL, 0))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(m->from, q, err)) == DX_OK) {
        const int64_t rank = sqlite3_column_int64(q, 1);
        if (g.n && rank != last) {
            if ((rc = put_group(m, &g, err)) != DX_OK)
                break;
            dx_arena_reset(m->scratch);
            g = (group){.n = 0};
        }
        last = rank;
        if (!DX_PUSH(m->scratch, g.ids, g.n, g.cap, sqlite3_column_int64(q, 0))) {
            rc = dx_nomem(err);
            break;
        }
    }
    sq_done(q);
    if (rc != DX_END)
        return DX_FAIL;
    return g.n ? put_group(m, &g, err) : DX_OK;
}

/* ---- what follows ---- */

static dx_rc ids_of(merge_job *m, const char *sql, int64_t **ids, size_t *n, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    return sq_ask_(m->s, &q, err, sql, NULL, 0) ? DX_FAIL
                                                : sq_numbers(m->s, q, m->into, ids, n, err);
}

static dx_rc recount(merge_job *m, dx_err *err)
{
    int64_t *ids;
    size_t n;
    if (ids_of(m, "SELECT here FROM temp.attempt_as ORDER BY here", &ids, &n, err))
        return DX_FAIL;
    for (size_t i = 0; i < n; i++) {
        sq_account was;
        dx_arena_reset(m->scratch);
        if (sq_account_now(m->s, ids[i], m->scratch, &was, err) ||
            sq_recount(m->s, ids[i], &was, NULL, m->scratch, err) || sq_sums_ease(m->s, err))
            return DX_FAIL;
    }
    return DX_OK;
}

/* Servers of which each store knew an attempt that the other had not, and such as have other names
 * now: what came later, or before, may change what their attempts mean. */
static dx_rc find_to_judge(merge_job *m, dx_err *err)
{
    return ids_of(m,
                  "WITH machine AS (SELECT server.id AS id, coalesce(counts_as, server.id) AS own,"
                  "   coalesce(was.own, server.id) AS before FROM main.server"
                  "   LEFT JOIN temp.counted_as AS was ON was.id = server.id),"
                  " here AS (SELECT attempt.id AS id, own FROM main.attempt"
                  "   JOIN machine ON machine.id = attempt.server),"
                  " added AS (SELECT DISTINCT own FROM here WHERE id IN"
                  "   (SELECT here FROM temp.attempt_as WHERE added)),"
                  " alone AS (SELECT DISTINCT own FROM here WHERE id NOT IN"
                  "   (SELECT here FROM temp.attempt_as)),"
                  " moved AS (SELECT own FROM machine WHERE own <> before"
                  "   UNION SELECT before FROM machine WHERE own <> before)"
                  " SELECT id FROM here WHERE ((own IN (SELECT own FROM added)"
                  "   AND own IN (SELECT own FROM alone)) OR own IN (SELECT own FROM moved))"
                  " AND own <> coalesce((SELECT id FROM main.server WHERE name = 'unknown'), 0)"
                  " ORDER BY id",
                  &m->out->judge, &m->out->n_judge, err);
}

static dx_rc merge(merge_job *m, dx_err *err)
{
    sq_forget(m->s);
    if (sq_do_(m->s, err,
               "CREATE TEMP TABLE counted_as AS SELECT id, coalesce(counts_as, id) AS own"
               " FROM main.server",
               NULL, 0) ||
        run_all(m->s, words, sizeof words / sizeof *words, err) || put_attempts(m, err) ||
        run_all(m->s, verdicts, sizeof verdicts / sizeof *verdicts, err) || recount(m, err) ||
        sq_notes_derive(m->s, m->scratch, err) || sq_sums_flush(m->s, err) ||
        sq_keys_refresh_all(m->s, err) || find_to_judge(m, err))
        return DX_FAIL;
    static const char *const clear[] = {"DROP TABLE temp.term_as", "DROP TABLE temp.scan_as",
                                        "DROP TABLE temp.attempt_as", "DROP TABLE temp.counted_as"};
    return run_all(m->s, clear, sizeof clear / sizeof *clear, err);
}

dx_rc sq_merge(dx_store *base, const char *from, dx_arena *into, dx_merged *out, dx_err *err)
{
    const dx_store_options options = {.read_only = true, .must_exist = true};
    dx_merged merged = {.attempts = 0};
    dx_store *other = NULL;
    dx_err late;
    merge_job m = {.s = (sq_store *)base, .into = into, .out = &merged};
    if (dx_store_open(&other, from, &options, err))
        return DX_FAIL;
    m.from = (sq_store *)other;
    m.scratch = dx_arena_new(0);
    dx_rc rc = m.scratch ? attach(&m, from, err) : dx_nomem(err);
    if (rc == DX_OK) {
        rc = sq_thorough(m.s, true, err) || sq_enter(m.s, err) ? DX_FAIL : DX_OK;
        const int64_t now_us = m.s->now_us;
        if (rc == DX_OK)
            rc = sq_leave(m.s, merge(&m, err), err);
        m.s->now_us = now_us;
        if (sq_thorough(m.s, false, rc == DX_OK ? err : &late))
            rc = DX_FAIL;
        detach(&m);
    }
    if (rc == DX_OK)
        *out = merged;
    dx_arena_free(m.scratch);
    dx_store_close(other);
    return rc == DX_OK ? DX_OK : dx_context(err, "merging '%s'", from);
}
