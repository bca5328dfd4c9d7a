//! Search with millions of messages: words that are common, not so common and rare, beginnings of words, words in a
//! quiet channel, contacts and the clients behind every fifth chat, also mistyped. The rows are made by SQL; how they got
//! there is not measured.

use std::time::{Duration, Instant};

use anyhow::Result;
use hilo_domain::ChannelId;
use hilo_read::{ChannelScope, ChatSearch, MessageSearch, ReadModel};
use sqlx::postgres::PgPoolOptions;
use sqlx::{Executor as _, PgPool};

use crate::inbox::fill::channel_id;
use crate::postgres;
use crate::report::{Aim, Report};
use crate::samples::Samples;

const AIM: Aim = Aim::AtMost(50.0);
/// Hits of a page.
const PAGE: usize = 20;
/// Messages of a chat.
const OF_A_CHAT: i64 = 10;
/// Channels; the first has a thousandth of the chats.
const CHANNELS: i64 = 20;

/// Fills a read model with `messages` messages, then asks for `duration` a kind of search.
pub async fn run(messages: i64, duration: Duration) -> Result<Report> {
    let options = postgres::as_the_server(&postgres::create().await?)?;
    let pool = PgPoolOptions::new()
        .max_connections(4)
        .connect_with(options)
        .await?;
    let model = ReadModel::attach(pool.clone()).await?;
    fill(&pool, &model.name(), messages / OF_A_CHAT).await?;
    let mut report = Report::new("search");
    for (name, quiet, texts) in MESSAGES {
        let scope = if quiet {
            ChannelScope::Only(vec![ChannelId::from_uuid(channel_id(0))])
        } else {
            ChannelScope::All
        };
        let samples = measure(duration, async |turn| {
            let text = texts.get(turn % texts.len()).copied().unwrap_or_default();
            let search = MessageSearch {
                text: text.to_owned(),
                ..MessageSearch::default()
            };
            model.search_messages(&scope, &search, PAGE, None).await?;
            Ok(())
        });
        told(&mut report, name, &mut samples.await?);
    }
    for (name, texts) in PEOPLE {
        let samples = measure(duration, async |turn| {
            let text = texts.get(turn % texts.len()).copied().unwrap_or_default();
            let search = ChatSearch {
                text: text.to_owned(),
                first: PAGE,
                ..ChatSearch::default()
            };
            model.search_chats(&ChannelScope::All, &search).await?;
            Ok(())
        });
        told(&mut report, name, &mut samples.await?);
    }
    for (name, texts) in CLIENTS_SOUGHT {
        let samples = measure(duration, async |turn| {
            let text = texts.get(turn % texts.len()).copied().unwrap_or_default();
            model.search_clients(text, PAGE).await?;
            Ok(())
        });
        told(&mut report, name, &mut samples.await?);
    }
    Ok(report)
}

/// Words of rank n are in every n-th message or so: `w1` is in all of them, `w40000` in a hundred of five millions.
const MESSAGES: [(&str, bool, &[&str]); 6] = [
    ("common_word", false, &["w1", "w3", "w9", "w1 w2"]),
    ("word", false, &["w400 ", "w1500 ", "w5000 ", "w12000 "]),
    (
        "rare_word",
        false,
        &["w39001 ", "w36002 ", "nothing ", "w1 w38003 "],
    ),
    ("two_words", false, &["w40 w70 ", "w7 w900 ", "w300 w2 "]),
    (
        "beginning",
        false,
        &["w", "w4", "w39", "w390", "w1 w2", "w3 w39"],
    ),
    (
        "quiet_channel",
        true,
        &["w1", "w30 ", "w2000 ", "w39", "w12"],
    ),
];

const PEOPLE: [(&str, &[&str]); 4] = [
    (
        "contact_of_client",
        &["nowicka", "c777 ", "zof", "nowicka c4270"],
    ),
    ("contact", &["kowalski", "n777 ", "gon", "kowalski n4242"]),
    ("contact_mistyped", &["kowalsky ", "gonsalez ", "n4242x "]),
    ("contact_number", &["600004242", "4242", "n777@example"]),
];

const CLIENTS_SOUGHT: [(&str, &[&str]); 2] = [
    (
        "client",
        &["zofia", "nowicka", "c777 ", "n", "zofia c4", "700004270"],
    ),
    (
        "client_mistyped",
        &["nowickka ", "zzofia nowicka", "c42700x "],
    ),
];

async fn measure(duration: Duration, ask: impl AsyncFn(usize) -> Result<()>) -> Result<Samples> {
    let (mut samples, mut turn) = (Samples::default(), 0);
    for _ in 0..20 {
        ask(turn).await?;
        turn += 1;
    }
    let began = Instant::now();
    while began.elapsed() < duration {
        let asked = Instant::now();
        ask(turn).await?;
        samples.add(asked.elapsed());
        turn += 1;
    }
    Ok(samples)
}

fn told(report: &mut Report, name: &str, samples: &mut Samples) {
    report.note(format!("{name}_p50_ms"), samples.percentile_ms(0.5));
    report.aim(format!("{name}_p99_ms"), samples.percentile_ms(0.99), AIM);
}

async fn fill(pool: &PgPool, schema: &str, chats: i64) -> Result<()> {
    let mut conn = pool.acquire().await?;
    let indexes = sqlx::query_as::<_, (String, String)>(
        r"SELECT format('DROP INDEX %I.%I', schemaname, indexname), indexdef FROM pg_indexes
          WHERE schemaname = $1 AND indexname NOT LIKE '%\_pkey'",
    )
    .bind(schema)
    .fetch_all(&mut *conn)
    .await?;
    conn.execute(
        "SET synchronous_commit = off; SET maintenance_work_mem = '256MB'; SELECT setseed(0.5)",
    )
    .await?;
    for (drop, _) in &indexes {
        conn.execute(drop.as_str()).await?;
    }
    for table in [CHATS, CONTACTS, CLIENTS, CLIENT_WORDS, TEXTS] {
        sqlx::query(&table.replace("{read}", schema))
            .bind(chats)
            .bind(CHANNELS)
            .bind(OF_A_CHAT)
            .execute(&mut *conn)
            .await?;
    }
    for (_, make) in &indexes {
        conn.execute(make.as_str()).await?;
    }
    for statement in [POSITION, "VACUUM ANALYZE"] {
        conn.execute(statement.replace("{read}", schema).as_str())
            .await?;
    }
    Ok(())
}

/// Columns that are nothing here take what their type calls nothing, so that a new one costs no change.
const CHATS: &str = r#"
    INSERT INTO {read}.chats SELECT made.* FROM generate_series(1, $1::int8) AS n
    CROSS JOIN LATERAL jsonb_populate_record((
        SELECT jsonb_populate_record(NULL::{read}.chats, (
            SELECT jsonb_object_agg(column_name, CASE data_type WHEN 'boolean' THEN to_jsonb(false)
                WHEN 'jsonb' THEN CASE column_name WHEN 'own' THEN '{}' ELSE '[]' END::jsonb WHEN 'text' THEN to_jsonb(''::text) ELSE to_jsonb(0) END)
            FROM information_schema.columns WHERE table_schema = '{read}' AND table_name = 'chats' AND is_nullable = 'NO'
                AND data_type <> 'uuid'))),
        jsonb_build_object('id', ('c0000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0')),
            'channel_id', ('b0000000-0000-4000-8000-' ||
                lpad(to_hex(CASE WHEN n % 1000 = 0 THEN 0 ELSE 1 + n % ($2 - 1) END), 12, '0')),
            'state', CASE WHEN n % 10 = 0 THEN 'active' ELSE 'archived' END,
            'contact_name', (ARRAY['Anna', 'Łukasz', 'Eva', 'Jean'])[1 + n % 4] ||
                CASE WHEN n % 500 = 1 THEN ' Kowalski' WHEN n % 700 = 2 THEN ' González' ELSE '' END || ' N' || n,
            'client_id', CASE WHEN n % 5 = 0 THEN 'e0000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0') END,
            'linked_client_id', CASE WHEN n % 5 = 0 THEN 'e0000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0') END,
            'contact_email', 'n' || n || '@example.com', 'contact_phone', '+34 600 ' || lpad(n::text, 6, '0'),
            'opened_at', '2026-01-01T00:00:00Z'::timestamptz, 'last_activity', n * $3 * 3,
            'last_activity_at', '2026-01-01T00:00:00Z'::timestamptz + n * '1 second'::interval,
            'changed', n * $3 * 3)) AS made"#;

/// The lexemes that the projection makes, as far as the searches of this bench ask for them.
const CONTACTS: &str = r"
    INSERT INTO {read}.search_contacts (chat_id, words)
    SELECT c.id, array_to_tsvector(ARRAY(
        WITH words AS (SELECT word FROM regexp_split_to_table(
            translate(lower(c.contact_name), 'łáé', 'lae') || ' ' || c.contact_email, '[^a-z0-9]+') AS word),
        digits AS (SELECT regexp_replace(c.contact_phone, '[^0-9]', '', 'g') AS digits)
        SELECT word FROM words
        UNION SELECT '~n' || overlay(word PLACING '' FROM at FOR 1) FROM words, generate_series(1, length(word)) AS at
            WHERE length(word) BETWEEN 4 AND 20
        UNION SELECT '~p' || substr(digits, at) FROM digits, generate_series(1, length(digits) - 3) AS at
        UNION SELECT '~e' || c.contact_email
        UNION SELECT '~c' || replace(c.channel_id::text, '-', '')))
    FROM {read}.chats AS c WHERE $1::int8 + $2::int8 + $3::int8 > 0";

/// Every fifth chat has a client of its own.
const CLIENTS: &str = r#"
    INSERT INTO {read}.clients (id, created, created_at, created_by, details, name, name_key, phone_keys, tags,
        do_not_disturb, deleted, root, changed)
    SELECT c.client_id, c.last_activity, c.opened_at, '{"kind":"system"}',
        jsonb_build_object('first_name', named.first, 'last_name', named.last, 'emails', '[]'::jsonb, 'address', NULL,
            'phones', jsonb_build_array(jsonb_build_object('typed', named.phone, 'e164', NULL))),
        named.first || ' ' || named.last, lower(named.first || ' ' || named.last), named.phone, '[]', '[]', false,
        c.client_id, c.changed
    FROM {read}.chats AS c CROSS JOIN LATERAL (
        SELECT (ARRAY['Zofia', 'Olga', 'Iker', 'Hugo'])[1 + n % 4] AS first,
            (CASE WHEN n % 250 = 10 THEN 'Nowicka ' ELSE '' END) || 'C' || n AS last, '700' || lpad(n::text, 6, '0') AS phone
        FROM (SELECT (c.last_activity / $3::int8 / 3) AS n) AS numbered) AS named
    WHERE c.client_id IS NOT NULL AND $1::int8 + $2::int8 > 0"#;

const CLIENT_WORDS: &str = r"
    INSERT INTO {read}.search_clients (client_id, words)
    SELECT c.id, array_to_tsvector(ARRAY(
        WITH words AS (SELECT word FROM regexp_split_to_table(lower(c.name), '[^a-z0-9]+') AS word)
        SELECT word FROM words
        UNION SELECT '~n' || overlay(word PLACING '' FROM at FOR 1) FROM words, generate_series(1, length(word)) AS at
            WHERE length(word) BETWEEN 4 AND 20
        UNION SELECT '~p' || substr(c.phone_keys, at) FROM generate_series(1, length(c.phone_keys) - 3) AS at))
    FROM {read}.clients AS c WHERE $1::int8 + $2::int8 + $3::int8 > 0";

/// Twelve words a message, of forty thousand, the n-th about n times as rare as the first.
const TEXTS: &str = r"
    INSERT INTO {read}.search_messages (chat_id, id, position, at, direction, text, words)
    SELECT chat_id, id, position, '2026-01-01T00:00:00Z'::timestamptz + position * '1 second'::interval, 'inbound',
        array_to_string(said, ' '), array_to_tsvector(said || ARRAY['~a' || to_hex(position >> 16),
            '~b' || to_hex(position >> 20), '~c' || replace(channel_id::text, '-', '')])
    FROM (
        SELECT c.id AS chat_id, ('d0000000-0000-4000-8000-' || lpad(to_hex(c.last_activity * 100 + m), 12, '0'))::uuid AS id,
            m * $1::int8 * 3 + c.last_activity / $3::int8 AS position, c.channel_id,
            ARRAY(SELECT DISTINCT 'w' || floor(40000 ^ random())::int FROM generate_series(1, 12 + (m * 0)::int)) AS said
        FROM {read}.chats AS c CROSS JOIN generate_series(0, $3 - 1) AS m WHERE $2::int8 > 0
        ORDER BY m, c.last_activity) AS made";

const POSITION: &str = "
    UPDATE {read}.progress SET position = (SELECT max(position) FROM {read}.search_messages)";
