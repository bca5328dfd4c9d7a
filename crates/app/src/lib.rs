//! What Hilo can do, without HTTP or GraphQL: who may, what is decided, and when the answer may be given.
//! Knows no wire format; SQL only for credentials and files (`accounts/`, `storage.rs`, `channels/secrets.rs`, `files/rows.rs`).

pub mod accounts;
pub mod act;
mod agents;
mod assign;
pub mod audit;
pub mod authorize;
pub mod bridge;
mod bulk;
mod channels;
mod chats;
mod clients;
pub mod clock;
mod drafts;
mod erase;
pub mod error;
pub mod facts;
pub mod files;
mod groups;
mod here;
mod idempotency;
mod internal;
mod journal;
pub mod live;
mod marks;
mod message_actions;
mod notes;
mod policies;
mod presence;
mod program;
pub mod receive;
mod search;
mod sending;
mod snooze;
pub mod storage;
mod templates;
mod timers;
mod undo;
mod views;
mod wait;
mod workspace;

use std::sync::Arc;

use hilo_domain::{ChannelId, ChatId};
use hilo_journal::{Journal, Pool, Position};
use hilo_read::ReadModel;
use moka::sync::Cache;
use tokio::sync::{Mutex, MutexGuard, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use accounts::api_tokens::{ApiToken, CreateApiToken, CreatedApiToken};
pub use accounts::invitation::{Invitation, InvitationPreview, InviteAgent};
pub use accounts::setup::SetUp;
pub use accounts::{AccountRefusal, Caller, Credential, NewAccount, Peer, SessionEnd, SignedIn};
pub use act::Act;
pub use authorize::{Need, Operation};
pub use bulk::{BulkActed, Outcome};
pub use channels::{ConfigureWidget, ConnectChannel, ConnectWebChat};
pub use clients::NewClient;
pub use erase::Erased;
pub use error::{AppError, Refusal};
use facts::FactsFold;
pub use facts::{
    AgentEntry, ChannelEntry, Facts, GroupEntry, TemplateEntry, Widget, WorkspaceEntry,
};
pub use groups::UpdateAgent;
pub use here::{PresenceState, Presences};
pub use hilo_journal::Cursor;
pub use hilo_read::ChannelScope;
pub use internal::{ColleagueCounters, InternalAudited, OpenInternalChat};
pub use journal::JournalPage;
pub use live::{Hub, Typing};
pub use marks::ChatAct;
pub use message_actions::{changeable_until, is_public, medium, message_actions};
pub use presence::{Everybody, InChat, Presence, Window};
pub use program::program;
pub use sending::{Outgoing, Recipient, StartChat, Words};
pub use undo::{NotAnUndoToken, UndoToken, Undone};
pub use wait::Acted;

/// Chats whose channel is remembered; a chat never changes its channel. About 100 bytes each.
const REMEMBERED_CHATS: u64 = 100_000;

/// What [`App::start`] needs: everything migrated, opened and connected.
pub struct AppOptions {
    /// The application's role.
    pub pool: Pool,
    /// The journal of that database.
    pub journal: Journal,
    /// Its read model.
    pub read: ReadModel,
    /// Where people reach Hilo, such as `https://chat.example.com`; links are relative without.
    pub public_url: Option<String>,
    /// Where the bytes of files lie.
    pub files: files::FileStore,
    /// Whether this process may run consumers (the projector): `false` for short commands.
    pub consumers: bool,
    /// Ends the background work when cancelled.
    pub stop: CancellationToken,
}

/// Hilo. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    pool: Pool,
    journal: Journal,
    read: ReadModel,
    facts: Facts,
    hub: Hub,
    presence: Presence,
    visitors: receive::Visitors,
    public_url: Option<String>,
    files: files::Files,
    projected: watch::Receiver<Position>,
    passwords: accounts::password::Passwords,
    limits: accounts::limits::Limits,
    token_limits: accounts::api_tokens::TokenLimits,
    sessions: Arc<accounts::SessionWatch>,
    /// Held while somebody is let in: that takes two connections at once, and many at a time would use up the pool.
    entrance: Mutex<()>,
    chat_channels: Cache<ChatId, ChannelId>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl App {
    /// Folds the facts, then starts following the journal.
    ///
    /// # Errors
    /// When the journal cannot be read to its end.
    pub async fn start(options: AppOptions) -> Result<Self, AppError> {
        let AppOptions {
            pool,
            journal,
            read,
            public_url,
            files,
            consumers,
            stop,
        } = options;
        let tasks = TaskTracker::new();
        let facts = Facts::start(journal.clone(), &tasks, stop.clone()).await?;
        let sessions = Arc::new(accounts::SessionWatch::new());
        tasks.spawn(Arc::clone(&sessions).run(pool.clone(), facts.clone(), stop.clone()));
        let projected = read.progress();
        let following = read.follow(journal.clone(), consumers, stop.clone());
        tasks.spawn(async move { drop(following.await) });
        let hub = Hub::start(
            read.clone(),
            journal.clone(),
            facts.clone(),
            &tasks,
            stop.clone(),
        );
        let presence = Presence::new(pool.clone(), clock::new_id());
        tasks.spawn(presence.clone().run(hub.clone(), stop.clone()));
        let background = tasks.clone();
        let stopped = stop.clone();
        let app = Self(Arc::new(Inner {
            pool,
            journal,
            read,
            facts,
            hub,
            presence,
            visitors: receive::Visitors::new(),
            public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()),
            files: files::Files::new(files),
            projected,
            passwords: accounts::password::Passwords::new()?,
            limits: accounts::limits::Limits::new(),
            token_limits: accounts::api_tokens::TokenLimits::new(),
            sessions,
            entrance: Mutex::new(()),
            chat_channels: Cache::new(REMEMBERED_CHATS),
            tasks,
            stop,
        }));
        if consumers {
            background.spawn(timers::run(app.clone(), stopped.clone()));
            background.spawn(files::sweep(app.clone(), stopped.clone()));
            background.spawn(policies::run(app.clone(), stopped));
        }
        background.close();
        Ok(app)
    }

    /// Ends the background work and waits for it.
    pub async fn stop(&self) {
        self.0.stop.cancel();
        self.0.tasks.wait().await;
    }

    /// The journal.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.0.journal
    }

    /// The read model. Callers pass their own scope; prefer the functions of `App` that do.
    #[must_use]
    pub fn read(&self) -> &ReadModel {
        &self.0.read
    }

    /// The facts of channels, agents and the workspace.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.0.facts
    }

    /// What changes, as it changes.
    #[must_use]
    pub fn hub(&self) -> &Hub {
        &self.0.hub
    }

    /// Who is here, and who looks at which chat.
    #[must_use]
    pub fn presence(&self) -> &Presence {
        &self.0.presence
    }

    /// Where people reach Hilo, without a slash at the end.
    #[must_use]
    pub fn public_url(&self) -> Option<&str> {
        self.0.public_url.as_deref()
    }

    /// A position with the journal's epoch, as it is handed out.
    #[must_use]
    pub fn cursor(&self, position: Position) -> Cursor {
        Cursor {
            epoch: self.0.journal.epoch(),
            position,
        }
    }

    /// Cancelled when Hilo stops.
    pub(crate) fn stopping(&self) -> CancellationToken {
        self.0.stop.clone()
    }

    pub(crate) fn visitors(&self) -> &receive::Visitors {
        &self.0.visitors
    }

    pub(crate) fn pool(&self) -> &Pool {
        &self.0.pool
    }

    /// The facts with everything in them that is committed now.
    pub(crate) async fn confirmed_facts(&self) -> Result<Arc<FactsFold>, AppError> {
        let head = self.journal().confirmed_head().await?;
        Ok(self.facts().snapshot_at_least(head).await?)
    }

    /// What the facts have, and nothing only when that is confirmed: a refusal must not come from what merely this
    /// process has not heard of yet.
    pub(crate) async fn sure<T>(
        &self,
        find: impl Fn(&FactsFold) -> Option<T>,
    ) -> Result<Option<T>, AppError> {
        let found = find(&*self.facts().snapshot()?);
        match found {
            Some(found) => Ok(Some(found)),
            None => Ok(find(&*self.confirmed_facts().await?)),
        }
    }

    pub(crate) fn passwords(&self) -> &accounts::password::Passwords {
        &self.0.passwords
    }

    pub(crate) async fn entrance(&self) -> MutexGuard<'_, ()> {
        self.0.entrance.lock().await
    }

    pub(crate) fn limits(&self) -> &accounts::limits::Limits {
        &self.0.limits
    }

    pub(crate) fn token_limits(&self) -> &accounts::api_tokens::TokenLimits {
        &self.0.token_limits
    }

    pub(crate) fn session_watch(&self) -> &accounts::SessionWatch {
        &self.0.sessions
    }
}
