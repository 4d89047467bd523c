-- The counter of the last command accepted from each key: written in the transaction that records the command.
CREATE TABLE command (
  kid     TEXT PRIMARY KEY,
  counter INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What the centre ordered to last.
ALTER TABLE chain ADD COLUMN locked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chain ADD COLUMN maintenance INTEGER NOT NULL DEFAULT 0;
