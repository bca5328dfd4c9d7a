//! A journal that a newer program wrote is refused at the start, and an event that is met later stops its stream only.

use hilo_journal::{EventKind, ExecuteError, Journal, JournalError, Program};

use crate::database::{Database, context};
use crate::tally::{Command, Refusal, Tally, no_limit};

const fn kind(event_type: &'static str) -> EventKind {
    EventKind {
        aggregate_type: "tally",
        event_type,
        event_version: "1",
    }
}

/// An older program, which can only count.
const OLDER: &[EventKind] = &[kind("added")];
const NEWER: &[EventKind] = &[kind("added"), kind("closed")];

async fn open(database: &Database, kinds: &'static [EventKind]) -> Result<Journal, JournalError> {
    let program = Program {
        kinds: Some(kinds),
        ..Program::default()
    };
    database.open_program(program).await
}

async fn act(journal: &Journal, command: Command) {
    journal
        .execute::<Tally>("a", command, no_limit(), context())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_journal_with_events_of_a_newer_program_is_refused_with_their_names() {
    let database = Database::new().await;
    let newer = open(&database, NEWER).await.unwrap();
    act(&newer, Command::Add(2)).await;
    open(&database, OLDER).await.unwrap();
    act(&newer, Command::Close).await;
    let refused = open(&database, OLDER).await.unwrap_err();
    assert!(!refused.is_transient());
    let said = refused.to_string();
    assert!(
        said.contains("tally/closed version 1 (first at position 3)"),
        "{said}"
    );
    open(&database, NEWER).await.unwrap();
}

#[tokio::test]
async fn what_other_means_wrote_is_found_among_the_newest() {
    let database = Database::new().await;
    act(&open(&database, NEWER).await.unwrap(), Command::Close).await;
    sqlx::query("DELETE FROM event_kinds")
        .execute(&database.pool)
        .await
        .unwrap();
    let refused = open(&database, OLDER).await;
    assert!(matches!(refused, Err(JournalError::WrittenByNewer { .. })));
}

#[tokio::test]
async fn a_kind_of_which_no_event_was_stored_hinders_nobody() {
    let database = Database::new().await;
    let newer = open(&database, NEWER).await.unwrap();
    sqlx::query("ALTER TABLE events ADD CONSTRAINT never CHECK (event_type <> 'closed')")
        .execute(&database.pool)
        .await
        .unwrap();
    let failed = newer
        .execute::<Tally>("a", Command::Close, no_limit(), context())
        .await;
    assert!(failed.is_err());
    assert_eq!(
        database
            .count("SELECT count(*) FROM event_kinds WHERE event_type = 'closed'")
            .await,
        1
    );
    open(&database, OLDER).await.unwrap();
}

/// A database from before kinds were written down.
#[tokio::test]
async fn kinds_of_old_events_are_found_by_the_migration() {
    let database = Database::new().await;
    act(&database.journal().await, Command::Close).await;
    sqlx::raw_sql(concat!(
        "DROP TABLE event_kinds;",
        include_str!("../../../../migrations/0008_event_kinds.sql")
    ))
    .execute(&database.pool)
    .await
    .unwrap();
    assert_eq!(database.count("SELECT count(*) FROM event_kinds").await, 1);
}

#[tokio::test]
async fn a_command_on_a_stream_with_an_unknown_event_is_refused_with_its_name() {
    let database = Database::new().await;
    let journal = database.journal().await;
    act(&journal, Command::Add(1)).await;
    sqlx::query(
        "UPDATE events SET event_type = 'doubled', event_version = '2', payload = '{\"type\":\"doubled\",\"data\":{}}'",
    )
    .execute(&database.pool)
    .await
    .unwrap();
    let cold = database.journal().await;
    let refused = cold
        .execute::<Tally>("a", Command::Add(1), no_limit(), context())
        .await
        .unwrap_err();
    assert!(matches!(
        refused,
        ExecuteError::<Refusal>::Journal(JournalError::Undecodable { .. })
    ));
    let said = refused.to_string();
    assert!(said.contains("doubled version 2"), "{said}");
    assert!(said.contains("newer program"), "{said}");
    let other = cold
        .execute::<Tally>("b", Command::Add(1), no_limit(), context())
        .await;
    assert_eq!(other.unwrap().sequence, 1);
}
