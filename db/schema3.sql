-- Schema version 3: fix cases are followed product by product, and indexes that no question uses go.

ALTER TABLE standing ADD COLUMN of_product INTEGER NOT NULL DEFAULT 0;
UPDATE standing
   SET of_product = (SELECT product FROM release WHERE release.id = standing.release);
CREATE INDEX standing_by_product ON standing (server, of_product, happened_us);

DROP INDEX attempt_by_time;
DROP INDEX fact_by_value;
DROP INDEX finding_by_cause;
