-- Schema version 8: events are found by what they say in runs that are written in order.
--
-- An index over all events would change at as many places as a log has events.  So new ones wait, in
-- the table of events alone, until there are enough for a run: attempts behind the last run, up to
-- and with the one that gives the next run its number.  No foreign key: rows go with their events.

CREATE TABLE evidence_event (
    run      INTEGER NOT NULL,
    evidence INTEGER NOT NULL,
    event    INTEGER NOT NULL,
    PRIMARY KEY (run, evidence, event)
) STRICT, WITHOUT ROWID;

-- What was a block is a run; the last one still fills.
INSERT INTO evidence_event
SELECT block * 4096 + 4095, evidence, id
  FROM event INDEXED BY event_by_evidence
 WHERE block < (SELECT max(id) >> 36 FROM event)
 ORDER BY block, evidence, id;
DROP INDEX event_by_evidence;
ALTER TABLE event DROP COLUMN block;
