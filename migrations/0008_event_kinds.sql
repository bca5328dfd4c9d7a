-- Which kinds of events were ever stored here, so that a program can tell at its start whether it can read them all.
-- A kind is added before its first event; one that is here without an event is one that failed to be stored.

CREATE TABLE event_kinds (
    aggregate_type text NOT NULL,
    event_type     text NOT NULL,
    event_version  text NOT NULL,
    PRIMARY KEY (aggregate_type, event_type, event_version)
);

INSERT INTO event_kinds (aggregate_type, event_type, event_version)
SELECT DISTINCT aggregate_type, event_type, event_version FROM events;
