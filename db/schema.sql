-- The store, version 1.  What the tables mean: docs/store.md.
-- Times are microseconds since 1970-01-01 UTC; NULL = unknown.
-- Numbers that stand for words (polarity, outcome, state ...) are listed in docs/store.md.

-- ---- words: each is stored once ----

CREATE TABLE server (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE term (
    id   INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;

-- ---- where things came from ----

CREATE TABLE ruleset (
    id      INTEGER PRIMARY KEY,
    digest  TEXT NOT NULL UNIQUE,
    version TEXT NOT NULL
) STRICT;

CREATE TABLE scan (
    id       INTEGER PRIMARY KEY,
    began_us INTEGER NOT NULL,
    ended_us INTEGER,
    complete INTEGER NOT NULL DEFAULT 0,
    ruleset  INTEGER NOT NULL REFERENCES ruleset (id),
    program  INTEGER NOT NULL REFERENCES term (id)
) STRICT;

CREATE TABLE source (
    id            INTEGER PRIMARY KEY,
    path          TEXT NOT NULL,
    member        TEXT NOT NULL,
    format        INTEGER NOT NULL REFERENCES term (id),
    encoding      INTEGER NOT NULL REFERENCES term (id),
    bytes         INTEGER NOT NULL,
    bad_bytes     INTEGER NOT NULL,
    lines         INTEGER NOT NULL,
    digest        BLOB NOT NULL,
    first_seen_us INTEGER NOT NULL,
    scan          INTEGER NOT NULL REFERENCES scan (id),
    UNIQUE (path, member)
) STRICT;

-- ---- attempts ----

CREATE TABLE attempt (
    id            INTEGER PRIMARY KEY,
    server        INTEGER NOT NULL REFERENCES server (id),
    format        INTEGER NOT NULL REFERENCES term (id),
    digest        BLOB NOT NULL,
    occurrence    INTEGER NOT NULL,
    records       INTEGER NOT NULL,
    stride        INTEGER NOT NULL,
    marks         BLOB NOT NULL,
    top           INTEGER,
    outcome       INTEGER NOT NULL,
    outcome_line  INTEGER,
    outcome_text  TEXT NOT NULL,
    code          TEXT NOT NULL,
    opened        INTEGER NOT NULL,
    closed        INTEGER NOT NULL,
    began_us      INTEGER,
    ended_us      INTEGER,
    zone          INTEGER NOT NULL REFERENCES term (id),
    lines         INTEGER NOT NULL,
    seqs          INTEGER NOT NULL,
    errors        INTEGER NOT NULL,
    warnings      INTEGER NOT NULL,
    first_seen_us INTEGER NOT NULL,
    first_scan    INTEGER NOT NULL REFERENCES scan (id),
    read_scan     INTEGER NOT NULL REFERENCES scan (id),
    UNIQUE (server, format, digest, occurrence)
) STRICT;
CREATE INDEX attempt_by_top ON attempt (top) WHERE top IS NOT NULL;
CREATE INDEX attempt_by_time ON attempt (began_us);

CREATE TABLE attempt_prefix (
    key     INTEGER NOT NULL,
    attempt INTEGER NOT NULL REFERENCES attempt (id) ON DELETE CASCADE,
    PRIMARY KEY (key, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE fact (
    attempt INTEGER NOT NULL REFERENCES attempt (id) ON DELETE CASCADE,
    ord     INTEGER NOT NULL,
    name    INTEGER NOT NULL REFERENCES term (id),
    value   TEXT NOT NULL,
    line    INTEGER,
    how     INTEGER NOT NULL REFERENCES term (id),
    PRIMARY KEY (attempt, ord)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_by_value ON fact (name, value);

CREATE TABLE sighting (
    attempt      INTEGER NOT NULL REFERENCES attempt (id) ON DELETE CASCADE,
    source       INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    ordinal      INTEGER NOT NULL,
    parent       INTEGER NOT NULL,
    first_line   INTEGER NOT NULL,
    first_offset INTEGER NOT NULL,
    first_seq    INTEGER NOT NULL,
    records      INTEGER NOT NULL,
    scan         INTEGER NOT NULL REFERENCES scan (id),
    PRIMARY KEY (attempt, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX sighting_by_source ON sighting (source, ordinal);

-- ---- what was found in them ----

CREATE TABLE signature (
    id       INTEGER PRIMARY KEY,
    name     TEXT NOT NULL,
    base     TEXT NOT NULL,
    polarity INTEGER NOT NULL,
    UNIQUE (name, base, polarity)
) STRICT;

CREATE TABLE evidence (
    id        INTEGER PRIMARY KEY,
    signature INTEGER NOT NULL REFERENCES signature (id),
    hash      INTEGER NOT NULL,
    text      TEXT NOT NULL,
    UNIQUE (signature, hash)
) STRICT;

CREATE TABLE field (
    evidence INTEGER NOT NULL REFERENCES evidence (id) ON DELETE CASCADE,
    ord      INTEGER NOT NULL,
    name     INTEGER NOT NULL REFERENCES term (id),
    type     INTEGER NOT NULL,
    text     TEXT NOT NULL,
    number   INTEGER NOT NULL,
    PRIMARY KEY (evidence, ord)
) STRICT, WITHOUT ROWID;
CREATE INDEX field_by_code ON field (number) WHERE type IN (2, 3);

-- id = attempt * 2^24 + ordinal of the event in it, so that the table is clustered by attempt
-- without a second index and an event keeps its id when its log grows.
CREATE TABLE event (
    id        INTEGER PRIMARY KEY,
    evidence  INTEGER NOT NULL REFERENCES evidence (id),
    seq       INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    line      INTEGER NOT NULL,
    more      INTEGER NOT NULL,
    offset    INTEGER NOT NULL,
    time_us   INTEGER,
    level     INTEGER NOT NULL,
    attempt   INTEGER NOT NULL GENERATED ALWAYS AS (id >> 24) VIRTUAL
) STRICT;
CREATE INDEX event_by_evidence ON event (evidence, time_us);

-- ---- what it means ----

CREATE TABLE verdict (
    attempt INTEGER PRIMARY KEY REFERENCES attempt (id) ON DELETE CASCADE,
    ruleset INTEGER NOT NULL REFERENCES ruleset (id),
    scan    INTEGER NOT NULL REFERENCES scan (id),
    made_us INTEGER NOT NULL
) STRICT;

CREATE TABLE finding_key (
    key           TEXT PRIMARY KEY,
    first_seen_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE wording (
    id    INTEGER PRIMARY KEY,
    hash  INTEGER NOT NULL UNIQUE,
    title TEXT NOT NULL,
    body  TEXT NOT NULL
) STRICT;

CREATE TABLE finding (
    id          INTEGER PRIMARY KEY,
    attempt     INTEGER NOT NULL REFERENCES verdict (attempt) ON DELETE CASCADE,
    ord         INTEGER NOT NULL,
    key         TEXT NOT NULL REFERENCES finding_key (key),
    diagnosis   INTEGER NOT NULL REFERENCES term (id),
    cause_class INTEGER NOT NULL REFERENCES term (id),
    confidence  INTEGER NOT NULL,
    state       INTEGER NOT NULL,
    state_why   TEXT NOT NULL,
    wording     INTEGER NOT NULL REFERENCES wording (id),
    detail      TEXT NOT NULL,
    UNIQUE (attempt, ord)
) STRICT;
CREATE INDEX finding_by_diagnosis ON finding (diagnosis, attempt);
CREATE INDEX finding_by_cause ON finding (cause_class, attempt);
CREATE INDEX finding_by_key ON finding (key);

CREATE TABLE finding_evidence (
    finding INTEGER NOT NULL REFERENCES finding (id) ON DELETE CASCADE,
    ord     INTEGER NOT NULL,
    event   INTEGER REFERENCES event (id) ON DELETE SET NULL,
    points  INTEGER NOT NULL,
    step    INTEGER NOT NULL REFERENCES term (id),
    why     INTEGER NOT NULL REFERENCES term (id),
    PRIMARY KEY (finding, ord)
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_evidence_by_event ON finding_evidence (event) WHERE event IS NOT NULL;

CREATE TABLE undecided (
    attempt    INTEGER NOT NULL REFERENCES verdict (attempt) ON DELETE CASCADE,
    ord        INTEGER NOT NULL,
    key        TEXT NOT NULL,
    question   INTEGER NOT NULL REFERENCES term (id),
    candidates TEXT NOT NULL,
    PRIMARY KEY (attempt, ord)
) STRICT, WITHOUT ROWID;

-- Events of an undecided group (kind 0, item = its ord), unexplained (1) and harmless ones (2).
CREATE TABLE verdict_event (
    attempt INTEGER NOT NULL REFERENCES verdict (attempt) ON DELETE CASCADE,
    kind    INTEGER NOT NULL,
    item    INTEGER NOT NULL,
    ord     INTEGER NOT NULL,
    event   INTEGER NOT NULL REFERENCES event (id) ON DELETE CASCADE,
    PRIMARY KEY (attempt, kind, item, ord)
) STRICT, WITHOUT ROWID;
CREATE INDEX verdict_event_by_event ON verdict_event (event);

-- ---- for people who look with other tools ----

CREATE VIEW event_list AS
SELECT event.id, event.id >> 24 AS attempt, server.name AS server, signature.name AS signature,
       signature.polarity, event.time_us,
       strftime('%Y-%m-%dT%H:%M:%SZ', event.time_us / 1000000, 'unixepoch') AS time,
       event.line AS line_in_attempt, evidence.text
  FROM event
  JOIN evidence ON evidence.id = event.evidence
  JOIN signature ON signature.id = evidence.signature
  JOIN attempt ON attempt.id = event.id >> 24
  JOIN server ON server.id = attempt.server;

CREATE VIEW finding_list AS
SELECT finding.key, finding.attempt, server.name AS server, diagnosis.text AS diagnosis,
       cause.text AS cause_class, finding.confidence, finding.state,
       coalesce(attempt.began_us, attempt.first_seen_us) AS happened_us,
       finding_key.first_seen_us, wording.title
  FROM finding
  JOIN finding_key ON finding_key.key = finding.key
  JOIN term AS diagnosis ON diagnosis.id = finding.diagnosis
  JOIN term AS cause ON cause.id = finding.cause_class
  JOIN wording ON wording.id = finding.wording
  JOIN attempt ON attempt.id = finding.attempt
  JOIN server ON server.id = attempt.server;
