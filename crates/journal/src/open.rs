//! Opens a journal: checks that the database can keep its promises, makes what a new one lacks, starts the tasks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::append::Appender;
use crate::eraser::Eraser;
use crate::follow::Follower;
use crate::head::Head;
use crate::keys::{LookupKey, MasterKey, random_uuid};
use crate::kinds::{self, Kinds};
use crate::ledger::Ledger;
use crate::processes::{Presence, Trust};
use crate::progress::Progresses;
use crate::repeats::Repeats;
use crate::snapshot::Snapshots;
use crate::states::States;
use crate::subject_keys::SubjectKeys;
use crate::turns::Turns;
use crate::{ErasureLedger, Inner, Journal, JournalError, Pool, Position, Program, chain, wake};

/// What a journal is opened with.
pub struct JournalOptions {
    /// For reading and for keys; its direct connections are for consumers, leases and following.
    pub pool: Pool,
    /// How the appender connects; it keeps two connections, which must not go through a pooler.
    pub append: PgConnectOptions,
    /// How wake-ups are sent and heard; two connections.
    pub listen: PgConnectOptions,
    /// Wraps every other key.
    pub master_key: MasterKey,
    /// Names this process; no two that live may have the same.
    pub process: Uuid,
    /// Where erasures are written down outside of the database; without it a restored backup brings back what was erased.
    pub erasure_ledger: Option<ErasureLedger>,
}

impl Journal {
    /// Opens the journal of a migrated database.
    ///
    /// # Errors
    /// When the database cannot be reached, is not migrated, runs with settings under which acknowledged events could be
    /// lost, or belongs to another master key.
    pub async fn open(options: JournalOptions) -> Result<Self, JournalError> {
        Self::open_with(options, Program::default()).await
    }

    /// The same, for a program that takes snapshots, reads events of older versions, or says which ones it can read.
    ///
    /// # Errors
    /// As [`Journal::open`], and when the journal holds events that the program does not know.
    pub async fn open_with(
        options: JournalOptions,
        program: Program,
    ) -> Result<Self, JournalError> {
        let JournalOptions {
            pool,
            append,
            listen,
            master_key,
            process,
            erasure_ledger,
        } = options;
        let appender = Appender::connect(append).await?;
        check_tables(&pool).await?;
        if let Some(known) = program.kinds {
            kinds::check(&pool, known).await?;
        }
        let lookup = LookupKey::open(&pool, &master_key).await?;
        let head = Arc::new(find_or_make_head(&pool).await?);
        let eraser = open_eraser(pool.direct(), process, &head, erasure_ledger).await?;
        let trust = Trust::default();
        let keys = SubjectKeys::new(
            pool.clone(),
            master_key.clone(),
            Arc::clone(&head),
            trust.clone(),
        );
        let states = Arc::new(States::default());
        let stop = CancellationToken::new();
        let woken = Arc::new(Notify::new());
        let follower = Follower {
            pool: pool.direct().clone(),
            head: Arc::clone(&head),
            states: Arc::clone(&states),
            woken: Arc::clone(&woken),
        };
        tokio::spawn(follower.run(stop.clone()));
        let presence = Presence {
            pool: pool.direct().clone(),
            process,
            head: Arc::clone(&head),
            keys: keys.clone(),
            trust,
        };
        tokio::spawn(presence.run(stop.clone()));
        tokio::spawn(Arc::clone(&eraser).run(stop.clone()));
        tokio::spawn(wake::tell(
            listen.clone(),
            process,
            head.subscribe_appended(),
            stop.clone(),
        ));
        tokio::spawn(wake::hear(listen, process, woken, stop.clone()));
        Ok(Self(Arc::new(Inner {
            keys,
            eraser,
            appender: appender.begin(Arc::clone(&head)),
            progresses: Progresses {
                pool: pool.direct().clone(),
                head: Arc::clone(&head),
                stop: stop.clone(),
                known: Mutex::new(HashMap::new()),
            },
            snapshots: Snapshots::start(pool.direct().clone(), program.states, stop.clone()),
            adopted: watch::Sender::new(None),
            turns: Turns::default(),
            repeats: Repeats::start(pool.clone()),
            pool,
            process,
            master_key,
            lookup,
            kinds: Kinds::default(),
            upcasters: program.upcasters,
            head,
            states,
            _stop: stop.drop_guard(),
        })))
    }
}

/// The eraser, when it has destroyed what a restored backup brought back.
async fn open_eraser(
    pool: &PgPool,
    process: Uuid,
    head: &Arc<Head>,
    ledger: Option<ErasureLedger>,
) -> Result<Arc<Eraser>, JournalError> {
    let opened = match &ledger {
        Some(ledger) => Some(Ledger::open(&ledger.path).await?),
        None => None,
    };
    let eraser = Arc::new(Eraser {
        pool: pool.clone(),
        process,
        head: Arc::clone(head),
        ledger: opened,
        woken: Notify::new(),
    });
    if let Some(ledger) = &ledger {
        eraser.replay(&ledger.actor).await?;
    }
    Ok(eraser)
}

const TABLES: [&str; 11] = [
    "events",
    "journal_head",
    "dedupe",
    "snapshots",
    "vault",
    "subject_keys",
    "checkpoints",
    "leases",
    "processes",
    "instance",
    "event_kinds",
];

async fn check_tables(pool: &Pool) -> Result<(), JournalError> {
    let missing: Option<String> = sqlx::query_scalar(
        "SELECT name FROM unnest($1::text[]) WITH ORDINALITY AS needed(name, place)
         WHERE to_regclass(name) IS NULL ORDER BY place LIMIT 1",
    )
    .bind(TABLES.as_slice())
    .fetch_optional(pool)
    .await
    .map_err(JournalError::database("looking for the tables"))?;
    match TABLES
        .into_iter()
        .find(|table| missing.as_deref() == Some(*table))
    {
        Some(table) => Err(JournalError::NotMigrated { table }),
        None => Ok(()),
    }
}

/// The head's row is made with the first start and never again: without it but with events, something destroyed it.
async fn find_or_make_head(pool: &Pool) -> Result<Head, JournalError> {
    sqlx::query(
        "INSERT INTO journal_head (position, chain, recorded_at, epoch)
         SELECT 0, $1, 'epoch', $2 WHERE NOT EXISTS (SELECT FROM events) ON CONFLICT DO NOTHING",
    )
    .bind(chain::GENESIS)
    .bind(random_uuid()?)
    .execute(pool)
    .await
    .map_err(JournalError::database("making the head"))?;
    let head =
        sqlx::query_as::<_, (i64, Uuid, i64)>("SELECT position, epoch, closings FROM journal_head")
            .fetch_optional(pool)
            .await
            .map_err(JournalError::database("reading the head"))?;
    let (position, epoch, closings) = head.ok_or_else(|| JournalError::Damaged {
        what: "the journal, which has events and no head".to_owned(),
    })?;
    Ok(Head::new(Position(position), epoch, closings))
}
