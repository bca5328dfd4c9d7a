-- Who is in Hilo just now, in which chat, and whether they write there. Never history: a row is good until it expires, and
-- whoever is still there writes it again before. Unlogged, so that a heartbeat costs no WAL; empty after a crash and on a
-- replica that takes over, until the next heartbeats.

CREATE UNLOGGED TABLE presence (
    chat_id       uuid NOT NULL,           -- nil: in Hilo, in no chat in particular
    who           uuid NOT NULL,           -- an agent, or the chat's contact
    window_id     uuid NOT NULL,           -- the session, or the process that keeps a heartbeat; nil for typing alone
    contact       boolean NOT NULL,
    process       uuid NOT NULL,           -- which one wrote the row
    told          boolean NOT NULL,        -- the writing is told to the other end of the chat, too
    writing_until timestamptz,
    expires_at    timestamptz NOT NULL,
    PRIMARY KEY (chat_id, who, window_id)
) WITH (fillfactor = 50);
