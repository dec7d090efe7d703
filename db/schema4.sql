-- Schema version 4: records near a failure share their texts; outlets know how far they were sent.

-- Where it is set, `text` is empty.  No foreign key: nothing is deleted from evidence but what
-- nothing refers to, and a key without an index would make that slow.
ALTER TABLE kept ADD COLUMN evidence INTEGER;

-- All that this scan and earlier ones changed was sent.
ALTER TABLE outlet ADD COLUMN scan INTEGER NOT NULL DEFAULT 0;
