//! Erasure: once it is done no process can read what was written before it, and what is written after it stays readable.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cqrs_es::DomainEvent as _;
use hilo_journal::{
    ErasureLedger, Journal, JournalOptions, MasterKey, Position, RecordedEvent, SubjectEvent,
};
use serde_json::json;
use sqlx::Connection;
use uuid::Uuid;

use crate::chain::verified;
use crate::database::{Database, context, keyed};
use crate::tally::{Command, Event, Personal, Tally, no_limit};

/// Far longer than an erasure takes, also when it waits for a dead process.
const LONG: Duration = Duration::from_secs(60);

fn subject() -> Uuid {
    Uuid::from_u128(1)
}

fn note(text: &str) -> Command {
    Command::Note {
        about: subject(),
        text: text.to_owned(),
    }
}

async fn write(journal: &Journal, id: &str, text: &str) -> Position {
    journal
        .execute::<Tally>(id, note(text), no_limit(), context())
        .await
        .unwrap()
        .position
}

/// Every event, and of each note its text where it can be read.
async fn read(journal: &Journal) -> Vec<(RecordedEvent, Option<String>)> {
    // To the end, however long the writers had.
    let (mut events, mut after) = (Vec::new(), Position::START);
    loop {
        let page = journal.read(after, 1_000).await.unwrap();
        let Some(last) = page.last() else { break };
        after = last.position;
        events.extend(page);
    }
    events
        .into_iter()
        .map(|event| {
            let text = match event.decode::<Event>() {
                Ok(Event::Noted {
                    text: Personal::Open { value, .. },
                    ..
                }) => value.as_str().map(str::to_owned),
                Ok(_) | Err(_) => None,
            };
            (event, text)
        })
        .collect()
}

async fn texts(journal: &Journal) -> Vec<String> {
    let read = read(journal).await;
    read.into_iter().filter_map(|(_, text)| text).collect()
}

/// A process that is alive and has not heard of any closing.
async fn deaf_process(database: &Database) -> Uuid {
    let process = Uuid::new_v4();
    sqlx::query("INSERT INTO processes (process, closings, expires) VALUES ($1, 0, 'infinity')")
        .bind(process)
        .execute(&database.pool)
        .await
        .unwrap();
    process
}

async fn hears_all(database: &Database, process: Uuid) {
    sqlx::query(
        "UPDATE processes SET closings = (SELECT closings FROM journal_head) WHERE process = $1",
    )
    .bind(process)
    .execute(&database.pool)
    .await
    .unwrap();
}

async fn keys_there(database: &Database) -> i64 {
    database
        .count("SELECT count(*) FROM subject_keys WHERE wrapped IS NOT NULL")
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_process_reads_what_is_erased_and_all_read_what_came_after() {
    let database = Database::new().await;
    let (here, there) = (database.journal().await, database.journal().await);
    write(&here, "a", "one").await;
    write(&there, "b", "two").await;
    for journal in [&here, &there] {
        assert_eq!(texts(journal).await, ["one", "two"], "and keeps the key");
    }
    let erasure = here.erase(&[subject()], &context(), LONG).await.unwrap();
    assert!(erasure.done);
    assert_eq!(erasure.position, Position(3));
    for journal in [&here, &there] {
        assert_eq!(texts(journal).await, Vec::<String>::new());
    }
    write(&there, "a", "three").await;
    for journal in [&here, &there] {
        assert_eq!(texts(journal).await, ["three"]);
    }
    let generation = 1;
    let subject = subject();
    let said: Vec<_> = read(&there)
        .await
        .iter()
        .filter_map(|(event, _)| event.about_a_subject())
        .collect();
    assert_eq!(
        said,
        [
            SubjectEvent::ErasureBegun {
                subject,
                generation
            },
            SubjectEvent::Erased {
                subject,
                generation
            }
        ]
    );
    // Again there is something to erase, and then there is nothing.
    assert!(
        there
            .erase(&[subject], &context(), LONG)
            .await
            .unwrap()
            .done
    );
    assert_eq!(texts(&here).await, Vec::<String>::new());
    let head = here.confirmed_head().await.unwrap();
    let nothing = here.erase(&[subject], &context(), LONG).await.unwrap();
    assert_eq!((nothing.position, nothing.done), (head, true));
    assert_eq!(here.confirmed_head().await.unwrap(), head);
    verified(&here, &database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_and_its_contacts_go_in_one_act() {
    let database = Database::new().await;
    let journal = database.journal().await;
    let subjects: Vec<Uuid> = (1..=5).map(Uuid::from_u128).collect();
    for about in &subjects {
        let text = "x".to_owned();
        let command = Command::Note {
            about: *about,
            text,
        };
        journal
            .execute::<Tally>("a", command, no_limit(), context())
            .await
            .unwrap();
    }
    let (others, first) = (&subjects[1..], &subjects[..1]);
    assert!(journal.erase(others, &context(), LONG).await.unwrap().done);
    assert_eq!(texts(&journal).await, ["x"]);
    // One append, whose last event alone carries the chain.
    let begun = database
        .count("SELECT count(*) FROM events WHERE event_type = 'erasure_begun' AND chain IS NULL")
        .await;
    assert_eq!(begun, 3);
    assert!(journal.erase(first, &context(), LONG).await.unwrap().done);
    assert_eq!(texts(&journal).await, Vec::<String>::new());
    verified(&journal, &database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_stays_until_every_live_process_knows_that_it_is_closed() {
    let database = Database::new().await;
    let journal = database.journal().await;
    write(&journal, "a", "one").await;
    let deaf = deaf_process(&database).await;
    let patience = Duration::from_millis(700);
    let erasure = journal
        .erase(&[subject()], &context(), patience)
        .await
        .unwrap();
    assert!(!erasure.done);
    assert_eq!(keys_there(&database).await, 1);
    // What is written meanwhile has a key of its own.
    write(&journal, "a", "two").await;
    // Whoever began it goes; another one finishes it.
    drop(journal);
    let other = database.journal().await;
    hears_all(&database, deaf).await;
    assert!(
        other.erase(&[], &context(), LONG).await.unwrap().done,
        "nobody is asked about"
    );
    while keys_there(&database).await == 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(texts(&other).await, ["two"]);
    verified(&other, &database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_process_is_not_waited_for_and_reads_nothing_of_it_when_it_goes_on() {
    let database = Arc::new(Database::new().await);
    let here = database.journal().await;
    write(&here, "a", "one").await;
    // A process of its own: all of its tasks stand still while it is stopped.
    let (stopped, is_stopped) = tokio::sync::oneshot::channel();
    let (go_on, goes_on) = std::sync::mpsc::channel::<()>();
    let process = {
        let database = Arc::clone(&database);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let there = database.journal().await;
                // Until it is one that the others wait for, and keeps the key.
                tokio::time::sleep(Duration::from_millis(500)).await;
                let before = texts(&there).await;
                stopped.send(()).unwrap();
                goes_on.recv().unwrap();
                let at_once = texts(&there).await;
                tokio::time::sleep(Duration::from_millis(1_500)).await;
                write(&there, "b", "two").await;
                (before, at_once, texts(&there).await)
            })
        })
    };
    is_stopped.await.unwrap();
    let erasure = here.erase(&[subject()], &context(), LONG).await.unwrap();
    assert!(erasure.done);
    go_on.send(()).unwrap();
    let (before, at_once, later) = process.join().unwrap();
    assert_eq!(before, ["one"]);
    assert_eq!(at_once, Vec::<String>::new());
    assert_eq!(later, ["two"]);
    verified(&here, &database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_messages_come_in_nothing_acknowledged_is_lost_and_nothing_erased_is_readable() {
    let database = Database::new().await;
    let journals = [database.journal().await, database.journal().await];
    let done = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..6)
        .map(|writer| {
            let (journal, done) = (journals[writer % 2].clone(), Arc::clone(&done));
            tokio::spawn(async move {
                let (mut acknowledged, mut n) = (Vec::new(), 0);
                while !done.load(Ordering::Relaxed) {
                    let text = format!("{writer} {n}");
                    let position = write(&journal, &writer.to_string(), &text).await;
                    acknowledged.push((position, text));
                    n += 1;
                    // Every round reads all there is: without a pause a slow machine never catches up with it.
                    tokio::time::sleep(Duration::from_millis(3)).await;
                }
                acknowledged
            })
        })
        .collect();
    let mut begun = Vec::new();
    for round in 0..8 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let erasure = journals[round % 2]
            .erase(&[subject()], &context(), LONG)
            .await
            .unwrap();
        assert!(erasure.done);
        begun.push(erasure.position);
        // Whatever began to be read after it was done.
        for journal in &journals {
            for (event, text) in read(journal).await {
                let gone = event.position < erasure.position;
                assert!(!gone || text.is_none(), "{} is readable", event.position);
            }
        }
    }
    for (n, journal) in journals.iter().enumerate() {
        write(journal, &format!("last {n}"), &format!("last {n}")).await;
    }
    done.store(true, Ordering::Relaxed);
    let last = *begun.last().unwrap();
    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    for journal in &journals {
        let read = read(journal).await;
        for (position, text) in &acknowledged {
            let at = usize::try_from(position.0 - 1).unwrap();
            let (event, found) = &read[at];
            assert_eq!(event.event_type, "noted");
            let expected = (*position > last).then_some(text.as_str());
            assert_eq!(
                found.as_deref(),
                expected,
                "event {position}, erased before {last}"
            );
        }
    }
    verified(&journals[0], &database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_comes_again_after_the_erasure_is_recognised() {
    let database = Database::new().await;
    let journal = database.journal().await;
    let send = || journal.execute::<Tally>("a", note("one"), no_limit(), keyed("k", "one"));
    let first = send().await.unwrap();
    journal.erase(&[subject()], &context(), LONG).await.unwrap();
    let again = send().await.unwrap();
    assert!(again.repeated);
    assert_eq!(again.position, first.position);
    let erased = Personal::Erased { subject: subject() };
    let copies = vec![erased.clone()];
    assert_eq!(
        again.events,
        [Event::Noted {
            text: erased,
            copies
        }]
    );
}

async fn with_ledger(database: &Database, path: &Path) -> Journal {
    Journal::open(JournalOptions {
        pool: database.pool.clone().into(),
        append: database.options.clone(),
        listen: database.options.clone(),
        master_key: MasterKey::from_bytes([7; 32]),
        process: Uuid::new_v4(),
        erasure_ledger: Some(ErasureLedger {
            path: path.to_owned(),
            actor: json!({ "kind": "system" }),
        }),
    })
    .await
    .unwrap()
}

/// The database as it is now, as a backup would bring it back.
async fn copy(database: &Database) -> Database {
    let (from, to) = (
        database.options.get_database().unwrap(),
        format!("test_{}", Uuid::new_v4().simple()),
    );
    let server = database.options.clone().database("postgres");
    let mut conn = sqlx::PgConnection::connect_with(&server).await.unwrap();
    // PostgreSQL copies a database only while nobody is connected to it.
    for statement in [
        format!("ALTER DATABASE {from} ALLOW_CONNECTIONS false"),
        format!(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{from}'"
        ),
        format!("CREATE DATABASE {to} TEMPLATE {from}"),
        format!("ALTER DATABASE {from} ALLOW_CONNECTIONS true"),
    ] {
        sqlx::query(&statement).execute(&mut conn).await.unwrap();
    }
    let options = database.options.clone().database(&to);
    let pool = sqlx::PgPool::connect_with(options.clone()).await.unwrap();
    Database { options, pool }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_backup_does_not_bring_back_what_was_erased() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("erased.ledger");
    let database = Database::new().await;
    // Opened once, so that it has its lookup key.
    drop(with_ledger(&database, &path).await);
    let older = copy(&database).await;
    let journal = with_ledger(&database, &path).await;
    write(&journal, "a", "one").await;
    drop(journal);
    let backup = copy(&database).await;
    let journal = with_ledger(&database, &path).await;
    assert!(
        journal
            .erase(&[subject()], &context(), LONG)
            .await
            .unwrap()
            .done
    );
    let ledger = std::fs::read_to_string(&path).unwrap();
    assert_eq!(ledger, format!("{} 1\n", subject()));

    drop(journal);

    // The backup from before the erasure.
    let restored = with_ledger(&backup, &path).await;
    assert_eq!(texts(&restored).await, Vec::<String>::new());
    let types: Vec<_> = read(&restored)
        .await
        .into_iter()
        .map(|(event, _)| event.event_type)
        .collect();
    assert_eq!(types, ["noted", "erasure_begun", "erased"]);
    write(&restored, "a", "two").await;
    assert_eq!(texts(&restored).await, ["two"]);
    drop(restored);
    let again = with_ledger(&backup, &path).await;
    assert_eq!(texts(&again).await, ["two"], "the next generation stays");
    verified(&again, &backup).await;
    drop(again);

    // The backup from before the subject was ever heard of: the destroyed number is not given again.
    let restored = with_ledger(&older, &path).await;
    write(&restored, "a", "three").await;
    drop(restored);
    let again = with_ledger(&older, &path).await;
    assert_eq!(texts(&again).await, ["three"]);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), ledger);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_process_writes_down_what_others_erase() {
    let folder = tempfile::tempdir().unwrap();
    let paths = [folder.path().join("1"), folder.path().join("2")];
    let database = Database::new().await;
    let journals = [
        with_ledger(&database, &paths[0]).await,
        with_ledger(&database, &paths[1]).await,
    ];
    write(&journals[0], "a", "one").await;
    journals[0]
        .erase(&[subject()], &context(), LONG)
        .await
        .unwrap();
    let expected = format!("{} 1\n", subject());
    for path in &paths {
        while std::fs::read_to_string(path).unwrap() != expected {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    // One that starts later learns everything.
    let late = folder.path().join("3");
    let _third = with_ledger(&database, &late).await;
    while std::fs::read_to_string(&late).unwrap() != expected {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Stored for ever: what a subject's stream holds reads and writes like this in every release (R6).
#[test]
fn the_stored_form_of_an_erasure_never_changes() {
    let id = "00000000-0000-0000-0000-000000000001";
    for (name, subject_event) in [
        (
            "erasure_begun",
            SubjectEvent::ErasureBegun {
                subject: subject(),
                generation: 3,
            },
        ),
        (
            "erased",
            SubjectEvent::Erased {
                subject: subject(),
                generation: 3,
            },
        ),
    ] {
        let stored = json!({"type": name, "data": {"subject": id, "generation": 3}});
        assert_eq!(serde_json::to_value(&subject_event).unwrap(), stored);
        assert_eq!(
            serde_json::from_value::<SubjectEvent>(stored).unwrap(),
            subject_event
        );
        assert_eq!(subject_event.event_type(), name);
        assert_eq!(subject_event.event_version(), "1");
    }
}
