-- Once-only credentials that were used: few, and asked for by key in the transaction that judges the next scan.
CREATE TABLE used (
  ref     TEXT PRIMARY KEY,
  expires INTEGER NOT NULL  -- seconds since 1970; a used credential is forgotten when it would be refused anyway
) STRICT, WITHOUT ROWID;

-- The latest wall time written while the clock was trusted, milliseconds since 1970: no clock before it is right.
ALTER TABLE chain ADD COLUMN trusted_ms INTEGER NOT NULL DEFAULT 0;
