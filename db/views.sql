-- The public views, version 1: what other tools may rely on.  Each is described in docs/views.md.

CREATE VIEW v_servers AS
SELECT server.name AS server,
       (SELECT group_concat(other.name, ' ') FROM server AS other
         WHERE other.counts_as = server.id) AS aliases,
       (SELECT term.text FROM tag JOIN term ON term.id = tag.value
         WHERE tag.server = server.id
           AND tag.name = (SELECT id FROM term WHERE text = 'site')) AS site,
       strftime('%Y-%m-%dT%H:%M:%SZ', min(standing.happened_us) / 1000000, 'unixepoch')
           AS first_seen,
       strftime('%Y-%m-%dT%H:%M:%SZ', max(standing.happened_us) / 1000000, 'unixepoch')
           AS last_seen,
       count(standing.attempt) AS attempts,
       coalesce(sum(standing.failed), 0) AS failures
  FROM server
  LEFT JOIN standing ON standing.server = server.id
 WHERE server.counts_as IS NULL
 GROUP BY server.id;

CREATE VIEW v_tags AS
SELECT server.name AS server, name.text AS tag, value.text AS value
  FROM tag
  JOIN server ON server.id = tag.server
  JOIN term AS name ON name.id = tag.name
  JOIN term AS value ON value.id = tag.value;

CREATE VIEW v_attempts AS
SELECT attempt.id AS attempt, server.name AS server, product.text AS product,
       version.text AS version, format.text AS format,
       strftime('%Y-%m-%dT%H:%M:%SZ', standing.happened_us / 1000000, 'unixepoch') AS happened,
       strftime('%Y-%m-%dT%H:%M:%SZ', attempt.ended_us / 1000000, 'unixepoch') AS ended,
       CASE attempt.outcome WHEN 0 THEN 'undecided' WHEN 1 THEN 'succeeded' WHEN 2 THEN 'failed'
            WHEN 3 THEN 'cancelled' ELSE 'cut off' END AS outcome,
       standing.failed, code.text AS code, diagnosis.text AS diagnosis, cause.text AS cause,
       attempt.errors, attempt.warnings
  FROM standing
  JOIN attempt ON attempt.id = standing.attempt
  JOIN server ON server.id = standing.server
  JOIN release ON release.id = standing.release
  JOIN term AS product ON product.id = release.product
  JOIN term AS version ON version.id = release.version
  JOIN term AS format ON format.id = attempt.format
  LEFT JOIN term AS code ON code.id = standing.code
  LEFT JOIN term AS diagnosis ON diagnosis.id = standing.diagnosis
  LEFT JOIN term AS cause ON cause.id = standing.cause;

CREATE VIEW v_findings AS
SELECT finding.key, finding.attempt, server.name AS server, product.text AS product,
       version.text AS version, diagnosis.text AS diagnosis, cause.text AS cause,
       finding.confidence,
       CASE finding.state WHEN 0 THEN 'open' WHEN 1 THEN 'fix begun'
            WHEN 2 THEN 'fix left open' ELSE 'resolved' END AS state,
       strftime('%Y-%m-%dT%H:%M:%SZ', standing.happened_us / 1000000, 'unixepoch') AS happened,
       wording.title
  FROM finding
  JOIN standing ON standing.attempt = finding.attempt
  JOIN server ON server.id = standing.server
  JOIN release ON release.id = standing.release
  JOIN term AS product ON product.id = release.product
  JOIN term AS version ON version.id = release.version
  JOIN term AS diagnosis ON diagnosis.id = finding.diagnosis
  JOIN term AS cause ON cause.id = finding.cause_class
  JOIN wording ON wording.id = finding.wording;

CREATE VIEW v_keys AS
SELECT finding_key.key, server.name AS server, diagnosis.text AS diagnosis,
       product.text AS product, finding_key.attempts,
       strftime('%Y-%m-%dT%H:%M:%SZ', finding_key.first_us / 1000000, 'unixepoch') AS first_seen,
       strftime('%Y-%m-%dT%H:%M:%SZ', finding_key.last_us / 1000000, 'unixepoch') AS last_seen,
       CASE finding_key.state WHEN 0 THEN 'open' WHEN 1 THEN 'fix begun'
            WHEN 2 THEN 'fix left open' ELSE 'resolved' END AS state,
       finding_key.again AS came_again
  FROM finding_key
  JOIN server ON server.id = finding_key.server
  JOIN term AS diagnosis ON diagnosis.id = finding_key.diagnosis
  JOIN term AS product ON product.id = finding_key.product
 WHERE finding_key.attempts > 0;

-- Sums by day, week and month; `what` says of which kind `id` is.
CREATE VIEW v_sums AS
SELECT CASE tally.kind WHEN 0 THEN 'all' WHEN 1 THEN 'signature' WHEN 2 THEN 'diagnosis'
            WHEN 3 THEN 'cause' WHEN 4 THEN 'code' WHEN 5 THEN 'pattern' ELSE 'server' END AS what,
       CASE WHEN tally.id = 0 THEN NULL
            WHEN tally.kind = 1 THEN (SELECT name FROM signature WHERE signature.id = tally.id)
            WHEN tally.kind = 5 THEN (SELECT text FROM pattern WHERE pattern.id = tally.id)
            WHEN tally.kind = 6 THEN (SELECT name FROM server WHERE server.id = tally.id)
            ELSE (SELECT text FROM term WHERE term.id = tally.id) END AS id,
       CASE tally.grain WHEN 0 THEN 'all' WHEN 1 THEN 'month' WHEN 2 THEN 'week' ELSE 'day' END
           AS by,
       CASE tally.grain
            WHEN 1 THEN printf('%04d-%02d', tally.bucket / 12, tally.bucket % 12 + 1)
            WHEN 2 THEN strftime('%Y', tally.bucket * 604800, 'unixepoch') || printf('-W%02d',
                 (strftime('%j', tally.bucket * 604800, 'unixepoch') - 1) / 7 + 1)
            WHEN 3 THEN date(tally.bucket * 86400, 'unixepoch') END AS bucket,
       CASE WHEN tally.product = 0 THEN NULL
            ELSE (SELECT text FROM term WHERE term.id = tally.product) END AS product,
       tally.product <> 0 AS of_product,
       tally.events, tally.attempts, tally.failures, tally.servers
  FROM tally
 WHERE tally.kind < 7;

CREATE VIEW v_daily AS
SELECT date(tally.bucket * 86400, 'unixepoch') AS day, tally.attempts, tally.failures,
       tally.servers, tally.events
  FROM tally
 WHERE tally.kind = 0 AND tally.product = 0 AND tally.grain = 3 AND tally.id = 0;

CREATE VIEW v_weekly AS
SELECT strftime('%Y', tally.bucket * 604800, 'unixepoch') || printf('-W%02d',
           (strftime('%j', tally.bucket * 604800, 'unixepoch') - 1) / 7 + 1) AS week,
       date(tally.bucket * 604800, 'unixepoch', '-3 days') AS monday,
       tally.attempts, tally.failures, tally.servers, tally.events
  FROM tally
 WHERE tally.kind = 0 AND tally.product = 0 AND tally.grain = 2 AND tally.id = 0;

CREATE VIEW v_fixes AS
SELECT term.text AS diagnosis, count(*) AS cases, sum(begun) AS begun,
       count(took_us) AS verified, sum(failed) AS failed,
       max(CASE WHEN took_us IS NOT NULL AND place = (ended + 1) / 2 THEN took_us END) / 1000000
           AS median_seconds
  FROM (SELECT *, row_number() OVER (PARTITION BY diagnosis, took_us IS NULL ORDER BY took_us)
                  AS place,
               count(took_us) OVER (PARTITION BY diagnosis) AS ended
          FROM fix_case) AS one
  JOIN term ON term.id = one.diagnosis
 GROUP BY one.diagnosis;

-- When each diagnosis and signature was first seen; newest first when ordered by first_seen.
CREATE VIEW v_new AS
SELECT CASE debut.what >> 28 WHEN 1 THEN 'signature' ELSE 'diagnosis' END AS what,
       CASE debut.what >> 28
            WHEN 1 THEN (SELECT name FROM signature WHERE signature.id = debut.what & 268435455)
            ELSE (SELECT text FROM term WHERE term.id = debut.what & 268435455) END AS id,
       strftime('%Y-%m-%dT%H:%M:%SZ', debut.first_us / 1000000, 'unixepoch') AS first_seen
  FROM debut
 WHERE debut.what >> 28 IN (1, 2) AND debut.what & 268435455 <> 0;

CREATE VIEW v_regressed AS
SELECT finding_key.key, server.name AS server, diagnosis.text AS diagnosis,
       strftime('%Y-%m-%dT%H:%M:%SZ', finding_key.last_us / 1000000, 'unixepoch') AS last_seen,
       resolution.ticket
  FROM finding_key
  JOIN server ON server.id = finding_key.server
  JOIN term AS diagnosis ON diagnosis.id = finding_key.diagnosis
  LEFT JOIN resolution ON resolution.key = finding_key.key
 WHERE finding_key.attempts > 0 AND finding_key.state <> 3
   AND (finding_key.again OR resolution.at_us < finding_key.last_us);

-- Servers a week by diagnosis.
CREATE VIEW v_spreading AS
SELECT term.text AS diagnosis,
       strftime('%Y', tally.bucket * 604800, 'unixepoch') || printf('-W%02d',
           (strftime('%j', tally.bucket * 604800, 'unixepoch') - 1) / 7 + 1) AS week,
       tally.servers, tally.attempts, tally.failures
  FROM tally
  JOIN term ON term.id = tally.id
 WHERE tally.kind = 2 AND tally.product = 0 AND tally.grain = 2 AND tally.id <> 0;

CREATE VIEW v_unknown AS
SELECT pattern.text AS pattern, tally.events, tally.attempts, tally.servers,
       strftime('%Y-%m-%dT%H:%M:%SZ', debut.first_us / 1000000, 'unixepoch') AS first_seen
  FROM tally
  JOIN pattern ON pattern.id = tally.id
  LEFT JOIN debut ON debut.what = (5 << 28) + tally.id
 WHERE tally.kind = 5 AND tally.product = 0 AND tally.grain = 0;

CREATE VIEW v_coverage AS
SELECT source.path, source.member, format.text AS format, encoding.text AS encoding, source.bytes,
       source.bad_bytes, source.lines,
       strftime('%Y-%m-%dT%H:%M:%SZ', source.first_seen_us / 1000000, 'unixepoch') AS first_read,
       strftime('%Y-%m-%dT%H:%M:%SZ', scan.began_us / 1000000, 'unixepoch') AS last_read,
       scan.complete AS scan_complete,
       (SELECT count(*) FROM sighting WHERE sighting.source = source.id) AS attempts
  FROM source
  JOIN term AS format ON format.id = source.format
  JOIN term AS encoding ON encoding.id = source.encoding
  JOIN scan ON scan.id = source.scan;

CREATE VIEW v_decisions AS
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', note.at_us / 1000000, 'unixepoch') AS at,
       CASE note.kind WHEN 1 THEN 'resolved' WHEN 2 THEN 'silenced' WHEN 3 THEN 'unsilenced'
            WHEN 4 THEN 'alias' ELSE 'tag' END AS kind,
       note.subject, note.what, note.ticket, note.who,
       CASE WHEN note.until_us = 0 THEN NULL
            ELSE strftime('%Y-%m-%dT%H:%M:%SZ', note.until_us / 1000000, 'unixepoch') END AS until
  FROM note;
