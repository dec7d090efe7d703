-- Schema version 13, sums: what a server told lies in one row.
--
-- A server's cells were rows among those of others, each change on another page, and a question
-- about the servers of a tag read a row for each.  Now they are one list (docs/store.md), as long as
-- it is short: a server with very many has rows in cell, as before.
CREATE TABLE cell_pack (
    server INTEGER PRIMARY KEY,
    list   BLOB NOT NULL
) STRICT;

-- What servers told in all (grain 0) and in each stretch of 16 weeks (1: stretch s begins with week
-- 16 * s), 1,024 servers in one list, as that of tally_each with servers for places.
CREATE TABLE tally_server (
    grain  INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    block  INTEGER NOT NULL,
    list   BLOB NOT NULL,
    PRIMARY KEY (grain, bucket, block)
) STRICT, WITHOUT ROWID;

-- All cells, by plain SQL: a list begins with the first of its days, then come things with their
-- cells.  Of a thing, and of a cell of one attempt that is like most, each takes five bytes.
CREATE VIEW cell_list AS
WITH RECURSIVE digit (b) AS (
SELECT X'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'),
-- `at`: where the next thing or cell begins; `here`: where the cell of this step is.
step (server, at, what, more, here) AS (
SELECT server, 5, 0, 0, 0
  FROM cell_pack
UNION ALL
SELECT step.server,
       CASE WHEN more > 0 AND substr(list, at + 4, 1) = X'ff' THEN at + 17 ELSE at + 5 END,
       CASE WHEN more > 0 THEN what
            ELSE ((instr(b, substr(list, at, 1)) - 1) << 24)
                 + ((instr(b, substr(list, at + 1, 1)) - 1) << 16)
                 + ((instr(b, substr(list, at + 2, 1)) - 1) << 8)
                 + instr(b, substr(list, at + 3, 1)) - 1 END,
       CASE WHEN more > 0 THEN more - 1 ELSE instr(b, substr(list, at + 4, 1)) - 1 END,
       CASE WHEN more > 0 THEN at ELSE 0 END
  FROM step
 CROSS JOIN cell_pack ON cell_pack.server = step.server
 CROSS JOIN digit
 WHERE at + 4 <= length(list)),
-- The numbers of each cell, the last three only where they are written out.
one (server, what, day, release, kind, list, here, b) AS (
SELECT step.server, what,
       ((instr(b, substr(list, 1, 1)) - 1) << 24) + ((instr(b, substr(list, 2, 1)) - 1) << 16)
       + ((instr(b, substr(list, 3, 1)) - 1) << 8) + instr(b, substr(list, 4, 1)) - 1 - 2147483648
       + ((instr(b, substr(list, here, 1)) - 1) << 8) + instr(b, substr(list, here + 1, 1)) - 1,
       ((instr(b, substr(list, here + 2, 1)) - 1) << 8)
       + instr(b, substr(list, here + 3, 1)) - 1,
       instr(b, substr(list, here + 4, 1)) - 1, list, here, b
  FROM step
 CROSS JOIN cell_pack ON cell_pack.server = step.server
 CROSS JOIN digit
 WHERE here > 0)
SELECT server, what, day, release, events, attempts, failures
  FROM cell
UNION ALL
SELECT server, what, day, release,
       CASE WHEN kind < 255 THEN kind >> 1
            ELSE ((instr(b, substr(list, here + 5, 1)) - 1) << 24)
                 + ((instr(b, substr(list, here + 6, 1)) - 1) << 16)
                 + ((instr(b, substr(list, here + 7, 1)) - 1) << 8)
                 + instr(b, substr(list, here + 8, 1)) - 1 END,
       CASE WHEN kind < 255 THEN 1
            ELSE ((instr(b, substr(list, here + 9, 1)) - 1) << 24)
                 + ((instr(b, substr(list, here + 10, 1)) - 1) << 16)
                 + ((instr(b, substr(list, here + 11, 1)) - 1) << 8)
                 + instr(b, substr(list, here + 12, 1)) - 1 END,
       CASE WHEN kind < 255 THEN kind & 1
            ELSE ((instr(b, substr(list, here + 13, 1)) - 1) << 24)
                 + ((instr(b, substr(list, here + 14, 1)) - 1) << 16)
                 + ((instr(b, substr(list, here + 15, 1)) - 1) << 8)
                 + instr(b, substr(list, here + 16, 1)) - 1 END
  FROM one;

-- As before, from wherever a server's cells lie; they are not read for sums that are kept.
DROP VIEW v_sums;
CREATE VIEW v_sums AS
WITH scope (of) AS (SELECT 0 UNION ALL SELECT 1),
one (kind, id, grain, bucket, product, events, attempts, failures, servers) AS (
SELECT kind, id, grain, bucket, product, events, attempts, failures, servers
  FROM tally
 WHERE kind < 6
UNION ALL
SELECT what >> 28, what & 268435455, 3, day, product * of, sum(events), sum(attempts),
       sum(failures), count(DISTINCT server)
  FROM cell_list
 CROSS JOIN release ON release.id = cell_list.release
 CROSS JOIN scope
 WHERE what BETWEEN 268435456 AND 805306367 OR what BETWEEN 1342177280 AND 1610612735
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
 WHERE what = 0
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
