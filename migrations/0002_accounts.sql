-- Who may sign in, and the small things of the application that must never be lost but are no events:
-- credentials, sessions, invitations, claims of widget keys and sealed secrets of channels.
-- Tokens are stored as SHA-256 only; passwords as argon2id PHC strings.

CREATE TABLE accounts (
    agent_id uuid PRIMARY KEY,
    email text NOT NULL UNIQUE CHECK (email = lower(email)),
    password_hash text NOT NULL,
    -- a demo account is refused from anywhere but loopback
    demo boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    password_changed_at timestamptz NOT NULL
);

CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    agent_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    user_agent text
);
CREATE INDEX sessions_agent ON sessions (agent_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Addresses from which an account has signed in before, as keyed hashes: strangers who use up the
-- tries of an account elsewhere cannot lock its owner out there.
CREATE TABLE sign_in_places (
    agent_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    address_mac bytea NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (agent_id, address_mac)
);

CREATE TABLE invitations (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    -- the agent that accepting it adds: known beforehand, so that accepting can be repeated after a crash
    agent_id uuid NOT NULL UNIQUE,
    email text NOT NULL CHECK (email = lower(email)),
    name text,
    role text NOT NULL,
    channel_ids uuid[] NOT NULL,
    invited_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    accepted_at timestamptz,
    withdrawn_at timestamptz
);
CREATE UNIQUE INDEX invitations_open_email ON invitations (email) WHERE accepted_at IS NULL AND withdrawn_at IS NULL;

CREATE TABLE setup_tokens (
    token_hash bytea PRIMARY KEY,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

-- One row a widget key: whoever inserts it owns the key.
CREATE TABLE widget_keys (
    key text PRIMARY KEY,
    channel_id uuid NOT NULL UNIQUE,
    claimed_at timestamptz NOT NULL
);

CREATE TABLE channel_secrets (
    channel_id uuid NOT NULL,
    name text NOT NULL,
    sealed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (channel_id, name)
);
