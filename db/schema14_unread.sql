-- Schema version 14: what could not be read is remembered, too.
--
-- A lead asks which servers' logs say nothing because nobody could read them.  A row goes when
-- its path is read and the log is no longer so.
CREATE TABLE unread (
    path          TEXT NOT NULL,
    member        TEXT NOT NULL,
    server        TEXT NOT NULL,
    why           TEXT NOT NULL,
    partly        INTEGER NOT NULL,
    first_seen_us INTEGER NOT NULL,
    last_seen_us  INTEGER NOT NULL,
    PRIMARY KEY (path, member)
) STRICT, WITHOUT ROWID;

CREATE VIEW v_unread AS
SELECT coalesce(self.name, unread.server) AS server, unread.path, unread.member, unread.why,
       unread.partly,
       strftime('%Y-%m-%dT%H:%M:%SZ', unread.first_seen_us / 1000000, 'unixepoch') AS first_seen,
       strftime('%Y-%m-%dT%H:%M:%SZ', unread.last_seen_us / 1000000, 'unixepoch') AS last_seen
  FROM unread
  LEFT JOIN server ON server.name = unread.server
  LEFT JOIN server AS self ON self.id = server.counts_as;
