-- Schema version 7: a thing's releases of a week lie in one row.
--
-- spread: one release after the other, what each server told on each day, packed
-- (db/backends/sqlite_week.c).  The sums of a row are those of its tally of the week.

DROP TABLE tally_by;
CREATE TABLE tally_by (
    kind   INTEGER NOT NULL,
    week   INTEGER NOT NULL,
    id     INTEGER NOT NULL,
    spread BLOB NOT NULL,
    PRIMARY KEY (kind, week, id)
) STRICT, WITHOUT ROWID;

-- What somebody resolved since it came again waits for its next good attempt.
DROP VIEW v_regressed;
CREATE VIEW v_regressed AS
SELECT finding_key.key, server.name AS server, diagnosis.text AS diagnosis,
       strftime('%Y-%m-%dT%H:%M:%SZ', finding_key.last_us / 1000000, 'unixepoch') AS last_seen,
       resolution.ticket
  FROM finding_key
  JOIN server ON server.id = finding_key.server
  JOIN term AS diagnosis ON diagnosis.id = finding_key.diagnosis
  LEFT JOIN resolution ON resolution.key = finding_key.key
 WHERE finding_key.attempts > 0 AND finding_key.state <> 3
   AND CASE WHEN resolution.key IS NULL THEN finding_key.again
            ELSE resolution.at_us < finding_key.last_us END;
