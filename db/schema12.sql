-- Schema version 12: signatures, diagnoses and patterns of a day are packed.
--
-- Most rows of tally were those of single things on single days, and each group of logs changed some
-- ten thousand of them, while few questions ask for a day: those of windows that do not begin with a
-- week, and lists.  Now all things of a kind and product (0: any) that a day had lie in one row.

-- list: as that of tally_each.
CREATE TABLE tally_day (
    kind    INTEGER NOT NULL,
    product INTEGER NOT NULL,
    day     INTEGER NOT NULL,
    list    BLOB NOT NULL,
    PRIMARY KEY (kind, product, day)
) STRICT, WITHOUT ROWID;

-- What is not kept by day follows from the days of servers; of a shared store it is added up
-- elsewhere, and lies among the others.
DROP VIEW v_sums;
CREATE VIEW v_sums AS
WITH told (server, what, product, day, month, events, attempts, failures) AS (
SELECT server, what, product, day,
       strftime('%Y', day * 86400, 'unixepoch') * 12 + strftime('%m', day * 86400, 'unixepoch') - 1,
       events, attempts, failures
  FROM cell
  JOIN release ON release.id = cell.release),
one (kind, id, grain, bucket, product, events, attempts, failures, servers) AS (
SELECT kind, id, grain, bucket, product, events, attempts, failures, servers
  FROM tally
 WHERE kind < 6
UNION ALL
SELECT 1, what & 268435455, 3, day, 0, sum(events), sum(attempts), sum(failures),
       count(DISTINCT server)
  FROM told
 WHERE what >= 268435456 AND what < 536870912
 GROUP BY what, day
UNION ALL
SELECT 1, what & 268435455, 3, day, product, sum(events), sum(attempts), sum(failures),
       count(DISTINCT server)
  FROM told
 WHERE what >= 268435456 AND what < 536870912
 GROUP BY what, day, product
UNION ALL
SELECT 2, what & 268435455, 3, day, 0, sum(events), sum(attempts), sum(failures),
       count(DISTINCT server)
  FROM told
 WHERE what >= 536870912 AND what < 805306368
 GROUP BY what, day
UNION ALL
SELECT 2, what & 268435455, 3, day, product, sum(events), sum(attempts), sum(failures),
       count(DISTINCT server)
  FROM told
 WHERE what >= 536870912 AND what < 805306368
 GROUP BY what, day, product
UNION ALL
SELECT 5, what & 268435455, 3, day, 0, sum(events), sum(attempts), sum(failures),
       count(DISTINCT server)
  FROM told
 WHERE what >= 1342177280 AND what < 1610612736
 GROUP BY what, day
UNION ALL
SELECT 5, what & 268435455, 3, day, product, sum(events), sum(attempts), sum(failures),
       count(DISTINCT server)
  FROM told
 WHERE what >= 1342177280 AND what < 1610612736
 GROUP BY what, day, product
UNION ALL
SELECT 6, server, 0, 0, 0, sum(events), sum(attempts), sum(failures), 1
  FROM told
 WHERE what = 0
 GROUP BY server
UNION ALL
SELECT 6, server, 0, 0, product, sum(events), sum(attempts), sum(failures), 1
  FROM told
 WHERE what = 0
 GROUP BY server, product
UNION ALL
SELECT 6, server, 1, month, 0, sum(events), sum(attempts), sum(failures), 1
  FROM told
 WHERE what = 0
 GROUP BY server, month
UNION ALL
SELECT 6, server, 1, month, product, sum(events), sum(attempts), sum(failures), 1
  FROM told
 WHERE what = 0
 GROUP BY server, month, product
UNION ALL
SELECT 6, server, 2, (day + 3 + 7000000) / 7 - 1000000, 0, sum(events), sum(attempts), sum(failures), 1
  FROM told
 WHERE what = 0
 GROUP BY server, 4
UNION ALL
SELECT 6, server, 2, (day + 3 + 7000000) / 7 - 1000000, product, sum(events), sum(attempts), sum(failures), 1
  FROM told
 WHERE what = 0
 GROUP BY server, 4, product
UNION ALL
SELECT 6, server, 3, day, 0, sum(events), sum(attempts), sum(failures), 1
  FROM told
 WHERE what = 0
 GROUP BY server, day
UNION ALL
SELECT 6, server, 3, day, product, sum(events), sum(attempts), sum(failures), 1
  FROM told
 WHERE what = 0
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
