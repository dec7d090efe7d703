-- Schema version 9: how many servers told of a thing for the last time in a stretch of time, and sums
-- by release and by site.
--
-- Different servers of a window that reaches to the end of all that is stored are those that told of
-- the thing for the last time in it: a sum of few rows instead of a look at each server.  Kept for
-- kinds 0 (all attempts), 3 (causes) and 4 (codes), which every trend adds up.

-- grain and bucket as in tally; nothing of all time.
CREATE TABLE tally_last (
    kind    INTEGER NOT NULL,
    product INTEGER NOT NULL,
    grain   INTEGER NOT NULL,
    bucket  INTEGER NOT NULL,
    id      INTEGER NOT NULL,
    servers INTEGER NOT NULL,
    PRIMARY KEY (kind, product, grain, bucket, id)
) STRICT, WITHOUT ROWID;

-- grain: 0 all time, 1 era (8 weeks: era e begins with week 8 * e), 2 week; kind 7 as well.
-- last: servers that told of the thing (with this release) for the last time there; kind 7: 0
CREATE TABLE tally_release (
    kind     INTEGER NOT NULL,
    grain    INTEGER NOT NULL,
    bucket   INTEGER NOT NULL,
    id       INTEGER NOT NULL,
    release  INTEGER NOT NULL,
    events   INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    last     INTEGER NOT NULL,
    PRIMARY KEY (kind, grain, bucket, id, release)
) STRICT, WITHOUT ROWID;

-- The same by site, a term; 0 = none.
CREATE TABLE tally_site (
    kind     INTEGER NOT NULL,
    grain    INTEGER NOT NULL,
    bucket   INTEGER NOT NULL,
    id       INTEGER NOT NULL,
    site     INTEGER NOT NULL,
    events   INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    last     INTEGER NOT NULL,
    PRIMARY KEY (kind, grain, bucket, id, site)
) STRICT, WITHOUT ROWID;

INSERT INTO tally_last
WITH told (kind, id, product, day) AS (
SELECT what >> 28, what & 268435455, 0, max(day)
  FROM cell
 WHERE what >> 28 IN (0, 3, 4)
 GROUP BY server, what
UNION ALL
SELECT what >> 28, what & 268435455, product, max(day)
  FROM cell
  JOIN release ON release.id = cell.release
 WHERE what >> 28 IN (0, 3, 4)
 GROUP BY server, what, product),
part (kind, product, grain, bucket, id) AS (
SELECT kind, product, 1, day / 146097 * 4800
                         + strftime('%Y', day % 146097 * 86400, 'unixepoch') * 12
                         + strftime('%m', day % 146097 * 86400, 'unixepoch') - 1, id
  FROM told
UNION ALL
SELECT kind, product, 2, (day + 3 + 700000000) / 7 - 100000000, id
  FROM told
UNION ALL
SELECT kind, product, 3, day, id
  FROM told)
SELECT kind, product, grain, bucket, id, count(*)
  FROM part
 GROUP BY 1, 2, 3, 4, 5;

INSERT INTO tally_release
WITH told (kind, id, release, week, events, attempts, failures, last) AS (
SELECT what >> 28, what & 268435455, release, (day + 3 + 700000000) / 7 - 100000000, events,
       attempts, failures, day = max(day) OVER (PARTITION BY server, what, release)
  FROM cell
 WHERE what >> 28 IN (0, 3, 4)
UNION ALL
SELECT 7, 0, release, (day + 3 + 700000000) / 7 - 100000000, events, attempts, failures, 0
  FROM cell
 WHERE what > 268435456 AND what < 536870912),
part (kind, grain, bucket, id, release, events, attempts, failures, last) AS (
SELECT kind, 0, 0, id, release, events, attempts, failures, last
  FROM told
UNION ALL
SELECT kind, 1, (week + 8000000) / 8 - 1000000, id, release, events, attempts, failures, last
  FROM told
UNION ALL
SELECT kind, 2, week, id, release, events, attempts, failures, last
  FROM told)
SELECT kind, grain, bucket, id, release, sum(events), sum(attempts), sum(failures), sum(last)
  FROM part
 GROUP BY 1, 2, 3, 4, 5;

INSERT INTO tally_site
WITH home (server, site) AS (
SELECT server, value
  FROM tag
 WHERE name = (SELECT id FROM term WHERE text = 'site')),
told (kind, id, server, week, events, attempts, failures, last) AS (
SELECT what >> 28, what & 268435455, server, (day + 3 + 700000000) / 7 - 100000000, events,
       attempts, failures,
       row_number() OVER (PARTITION BY server, what ORDER BY day DESC, release DESC) = 1
  FROM cell
 WHERE what >> 28 IN (0, 3, 4)
UNION ALL
SELECT 7, 0, server, (day + 3 + 700000000) / 7 - 100000000, events, attempts, failures, 0
  FROM cell
 WHERE what > 268435456 AND what < 536870912),
part (kind, grain, bucket, id, site, events, attempts, failures, last) AS (
SELECT kind, 0, 0, id, coalesce(site, 0), events, attempts, failures, last
  FROM told
  LEFT JOIN home ON home.server = told.server
UNION ALL
SELECT kind, 1, (week + 8000000) / 8 - 1000000, id, coalesce(site, 0), events, attempts, failures,
       last
  FROM told
  LEFT JOIN home ON home.server = told.server
UNION ALL
SELECT kind, 2, week, id, coalesce(site, 0), events, attempts, failures, last
  FROM told
  LEFT JOIN home ON home.server = told.server)
SELECT kind, grain, bucket, id, site, sum(events), sum(attempts), sum(failures), sum(last)
  FROM part
 GROUP BY 1, 2, 3, 4, 5;

-- How often each signature (kind 1) and diagnosis (2) was in a month (grain 1) or week (2): what the
-- tally has of them with product 0, packed, since a question that puts them in order needs all.
-- list: as a spread of tally_by with one list, of release 0, whose places are ids.
CREATE TABLE tally_each (
    kind   INTEGER NOT NULL,
    grain  INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    list   BLOB NOT NULL,
    PRIMARY KEY (kind, grain, bucket)
) STRICT, WITHOUT ROWID;
