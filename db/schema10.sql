-- Schema version 10: how fix cases went is kept by diagnosis, so that nobody adds up all cases.
--
-- span: how long the cases took: -1 those that are open, else twice the power of two of the
-- microseconds, and one more in its upper half (db/backends/sqlite_fix_sums.c).
CREATE TABLE fix_took (
    diagnosis INTEGER NOT NULL,
    span      INTEGER NOT NULL,
    cases     INTEGER NOT NULL,
    begun     INTEGER NOT NULL,
    failed    INTEGER NOT NULL,
    PRIMARY KEY (diagnosis, span)
) STRICT, WITHOUT ROWID;
