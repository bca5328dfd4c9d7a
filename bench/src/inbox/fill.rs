//! Rows of many chats, made by the server itself: four messages and an act a chat, most chats put away. Some have what
//! the filters ask for: a star, tags that are common or rare, a client with an owner, a priority, a snooze.

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use sqlx::{Executor as _, PgPool};
use uuid::Uuid;

/// Channels; the first three are quiet: they have the oldest twentieth of the chats and no other.
pub const CHANNELS: i64 = 60;

const CHAT_IDS: u128 = 0xc000_0000_0000_4000_8000_0000_0000_0000;
const CHANNEL_IDS: u128 = 0xb000_0000_0000_4000_8000_0000_0000_0000;

/// Id of the chat of this number, from 1.
pub fn chat_id(number: i64) -> Uuid {
    Uuid::from_u128(CHAT_IDS + u128::from(number.unsigned_abs()))
}

/// Id of the channel of this number, from 0.
pub fn channel_id(number: i64) -> Uuid {
    Uuid::from_u128(CHANNEL_IDS + u128::from(number.unsigned_abs()))
}

const AGENT_IDS: u128 = 0xa000_0000_0000_4000_8000_0000_0000_0000;

/// Id of the agent of this number, from 0 to 49.
pub fn agent_id(number: i64) -> Uuid {
    Uuid::from_u128(AGENT_IDS + u128::from(number.unsigned_abs()))
}

/// When the last activity of the chat of this number was.
pub fn at(number: i64) -> Timestamp {
    const FIRST: Timestamp = Timestamp::constant(1_767_225_600, 0);
    FIRST + SignedDuration::from_secs(20 * number)
}

/// Fills the tables of `schema`, which are empty. Indexes are made afterwards, as a rebuild does.
pub async fn run(pool: &PgPool, schema: &str, chats: i64) -> Result<()> {
    let indexes = sqlx::query_as::<_, (String, String)>(
        r"SELECT format('DROP INDEX %I.%I', schemaname, indexname), indexdef FROM pg_indexes
          WHERE schemaname = $1 AND indexname NOT LIKE '%\_pkey'",
    )
    .bind(schema)
    .fetch_all(pool)
    .await?;
    let mut conn = pool.acquire().await?;
    conn.execute("SET synchronous_commit = off; SET maintenance_work_mem = '128MB'")
        .await?;
    for (drop, _) in &indexes {
        conn.execute(drop.as_str()).await?;
    }
    let defaults = sqlx::query_scalar::<_, String>(DEFAULTS).bind(schema);
    for default in defaults.fetch_all(&mut *conn).await? {
        conn.execute(default.as_str()).await?;
    }
    for table in [CHATS, LABELS, MESSAGES, ACTS, ITEMS] {
        sqlx::query(&table.replace("{read}", schema))
            .bind(chats)
            .bind(CHANNELS)
            .execute(&mut *conn)
            .await?;
    }
    for (_, make) in &indexes {
        conn.execute(make.as_str()).await?;
    }
    for statement in [COUNTERS, AGENT_COUNTERS, POSITION, "VACUUM ANALYZE"] {
        conn.execute(statement.replace("{read}", schema).as_str())
            .await?;
    }
    Ok(())
}

/// Columns that no list asks for take what their type calls nothing, so that a new one costs no change here.
const DEFAULTS: &str = r"
    SELECT format('ALTER TABLE %I.%I ALTER COLUMN %I SET DEFAULT %L', table_schema, table_name, column_name,
        CASE data_type WHEN 'boolean' THEN 'false' WHEN 'jsonb' THEN '[]' WHEN 'text' THEN '' ELSE '0' END)
    FROM information_schema.columns WHERE table_schema = $1 AND is_nullable = 'NO' AND column_default IS NULL
        AND data_type IN ('boolean', 'jsonb', 'text', 'smallint', 'integer', 'bigint')";

/// Every tenth chat is active, and a fiftieth of those put aside. Positions are scattered, as those of chats that go on at
/// different times are.
const CHATS: &str = r#"
    INSERT INTO {read}.chats (id, channel_id, state, contact_name, contact_email, contact_verified, page_url, locale,
        unread, unanswered, last_message_id, last_message_seq, last_direction, last_preview, last_at, last_author,
        last_state, opened_at, last_activity, last_activity_at, archived_at, archived_by, last_seq, message_count,
        changed, assignee_bot, assignee_id, snoozed, tags, priority, blocked, starred_by, own, shared_changed, hidden,
        linked_client_id, client_id, client_owner, direct)
    SELECT ('c0000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
        ('b0000000-0000-4000-8000-' || lpad(to_hex(channel), 12, '0'))::uuid,
        CASE WHEN aside THEN 'snoozed' WHEN active THEN 'active' ELSE 'archived' END, 'Lucía ' || n,
        'lucia' || n || '@example.com', false,
        'https://shop.example/lana/' || n, 'es', CASE WHEN active THEN (n / 10) % 3 ELSE 0 END, n % 20 = 0,
        ('d0000000-0000-4000-8000-' || lpad(to_hex(n * 4), 12, '0'))::uuid, 4, 'inbound',
        repeat('lana merino azul ', 6), at, author, 'received', at, place, at,
        CASE WHEN NOT active THEN at END, CASE WHEN NOT active THEN author END, 5, 4, place, false,
        CASE WHEN n % 3 > 0 THEN ('a0000000-0000-4000-8000-' || lpad(to_hex(n / 7 % 50), 12, '0'))::uuid END,
        CASE WHEN aside THEN place END,
        CASE WHEN n % 1000 = 7 THEN '["rare"]' WHEN n % 4 = 0 THEN '["common"]' ELSE '[]' END::jsonb,
        CASE WHEN n % 100 = 3 THEN 3 ELSE 1 END, false,
        CASE WHEN n % 200 = 11 THEN jsonb_build_array('a0000000-0000-4000-8000-' || lpad(to_hex(n / 200 % 50), 12, '0'))
            ELSE '[]' END,
        '{}', place, 0, client, client,
        CASE WHEN client IS NOT NULL THEN ('a0000000-0000-4000-8000-' || lpad(to_hex(n / 5 % 50), 12, '0'))::uuid END, false
    FROM (SELECT n, n % 10 = 0 AS active, n % 500 = 0 AS aside, n * 5 + (n * 7919) % 1000 AS place,
              CASE WHEN n <= $1 / 20 THEN n % 3 ELSE 3 + n % ($2 - 3) END AS channel,
              CASE WHEN n % 5 = 0 THEN ('e0000000-0000-4000-8000-' || lpad(to_hex(n / 10), 12, '0'))::uuid END AS client,
              '2026-01-01T00:00:00Z'::timestamptz + n * '20 seconds'::interval AS at,
              '{"kind": "system"}'::jsonb AS author
          FROM generate_series(1, $1::int8) AS n) AS made"#;

/// The lists by tag and by star.
const LABELS: &str = "
    INSERT INTO {read}.chat_labels (label, channel_id, state, last_activity, chat_id)
    SELECT 't' || tag, channel_id, state, last_activity, id FROM {read}.chats, jsonb_array_elements_text(tags) AS tag
    WHERE $1::int8 + $2::int8 > 0
    UNION ALL
    SELECT 's' || replace(agent, '-', ''), channel_id, state, last_activity, id
    FROM {read}.chats, jsonb_array_elements_text(starred_by) AS agent";

const MESSAGES: &str = r#"
    INSERT INTO {read}.messages (chat_id, id, position, direction, author, text, erased, state, contact_seq, sent_at,
        reactions, mentions, attachments, warnings, attempt, changed)
    SELECT ('c0000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
        ('d0000000-0000-4000-8000-' || lpad(to_hex(n * 4 + m), 12, '0'))::uuid, n * 5 + m,
        CASE WHEN m % 2 = 0 THEN 'inbound' ELSE 'outbound' END, '{"kind": "system"}',
        repeat('quería preguntar por la lana merino ', 1 + (n % 5)::int), false,
        CASE WHEN m % 2 = 0 THEN 'received' WHEN n % 50 = 0 THEN 'delivered' ELSE 'read' END, 1 + m,
        '2026-01-01T00:00:00Z'::timestamptz + n * '20 seconds'::interval, '[]', '[]', '[]', '[]', 1, n * 5 + m
    FROM generate_series(1, $1::int8) AS n CROSS JOIN generate_series(0, 3) AS m WHERE $2::int8 > 0"#;

const ACTS: &str = r#"
    INSERT INTO {read}.acts (chat_id, position, kind, actor, detail, at)
    SELECT ('c0000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, n * 5, 'opened', '{"kind": "system"}',
        'webchat', '2026-01-01T00:00:00Z'::timestamptz + n * '20 seconds'::interval
    FROM generate_series(1, $1::int8) AS n WHERE $2::int8 > 0"#;

const ITEMS: &str = r#"
    INSERT INTO {read}.contact_items (chat_id, seq, kind, message_id, data, position, at)
    SELECT ('c0000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1 + m, 'message',
        ('d0000000-0000-4000-8000-' || lpad(to_hex(n * 4 + m), 12, '0'))::uuid,
        '{"text": "quería preguntar por la lana merino"}', n * 5 + m,
        '2026-01-01T00:00:00Z'::timestamptz + n * '20 seconds'::interval
    FROM generate_series(1, $1::int8) AS n CROSS JOIN generate_series(0, 3) AS m WHERE $2::int8 > 0"#;

const COUNTERS: &str = "
    INSERT INTO {read}.counters (channel_id, active, archived, unread, unanswered, unread_messages, snoozed, unassigned,
        deleted)
    SELECT channel_id, count(*) FILTER (WHERE state = 'active'), count(*) FILTER (WHERE state = 'archived'),
        count(*) FILTER (WHERE state = 'active' AND unread > 0),
        count(*) FILTER (WHERE state = 'active' AND unread = 0 AND unanswered),
        coalesce(sum(unread) FILTER (WHERE state = 'active'), 0), count(*) FILTER (WHERE state = 'snoozed'),
        count(*) FILTER (WHERE state = 'active' AND assignee_id IS NULL), 0
    FROM {read}.chats GROUP BY channel_id";

const AGENT_COUNTERS: &str = "
    INSERT INTO {read}.agent_counters (agent_id, channel_id, assigned, starred, mentioned)
    SELECT assignee_id, channel_id, count(*), 0, 0 FROM {read}.chats
    WHERE state = 'active' AND assignee_id IS NOT NULL GROUP BY assignee_id, channel_id";

const POSITION: &str = "
    UPDATE {read}.progress SET position = (SELECT max(changed) FROM {read}.chats)";
