//! The master key is changed while everybody works (S9).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use hilo_journal::{Journal, JournalOptions, MasterKey, Position, rewrap_keys};
use uuid::Uuid;

use crate::database::{Database, context};
use crate::tally::{Command, Event, Personal, Tally, no_limit};

const SUBJECTS: u128 = 10_000;

async fn open(database: &Database, master_key: MasterKey) -> Journal {
    let options = database
        .journal_options(database.options.clone(), [7; 32])
        .await;
    Journal::open(JournalOptions {
        master_key,
        ..options
    })
    .await
    .unwrap()
}

async fn write(journal: &Journal, n: u128) {
    let command = Command::Note {
        about: Uuid::from_u128(n),
        text: format!("text {n}"),
    };
    journal
        .execute::<Tally>(&n.to_string(), command, no_limit(), context())
        .await
        .unwrap();
}

async fn readable(journal: &Journal) -> usize {
    let (mut after, mut readable) = (Position::START, 0);
    loop {
        let page = journal.read(after, 5_000).await.unwrap();
        let Some(last) = page.last() else {
            return readable;
        };
        after = last.position;
        let open = page.iter().filter(|event| {
            let Ok(Event::Noted { text, .. }) = event.decode() else {
                return false;
            };
            matches!(text, Personal::Open { .. })
        });
        readable += open.count();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_keys_are_wrapped_anew_under_load_and_no_request_fails() {
    let database = Database::new().await;
    let old = MasterKey::from_bytes([7; 32]);
    let new = MasterKey::from_bytes([8; 32]);
    let both = new.clone().with_previous(&old);
    let before = database.open([7; 32]).await.unwrap();
    for first in (0..SUBJECTS).step_by(250) {
        join_all((first..first + 250).map(|n| write(&before, n))).await;
    }
    let (id, secret) = (before.lookup_mac("chat", &[b"x"]), b"token");
    let sealed = before.seal_secret("channel 1", secret).unwrap();
    let erased = Uuid::from_u128(5);
    let patience = Duration::from_secs(60);
    let erasure = before.erase(&[erased], &context(), patience).await.unwrap();
    assert!(erasure.done);
    drop(before);

    let journal = open(&database, both.clone()).await;
    let done = Arc::new(AtomicBool::new(false));
    let load: Vec<_> = (0..4)
        .map(|caller| {
            let (journal, done) = (journal.clone(), Arc::clone(&done));
            tokio::spawn(async move {
                let mut n = 0;
                while !done.load(Ordering::Relaxed) {
                    // Contacts that are there, whose keys may be wrapped anew just now, and new ones.
                    write(&journal, (n * 37 + caller) % SUBJECTS).await;
                    write(&journal, SUBJECTS + n * 4 + caller).await;
                    n += 1;
                }
                n * 2
            })
        })
        .collect();
    let mut rewrapped = Vec::new();
    while rewrapped.last() != Some(&0) {
        rewrapped.push(rewrap_keys(&database.pool, &both).await.unwrap());
    }
    done.store(true, Ordering::Relaxed);
    let mut written = 0;
    for caller in load {
        written += caller.await.unwrap();
    }
    // All but the destroyed one, and the key of the vault.
    let kept = u64::try_from(SUBJECTS).unwrap();
    assert_eq!(rewrapped.iter().sum::<u64>(), kept);
    let sealed = both.rewrap_secret("channel 1", &sealed).unwrap().unwrap();
    drop(journal);

    // Now the old key is not needed any more, and of no use.
    let after = open(&database, new).await;
    assert_eq!(after.lookup_mac("chat", &[b"x"]), id);
    assert_eq!(
        after.open_secret("channel 1", &sealed).unwrap().as_slice(),
        secret
    );
    let expected = usize::try_from(SUBJECTS + written).unwrap() - 1;
    assert_eq!(readable(&after).await, expected);
    assert!(database.open([7; 32]).await.is_err());
}
