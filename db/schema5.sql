-- Schema version 5: what is written together lies together, so that a group of logs changes few
-- pages however large the store is.

-- Blocks of 4,096 attempts: new events go into the last one.
DROP INDEX event_by_evidence;
ALTER TABLE event ADD COLUMN block INTEGER NOT NULL GENERATED ALWAYS AS (id >> 36) VIRTUAL;
CREATE INDEX event_by_evidence ON event (block, evidence);

-- A server's keys lie side by side: the server above 36 bits of the hash.
CREATE TABLE prefix_of_server (
    key     INTEGER NOT NULL,
    attempt INTEGER NOT NULL REFERENCES attempt (id) ON DELETE CASCADE,
    PRIMARY KEY (key, attempt)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO prefix_of_server
SELECT (server << 36) | (key & 68719476735), attempt
  FROM attempt_prefix JOIN attempt ON attempt.id = attempt
 ORDER BY 1, 2;
DROP TABLE attempt_prefix;
ALTER TABLE prefix_of_server RENAME TO attempt_prefix;
UPDATE attempt SET top = (server << 36) | (top & 68719476735) WHERE top IS NOT NULL;

-- Of servers (kind 6) only the tallies that are asked for stay: of all time without a product, of
-- months and days by product.
DELETE FROM tally
 WHERE kind = 6 AND NOT (product = 0 AND grain = 0) AND NOT (product <> 0 AND grain IN (1, 3));

DROP VIEW v_sums;
CREATE VIEW v_sums AS
WITH one (kind, id, grain, bucket, product, events, attempts, failures, servers) AS (
SELECT kind, id, grain, bucket, product, events, attempts, failures, servers
  FROM tally
 WHERE kind < 6 OR (kind = 6 AND product = 0 AND grain = 0)
    OR (kind = 6 AND product <> 0 AND grain IN (1, 3))
UNION ALL
SELECT 6, id, 0, 0, product, sum(events), sum(attempts), sum(failures), 1
  FROM tally
 WHERE kind = 6 AND product <> 0 AND grain = 1
 GROUP BY product, id
UNION ALL
SELECT 6, id, grain, bucket, 0, sum(events), sum(attempts), sum(failures), 1
  FROM tally
 WHERE kind = 6 AND product <> 0 AND grain IN (1, 3)
 GROUP BY grain, bucket, id
UNION ALL
SELECT 6, id, 2, (bucket + 3 + 7000000) / 7 - 1000000, product, sum(events), sum(attempts),
       sum(failures), 1
  FROM tally
 WHERE kind = 6 AND product <> 0 AND grain = 3
 GROUP BY 4, product, id
UNION ALL
SELECT 6, id, 2, (bucket + 3 + 7000000) / 7 - 1000000, 0, sum(events), sum(attempts),
       sum(failures), 1
  FROM tally
 WHERE kind = 6 AND product <> 0 AND grain = 3
 GROUP BY 4, id)
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
