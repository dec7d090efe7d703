-- Schema version 13, attempts: what is written with an attempt, and asked for with it, lies together.

-- The records that are kept for rules to come: one row for all of an attempt.  What a list is made
-- of: docs/store.md.
ALTER TABLE kept RENAME TO kept_rows;
CREATE TABLE kept (
    attempt INTEGER PRIMARY KEY REFERENCES attempt (id) ON DELETE CASCADE,
    list    BLOB NOT NULL
) STRICT;

-- The longest sure beginning of an attempt is found among its other beginnings, by a key of its own:
-- that of the beginning with some bits turned round.
INSERT OR IGNORE INTO attempt_prefix
SELECT (top | 24253932965) - (top & 24253932965), id
  FROM attempt
 WHERE top IS NOT NULL
 ORDER BY 1, 2;
DROP INDEX attempt_by_top;

-- The facts of an attempt: a list in its row, as JSON.  A view gives the rows that were.
ALTER TABLE fact RENAME TO fact_rows;
ALTER TABLE attempt ADD COLUMN facts TEXT NOT NULL DEFAULT '[]';
CREATE VIEW fact AS
SELECT attempt.id AS attempt, one.key AS ord,
       (SELECT value FROM json_each(one.value) WHERE key = 0) AS name,
       (SELECT value FROM json_each(one.value) WHERE key = 3) AS value,
       (SELECT value FROM json_each(one.value) WHERE key = 2) AS line,
       (SELECT value FROM json_each(one.value) WHERE key = 1) AS how
  FROM attempt, json_each(attempt.facts) AS one;
