-- Schema version 11: how many findings of each diagnosis stand where is kept, so that the inbox does
-- not look at each.

-- class: 0 resolved, 1 seen again after a good attempt, 2 with a fix begun, 3 else, of findings
-- (finding_key) with attempts; 4: `findings` are the different servers of all of them.
CREATE TABLE inbox_sum (
    diagnosis INTEGER NOT NULL,
    class     INTEGER NOT NULL,
    findings  INTEGER NOT NULL,
    attempts  INTEGER NOT NULL,
    PRIMARY KEY (diagnosis, class)
) STRICT, WITHOUT ROWID;
INSERT INTO inbox_sum
SELECT diagnosis,
       CASE WHEN state = 3 THEN 0 WHEN again THEN 1 WHEN state <> 0 THEN 2 ELSE 3 END,
       count(*), sum(attempts)
  FROM finding_key
 WHERE attempts > 0
 GROUP BY 1, 2;
INSERT INTO inbox_sum
SELECT diagnosis, 4, count(DISTINCT server), 0
  FROM finding_key
 WHERE attempts > 0
 GROUP BY 1;

CREATE INDEX finding_key_by_last ON finding_key (last_us) WHERE attempts > 0;
CREATE INDEX finding_key_by_first ON finding_key (diagnosis, first_us) WHERE attempts > 0;
CREATE INDEX finding_key_by_server ON finding_key (diagnosis, server) WHERE attempts > 0;
