-- Erasure in two steps. A generation of a subject's key is closed: what is sealed with it from then on is not stored. Once
-- every live process knows, the key is destroyed.

-- How many generations of keys were ever closed. An append says under which count it was sealed.
ALTER TABLE journal_head ADD COLUMN closings bigint NOT NULL DEFAULT 0;

-- The count by which a generation was closed, and the position of the event that says its key is destroyed.
ALTER TABLE subject_keys ADD COLUMN closing bigint, ADD COLUMN erased bigint;
CREATE INDEX subject_keys_to_destroy ON subject_keys (closing) WHERE closed_at IS NOT NULL AND wrapped IS NOT NULL;
CREATE INDEX subject_keys_erased ON subject_keys (erased) WHERE erased IS NOT NULL;

-- The processes that may have keys open, and the count of closings each knows of. One whose row has ended asks for every
-- key until it has a row again.
CREATE TABLE processes (
    process    uuid PRIMARY KEY,
    closings   bigint NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires    timestamptz NOT NULL
);

DROP FUNCTION journal_append_checked(
    integer, text[], text[], bigint[], text[], text[], text[], text[], bytea[], integer[],
    text[], bytea[], bytea[], text[], integer[]);

-- The careful way to append, for commands of which some may not fit any more: takes the lock first and looks then, each
-- statement with a snapshot of its own (one statement would look with the snapshot from before the wait).
-- A command is stored whole or not at all. Answers for each: stored, conflict (the stream went on), duplicate (the key
-- was used) or closed (a generation of keys was closed since it was sealed), and for those stored the position of the
-- last event.
CREATE FUNCTION journal_append_checked(
    commands integer,
    types text[], ids text[], sequences bigint[], event_types text[], event_versions text[],
    payloads text[], metadatas text[], digests bytea[], owners integer[],
    scopes text[], key_hmacs bytea[], content_hmacs bytea[], results text[], key_owners integer[],
    closings bigint[]                      -- of each command: the count under which it was sealed; null when it was not
) RETURNS TABLE (command integer, outcome text, last_position bigint, stored_at timestamptz)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    head     journal_head%ROWTYPE;
    fitting  integer[] := '{}';
    verdicts text[] := '{}';
    ends     integer[] := '{}';            -- which event, of those stored, is the command's last; 0 = it has none
    verdict  text;
    own      integer;
    stored   integer := 0;
    joined   bytea;
    link     bytea;
    moment   timestamptz;
BEGIN
    SELECT h.* INTO STRICT head FROM journal_head AS h FOR UPDATE;

    FOR candidate IN 1..commands LOOP
        verdict := 'stored';
        own := 0;
        IF EXISTS (
            SELECT FROM unnest(key_owners, scopes, key_hmacs) AS k(owner, scope, key_hmac)
            WHERE k.owner = candidate
              AND (EXISTS (SELECT FROM dedupe AS d WHERE d.scope = k.scope AND d.key_hmac = k.key_hmac)
                OR EXISTS (SELECT FROM unnest(key_owners, scopes, key_hmacs) AS earlier(owner, scope, key_hmac)
                           WHERE earlier.owner = ANY (fitting)
                             AND earlier.scope = k.scope AND earlier.key_hmac = k.key_hmac))
        ) THEN
            verdict := 'duplicate';
        ELSIF EXISTS (
            SELECT FROM (
                SELECT e.type, e.id, min(e.sequence) AS sequence
                FROM unnest(owners, types, ids, sequences) AS e(owner, type, id, sequence)
                WHERE e.owner = candidate GROUP BY e.type, e.id
            ) AS first
            WHERE first.sequence <> 1 + coalesce(greatest(
                (SELECT max(s.sequence) FROM events AS s
                 WHERE s.aggregate_type = first.type AND s.aggregate_id = first.id),
                (SELECT max(earlier.sequence)
                 FROM unnest(owners, types, ids, sequences) AS earlier(owner, type, id, sequence)
                 WHERE earlier.owner = ANY (fitting) AND earlier.type = first.type AND earlier.id = first.id)), 0)
        ) THEN
            verdict := 'conflict';
        ELSIF closings[candidate] <> head.closings THEN
            verdict := 'closed';
        ELSE
            fitting := fitting || candidate;
            own := (SELECT count(*) FROM unnest(owners) AS o(owner) WHERE o.owner = candidate);
            stored := stored + own;
        END IF;
        verdicts := verdicts || verdict;
        ends := ends || CASE WHEN own > 0 THEN stored ELSE 0 END;
    END LOOP;

    moment := greatest(head.recorded_at, clock_timestamp());
    IF stored > 0 THEN
        joined := (SELECT string_agg(e.digest, ''::bytea ORDER BY e.place)
                   FROM unnest(owners, digests) WITH ORDINALITY AS e(owner, digest, place)
                   WHERE e.owner = ANY (fitting));
        link := sha256(head.chain || int8send(head.position + 1) || int4send(stored)
                       || int8send((extract(epoch FROM moment) * 1000000)::bigint) || joined);
        UPDATE journal_head AS h SET position = head.position + stored, chain = link, recorded_at = moment;
        INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata,
                            digest, position, recorded_at, chain)
        SELECT n.type, n.id, n.sequence, n.event_type, n.event_version, n.payload::json, n.metadata::json,
               n.digest, head.position + n.number, moment, CASE WHEN n.number = stored THEN link END
        FROM (SELECT e.*, row_number() OVER (ORDER BY e.place) AS number
              FROM unnest(owners, types, ids, sequences, event_types, event_versions, payloads, metadatas, digests)
                   WITH ORDINALITY
                   AS e(owner, type, id, sequence, event_type, event_version, payload, metadata, digest, place)
              WHERE e.owner = ANY (fitting)) AS n;
    END IF;
    INSERT INTO dedupe (scope, key_hmac, content_hmac, position, result)
    SELECT k.scope, k.key_hmac, k.content_hmac, head.position + ends[k.owner], k.result::json
    FROM unnest(key_owners, scopes, key_hmacs, content_hmacs, results)
         AS k(owner, scope, key_hmac, content_hmac, result)
    WHERE k.owner = ANY (fitting);

    RETURN QUERY SELECT c, verdicts[c], head.position + ends[c], moment FROM generate_series(1, commands) AS c;
END
$$;
