-- Schema version 15: what a signature or diagnosis told, by itself.
--
-- A line of a trend was read from what each server told of it (tally_by), week by week.  Here it has
-- one row for 16 weeks (span s begins with week 16 * s), whatever the number of servers: of all
-- products (product 0), where releases are told apart, too, and of each.  docs/store.md says what the
-- lists are.
CREATE TABLE tally_line (
    kind    INTEGER NOT NULL,
    span    INTEGER NOT NULL,
    id      INTEGER NOT NULL,
    product INTEGER NOT NULL,
    list    BLOB NOT NULL,
    PRIMARY KEY (kind, span, id, product)
) STRICT, WITHOUT ROWID;

-- Which servers told something in a week, 8,192 of them in a row (block = server / 8192): bit
-- server % 8 of byte server % 8192 / 8, without zero bytes at the end.
CREATE TABLE week_servers (
    week  INTEGER NOT NULL,
    block INTEGER NOT NULL,
    bits  BLOB NOT NULL,
    PRIMARY KEY (week, block)
) STRICT, WITHOUT ROWID;

-- How many servers told of each signature (kind 1) or diagnosis (2) in a week: a list as that of
-- tally_each, with servers for attempts.
CREATE TABLE week_things (
    kind INTEGER NOT NULL,
    week INTEGER NOT NULL,
    list BLOB NOT NULL,
    PRIMARY KEY (kind, week)
) STRICT, WITHOUT ROWID;
