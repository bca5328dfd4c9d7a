//! Personal content: open to whoever reads the feed, sealed in every table, gone with its key.

use cqrs_es::DomainEvent;
use hilo_journal::{JournalError, Position};
use uuid::Uuid;

use crate::database::{Database, context, keyed};
use crate::tally::{Command, Event, Personal, Tally, no_limit};

const PLANTED: &str = "Zażółć gęślą jaźń 600100200";

fn note() -> Command {
    Command::Note {
        about: Uuid::from_u128(1),
        text: PLANTED.to_owned(),
    }
}

#[tokio::test]
async fn planted_text_is_in_no_table_and_in_the_feed() {
    let database = Database::new().await;
    let journal = database.journal().await;
    let done = journal
        .execute::<Tally>("a", note(), no_limit(), keyed("k", PLANTED))
        .await
        .unwrap();
    let Event::Noted {
        text: Personal::Open { value, .. },
        ..
    } = &done.events[0]
    else {
        panic!("the caller sees open text");
    };
    assert_eq!(value, PLANTED);
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
            .fetch_all(&database.pool)
            .await
            .unwrap();
    assert!(tables.len() >= 8);
    let hex: String = PLANTED.bytes().map(|byte| format!("{byte:02x}")).collect();
    let (ascii, ascii_hex) = ("600100200", "363030313030323030");
    for table in tables {
        let rows: Vec<String> = sqlx::query_scalar(&format!("SELECT t::text FROM {table} AS t"))
            .fetch_all(&database.pool)
            .await
            .unwrap();
        for row in rows {
            for planted in [PLANTED, &hex, ascii, ascii_hex] {
                assert!(!row.contains(planted), "{table}: {row}");
            }
        }
    }
    let read = journal.read(Position::START, 10).await.unwrap();
    assert_eq!(read[0].decode::<Event>().unwrap(), done.events[0]);
    assert_eq!(read[0].event_type, done.events[0].event_type());
    let again = journal
        .execute::<Tally>("a", note(), no_limit(), keyed("k", PLANTED))
        .await
        .unwrap();
    assert_eq!((again.events, again.repeated), (done.events, true));
}

#[tokio::test]
async fn states_never_see_an_open_value() {
    let database = Database::new().await;
    let journal = database.journal().await;
    journal
        .execute::<Tally>("a", note(), no_limit(), context())
        .await
        .unwrap();
    let (loaded, sequence) = journal.load::<Tally>("a").await.unwrap();
    assert_eq!((loaded.notes, loaded.saw_open, sequence), (1, false, 1));
}

#[tokio::test]
async fn without_its_key_a_field_reads_as_erased_and_the_rest_goes_on() {
    let database = Database::new().await;
    let journal = database.journal().await;
    journal
        .execute::<Tally>("a", note(), no_limit(), context())
        .await
        .unwrap();
    journal
        .execute::<Tally>("a", Command::Add(1), no_limit(), context())
        .await
        .unwrap();
    sqlx::query("UPDATE subject_keys SET wrapped = NULL, closed_at = clock_timestamp()")
        .execute(&database.pool)
        .await
        .unwrap();
    // A process that never had the key open.
    let other = database.journal().await;
    let read = other.read(Position::START, 10).await.unwrap();
    let erased = Personal::Erased {
        subject: Uuid::from_u128(1),
    };
    assert_eq!(
        read[0].decode::<Event>().unwrap(),
        Event::Noted {
            text: erased.clone(),
            copies: vec![erased]
        }
    );
    assert_eq!(read[1].decode::<Event>().unwrap(), Event::Added { by: 1 });
    assert_eq!(other.load::<Tally>("a").await.unwrap().0.notes, 1);
    // Who comes back after that gets a new generation.
    other
        .execute::<Tally>("a", note(), no_limit(), context())
        .await
        .unwrap();
    assert_eq!(
        database
            .count("SELECT max(generation)::bigint FROM subject_keys")
            .await,
        2
    );
}

#[tokio::test]
async fn a_changed_seal_is_an_error_and_never_skipped() {
    let database = Database::new().await;
    let journal = database.journal().await;
    journal
        .execute::<Tally>("a", note(), no_limit(), context())
        .await
        .unwrap();
    // Two sealed fields of one event change places.
    sqlx::query(
        r#"UPDATE events SET payload = json_build_object('type', 'noted', 'data', json_build_object(
               'text', payload #> '{data,copies,0}', 'copies', json_build_array(payload #> '{data,text}')))"#,
    )
    .execute(&database.pool)
    .await
    .unwrap();
    let read = journal.read(Position::START, 10).await;
    assert!(matches!(read, Err(JournalError::Tampered { .. })));
}

#[tokio::test]
async fn secrets_open_under_their_name_only() {
    let database = Database::new().await;
    let journal = database.journal().await;
    let sealed = journal.seal_secret("channel 1", b"token").unwrap();
    assert_eq!(
        journal
            .open_secret("channel 1", &sealed)
            .unwrap()
            .as_slice(),
        b"token"
    );
    assert!(journal.open_secret("channel 2", &sealed).is_err());
    let other = database.journal().await;
    assert_eq!(
        other.open_secret("channel 1", &sealed).unwrap().as_slice(),
        b"token"
    );
    assert_eq!(
        other.lookup_mac("chat", &[b"x"]),
        journal.lookup_mac("chat", &[b"x"])
    );
}
