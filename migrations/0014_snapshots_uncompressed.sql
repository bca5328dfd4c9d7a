-- A long chat's snapshot is mostly random ids: PostgreSQL spent two milliseconds on each to find that it hardly gets
-- smaller, and a first command after a start waited for what little was compressed.

ALTER TABLE snapshots ALTER COLUMN state SET STORAGE EXTERNAL;
