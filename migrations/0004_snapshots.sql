-- A snapshot names the event behind which it was taken by its digest: after a restore another one may stand there.

DELETE FROM snapshots;                     -- may be thrown away, and nothing wrote any yet
ALTER TABLE snapshots ADD COLUMN digest bytea NOT NULL CHECK (octet_length(digest) = 32);
