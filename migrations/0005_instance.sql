-- Which installation this database belongs to, and where it was when it last did: what was restored or copied elsewhere
-- is told by that, and touches the world only once somebody has taken it over.

CREATE TABLE instance (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    id          uuid NOT NULL,             -- as the data folders of its processes hold it
    adopted_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    system      text NOT NULL,             -- the cluster's system identifier
    database    bigint NOT NULL,           -- the database's oid in it
    timeline    text NOT NULL,             -- changes with a point-in-time recovery or a failover
    seen_at     timestamptz NOT NULL DEFAULT clock_timestamp()   -- moves each second while a process of it lives
) WITH (fillfactor = 10);
