-- Schema version 6: how things spread over servers is packed by week.
--
-- spread: what each server told on each day of the week, packed (db/backends/sqlite_spread.c).  Sums
-- by site and different servers of any window follow from it, so that sums by site (part 1 of the old
-- table), weeks of servers (reach) and tallies of servers (kind 6) go.

DROP TABLE reach;
DROP TABLE tally_by;
CREATE TABLE tally_by (
    kind     INTEGER NOT NULL,
    week     INTEGER NOT NULL,
    id       INTEGER NOT NULL,
    release  INTEGER NOT NULL,
    events   INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    spread   BLOB NOT NULL,
    PRIMARY KEY (kind, week, id, release)
) STRICT, WITHOUT ROWID;

-- A server and thing with very many cells has them here as well, by release: so that one more costs
-- no more than of others.
CREATE TABLE crowd (
    server  INTEGER NOT NULL,
    what    INTEGER NOT NULL,
    release INTEGER NOT NULL,
    day     INTEGER NOT NULL,
    PRIMARY KEY (server, what, release, day)
) STRICT, WITHOUT ROWID;
INSERT INTO crowd
SELECT server, what, release, day
  FROM cell
 WHERE (server, what) IN
       (SELECT server, what FROM cell GROUP BY server, what HAVING count(*) > 64);

DELETE FROM tally WHERE kind = 6;

DROP VIEW v_sums;
CREATE VIEW v_sums AS
WITH told (server, product, day, month, events, attempts, failures) AS (
SELECT server, product, day,
       strftime('%Y', day * 86400, 'unixepoch') * 12 + strftime('%m', day * 86400, 'unixepoch') - 1,
       events, attempts, failures
  FROM cell
  JOIN release ON release.id = cell.release
 WHERE what = 0),
one (kind, id, grain, bucket, product, events, attempts, failures, servers) AS (
SELECT kind, id, grain, bucket, product, events, attempts, failures, servers
  FROM tally
 WHERE kind < 6
UNION ALL
SELECT 6, server, 0, 0, 0, sum(events), sum(attempts), sum(failures), 1
  FROM told
 GROUP BY server
UNION ALL
SELECT 6, server, 0, 0, product, sum(events), sum(attempts), sum(failures), 1
  FROM told
 GROUP BY server, product
UNION ALL
SELECT 6, server, 1, month, 0, sum(events), sum(attempts), sum(failures), 1
  FROM told
 GROUP BY server, month
UNION ALL
SELECT 6, server, 1, month, product, sum(events), sum(attempts), sum(failures), 1
  FROM told
 GROUP BY server, month, product
UNION ALL
SELECT 6, server, 2, (day + 3 + 7000000) / 7 - 1000000, 0, sum(events), sum(attempts),
       sum(failures), 1
  FROM told
 GROUP BY server, 4
UNION ALL
SELECT 6, server, 2, (day + 3 + 7000000) / 7 - 1000000, product, sum(events), sum(attempts),
       sum(failures), 1
  FROM told
 GROUP BY server, 4, product
UNION ALL
SELECT 6, server, 3, day, 0, sum(events), sum(attempts), sum(failures), 1
  FROM told
 GROUP BY server, day
UNION ALL
SELECT 6, server, 3, day, product, sum(events), sum(attempts), sum(failures), 1
  FROM told
 GROUP BY server, day, product)
SELECT CASE kind WHEN 0 THEN 'all' WHEN 1 THEN 'signature' WHEN 2 THEN 'diagnosis'
            WHEN 3 THEN 'cause' WHEN 4 THEN 'code' WHEN 5 THEN 'pattern' ELSE 'server' END AS what,
       CASE WHEN one.id = 0 THEN NULL
            WHEN kind = 1 THEN (SELECT name FROM signature WHERE signature.id = one.id)
            WHEN kind = 5 THEN (SELECT text FROM pattern WHERE pattern.id = one.id)
            WHEN kind = 6 THEN (SELECT name FROM server WHERE server.id = one.id)
            ELSE (SELECT text FROM term WHERE term.id = one.id) END AS id,
       CASE grain WHEN 0 THEN 'all' WHEN 1 THEN 'month' WHEN 2 THEN 'week' ELSE 'day' END AS by,
       CASE grain
            WHEN 1 THEN printf('%04d-%02d', bucket / 12, bucket % 12 + 1)
            WHEN 2 THEN strftime('%Y', bucket * 604800, 'unixepoch') || printf('-W%02d',
                 (strftime('%j', bucket * 604800, 'unixepoch') - 1) / 7 + 1)
            WHEN 3 THEN date(bucket * 86400, 'unixepoch') END AS bucket,
       CASE WHEN product = 0 THEN NULL
            ELSE (SELECT text FROM term WHERE term.id = product) END AS product,
       product <> 0 AS of_product,
       events, attempts, failures, servers
  FROM one;
