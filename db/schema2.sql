-- Schema version 2: sums over many servers, and what people decide.  What it means: docs/store.md.
-- Days count from 1970-01-01 UTC; week w has the Thursday 7 * w (ISO weeks); months are
-- 12 * year + month - 1.

-- ---- words ----

ALTER TABLE server ADD COLUMN counts_as INTEGER REFERENCES server (id);
CREATE INDEX server_by_alias ON server (counts_as) WHERE counts_as IS NOT NULL;

CREATE TABLE release (
    id      INTEGER PRIMARY KEY,
    product INTEGER NOT NULL REFERENCES term (id),
    version INTEGER NOT NULL REFERENCES term (id),
    UNIQUE (product, version)
) STRICT;

CREATE TABLE pattern (
    id   INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;

ALTER TABLE evidence ADD COLUMN pattern INTEGER REFERENCES pattern (id);
CREATE INDEX evidence_by_pattern ON evidence (pattern) WHERE pattern IS NOT NULL;

-- ---- what was near a failure ----

CREATE TABLE kept (
    attempt INTEGER NOT NULL REFERENCES attempt (id) ON DELETE CASCADE,
    seq     INTEGER NOT NULL,
    line    INTEGER NOT NULL,
    more    INTEGER NOT NULL,
    offset  INTEGER NOT NULL,
    time_us INTEGER,
    level   INTEGER NOT NULL,
    text    TEXT NOT NULL,
    PRIMARY KEY (attempt, seq)
) STRICT, WITHOUT ROWID;

-- ---- what each attempt counts as ----

CREATE TABLE standing (
    attempt     INTEGER PRIMARY KEY REFERENCES attempt (id) ON DELETE CASCADE,
    server      INTEGER NOT NULL REFERENCES server (id),
    happened_us INTEGER NOT NULL,
    release     INTEGER NOT NULL REFERENCES release (id),
    failed      INTEGER NOT NULL,
    diagnosis   INTEGER REFERENCES term (id),
    cause       INTEGER REFERENCES term (id),
    code        INTEGER REFERENCES term (id)
) STRICT;
CREATE INDEX standing_by_server ON standing (server, happened_us);
CREATE INDEX standing_by_time ON standing (happened_us);

-- ---- sums ----
-- kind: 0 all attempts, 1 signature, 2 diagnosis, 3 cause, 4 code, 5 pattern, 6 server,
--       7 all signatures that have an id, added up (only in tally and tally_by; servers is 0)
-- what: kind * 2^28 + id;  id 0: failed attempts that have none

CREATE TABLE cell (
    server   INTEGER NOT NULL,
    what     INTEGER NOT NULL,
    day      INTEGER NOT NULL,
    release  INTEGER NOT NULL,
    events   INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    PRIMARY KEY (server, what, day, release)
) STRICT, WITHOUT ROWID;

-- release: 0 any, -p any of product p
CREATE TABLE reach (
    what    INTEGER NOT NULL,
    release INTEGER NOT NULL,
    server  INTEGER NOT NULL,
    era     INTEGER NOT NULL,
    weeks   INTEGER NOT NULL,
    PRIMARY KEY (what, release, server, era)
) STRICT, WITHOUT ROWID;

-- grain: 0 all time, 1 month, 2 week, 3 day;  product 0 = all
CREATE TABLE tally (
    kind     INTEGER NOT NULL,
    product  INTEGER NOT NULL,
    grain    INTEGER NOT NULL,
    bucket   INTEGER NOT NULL,
    id       INTEGER NOT NULL,
    events   INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    servers  INTEGER NOT NULL,
    PRIMARY KEY (kind, product, grain, bucket, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tally_by_id ON tally (kind, id, bucket) WHERE product = 0 AND grain = 2;

-- part: 0 by release (product 0), 1 by site (a term; 0 = none) and product; both by week
CREATE TABLE tally_by (
    kind     INTEGER NOT NULL,
    part     INTEGER NOT NULL,
    id       INTEGER NOT NULL,
    of       INTEGER NOT NULL,
    product  INTEGER NOT NULL,
    week     INTEGER NOT NULL,
    events   INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    PRIMARY KEY (kind, part, id, of, product, week)
) STRICT, WITHOUT ROWID;

CREATE TABLE debut (
    what     INTEGER PRIMARY KEY,
    first_us INTEGER NOT NULL
) STRICT;

-- ---- findings over time ----

ALTER TABLE finding ADD COLUMN begun_us INTEGER;

ALTER TABLE finding_key ADD COLUMN server INTEGER REFERENCES server (id);
ALTER TABLE finding_key ADD COLUMN diagnosis INTEGER REFERENCES term (id);
ALTER TABLE finding_key ADD COLUMN product INTEGER REFERENCES term (id);
ALTER TABLE finding_key ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE finding_key ADD COLUMN first_us INTEGER;
ALTER TABLE finding_key ADD COLUMN last_us INTEGER;
ALTER TABLE finding_key ADD COLUMN last_finding INTEGER;
ALTER TABLE finding_key ADD COLUMN state INTEGER NOT NULL DEFAULT 0;
ALTER TABLE finding_key ADD COLUMN again INTEGER NOT NULL DEFAULT 0;
CREATE INDEX finding_key_by_diagnosis
    ON finding_key (diagnosis, state, again, last_us, first_us, server, product, attempts)
 WHERE attempts > 0;

CREATE TABLE key_history (
    key     TEXT NOT NULL,
    ruleset INTEGER NOT NULL REFERENCES ruleset (id),
    at_us   INTEGER NOT NULL,
    PRIMARY KEY (key, ruleset)
) STRICT, WITHOUT ROWID;

CREATE TABLE fix_case (
    server    INTEGER NOT NULL REFERENCES server (id),
    product   INTEGER NOT NULL REFERENCES term (id),
    diagnosis INTEGER NOT NULL REFERENCES term (id),
    began_us  INTEGER NOT NULL,
    took_us   INTEGER,
    begun     INTEGER NOT NULL,
    failed    INTEGER NOT NULL,
    PRIMARY KEY (server, product, diagnosis, began_us)
) STRICT, WITHOUT ROWID;
CREATE INDEX fix_case_by_diagnosis
    ON fix_case (diagnosis, took_us, began_us, server, product, begun, failed);
CREATE INDEX fix_case_by_time ON fix_case (began_us);

-- ---- what people decide ----

CREATE TABLE note (
    id       INTEGER PRIMARY KEY,
    at_us    INTEGER NOT NULL,
    kind     INTEGER NOT NULL,
    subject  TEXT NOT NULL,
    what     TEXT NOT NULL,
    ticket   TEXT NOT NULL,
    who      TEXT NOT NULL,
    until_us INTEGER NOT NULL,
    UNIQUE (subject, kind, at_us, what, ticket, who, until_us)
) STRICT;

CREATE TABLE tag (
    server INTEGER NOT NULL REFERENCES server (id),
    name   INTEGER NOT NULL REFERENCES term (id),
    value  INTEGER NOT NULL REFERENCES term (id),
    PRIMARY KEY (server, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_by_value ON tag (name, value, server);

-- What was sent to which other store.
CREATE TABLE outlet (
    id    INTEGER PRIMARY KEY,
    url   TEXT NOT NULL UNIQUE,
    agent TEXT NOT NULL,
    notes INTEGER NOT NULL
) STRICT;

CREATE TABLE sent (
    outlet  INTEGER NOT NULL REFERENCES outlet (id) ON DELETE CASCADE,
    attempt INTEGER NOT NULL,
    hash    INTEGER NOT NULL,
    PRIMARY KEY (outlet, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE silence (
    diagnosis INTEGER PRIMARY KEY REFERENCES term (id),
    at_us     INTEGER NOT NULL,
    until_us  INTEGER NOT NULL,
    reason    TEXT NOT NULL,
    who       TEXT NOT NULL
) STRICT;

CREATE TABLE resolution (
    key    TEXT PRIMARY KEY,
    at_us  INTEGER NOT NULL,
    fix    TEXT NOT NULL,
    ticket TEXT NOT NULL,
    who    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
