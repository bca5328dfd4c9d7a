//! How PostgreSQL answers with a million rows. Takes a minute, so it runs only when asked for.

use std::time::Instant;

use hilo_domain::chat::Priority;
use hilo_domain::{AgentId, ChannelId, ChatId};
use hilo_journal::Position;
use hilo_read::{
    AssigneeFilter, ChannelScope, ChatFilter, ChatOrder, ChatStateFilter, Page, ReadModel,
    WriterFilter,
};
use jiff::{SignedDuration, Timestamp};
use sqlx::Executor;
use sqlx::postgres::PgPoolOptions;
use uuid::Uuid;

use crate::database::read_model;

/// Columns that no query here asks for take what their type calls nothing.
const FILL: &str = "
    DO $do$ DECLARE change text; BEGIN
        FOR change IN SELECT format('ALTER TABLE %I.%I ALTER COLUMN %I SET DEFAULT %L', table_schema, table_name, column_name,
            CASE data_type WHEN 'boolean' THEN 'false' WHEN 'jsonb' THEN '[]' WHEN 'text' THEN '' ELSE '0' END)
        FROM information_schema.columns WHERE table_schema = '{read}' AND is_nullable = 'NO' AND column_default IS NULL
            AND data_type IN ('boolean', 'jsonb', 'text', 'smallint', 'integer', 'bigint')
        LOOP EXECUTE change; END LOOP;
    END $do$;
    INSERT INTO {read}.chats (id, channel_id, state, contact_verified, unread, unanswered, opened_at, last_activity,
        last_activity_at, last_seq, message_count, changed, assignee_bot, assignee_id, tags, priority, blocked, starred_by,
        own, shared_changed, hidden, client_id, client_owner, direct)
    SELECT ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
        ('00000000-0000-4000-9000-' || lpad(to_hex(n % 20), 12, '0'))::uuid,
        CASE WHEN n % 10 = 0 THEN 'active' ELSE 'archived' END, false, n / 7 % 3, n % 2 = 0, now(), n * 10, now() - (100000 - n) * interval '1 minute', 10, 10,
        n * 10, false, CASE WHEN n % 7 = 0 THEN '00000000-0000-4000-b000-000000000001'::uuid END,
        CASE WHEN n % 3 = 0 THEN '[\"common\"]' WHEN n % 1000 = 1 THEN '[\"rare\"]' ELSE '[]' END::jsonb,
        CASE WHEN n % 500 = 3 THEN 3 ELSE 1 END, false,
        CASE WHEN n % 400 = 0 THEN '[\"00000000-0000-4000-b000-000000000001\"]' ELSE '[]' END::jsonb, '{}', n * 10, 0,
        CASE WHEN n % 50 = 0 THEN '00000000-0000-4000-c000-000000000001'::uuid END,
        CASE WHEN n % 100 = 0 THEN '00000000-0000-4000-b000-000000000001'::uuid END, false FROM generate_series(1, 100000) n;
    INSERT INTO {read}.messages (chat_id, id, position, direction, author, text, erased, state, contact_seq, sent_at,
        reactions, mentions, attachments, warnings, attempt, changed)
    SELECT ('00000000-0000-4000-8000-' || lpad(to_hex(1 + n / 10), 12, '0'))::uuid,
        ('00000000-0000-4000-a000-' || lpad(to_hex(n), 12, '0'))::uuid, n, 'inbound', '{\"kind\":\"system\"}',
        repeat('x', 80), false, 'received', 1 + n % 10, now(), '[]', '[]', '[]', '[]', 1, n FROM generate_series(0, 999999) n;
    INSERT INTO {read}.contact_items (chat_id, seq, kind, data, position, at)
    SELECT ('00000000-0000-4000-8000-' || lpad(to_hex(1 + n / 10), 12, '0'))::uuid, 1 + n % 10, 'message',
        '{\"text\": \"x\"}', n, now() FROM generate_series(0, 999999) n;
    INSERT INTO {read}.acts (chat_id, position, kind, actor, at)
    SELECT ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, n * 10, 'opened', '{\"kind\":\"system\"}',
        now() FROM generate_series(1, 100000) n;
    INSERT INTO {read}.chat_labels (label, channel_id, state, last_activity, chat_id)
    SELECT 't' || tag, channel_id, state, last_activity, id FROM {read}.chats, jsonb_array_elements_text(tags) AS tag
    UNION ALL SELECT label || replace(agent, '-', ''), channel_id, state, last_activity, id
    FROM {read}.chats, jsonb_array_elements_text(starred_by) AS agent, unnest('{s,m}'::text[]) AS label;
    INSERT INTO {read}.counters (channel_id, active, archived, unread, unanswered, unread_messages, snoozed, unassigned,
        deleted) SELECT DISTINCT channel_id, 1, 0, 0, 0, 0, 0, 0, 0 FROM {read}.chats;
    UPDATE {read}.progress SET position = 1000000;
    ANALYZE;";

/// Every condition alone, and one that nothing fulfils.
fn filters() -> Vec<(&'static str, ChatFilter)> {
    type Condition = fn(&mut ChatFilter);
    let conditions: [(&'static str, Condition); 20] = [
        ("unread", |it| it.unread = true),
        ("unanswered", |it| it.unanswered = true),
        ("recent", |it| {
            it.active_since = Some(Timestamp::now() - SignedDuration::from_hours(24));
        }),
        ("mine", |it| it.assignee = Some(AssigneeFilter::Is(me()))),
        ("mine and unread", |it| {
            it.assignee = Some(AssigneeFilter::Is(me()));
            it.unread = true;
        }),
        ("mine and tagged", |it| {
            it.assignee = Some(AssigneeFilter::Is(me()));
            it.tags = vec!["common".to_owned()];
        }),
        ("unassigned", |it| {
            it.assignee = Some(AssigneeFilter::Nobody)
        }),
        ("active unassigned", |it| {
            it.assignee = Some(AssigneeFilter::Nobody);
            it.state = ChatStateFilter::Active;
        }),
        ("starred", |it| it.starred_by = Some(me())),
        ("mentioned", |it| it.mentioned = Some(me())),
        ("mentioned and starred", |it| {
            it.mentioned = Some(me());
            it.starred_by = Some(me());
        }),
        ("common tag", |it| it.tags = vec!["common".to_owned()]),
        ("rare tag", |it| it.tags = vec!["rare".to_owned()]),
        ("tags", |it| {
            it.tags = vec!["rare".to_owned(), "common".to_owned()]
        }),
        ("tag and unread", |it| {
            it.tags = vec!["common".to_owned()];
            it.unread = true;
        }),
        ("priority", |it| {
            it.priorities = vec![Priority::Urgent, Priority::High]
        }),
        ("registered", |it| {
            it.writer = WriterFilter::RegisteredClients
        }),
        ("my clients", |it| it.writer = WriterFilter::ClientsOf(me())),
        ("oldest", |it| it.order = ChatOrder::Oldest),
        ("nothing", |it| {
            it.owner = Some(AgentId::from_uuid(Uuid::nil()));
            it.tags = vec!["rare".to_owned()];
        }),
    ];
    let filter = |condition: Condition| {
        let mut filter = ChatFilter::default();
        condition(&mut filter);
        filter
    };
    let all = conditions.into_iter();
    all.map(|(name, condition)| (name, filter(condition)))
        .collect()
}

fn me() -> AgentId {
    AgentId::from_uuid(Uuid::from_u128(0x00000000_0000_4000_b000_000000000001))
}

#[tokio::test]
#[ignore = "fills a million rows"]
async fn every_query_is_answered_from_an_index() {
    let (pool, model) = read_model().await;
    pool.execute(FILL.replace("{read}", &model.name()).as_str())
        .await
        .unwrap();
    let scans = format!(
        "SELECT sum(seq_scan)::int8 FROM pg_stat_user_tables WHERE schemaname = '{}'
         AND relname IN ('chats', 'messages', 'contact_items', 'acts', 'chat_labels')",
        model.name()
    );
    let queries = PgPoolOptions::new()
        .connect_with((*pool.connect_options()).clone())
        .await
        .unwrap();
    let model = ReadModel::attach(queries.clone()).await.unwrap();
    let before = sqlx::query_scalar::<_, i64>(&scans)
        .fetch_one(&pool)
        .await
        .unwrap();
    let channel =
        |n: u128| ChannelId::from_uuid(Uuid::from_u128(0x00000000_0000_4000_9000_000000000000 + n));
    let chat = ChatId::from_uuid(Uuid::from_u128(
        0x00000000_0000_4000_8000_000000000000 + 50_000,
    ));
    let some = ChannelScope::Only((0..8).map(channel).collect());
    let filter = |state| ChatFilter {
        state,
        ..ChatFilter::default()
    };
    let timed = |name: &'static str, start: Instant| println!("== {name}: {:?}", start.elapsed());
    for scope in [ChannelScope::All, some.clone()] {
        for state in [ChatStateFilter::Active, ChatStateFilter::All] {
            let start = Instant::now();
            let first = model
                .chats(&scope, filter(state), Page::default())
                .await
                .unwrap();
            timed("page of chats", start);
            let after = Page {
                after: first.rows.last().map(|(key, _)| *key),
                ..Page::default()
            };
            let start = Instant::now();
            model.chats(&scope, filter(state), after).await.unwrap();
            timed("next page of chats", start);
        }
        for (name, filter) in filters() {
            let start = Instant::now();
            let found = model.chats(&scope, filter, Page::default()).await.unwrap();
            timed(name, start);
            assert_eq!(found.rows.is_empty(), name == "nothing", "{name}");
        }
        let start = Instant::now();
        model.counters(&scope).await.unwrap();
        timed("counters", start);
        let start = Instant::now();
        model.messages(&scope, chat, Page::default()).await.unwrap();
        timed("page of messages", start);
        let start = Instant::now();
        model
            .chat_changes(&scope, chat, Position(10))
            .await
            .unwrap();
        timed("changes of a chat", start);
    }
    for after in [999_900, 500_000] {
        let start = Instant::now();
        let changes = model.changes(Position(after), 5_000).await.unwrap();
        timed("changes", start);
        assert_eq!(changes.complete, after == 999_900);
    }
    let start = Instant::now();
    model.contact_items(chat, 3, 100).await.unwrap();
    timed("items of a contact", start);
    // A backend reports its scans at the latest when it ends.
    queries.close().await;
    pool.execute("SELECT pg_sleep(1)").await.unwrap();
    let after = sqlx::query_scalar::<_, i64>(&scans)
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(after - before, 0, "whole tables were read");
}
