-- Files that were uploaded: what is known of each, and the key to its bytes, which lie outside of the database.

CREATE TABLE files (
    id uuid PRIMARY KEY,
    channel_id uuid NOT NULL,
    -- the contact's chat; without, it came from a messenger and no message has it yet
    chat_id uuid,
    -- the contact and the generation of its key that seals `sealed`; without, the master key does
    subject uuid,
    generation integer,
    -- the file's own key and its personal details
    sealed bytea NOT NULL,
    kind text NOT NULL,
    media_type text NOT NULL,
    -- of the content, in bytes
    size bigint NOT NULL,
    -- SHA-256 of the bytes as they are stored, in hex: their name in the store
    stored text NOT NULL,
    -- whose upload it is, as keys of idempotency are scoped
    uploaded_by text NOT NULL,
    uploaded_at timestamptz NOT NULL,
    -- the message that has it; without one it is removed after a day
    message_id uuid,
    CHECK ((subject IS NULL) = (generation IS NULL)),
    CHECK (message_id IS NULL OR chat_id IS NOT NULL)
);
CREATE INDEX files_subject ON files (subject) WHERE subject IS NOT NULL;
CREATE INDEX files_unused ON files (uploaded_at) WHERE message_id IS NULL;
