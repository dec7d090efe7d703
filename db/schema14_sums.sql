-- Schema version 14: what servers told, as other tools read it.
--
-- A list is walked through from cell to cell, by plain SQL.  Of each, thing is where its thing
-- stands and here where it does itself, next what comes behind it, and more how many cells of the
-- thing do.  Numbers are made of bytes only at the end, and only of the kind that is asked for, which
-- one byte tells: that is most of the work.
DROP VIEW cell_list;
CREATE VIEW cell_list AS
WITH RECURSIVE digit (b) AS (
SELECT X'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'),
step (server, thing, here, next, more) AS (
SELECT server, 5, 10, CASE WHEN substr(list, 14, 1) = X'ff' THEN 27 ELSE 15 END,
       instr(b, substr(list, 9, 1)) - 2
  FROM cell_pack
 CROSS JOIN digit
 WHERE length(list) >= 14
UNION ALL
SELECT step.server,
       CASE WHEN more > 0 THEN thing ELSE next END,
       CASE WHEN more > 0 THEN next ELSE next + 5 END,
       CASE WHEN more > 0 THEN next + CASE WHEN substr(list, next + 4, 1) = X'ff' THEN 17 ELSE 5 END
            ELSE next + CASE WHEN substr(list, next + 9, 1) = X'ff' THEN 22 ELSE 10 END END,
       CASE WHEN more > 0 THEN more - 1 ELSE instr(b, substr(list, next + 4, 1)) - 2 END
  FROM step
 CROSS JOIN cell_pack ON cell_pack.server = step.server
 CROSS JOIN digit
 WHERE more >= 0 AND length(list) >= CASE WHEN more > 0 THEN next + 4 ELSE next + 9 END),
one (server, kind, what, list, here, short, b) AS (
SELECT step.server, (instr(b, substr(list, thing, 1)) - 1) >> 4,
       ((instr(b, substr(list, thing, 1)) - 1) << 24) + ((instr(b, substr(list, thing + 1, 1)) - 1) << 16)
       + ((instr(b, substr(list, thing + 2, 1)) - 1) << 8) + instr(b, substr(list, thing + 3, 1)) - 1,
       list, here, next = here + 5, b
  FROM step
 CROSS JOIN cell_pack ON cell_pack.server = step.server
 CROSS JOIN digit
 WHERE more >= 0)
SELECT server, what, day, release, events, attempts, failures, what >> 28 AS kind
  FROM cell
UNION ALL
SELECT server, what,
       ((instr(b, substr(list, 1, 1)) - 1) << 24) + ((instr(b, substr(list, 2, 1)) - 1) << 16)
       + ((instr(b, substr(list, 3, 1)) - 1) << 8) + instr(b, substr(list, 4, 1)) - 1 - 2147483648
       + ((instr(b, substr(list, here, 1)) - 1) << 8) + instr(b, substr(list, here + 1, 1)) - 1,
       ((instr(b, substr(list, here + 2, 1)) - 1) << 8) + instr(b, substr(list, here + 3, 1)) - 1,
       CASE WHEN short THEN (instr(b, substr(list, here + 4, 1)) - 1) >> 1
            ELSE ((instr(b, substr(list, here + 5, 1)) - 1) << 24) + ((instr(b, substr(list, here + 6, 1)) - 1) << 16)
                 + ((instr(b, substr(list, here + 7, 1)) - 1) << 8) + instr(b, substr(list, here + 8, 1)) - 1 END,
       CASE WHEN short THEN 1
            ELSE ((instr(b, substr(list, here + 9, 1)) - 1) << 24) + ((instr(b, substr(list, here + 10, 1)) - 1) << 16)
                 + ((instr(b, substr(list, here + 11, 1)) - 1) << 8) + instr(b, substr(list, here + 12, 1)) - 1 END,
       CASE WHEN short THEN (instr(b, substr(list, here + 4, 1)) - 1) & 1
            ELSE ((instr(b, substr(list, here + 13, 1)) - 1) << 24) + ((instr(b, substr(list, here + 14, 1)) - 1) << 16)
                 + ((instr(b, substr(list, here + 15, 1)) - 1) << 8) + instr(b, substr(list, here + 16, 1)) - 1 END,
       kind
  FROM one;

-- As before, but each kind comes by itself, so that others are not read for it.
DROP VIEW v_sums;
CREATE VIEW v_sums AS
WITH scope (of) AS (SELECT 0 UNION ALL SELECT 1),
one (kind, id, grain, bucket, product, events, attempts, failures, servers) AS (
SELECT 0, id, grain, bucket, product, events, attempts, failures, servers
  FROM tally
 WHERE kind = 0
UNION ALL
SELECT 1, id, grain, bucket, product, events, attempts, failures, servers
  FROM tally
 WHERE kind = 1
UNION ALL
SELECT 2, id, grain, bucket, product, events, attempts, failures, servers
  FROM tally
 WHERE kind = 2
UNION ALL
SELECT 3, id, grain, bucket, product, events, attempts, failures, servers
  FROM tally
 WHERE kind = 3
UNION ALL
SELECT 4, id, grain, bucket, product, events, attempts, failures, servers
  FROM tally
 WHERE kind = 4
UNION ALL
SELECT 5, id, grain, bucket, product, events, attempts, failures, servers
  FROM tally
 WHERE kind = 5
UNION ALL
SELECT 1, what & 268435455, 3, day, product * of, sum(events), sum(attempts),
       sum(failures), count(DISTINCT server)
  FROM cell_list
 CROSS JOIN release ON release.id = cell_list.release
 CROSS JOIN scope
 WHERE kind = 1
 GROUP BY what, day, product * of
UNION ALL
SELECT 2, what & 268435455, 3, day, product * of, sum(events), sum(attempts),
       sum(failures), count(DISTINCT server)
  FROM cell_list
 CROSS JOIN release ON release.id = cell_list.release
 CROSS JOIN scope
 WHERE kind = 2
 GROUP BY what, day, product * of
UNION ALL
SELECT 5, what & 268435455, 3, day, product * of, sum(events), sum(attempts),
       sum(failures), count(DISTINCT server)
  FROM cell_list
 CROSS JOIN release ON release.id = cell_list.release
 CROSS JOIN scope
 WHERE kind = 5
 GROUP BY what, day, product * of
UNION ALL
SELECT 6, server, of_grain,
       CASE of_grain
            WHEN 0 THEN 0
            WHEN 1 THEN strftime('%Y', day * 86400, 'unixepoch') * 12
                        + strftime('%m', day * 86400, 'unixepoch') - 1
            WHEN 2 THEN (day + 3 + 7000000) / 7 - 1000000
            ELSE day END,
       product * of, sum(events), sum(attempts), sum(failures), 1
  FROM cell_list
 CROSS JOIN release ON release.id = cell_list.release
 CROSS JOIN scope
 CROSS JOIN (SELECT 0 AS of_grain UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3)
 WHERE kind = 0 AND what = 0
 GROUP BY 2, 3, 4, 5)
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
