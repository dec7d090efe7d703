/* How findings stand, walked through by the plainest SQL from notes, keys and diagnoses, against
 * what the inbox says of them: from the sums that are kept, and key by key. */
#ifndef DX_TEST_DB_STANDINGS_H
#define DX_TEST_DB_STANDINGS_H
#include "fleet.h"

/* What was decided of each diagnosis last; of two decisions of one moment the one that ends it. */
#define STANDINGS_SILENT                                                                           \
    "silent AS (SELECT subject, at_us, until_us, what, who FROM (SELECT *, row_number() OVER ("    \
    "PARTITION BY subject ORDER BY at_us DESC, kind DESC, until_us DESC, what DESC, who DESC) AS"  \
    " back FROM note WHERE kind IN (2, 3)) WHERE back = 1 AND kind = 2)"

/* Keys with where they stand, and the best of a diagnosis's; %lld is now. */
#define STANDINGS_DUE                                                                              \
    "WITH " STANDINGS_SILENT ", moment AS (SELECT %lld AS now),"                                   \
    " one AS (SELECT diagnosis, first_us, CASE"                                                    \
    "  WHEN EXISTS (SELECT 1 FROM silent, moment WHERE until_us > now AND subject ="               \
    "   (SELECT text FROM term WHERE id = diagnosis)) THEN 3"                                      \
    "  WHEN state = 3 THEN 5"                                                                      \
    "  WHEN iif(at_us IS NULL, again, at_us < last_us) THEN 2"                                     \
    "  WHEN state > 0 OR at_us IS NOT NULL THEN 4"                                                 \
    "  WHEN first_us >= now - 604800000000 THEN 0 ELSE 1 END AS standing"                          \
    "  FROM moment, finding_key AS k LEFT JOIN resolution AS r ON r.key = k.key"                   \
    "  WHERE attempts > 0),"                                                                       \
    " kind AS (SELECT diagnosis, min(first_us) AS first_us, (SELECT standing FROM one AS o"        \
    "  WHERE o.diagnosis = one.diagnosis ORDER BY instr('320145', standing) LIMIT 1) AS standing"  \
    "  FROM one GROUP BY 1),"                                                                      \
    " due AS (SELECT 0 AS by_diagnosis, standing FROM one UNION ALL"                               \
    "  SELECT 1, iif(standing = 0 AND first_us < now - 604800000000, 1, standing)"                 \
    "  FROM kind, moment)"                                                                         \
    " SELECT count(*) FROM due WHERE by_diagnosis = %d AND standing = %d"
_Static_assert(DX_STAND_NEW == 0 && DX_STAND_KNOWN == 1 && DX_STAND_REGRESSED == 2 &&
                   DX_STAND_SILENCED == 3 && DX_STAND_PENDING == 4 && DX_STAND_VERIFIED == 5,
               "the numbers above");

static inline void standings_assert_inbox(fx *f, const dx_findings_query *q, unsigned round)
{
    char sql[2000];
    dx_findings got;
    int64_t all = 0;
    if (dx_store_findings(f->store, q, f->arena, &got, &f->err))
        fail_msg("%s", f->err.text);
    for (int i = 0; i < DX_STANDINGS; i++) {
        snprintf(sql, sizeof sql, STANDINGS_DUE, (long long)q->now_us, q->by_diagnosis, i);
        const long long want = fx_ask(fx_db(f), sql);
        all += want;
        if (got.standing[i] != want)
            fail_msg("round %u: %lld findings that stand as %d, not %lld (by diagnosis: %d)", round,
                     (long long)got.standing[i], i, want, q->by_diagnosis);
    }
    assert_int_equal(got.all, all);
}

/* Silences that hold as the store lists them, and as they follow from what was decided. */
static inline void standings_assert_silences(fx *f, int64_t now_us, unsigned round)
{
    static const char wrong[] =
        "WITH " STANDINGS_SILENT ", kept AS (SELECT (SELECT text FROM term WHERE id = diagnosis),"
        " at_us, until_us, reason, who FROM silence)"
        " SELECT (SELECT count(*) FROM (SELECT * FROM silent EXCEPT SELECT * FROM kept))"
        " + (SELECT count(*) FROM (SELECT * FROM kept EXCEPT SELECT * FROM silent))";
    char sql[700];
    dx_silence *list;
    size_t n;
    if (fx_ask(fx_db(f), wrong))
        fail_msg("round %u: silences that are not those that were decided", round);
    if (dx_store_silences(f->store, now_us, f->arena, &list, &n, &f->err))
        fail_msg("%s", f->err.text);
    snprintf(sql, sizeof sql,
             "WITH " STANDINGS_SILENT " SELECT count(*) FROM silent WHERE until_us > %lld",
             (long long)now_us);
    assert_int_equal(n, fx_ask(fx_db(f), sql));
}

static inline void standings_assert(fx *f, int64_t now_us, unsigned round)
{
    const dx_trend_filter all = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME};
    for (int by_diagnosis = 0; by_diagnosis <= 1; by_diagnosis++) {
        dx_findings_query q = {.by_diagnosis = by_diagnosis != 0, .now_us = now_us, .where = all};
        standings_assert_inbox(f, &q, round);
        q.where.since_us =
            -(INT64_C(1) << 60); /* a part, though it is all: nothing is kept of it */
        standings_assert_inbox(f, &q, round);
    }
    standings_assert_silences(f, now_us, round);
}
#endif
