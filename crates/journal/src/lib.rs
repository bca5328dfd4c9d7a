//! An event store over PostgreSQL for cqrs-es aggregates: one gapless order, group commit, exactly-once commands, sealed
//! personal fields, a hash chain, and a feed with checkpoints. It knows no domain and could be used by any.

mod append;
pub mod chain;
mod checkpoint;
mod consumer;
mod dedupe;
mod erase;
mod eraser;
mod error;
mod event;
mod execute;
mod facts;
mod feed;
mod fields;
mod follow;
mod gate;
mod head;
mod health;
mod instance;
mod kept;
mod keys;
mod kinds;
mod lease;
mod ledger;
mod metadata;
mod migrate;
mod open;
pub mod pool;
mod position;
mod prepare;
mod processes;
mod program;
mod progress;
mod repeats;
mod rotate;
mod runner;
mod seal;
mod sealed_bytes;
mod signed_head;
mod snapshot;
mod states;
mod store;
mod subject_keys;
mod tail;
mod turns;
mod upcast;
pub mod verify;
mod wake;

use std::sync::Arc;

use tokio::sync::watch;
use tokio_util::sync::DropGuard;
use uuid::Uuid;
use zeroize::Zeroizing;

use append::Appender;
use eraser::Eraser;
use head::Head;
use keys::LookupKey;
use kinds::Kinds;
use progress::Progresses;
use repeats::Repeats;
use snapshot::Snapshots;
use states::States;
use subject_keys::SubjectKeys;
use turns::Turns;

pub use append::is_transient;
pub use checkpoint::Advance;
pub use consumer::{Character, Consumer};
pub use erase::{Erasure, SubjectEvent};
pub use error::{ConsumerError, ExecuteError, FactsBehind, JournalError, Undecodable};
pub use event::{RecordedEvent, StoredEvent};
pub use facts::{FactSource, Fixed, no_facts};
pub use health::{ConsumerHealth, Health};
pub use instance::{Belonging, Folder};
pub use keys::MasterKey;
pub use kinds::EventKind;
pub use lease::Lease;
pub use ledger::ErasureLedger;
pub use metadata::{Cause, Context, Dedupe, Metadata};
pub use migrate::{grant_to, migrate};
pub use open::JournalOptions;
pub use pool::Pool;
pub use position::{Cursor, NotACursor, Position};
pub use program::Program;
pub use rotate::rewrap_keys;
pub use runner::CONSUMER_PLANS;
pub use sealed_bytes::{ErasedKey, SealedBytes};
pub use signed_head::{NotSigned, SignedHead};
pub use store::Loaded;
pub use upcast::Upcasters;

/// What a command did.
#[derive(Clone, Debug)]
pub struct Committed<E> {
    /// The sequence of the stream's last event after the command.
    pub sequence: u64,
    /// The position of its last event, or of the head seen when nothing was appended.
    pub position: Position,
    /// Its events, personal fields open.
    pub events: Vec<E>,
    /// Whether this is the answer to an earlier call with the same dedupe key.
    pub repeated: bool,
}

/// The event store. A handle: clones are the same journal, whose tasks end with the last of them.
#[derive(Clone)]
pub struct Journal(Arc<Inner>);

struct Inner {
    pool: Pool,
    process: Uuid,
    master_key: MasterKey,
    lookup: LookupKey,
    kinds: Kinds,
    keys: SubjectKeys,
    upcasters: Upcasters,
    head: Arc<Head>,
    states: Arc<States>,
    snapshots: Snapshots,
    turns: Turns,
    repeats: Repeats,
    appender: Appender,
    eraser: Arc<Eraser>,
    progresses: Progresses,
    /// The installation that this database is known to belong to, as this process does.
    adopted: watch::Sender<Option<Uuid>>,
    _stop: DropGuard,
}

impl Journal {
    /// What this process knows to be committed: its own appends at once, those of others within half a second. After a
    /// loss of history (see [`Cursor`]) it goes back.
    #[must_use]
    pub fn head(&self) -> watch::Receiver<Position> {
        self.0.head.subscribe()
    }

    /// The present epoch, to be handed out with every position.
    #[must_use]
    pub fn epoch(&self) -> Uuid {
        self.0.head.epoch()
    }

    /// Names this process.
    #[must_use]
    pub fn process(&self) -> Uuid {
        self.0.process
    }

    /// Asks the database for the last committed position.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn confirmed_head(&self) -> Result<Position, JournalError> {
        let doing = JournalError::database("asking for the head");
        let mut conn = self.0.pool.acquire().await.map_err(doing)?;
        self.0.head.look(&mut conn).await
    }

    /// How far the consumer `name` is, in whichever process it runs; [`Position::START`] until that is known.
    #[must_use]
    pub fn progress(&self, name: &str) -> watch::Receiver<Position> {
        self.0.progresses.watch(name)
    }

    /// HMAC-SHA256 of `parts` for the purpose `domain`, under a random key of this database: names something so that it
    /// can be found again, and says nothing to whoever reads it.
    #[must_use]
    pub fn lookup_mac(&self, domain: &str, parts: &[&[u8]]) -> [u8; 32] {
        self.0.lookup.mac(domain, parts)
    }

    /// Seals a secret under the master key, bound to `name`.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub fn seal_secret(&self, name: &str, plain: &[u8]) -> Result<Vec<u8>, JournalError> {
        self.0.master_key.wrap(&[b"secret", name.as_bytes()], plain)
    }

    /// Opens what [`Journal::seal_secret`] sealed under the same name.
    ///
    /// # Errors
    /// When it was sealed under another name or key, or changed.
    pub fn open_secret(
        &self,
        name: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, JournalError> {
        self.0
            .master_key
            .unwrap(&[b"secret", name.as_bytes()], sealed)
            .ok_or_else(|| JournalError::Tampered {
                what: format!("the secret {name}"),
            })
    }
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal")
            .field("process", &self.0.process)
            .field("head", &self.0.head.position())
            .finish_non_exhaustive()
    }
}
