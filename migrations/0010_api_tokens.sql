-- Tokens of programs. What was allowed to whom is in the journal too; only here is the hash that a token is known by.

CREATE TABLE api_tokens (
    id uuid PRIMARY KEY,
    -- SHA-256 of 256 random bits; the token itself is stored nowhere
    token_hash bytea NOT NULL UNIQUE,
    -- whose rights it has: a bot, an integrator or an auditor
    agent_id uuid NOT NULL,
    name text NOT NULL,
    scopes text[] NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    -- not more exact than a minute
    last_used_at timestamptz
);
CREATE INDEX api_tokens_agent ON api_tokens (agent_id);
