//! Whose a database is: workers touch the world only from the installation's own, and what was handed out before a
//! restore is told from what comes after.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use hilo_journal::{
    Belonging, Character, Consumer, ConsumerError, Cursor, Folder, Journal, Position, RecordedEvent,
};
use sqlx::PgConnection;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::database::{Database, context};
use crate::tally::{Command, Tally, no_limit};

const PATIENCE: Duration = Duration::from_secs(20);

/// Tells the world the position of each event.
struct Sender(mpsc::UnboundedSender<i64>);

#[async_trait]
impl Consumer for Sender {
    fn name(&self) -> String {
        "sender".to_owned()
    }

    fn character(&self) -> Character {
        Character::Worker
    }

    async fn handle(
        &self,
        _: &mut PgConnection,
        batch: &[RecordedEvent],
    ) -> Result<(), ConsumerError> {
        for event in batch {
            self.0.send(event.position.0).unwrap();
        }
        Ok(())
    }
}

/// A worker at work, and what it told the world.
struct Working {
    told: mpsc::UnboundedReceiver<i64>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Working {
    fn on(journal: &Journal) -> Self {
        let (tell, told) = mpsc::unbounded_channel();
        let stop = CancellationToken::new();
        let task = journal.run_consumer(Arc::new(Sender(tell)), stop.clone());
        Self { told, stop, task }
    }

    async fn next(&mut self) -> i64 {
        timeout(PATIENCE, self.told.recv()).await.unwrap().unwrap()
    }

    async fn reaches(&mut self, position: Position) {
        while self.next().await != position.0 {}
    }

    async fn says_nothing_for(&mut self, seconds: u64) {
        let waited = timeout(Duration::from_secs(seconds), self.told.recv()).await;
        assert!(waited.is_err(), "it sent {waited:?}");
    }

    async fn end(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

async fn add(journal: &Journal) -> Position {
    let done = journal
        .execute::<Tally>("a", Command::Add(1), no_limit(), context())
        .await;
    done.unwrap().position
}

fn folder(instance: Option<Uuid>) -> Folder {
    Folder {
        instance,
        ..Folder::default()
    }
}

/// Makes the database look like one that was restored into another cluster.
async fn move_elsewhere(database: &Database) {
    sqlx::query("UPDATE instance SET system = '1'")
        .execute(&database.pool)
        .await
        .unwrap();
}

async fn epoch(database: &Database) -> Uuid {
    sqlx::query_scalar("SELECT epoch FROM journal_head")
        .fetch_one(&database.pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_new_database_belongs_to_whoever_comes_first_and_stays_theirs() {
    let database = Database::new().await;
    let first = database.journal().await;
    let belonging = first.settle(folder(None)).await.unwrap();
    let Belonging::Own(id) = belonging else {
        panic!("{belonging:?}");
    };
    let mut worker = Working::on(&first);
    worker.reaches(add(&first).await).await;
    worker.end().await;
    let before = epoch(&database).await;
    drop(first);
    let again = database.journal().await;
    assert_eq!(
        again.settle(folder(Some(id))).await.unwrap(),
        Belonging::Own(id)
    );
    assert_eq!(epoch(&database).await, before, "nothing was lost");
}

#[tokio::test]
async fn a_new_folder_joins_where_the_installation_is_at_work() {
    let database = Database::new().await;
    let first = database.journal().await;
    let own = first.settle(folder(None)).await.unwrap();
    add(&first).await;
    let before = epoch(&database).await;
    let second = database.journal().await;
    let joined = second.settle(folder(None)).await.unwrap();
    assert_eq!(joined, Belonging::Joined(own.instance().unwrap()));
    assert!(second.is_adopted());
    assert_eq!(epoch(&database).await, before);
}

#[tokio::test]
async fn a_copy_sends_nothing_until_it_is_taken_over_and_then_goes_on_where_it_was() {
    let database = Database::new().await;
    let original = database.journal().await;
    let own = original.settle(folder(None)).await.unwrap();
    let mut worker = Working::on(&original);
    let sent = add(&original).await;
    worker.reaches(sent).await;
    worker.end().await;
    drop(original);
    let before = epoch(&database).await;
    move_elsewhere(&database).await;

    let copy = database.journal().await;
    assert_eq!(
        copy.settle(folder(own.instance())).await.unwrap(),
        Belonging::Copy,
        "the folder's own id is no proof in another place"
    );
    assert!(!copy.is_adopted());
    let first_epoch = epoch(&database).await;
    assert_ne!(first_epoch, before, "old positions must not be believed");
    assert_eq!(copy.epoch(), first_epoch);
    let mut waiting = Working::on(&copy);
    let unsent = add(&copy).await;
    waiting.says_nothing_for(2).await;

    let taken = database.journal().await;
    let asked = Folder {
        adopt: true,
        ..folder(None)
    };
    let adopted = taken.settle(asked).await.unwrap();
    assert!(matches!(adopted, Belonging::Adopted(id) if Some(id) != own.instance()));
    assert_ne!(epoch(&database).await, first_epoch);
    let mut worker = Working::on(&taken);
    assert_eq!(unsent.0, sent.0 + 1);
    assert_eq!(
        worker.next().await,
        unsent.0,
        "exactly behind what was sent"
    );
}

#[tokio::test]
async fn whoever_had_the_database_stops_its_workers_when_another_takes_it_over() {
    let database = Database::new().await;
    let first = database.journal().await;
    first.settle(folder(None)).await.unwrap();
    let mut worker = Working::on(&first);
    let sent = add(&first).await;
    worker.reaches(sent).await;
    let second = database.journal().await;
    let asked = Folder {
        adopt: true,
        ..folder(None)
    };
    second.settle(asked).await.unwrap();
    timeout(PATIENCE, async {
        while first.is_adopted() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .unwrap();
    add(&first).await;
    worker.says_nothing_for(2).await;
    assert_eq!(Working::on(&second).next().await, sent.0 + 1);
}

/// R8: restored in place, under the very folder that saw more.
#[tokio::test]
async fn a_journal_behind_what_its_folder_saw_gets_a_new_epoch() {
    let database = Database::new().await;
    let journal = database.journal().await;
    let own = journal.settle(folder(None)).await.unwrap();
    let last = add(&journal).await;
    let before = epoch(&database).await;
    drop(journal);
    let seen = |position, epoch| Folder {
        seen: Some(Cursor {
            epoch,
            position: Position(position),
        }),
        ..folder(own.instance())
    };
    let journal = database.journal().await;
    for known in [last.0 - 1, last.0] {
        let belonging = journal.settle(seen(known, before)).await.unwrap();
        assert_eq!(belonging, own);
        assert_eq!(epoch(&database).await, before, "nothing is missing");
    }
    journal.settle(seen(last.0 + 1, before)).await.unwrap();
    let after = epoch(&database).await;
    assert_ne!(after, before);
    assert!(journal.is_adopted(), "it is still the installation's own");
    add(&journal).await;
}

/// A point-in-time recovery or a failover branches history off.
#[tokio::test]
async fn another_timeline_gets_a_new_epoch_once() {
    let database = Database::new().await;
    let journal = database.journal().await;
    let own = journal.settle(folder(None)).await.unwrap();
    add(&journal).await;
    let before = epoch(&database).await;
    sqlx::query("UPDATE instance SET timeline = '00000000'")
        .execute(&database.pool)
        .await
        .unwrap();
    assert_eq!(journal.settle(folder(own.instance())).await.unwrap(), own);
    let after = epoch(&database).await;
    assert_ne!(after, before);
    journal.settle(folder(own.instance())).await.unwrap();
    assert_eq!(epoch(&database).await, after);
}

#[tokio::test]
async fn what_a_killed_predecessor_held_is_free_at_once() {
    let database = Database::new().await;
    let first = database.journal().await;
    let own = first.settle(folder(None)).await.unwrap();
    sqlx::query(
        "INSERT INTO leases (name, holder, process, epoch, expires)
         VALUES ('sender', gen_random_uuid(), $1, 1, clock_timestamp() + '3 seconds'::interval)",
    )
    .bind(first.process())
    .execute(&database.pool)
    .await
    .unwrap();
    let next = database.journal().await;
    let known = Folder {
        predecessor: Some(first.process()),
        ..folder(own.instance())
    };
    next.settle(known).await.unwrap();
    let free = "SELECT count(*) FROM leases WHERE expires < clock_timestamp()";
    assert_eq!(database.count(free).await, 1);
}
