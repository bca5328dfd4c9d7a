//! Runs the selection of a subscription once for whatever is told, however many sockets asked for the same and see the
//! same. Who is told what is decided before, for each socket alone: nothing here lets anybody see more.

use std::collections::{HashMap, VecDeque};
use std::ops::Deref;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use async_graphql::{Context, Response};
use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use hilo_app::ChannelScope;
use hilo_app::live::{ChatChange, InboxChange};
use hilo_domain::AgentId;
use hilo_domain::agent::{Role, Scopes};
use hilo_journal::Position;
use jiff::Timestamp;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

/// Results kept of one selection: sockets are told of the same within moments.
const KEPT: usize = 16;

/// Something that a subscription is told.
pub(crate) enum Told {
    Inbox(InboxChange),
    Chat(Box<ChatChange>),
}

/// What makes two items of the same selection, scope and variables the same: from where to where they tell, whose own
/// matters are among it, and the instant at which something ended by itself.
type Place = (Position, Position, Option<AgentId>, Option<Timestamp>);

impl Told {
    fn scope(&self) -> &Arc<ChannelScope> {
        match self {
            Self::Inbox(change) => &change.scope,
            Self::Chat(change) => &change.scope,
        }
    }

    pub(crate) fn inbox(self) -> Option<InboxChange> {
        match self {
            Self::Inbox(change) => Some(change),
            Self::Chat(_) => None,
        }
    }

    pub(crate) fn chat(self) -> Option<ChatChange> {
        match self {
            Self::Chat(change) => Some(*change),
            Self::Inbox(_) => None,
        }
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::Inbox(change) if !change.resync => {
                Some((change.behind, change.position.position, change.own, None))
            }
            Self::Chat(change) if !change.resync => {
                let ended = change.told_at;
                Some((change.behind, change.position.position, change.own, ended))
            }
            Self::Inbox(_) | Self::Chat(_) => None,
        }
    }
}

/// Where a resolver leaves what its subscription is told, instead of having it selected socket by socket.
#[derive(Clone, Default)]
pub(crate) struct Source(Arc<Mutex<Option<BoxStream<'static, Told>>>>);

impl Source {
    /// What was left.
    pub(crate) fn taken(&self) -> Option<BoxStream<'static, Told>> {
        lock(&self.0).take()
    }
}

/// What a shared execution is given to select from.
struct Fed(Mutex<Option<UnboundedReceiver<Told>>>);

/// The stream of a subscription's resolver: `told` is asked for only by who does not run for others.
pub(crate) async fn source<T, S, E>(
    ctx: &Context<'_>,
    told: impl Future<Output = Result<S, E>>,
    wrap: fn(T) -> Told,
    unwrap: fn(Told) -> Option<T>,
) -> Result<BoxStream<'static, T>, E>
where
    T: Send + 'static,
    S: Stream<Item = T> + Send + 'static,
{
    if let Some(mut fed) = ctx.data_opt::<Fed>().and_then(|fed| lock(&fed.0).take()) {
        let fed = stream::poll_fn(move |task| fed.poll_recv(task));
        return Ok(fed
            .filter_map(move |told| std::future::ready(unwrap(told)))
            .boxed());
    }
    let told = told.await?;
    Ok(match ctx.data_opt::<Source>() {
        Some(source) => {
            *lock(&source.0) = Some(told.map(wrap).boxed());
            stream::empty().boxed()
        }
        None => told.boxed(),
    })
}

/// What two sockets must have in common to share an execution.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Asked {
    pub(crate) query: String,
    pub(crate) operation_name: Option<String>,
    /// As JSON text, without where to begin.
    pub(crate) variables: String,
    pub(crate) role: Role,
    /// What a program's token opens; nothing of a person.
    pub(crate) scopes: Option<Scopes>,
    /// Who asked, where something is asked for that is each agent's own.
    pub(crate) own: Option<AgentId>,
}

/// All executions that are shared now. Cheap to clone.
#[derive(Clone, Default)]
pub struct Executions(Arc<Mutex<HashMap<Asked, Vec<Weak<Shared>>>>>);

/// Begins an execution that is fed by hand.
pub(crate) type Begin = dyn Fn(FedData) -> BoxStream<'static, Response> + Send + Sync;

/// To be put into the request's data.
pub(crate) struct FedData(Fed);

impl FedData {
    pub(crate) fn into_request(self, request: async_graphql::Request) -> async_graphql::Request {
        request.data(self.0)
    }
}

/// One execution, for everyone who asked the same and sees the same.
pub(crate) struct Shared {
    scope: Arc<ChannelScope>,
    begin: Arc<Begin>,
    running: tokio::sync::Mutex<Running>,
    made: Mutex<VecDeque<Made>>,
    users: AtomicUsize,
}

/// A result that not everybody has taken yet.
struct Made {
    place: Place,
    body: Arc<str>,
    /// Users who have yet to take it: text of customers is kept no longer than it is needed.
    awaited_by: usize,
}

/// One socket's part in a shared execution.
pub(crate) struct Part(Arc<Shared>);

impl Part {
    fn of(shared: Arc<Shared>) -> Self {
        shared.users.fetch_add(1, Ordering::AcqRel);
        Self(shared)
    }
}

impl Deref for Part {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.0.users.fetch_sub(1, Ordering::AcqRel);
    }
}

struct Running {
    feed: UnboundedSender<Told>,
    responses: BoxStream<'static, Response>,
    /// Whether a response is still to come: who waited for it may have gone.
    is_owed: bool,
}

impl Running {
    fn begin(begin: &Begin) -> Self {
        let (feed, fed) = mpsc::unbounded_channel();
        Self {
            feed,
            responses: begin(FedData(Fed(Mutex::new(Some(fed))))),
            is_owed: false,
        }
    }
}

impl Executions {
    /// A part in the execution for those who asked this and see what `told` was told to; `known` where the caller has
    /// one that may still fit.
    pub(crate) fn of(
        &self,
        asked: &Asked,
        told: &Told,
        known: Option<Part>,
        begin: &Arc<Begin>,
    ) -> Part {
        if let Some(known) = known.filter(|known| known.sees(told.scope())) {
            return known;
        }
        let mut all = lock(&self.0);
        if let Some(same) = all.get(asked) {
            let mut living = same.iter().filter_map(Weak::upgrade);
            if let Some(shared) = living.find(|shared| shared.sees(told.scope())) {
                return Part::of(shared);
            }
        }
        all.retain(|_, same| {
            same.retain(|shared| shared.strong_count() > 0);
            !same.is_empty()
        });
        let shared = Arc::new(Shared {
            scope: Arc::clone(told.scope()),
            begin: Arc::clone(begin),
            running: tokio::sync::Mutex::new(Running::begin(&**begin)),
            made: Mutex::default(),
            users: AtomicUsize::new(0),
        });
        let same = all.entry(asked.clone()).or_default();
        same.push(Arc::downgrade(&shared));
        Part::of(shared)
    }
}

impl Shared {
    /// Whether this is what its sockets may see. Those who may see different things never share: an execution selects
    /// from the rows of the first who was told, and what is selected behind them (a client, a page of messages) is
    /// asked for as that viewer.
    fn sees(&self, scope: &Arc<ChannelScope>) -> bool {
        Arc::ptr_eq(&self.scope, scope) || *self.scope == **scope
    }

    /// The result for something told: made before, or made now by `finish`. `None` when the execution has ended.
    pub(crate) async fn result(
        &self,
        told: Told,
        finish: impl FnOnce(Response) -> Result<Arc<str>, String>,
    ) -> Option<Result<Arc<str>, String>> {
        let place = told.place();
        if let Some(made) = self.made(place) {
            return Some(Ok(made));
        }
        let mut running = self.running.lock().await;
        if let Some(made) = self.made(place) {
            return Some(Ok(made));
        }
        if std::mem::replace(&mut running.is_owed, true) {
            *running = Running::begin(&*self.begin);
            running.is_owed = true;
        }
        running.feed.send(told).ok()?;
        let response = running.responses.next().await?;
        running.is_owed = false;
        let result = finish(response);
        if let (Some(place), Ok(body)) = (place, &result) {
            self.keep(place, body);
        }
        Some(result)
    }

    fn keep(&self, place: Place, body: &Arc<str>) {
        let awaited_by = self.users.load(Ordering::Acquire).saturating_sub(1);
        if awaited_by == 0 {
            return;
        }
        let mut kept = lock(&self.made);
        if kept.len() >= KEPT {
            kept.pop_front();
        }
        let body = Arc::clone(body);
        kept.push_back(Made {
            place,
            body,
            awaited_by,
        });
    }

    fn made(&self, place: Option<Place>) -> Option<Arc<str>> {
        let place = place?;
        let mut kept = lock(&self.made);
        let at = kept.iter().rposition(|made| made.place == place)?;
        let made = kept.get_mut(at)?;
        made.awaited_by = made.awaited_by.saturating_sub(1);
        let (body, is_taken) = (Arc::clone(&made.body), made.awaited_by == 0);
        if is_taken {
            kept.remove(at);
        }
        Some(body)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "shared_tests.rs"]
mod tests;
