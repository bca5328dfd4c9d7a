//! Damage done to a real table with the rights of its owner, and what verifying says to it (R7).

use hilo_journal::verify::{Anchor, Damage, DamageKind, Verdict, Verified, database as verify};
use hilo_journal::{Journal, Position, StoredEvent, chain};
use uuid::Uuid;

use crate::database::{Database, context};
use crate::tally::{Command, Tally, no_limit};

/// Appends of one and of several events, of five streams, some personal.
async fn journal() -> (Database, Journal) {
    let database = Database::new().await;
    let journal = database.journal().await;
    for round in 0..5_u64 {
        for stream in 0..5_u128 {
            let id = format!("tally {stream}");
            let note = Command::Note {
                about: Uuid::from_u128(stream),
                text: format!("note {round}"),
            };
            for command in [Command::Add(round % 3 + 1), note] {
                journal
                    .execute::<Tally>(&id, command, no_limit(), context())
                    .await
                    .unwrap();
            }
        }
    }
    (database, journal)
}

async fn verdict(database: &Database, checkpoint: Option<Anchor>) -> Verdict {
    verify(&database.pool, checkpoint).await.unwrap()
}

async fn fits(database: &Database) -> Verified {
    match verdict(database, None).await {
        Verdict::Fits(verified) => verified,
        Verdict::Damaged(damage) => panic!("{damage}"),
    }
}

async fn damage(database: &Database) -> Damage {
    match verdict(database, None).await {
        Verdict::Fits(verified) => panic!("{verified:?}"),
        Verdict::Damaged(damage) => damage,
    }
}

async fn change(database: &Database, statement: &str) {
    let done = sqlx::raw_sql(statement).execute(&database.pool).await;
    assert!(done.unwrap().rows_affected() > 0, "{statement}");
}

fn found(position: i64, kind: DamageKind) -> Damage {
    Damage {
        position: Position(position),
        kind,
    }
}

fn missing(position: i64, through: i64) -> Damage {
    let through = Position(through);
    found(position, DamageKind::Missing { through })
}

#[tokio::test]
async fn an_untouched_journal_fits_also_an_empty_one_and_after_an_erasure() {
    let empty = Database::new().await;
    assert_eq!(fits(&empty).await.events, 0);
    let opened = empty.journal().await;
    assert_eq!(fits(&empty).await.chain, chain::GENESIS);
    let signed = opened.sign_head().await.unwrap();
    let anchor = signed.anchor(None).unwrap();
    assert!(matches!(
        verdict(&empty, Some(anchor)).await,
        Verdict::Fits(_)
    ));

    let (database, journal) = journal().await;
    let before = fits(&database).await;
    assert_eq!((before.events, before.last), (70, Position(70)));
    let signed = journal.sign_head().await.unwrap();
    assert_eq!((signed.position, signed.chain), (before.last, before.chain));
    change(
        &database,
        "UPDATE subject_keys SET wrapped = NULL, closed_at = clock_timestamp()",
    )
    .await;
    assert_eq!(fits(&database).await, before);
    let anchor = signed.anchor(None).unwrap();
    assert!(matches!(
        verdict(&database, Some(anchor)).await,
        Verdict::Fits(_)
    ));
}

#[tokio::test]
async fn rows_that_are_gone_are_named_wherever_they_stood() {
    for (gone, expected) in [
        ("position = 1", missing(1, 1)),
        ("position = 30", missing(30, 30)),
        ("position BETWEEN 40 AND 44", missing(40, 44)),
        ("position = 70", missing(70, 70)),
        ("position > 60", missing(61, 70)),
        ("true", missing(1, 70)),
    ] {
        let (database, _journal) = journal().await;
        change(&database, &format!("DELETE FROM events WHERE {gone}")).await;
        assert_eq!(damage(&database).await, expected, "{gone}");
    }
}

#[tokio::test]
async fn a_row_whose_place_was_closed_up_is_missed_in_its_stream() {
    let (database, _journal) = journal().await;
    change(
        &database,
        "DELETE FROM events WHERE position = 30;
         UPDATE events SET position = position + 1000 WHERE position > 30;
         UPDATE events SET position = position - 1001 WHERE position > 1000;
         UPDATE journal_head SET position = 69",
    )
    .await;
    let damage = damage(&database).await;
    assert!(
        matches!(damage.kind, DamageKind::StreamGap { .. }),
        "{damage}"
    );
    assert!((26..=30).contains(&damage.position.0), "{damage}");
}

#[tokio::test]
async fn two_rows_in_each_others_place_are_named() {
    for (one, other) in [(1, 2), (7, 8), (10, 50), (69, 70)] {
        let (database, _journal) = journal().await;
        change(
            &database,
            &format!(
                "UPDATE events SET position = 1000 WHERE position = {one};
                 UPDATE events SET position = {one} WHERE position = {other};
                 UPDATE events SET position = {other} WHERE position = 1000"
            ),
        )
        .await;
        let with = Position(other);
        assert_eq!(
            damage(&database).await,
            found(one, DamageKind::Swapped { with })
        );
    }
}

#[tokio::test]
async fn a_rewritten_link_and_a_head_that_differs_are_told_apart() {
    let (database, _journal) = journal().await;
    let link: i64 = database
        .count("SELECT max(position) FROM events WHERE chain IS NOT NULL AND position < 50")
        .await;
    change(
        &database,
        &format!("UPDATE events SET chain = digest WHERE position = {link}"),
    )
    .await;
    assert_eq!(damage(&database).await, found(link, DamageKind::Rewritten));

    for head in [
        "chain = sha256(chain)",
        "recorded_at = recorded_at + interval '1 microsecond'",
    ] {
        let (database, _journal) = self::journal().await;
        change(&database, &format!("UPDATE journal_head SET {head}")).await;
        assert_eq!(
            damage(&database).await,
            found(70, DamageKind::Head),
            "{head}"
        );
    }
    let (database, _journal) = self::journal().await;
    change(&database, "DELETE FROM journal_head").await;
    assert_eq!(damage(&database).await, found(70, DamageKind::Head));
    let (behind, _journal) = self::journal().await;
    change(
        &behind,
        "UPDATE journal_head SET position = e.position, chain = e.chain, recorded_at = e.recorded_at
         FROM (SELECT * FROM events WHERE chain IS NOT NULL AND position < 70 ORDER BY position DESC LIMIT 1) AS e",
    )
    .await;
    let damage = damage(&behind).await;
    assert_eq!(damage.kind, DamageKind::Head);
}

/// Digests and links computed anew from the rows as they are, as somebody with all rights would.
async fn rewrite(database: &Database, journal: &Journal) {
    let events = journal.read_sealed(Position::START, 1_000).await.unwrap();
    let (mut previous, mut append) = (chain::GENESIS, Vec::<StoredEvent>::new());
    for mut event in events {
        event.digest = chain::digest(&event).unwrap();
        let mut link = None;
        let (position, digest, ends) = (event.position, event.digest, event.chain.is_some());
        append.push(event);
        if ends {
            let digests: Vec<[u8; 32]> = append.iter().map(|event| event.digest).collect();
            let first = append.first().unwrap();
            previous = chain::link(&previous, first.position, first.recorded_at, &digests);
            link = Some(previous);
            append.clear();
        }
        sqlx::query("UPDATE events SET digest = $2, chain = $3 WHERE position = $1")
            .bind(position.0)
            .bind(digest)
            .bind(link)
            .execute(&database.pool)
            .await
            .unwrap();
    }
    sqlx::query("UPDATE journal_head SET chain = $1")
        .bind(previous)
        .execute(&database.pool)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_journal_rewritten_as_a_whole_is_found_by_a_checkpoint_only() {
    let (database, journal) = journal().await;
    let anchor = journal.sign_head().await.unwrap().anchor(None).unwrap();
    journal
        .execute::<Tally>("tally 0", Command::Add(1), no_limit(), context())
        .await
        .unwrap();
    change(
        &database,
        "UPDATE events SET metadata = replace(metadata::text, 'system', 'nobody')::json WHERE position = 20",
    )
    .await;
    assert_eq!(damage(&database).await, found(20, DamageKind::Changed));
    rewrite(&database, &journal).await;
    assert_eq!(fits(&database).await.events, 71);
    let rewritten = verdict(&database, Some(anchor)).await;
    assert_eq!(
        rewritten,
        Verdict::Damaged(found(70, DamageKind::NotTheCheckpoint))
    );
}

#[tokio::test]
async fn rows_cut_off_with_their_head_are_found_by_a_checkpoint_only() {
    let (database, journal) = journal().await;
    let anchor = journal.sign_head().await.unwrap().anchor(None).unwrap();
    change(
        &database,
        "DELETE FROM events WHERE position > (SELECT max(position) FROM events WHERE chain IS NOT NULL AND position < 60);
         UPDATE journal_head SET position = e.position, chain = e.chain, recorded_at = e.recorded_at
         FROM (SELECT * FROM events ORDER BY position DESC LIMIT 1) AS e",
    )
    .await;
    let last = fits(&database).await.last;
    let checkpoint = Position(70);
    let cut = found(last.0, DamageKind::BeforeTheCheckpoint { checkpoint });
    assert_eq!(
        verdict(&database, Some(anchor)).await,
        Verdict::Damaged(cut)
    );
}

/// Columns whose bytes count, as text to change a character of and how to get back from it.
const COLUMNS: [(&str, &str); 11] = [
    ("aggregate_type", "$2"),
    ("aggregate_id", "$2"),
    ("sequence::text", "$2::bigint"),
    ("event_type", "$2"),
    ("event_version", "$2"),
    ("payload::text", "$2::json"),
    ("metadata::text", "$2::json"),
    ("position::text", "$2::bigint"),
    (
        "to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
        "($2 || '+00')::timestamptz",
    ),
    ("encode(digest, 'hex')", "decode($2, 'hex')"),
    ("encode(chain, 'hex')", "decode($2, 'hex')"),
];

#[tokio::test]
async fn of_100_changes_of_one_byte_100_are_found() {
    let (database, _journal) = journal().await;
    let before = fits(&database).await;
    // xorshift64: any choice will do, and the same one every time.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut choose = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below).unwrap()).unwrap()
    };
    let mut tried = [0; COLUMNS.len()];
    while tried.iter().sum::<i32>() < 100 {
        let (position, column) = (
            i64::try_from(choose(70)).unwrap() + 1,
            choose(COLUMNS.len()),
        );
        let (as_text, from_text) = COLUMNS[column];
        let name = as_text.split("::").next().unwrap();
        let name = ["recorded_at", "digest", "chain"]
            .into_iter()
            .find(|inner| as_text.contains(inner))
            .unwrap_or(name);
        let select = format!("SELECT {as_text} FROM events WHERE position = $1");
        let text: Option<String> = sqlx::query_scalar(&select)
            .bind(position)
            .fetch_one(&database.pool)
            .await
            .unwrap();
        let Some(text) = text else { continue };
        let mut bytes = text.clone().into_bytes();
        let at = choose(bytes.len());
        let byte = match choose(2) {
            0 => b"0123456789abcdef"[choose(16)],
            _ => b' ' + u8::try_from(choose(95)).unwrap(),
        };
        if bytes[at] == byte {
            continue;
        }
        bytes[at] = byte;
        let changed = String::from_utf8(bytes).unwrap();
        let update = format!("UPDATE events SET {name} = {from_text} WHERE position = $1");
        let mut tx = database.pool.begin().await.unwrap();
        let done = sqlx::query(&update)
            .bind(position)
            .bind(&changed)
            .execute(&mut *tx)
            .await;
        // Not every byte makes a number, a time or JSON.
        if done.is_err() {
            continue;
        }
        tx.commit().await.unwrap();
        let now = if name == "position" {
            changed.trim().parse().unwrap()
        } else {
            position
        };
        let same: Option<String> = sqlx::query_scalar(&select)
            .bind(now)
            .fetch_one(&database.pool)
            .await
            .unwrap();
        if same.as_deref() == Some(text.as_str()) {
            continue;
        }
        let verdict = verdict(&database, None).await;
        assert!(
            matches!(verdict, Verdict::Damaged(_)),
            "{name} of {position}: {text} to {changed}"
        );
        sqlx::query(&update)
            .bind(now)
            .bind(&text)
            .execute(&database.pool)
            .await
            .unwrap();
        tried[column] += 1;
    }
    assert!(tried.iter().all(|tried| *tried > 0), "{tried:?}");
    assert_eq!(fits(&database).await, before);
}
