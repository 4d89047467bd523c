-- The record and the outbox in one append-only table. No index beside the rowid: each would cost a page of SD-card wear a scan.
CREATE TABLE event (
  sequence INTEGER PRIMARY KEY,  -- without gaps from 1; the lowest rows go by retention, nothing is ever changed
  body     BLOB NOT NULL         -- the CloudEvent's bytes exactly as they are hashed and sent
) STRICT;

-- One row: where this journal begins and how far it is sealed.
CREATE TABLE chain (
  epoch           TEXT NOT NULL,     -- made with the file, so that a re-flashed reader cannot collide
  pruned_sequence INTEGER NOT NULL,  -- the last row removed by retention, 0 for none
  pruned_hash     TEXT NOT NULL,     -- its hash, so that what is left still verifies; '' for none
  sealed_sequence INTEGER NOT NULL   -- the last row a seal covers
) STRICT;
