/* Is a store sound?  The sums are compared with what the attempts, events and findings say, by SQL
 * that shares nothing with the code that keeps them. */
#include "db/backends/sqlite_each_cell.h"
#include "db/backends/sqlite_heard.h"
#include "db/backends/sqlite_lists.h"
#include "db/backends/sqlite_packs.h"
#include "db/backends/sqlite_sums.h"
#include "db/manage.h"
#include <stdlib.h>

/* What each attempt counts as, from events and standing: (attempt, what, events).  CROSS JOIN keeps
 * the order: the other way round a list without an index would be read for each attempt. */
#define EVENTS                                                                                     \
    "told (attempt, signature, pattern, polarity, n) AS (SELECT event.id >> 24, signature.id,"     \
    " evidence.pattern, polarity, count(*) FROM event JOIN evidence ON evidence.id = "             \
    "event.evidence JOIN signature ON signature.id = evidence.signature"                           \
    " WHERE polarity IN (0, 4) GROUP BY 1, 2, 3),"                                                 \
    " total (attempt, n) AS (SELECT attempt, sum(n) FROM (SELECT attempt, n FROM told"             \
    " UNION ALL SELECT attempt, 0 FROM standing) GROUP BY attempt),"

#define TOTALS " n FROM total CROSS JOIN standing ON standing.attempt = total.attempt"

#define THINGS                                                                                     \
    "thing (attempt, what, events) AS ("                                                           \
    " SELECT total.attempt, 0," TOTALS                                                             \
    " UNION ALL SELECT attempt, (1 << 28) + signature, sum(n) FROM told WHERE polarity = 0"        \
    "  GROUP BY 1, 2"                                                                              \
    " UNION ALL SELECT attempt, 1 << 28, sum(n) FROM told WHERE polarity = 4 GROUP BY 1"           \
    " UNION ALL SELECT attempt, (5 << 28) + pattern, sum(n) FROM told WHERE polarity = 4"          \
    "  GROUP BY 1, 2"                                                                              \
    " UNION ALL SELECT total.attempt, (2 << 28) + coalesce(diagnosis, 0)," TOTALS                  \
    "  WHERE failed OR diagnosis IS NOT NULL"                                                      \
    " UNION ALL SELECT total.attempt, (3 << 28) + coalesce(cause, 0)," TOTALS                      \
    "  WHERE failed OR diagnosis IS NOT NULL"                                                      \
    " UNION ALL SELECT total.attempt, (4 << 28) + coalesce(code, 0)," TOTALS " WHERE failed)"

#define DIGITS_(n) #n
#define DIGITS(n)  DIGITS_(n)
#define WEEK       SQ_SQL_WEEK("day")
#define DAY        "(happened_us / 86400000000 - (happened_us % 86400000000 < 0))"
/* SQL knows no year beyond 9999: 146,097 days are 4,800 months. */
#define MONTH                                                                                      \
    "(day / 146097 * 4800 + strftime('%Y', day % 146097 * 86400, 'unixepoch') * 12"                \
    " + strftime('%m', day % 146097 * 86400, 'unixepoch') - 1)"

/* How many rows are in one list and not in the other. */
#define DIFFER(a, b)                                                                               \
    " SELECT (SELECT count(*) FROM (" a " EXCEPT " b ")) + (SELECT count(*) FROM (" b " EXCEPT " a \
    "))"

#define TALLY_OF(grain, bucket)                                                                    \
    " SELECT what >> 28 AS kind, 0 AS product, " grain " AS grain, " bucket " AS bucket,"          \
    " what & 268435455 AS id, sum(events) AS events, sum(attempts) AS attempts,"                   \
    " sum(failures) AS failures, count(DISTINCT server) AS servers FROM temp.each_cell AS"         \
    " cell GROUP BY 1, 4, 5"                                                                       \
    " UNION ALL SELECT what >> 28, product, " grain ", " bucket ", what & 268435455, sum(events)," \
    " sum(attempts), sum(failures), count(DISTINCT server) FROM temp.each_cell AS cell"            \
    " JOIN release ON release.id = cell.release GROUP BY 1, 2, 4, 5"                               \
    " UNION ALL SELECT 7, 0, " grain ", " bucket ", 0, sum(events), sum(attempts), sum(failures)," \
    " 0 FROM temp.each_cell AS cell WHERE what > 268435456 AND what < 536870912 GROUP BY 4"        \
    " UNION ALL SELECT 7, product, " grain ", " bucket ", 0, sum(events), sum(attempts),"          \
    " sum(failures), 0 FROM temp.each_cell AS cell JOIN release ON release.id = cell.release"      \
    " WHERE what > 268435456 AND what < 536870912 GROUP BY 2, 4"

#define SPREAD                                                                                     \
    "dx_week(release, server, day, events, attempts, failures) FROM temp.each_cell AS cell"

/* Where each server told of a thing for the last time, of any product and of each. */
#define LAST_OF(grain, bucket)                                                                     \
    " SELECT kind, product, " grain ", " bucket ", id, count(*) FROM (SELECT what >> 28 AS kind,"  \
    " what & 268435455 AS id, 0 AS product, max(day) AS day FROM temp.each_cell AS cell"           \
    " WHERE what >> 28 IN (0, 3, 4) GROUP BY server, what UNION ALL SELECT what >> 28,"            \
    " what & 268435455, product, max(day) FROM temp.each_cell AS cell JOIN release ON release.id " \
    "= cell.release"                                                                               \
    " WHERE what >> 28 IN (0, 3, 4) GROUP BY server, what, product) GROUP BY 1, 2, 4, 5"

/* The least time of a span; 0 has two. */
#define SPAN(span)                                                                                 \
    "(CASE WHEN " span " < 2 THEN 0 ELSE (1 << (" span " / 2)) | ((" span " & 1) << (" span        \
    " / 2 - 1)) END)"

#define SAME_RELEASE " AND later.release = cell.release"
#define ERA          "((" WEEK " + 8000000) / 8 - 1000000)"
#define SITE                                                                                       \
    "(SELECT coalesce(max(value), 0) FROM tag WHERE tag.server = cell.server"                      \
    " AND name = (SELECT id FROM term WHERE text = 'site'))"

/* By release, each server's last day with it; by site, its last day. */
#define SHARE_OF(of, same, grain, bucket)                                                          \
    " SELECT what >> 28, " grain ", " bucket ", what & 268435455, " of ", sum(events),"            \
    " sum(attempts), sum(failures), sum(NOT EXISTS (SELECT 1 FROM temp.each_cell AS later WHERE"   \
    " later.server = cell.server AND later.what = cell.what AND (later.day, later.release) >"      \
    " (cell.day, cell.release)" same "))"                                                          \
    " FROM temp.each_cell AS cell WHERE what >> 28 IN (0, 3, 4) GROUP BY 1, 3, 4, 5"               \
    " UNION ALL SELECT 7, " grain ", " bucket ", 0, " of ", sum(events), sum(attempts),"           \
    " sum(failures), 0 FROM temp.each_cell AS cell WHERE what > 268435456 AND what < 536870912 "   \
    "GROUP BY 3, 5"

/* By site and product, each server's last day with it. */
#define PRODUCT_OF(grain, bucket)                                                                  \
    " SELECT 6, " grain ", " bucket ", product, " SITE ", sum(events), sum(attempts),"             \
    " sum(failures), sum(NOT EXISTS (SELECT 1 FROM temp.each_cell AS later JOIN release AS its"    \
    " ON its.id = later.release WHERE later.server = cell.server AND later.what = 0"               \
    " AND its.product = release.product AND (later.day, later.release) > (cell.day, cell.release)" \
    ")) FROM temp.each_cell AS cell JOIN release ON release.id = cell.release WHERE what = 0"      \
    " GROUP BY 3, 4, 5"

#define SPAN_OF_WEEKS "((" WEEK " + 16000000) / 16 - 1000000)"

/* Whether an attempt failed, when of findings those count that `what` says of.  Where a log gives
 * no outcome a cancellation that is almost certain is no failure (dx_cause_stopped()); older
 * versions counted it as one, which stands until the attempt is judged anew. */
#define STOPPED                                                                                    \
    "(confidence >= 85 AND (SELECT text FROM term WHERE id = cause_class) LIKE '%cancelled')"
#define FAILED_WITH(what)                                                                          \
    "(outcome = 2 OR (outcome IN (0, 4) AND (EXISTS (SELECT 1 FROM finding WHERE"                  \
    " finding.attempt = standing.attempt AND " what ") OR EXISTS (SELECT 1 FROM undecided WHERE"   \
    " undecided.attempt = standing.attempt) OR EXISTS (SELECT 1 FROM verdict_event AS v"           \
    " JOIN event ON event.id = v.event JOIN evidence ON evidence.id = event.evidence"              \
    " JOIN signature ON signature.id = evidence.signature WHERE v.attempt = standing.attempt"      \
    " AND v.kind = 1 AND polarity = 0))))"

static const struct {
    const char *sql, *fault; /* the fault takes the count */
} checks[] = {
    {"SELECT count(*) FROM attempt LEFT JOIN standing ON standing.attempt = attempt.id"
     " JOIN server ON server.id = attempt.server"
     " WHERE standing.server IS NOT coalesce(counts_as, server.id)"
     " OR happened_us IS NOT coalesce(began_us, first_seen_us)",
     "attempts that do not count for their server and time"},
    {"SELECT count(*) FROM standing LEFT JOIN finding ON finding.attempt = standing.attempt"
     " AND finding.ord = 0 WHERE standing.diagnosis IS NOT finding.diagnosis"
     " OR standing.cause IS NOT finding.cause_class",
     "attempts that do not count for their best finding"},
    {"SELECT count(*) FROM standing JOIN attempt ON attempt.id = standing.attempt"
     " WHERE failed NOT BETWEEN " FAILED_WITH("NOT " STOPPED) " AND " FAILED_WITH("1"),
     "attempts that do not count as their outcome says"},
    {"SELECT count(*) FROM kept CROSS JOIN sq_kept(list) AS one WHERE one.evidence IS NOT NULL"
     " AND NOT EXISTS (SELECT 1 FROM evidence WHERE evidence.id = one.evidence)",
     "records near a failure whose text is missing"},
    {"SELECT count(*) FROM attempt WHERE top IS NOT NULL AND NOT EXISTS (SELECT 1 FROM"
     " attempt_prefix WHERE key = (top | 24253932965) - (top & 24253932965) AND attempt = id)",
     "attempts that are not found by their longest beginning"},
    {"WITH RECURSIVE part (run, before) AS (SELECT min(run), 0 FROM evidence_event UNION ALL"
     " SELECT (SELECT min(run) FROM evidence_event WHERE run > part.run), run FROM part"
     " WHERE run IS NOT NULL)"
     " SELECT (SELECT count(*) FROM part CROSS JOIN evidence_event AS a ON a.run = part.run"
     " LEFT JOIN event ON event.id = a.event WHERE event.evidence IS NOT a.evidence"
     " OR a.event >> 24 NOT BETWEEN before + 1 AND part.run)"
     " + abs((SELECT count(*) FROM evidence_event) - (SELECT count(*) FROM event"
     " WHERE id >> 24 <= (SELECT max(run) FROM evidence_event)))",
     "events that are not found by what they say"},
    {"WITH " EVENTS THINGS DIFFER(
         "SELECT server, what, day, release, events, attempts, failures FROM temp.each_cell AS "
         "cell",
         "SELECT server, what, " DAY ", release, sum(events), count(*), sum(failed) FROM thing"
         " JOIN standing ON standing.attempt = thing.attempt GROUP BY 1, 2, 3, 4"),
     "sums by server and day that are not those of the attempts"},
    {"SELECT count(*) FROM cell_pack WHERE server IN (SELECT server FROM cell)",
     "servers whose sums are packed and in rows"},
    {DIFFER("SELECT server, what, release, day FROM crowd",
            "SELECT server, what, release, day FROM cell WHERE (server, what) IN"
            " (SELECT server, what FROM crowd UNION SELECT server, what FROM cell"
            " GROUP BY server, what HAVING count(*) > " DIGITS(SQ_CROWD) ")"),
     "days of servers with very many that are not those of their sums"},
    {DIFFER("SELECT kind, product, grain, bucket, id, events, attempts, failures, servers"
            " FROM tally WHERE grain = 0",
            "SELECT * FROM (" TALLY_OF("0", "0") ")"),
     "sums of all time that are not those of the servers"},
    {DIFFER("SELECT kind, product, grain, bucket, id, events, attempts, failures, servers"
            " FROM tally WHERE grain = 1",
            "SELECT * FROM (" TALLY_OF("1", MONTH) ")"),
     "sums of months that are not those of the servers"},
    {DIFFER("SELECT kind, product, grain, bucket, id, events, attempts, failures, servers"
            " FROM tally WHERE grain = 2",
            "SELECT * FROM (" TALLY_OF("2", WEEK) ")"),
     "sums of weeks that are not those of the servers"},
    {DIFFER("SELECT kind, product, grain, bucket, id, events, attempts, failures, servers"
            " FROM tally WHERE grain = 3",
            "SELECT * FROM (" TALLY_OF("3", "day") ") WHERE kind NOT IN (1, 2, 5)"),
     "sums of days that are not those of the servers"},
    {DIFFER("SELECT kind, product, day, list FROM tally_day",
            "SELECT * FROM (SELECT kind, product, bucket,"
            " dx_week(0, id / 7, id % 7 - 3, events, attempts, failures) FROM (" TALLY_OF(
                "3", "day") ") WHERE kind IN (1, 2, 5) GROUP BY 1, 2, 3)"),
     "lists of days that are not those of the servers"},
    {DIFFER("SELECT kind, week, id, spread FROM tally_by",
            "SELECT * FROM (SELECT what >> 28, " WEEK ", what & 268435455, " SPREAD
            " GROUP BY 1, 2, 3 UNION ALL SELECT 7, " WEEK ", 0, " SPREAD
            " WHERE what > 268435456 AND what < 536870912 GROUP BY 2)"),
     "sums by release that are not those of the servers"},
    {DIFFER("SELECT week, block, bits FROM week_servers", "SELECT * FROM (" SQ_HEARD_DUE(WEEK) ")"),
     "weeks of servers that are not those of their days"},
    {DIFFER("SELECT kind, week, list FROM week_things",
            "SELECT * FROM (SELECT kind, bucket, dx_week(0, id / 7, id % 7 - 3, 0, servers, 0)"
            " FROM (" TALLY_OF("2", WEEK) ") WHERE kind IN (1, 2) AND product = 0 GROUP BY 1, 2)"),
     "lists of servers by week that are not those of their days"},
    {DIFFER("SELECT kind, grain, bucket, list FROM tally_each",
            "SELECT * FROM (SELECT kind, grain, bucket,"
            " dx_week(0, id / 7, id % 7 - 3, events, attempts, failures) FROM tally"
            " WHERE kind IN (1, 2) AND product = 0 AND grain IN (1, 2) GROUP BY 1, 2, 3)"),
     "lists of signatures and diagnoses that are not those of their sums"},
    {DIFFER("SELECT kind, product, grain, bucket, id, servers FROM tally_last",
            "SELECT * FROM (" LAST_OF("1", MONTH) " UNION ALL" LAST_OF(
                "2", WEEK) " UNION ALL" LAST_OF("3", "day") ")"),
     "servers that told of something for the last time that are not those of their days"},
    {DIFFER("SELECT kind, grain, bucket, id, release, events, attempts, failures, last"
            " FROM tally_release",
            "SELECT * FROM (" SHARE_OF("release", SAME_RELEASE, "0", "0") " UNION ALL" SHARE_OF(
                "release", SAME_RELEASE, "1", ERA) " UNION ALL" SHARE_OF("release", SAME_RELEASE,
                                                                         "2", WEEK) ")"),
     "totals by release that are not those of the servers"},
    {DIFFER(
         "SELECT kind, grain, bucket, id, site, events, attempts, failures, last"
         " FROM tally_site",
         "SELECT * FROM (" SHARE_OF(SITE, "", "0", "0") " UNION ALL" SHARE_OF(SITE, "", "1", ERA) " UNION ALL" SHARE_OF(
             SITE, "", "2",
             WEEK) " UNION ALL" PRODUCT_OF("0", "0") " UNION ALL" PRODUCT_OF("1",
                                                                             ERA) " UNION "
                                                                                  "ALL" PRODUCT_OF(
                                                                                      "2",
                                                                                      WEEK) ")"),
     "totals by site that are not those of the servers"},
    {DIFFER("SELECT grain, bucket, block, list FROM tally_server",
            "SELECT * FROM (SELECT grain, bucket, server / 1024,"
            " dx_week(0, server / 7, server % 7 - 3, events, attempts, failures) FROM"
            " (SELECT 0 AS grain, 0 AS bucket, * FROM temp.each_cell UNION ALL"
            " SELECT 1, " SPAN_OF_WEEKS ", * FROM temp.each_cell) WHERE what = 0"
            " GROUP BY 1, 2, 3)"),
     "sums of servers that are not those of their days"},
    {DIFFER("SELECT kind, span, id, product, list FROM tally_line",
            "SELECT * FROM (" SQ_LINES_DUE ")"),
     "lines of signatures and diagnoses that are not those of the servers"},
    {DIFFER("SELECT diagnosis, span, cases, begun, failed FROM fix_took",
            "SELECT * FROM (SELECT fix_case.diagnosis, span, count(*), sum(begun), sum(failed)"
            " FROM fix_case JOIN (SELECT DISTINCT span FROM fix_took) ON CASE WHEN span < 0"
            " THEN took_us IS NULL ELSE took_us >= " SPAN(
                "span") " AND took_us < CASE span WHEN 0"
                        " THEN 2 ELSE " SPAN("(span + 1)") " END END GROUP BY 1, 2)"),
     "sums of fix cases that are not those of the cases"},
    {"SELECT count(*) FROM (SELECT diagnosis, count(*) AS n, sum(begun) AS b, sum(failed) AS f"
     " FROM fix_case GROUP BY 1) AS due LEFT JOIN (SELECT diagnosis, sum(cases) AS n,"
     " sum(begun) AS b, sum(failed) AS f FROM fix_took GROUP BY 1) AS kept"
     " ON kept.diagnosis = due.diagnosis WHERE (due.n, due.b, due.f) IS NOT (kept.n, kept.b, "
     "kept.f)",
     "diagnoses of which fix cases are missing in the sums"},
    {DIFFER("SELECT diagnosis, class, findings, attempts FROM inbox_sum",
            "SELECT * FROM (SELECT diagnosis, iif(state = 3, 0, iif(again, 1, iif(state, 2, 3))),"
            " count(*), sum(attempts) FROM finding_key WHERE attempts > 0 GROUP BY 1, 2 UNION ALL"
            " SELECT diagnosis, 4, count(DISTINCT server), 0 FROM finding_key WHERE attempts > 0"
            " GROUP BY 1)"),
     "sums of findings that are not those of the findings"},
    {"WITH had AS (SELECT key, count(DISTINCT finding.attempt) AS n, min(happened_us) AS a,"
     " max(happened_us) AS b FROM finding JOIN standing ON standing.attempt = finding.attempt"
     " GROUP BY key)" DIFFER("SELECT key, attempts, first_us, last_us FROM finding_key"
                             " WHERE attempts > 0",
                             "SELECT key, n, a, b FROM had"),
     "findings whose dates are not those of their attempts"},
};

typedef struct teller {
    dx_line_fn *tell;
    void *ctx;
    size_t faults;
} teller;

static dx_rc tell_fault(teller *t, dx_buf *line, dx_err *err)
{
    t->faults++;
    return line->failed ? dx_nomem(err) : t->tell(t->ctx, dx_buf_str(line), err);
}

static dx_rc tell_count(teller *t, int64_t n, const char *fault, dx_buf *line, dx_err *err)
{
    if (!n)
        return DX_OK;
    dx_buf_clear(line);
    dx_buf_printf(line, "%lld %s", (long long)n, fault);
    return tell_fault(t, line, err);
}

static dx_rc run_checks(sq_store *s, teller *t, dx_buf *line, dx_err *err)
{
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        int64_t n = 0;
        if (sq_value_(s, &n, err, checks[i].sql, NULL, 0) == DX_FAIL)
            return dx_context(err, "looking for %s", checks[i].fault);
        if (tell_count(t, n, checks[i].fault, line, err))
            return DX_FAIL;
    }
    return DX_OK;
}

static dx_rc check_lists(sq_store *s, teller *t, dx_buf *line, dx_err *err)
{
    sq_broken_lists n;
    return sq_lists_look(s, &n, err) ||
                   tell_count(t, n.cells, "servers whose packed sums are damaged", line, err) ||
                   tell_count(t, n.kept, "attempts whose records near a failure are damaged", line,
                              err) ||
                   tell_count(t, n.facts, "attempts whose facts are damaged", line, err)
               ? DX_FAIL
               : DX_OK;
}

static dx_rc check_sums(sq_store *s, teller *t, dx_buf *line, dx_err *err)
{
    dx_rc rc = sq_each_cell_make(s, err);
    if (rc == DX_OK)
        rc = run_checks(s, t, line, err);
    return sq_each_cell_drop(s, rc ? NULL : err) || rc ? DX_FAIL : DX_OK;
}

/* SQLite's own check; "ok" is the only good answer. */
static dx_rc check_file(sq_store *s, teller *t, dx_buf *line, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask_(s, &q, err, "PRAGMA integrity_check(20)", NULL, 0))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK) {
        if (dx_str_eq(sq_bytes(q, 0), DX_LIT("ok")))
            continue;
        dx_buf_clear(line);
        dx_buf_printf(line, "damaged: %.*s", DX_FMT(sq_bytes(q, 0)));
        if ((rc = tell_fault(t, line, err)) != DX_OK)
            break;
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static dx_rc check_references(sq_store *s, teller *t, dx_buf *line, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask_(s, &q, err,
                "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check"
                " GROUP BY 1, 2 ORDER BY 1, 2",
                NULL, 0))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK) {
        dx_buf_clear(line);
        dx_buf_printf(line, "%lld rows of %.*s lead to no row of %.*s",
                      (long long)sqlite3_column_int64(q, 2), DX_FMT(sq_bytes(q, 0)),
                      DX_FMT(sq_bytes(q, 1)));
        if ((rc = tell_fault(t, line, err)) != DX_OK)
            break;
    }
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

dx_rc sq_check(dx_store *base, dx_line_fn *tell, void *ctx, size_t *faults, dx_err *err)
{
    sq_store *s = (sq_store *)base;
    teller t = {tell, ctx, 0};
    dx_buf line = {0};
    dx_rc rc = check_file(s, &t, &line, err);
    if (rc == DX_OK && !t.faults)
        rc = check_references(s, &t, &line, err);
    if (rc == DX_OK && !t.faults)
        rc = check_lists(s, &t, &line, err) || check_sums(s, &t, &line, err) ? DX_FAIL : DX_OK;
    dx_buf_done(&line);
    *faults = t.faults;
    return rc;
}
