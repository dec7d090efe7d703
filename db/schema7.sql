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
