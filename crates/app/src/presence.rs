//! Who is here (P9), who looks at a chat and who writes in it (P7, P8): live only, right across processes. Each process
//! says what it knows in one table and reads all of it again twice a second: never in the journal, never in the read model.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hilo_domain::{Actor, AgentId, ChatId, ContactId};
use hilo_journal::Pool;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::Hub;
use crate::accounts::presence::{self, Place, Present, Sign};
use crate::error::AppError;
use crate::live::Typing;

/// How often everybody is read again.
const EVERY: Duration = Duration::from_millis(500);
/// The least pause between two readings, however much happens.
const GAP: Duration = Duration::from_millis(50);
/// How often a process says again who is here.
const BEAT: Duration = Duration::from_secs(5);
/// Seconds without a heartbeat until somebody counts as gone.
const HERE: f64 = 15.0;
/// Seconds for which looking at a chat is good.
const LOOKING: f64 = 30.0;
/// Seconds for which a stretch of typing is good.
const TYPING: f64 = 10.0;
/// How often what expired is taken away.
const SWEEP: Duration = Duration::from_secs(60);
/// Signs that wait for the database at most; beyond, new places are dropped: nobody is served by old signs.
const MOST_WAITING: usize = 10_000;

/// Everybody who is anywhere, at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Everybody {
    /// Agents who have Hilo open.
    pub here: BTreeSet<AgentId>,
    /// Who is in each chat.
    pub chats: BTreeMap<ChatId, InChat>,
}

/// Who is in a chat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InChat {
    /// Agents who look at it, and whether they write.
    pub agents: BTreeMap<AgentId, bool>,
    /// Whether the contact writes.
    pub contact_writes: bool,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Presence(Arc<Shared>);

struct Shared {
    pool: Pool,
    process: Uuid,
    /// Windows open in this process, by agent.
    windows: Mutex<HashMap<AgentId, usize>>,
    /// What is to be said; `None` = that nobody is there any more.
    waiting: Mutex<HashMap<Place, Option<Sign>>>,
    woken: Notify,
    everybody: watch::Sender<Arc<Everybody>>,
}

/// Somebody has Hilo open for as long as this lives.
pub struct Window {
    presence: Presence,
    agent: AgentId,
}

impl Drop for Window {
    fn drop(&mut self) {
        self.presence.close(self.agent);
    }
}

impl Presence {
    /// Of one process; nothing is said or read before [`Presence::run`].
    pub(crate) fn new(pool: Pool, process: Uuid) -> Self {
        Self(Arc::new(Shared {
            pool,
            process,
            windows: Mutex::default(),
            waiting: Mutex::default(),
            woken: Notify::new(),
            everybody: watch::Sender::default(),
        }))
    }

    /// An agent opens Hilo.
    #[must_use]
    pub fn open(&self, agent: AgentId) -> Window {
        *lock(&self.0.windows).entry(agent).or_default() += 1;
        self.put(self.here(agent), Some(heartbeat()));
        Window {
            presence: self.clone(),
            agent,
        }
    }

    fn close(&self, agent: AgentId) {
        let mut windows = lock(&self.0.windows);
        if let Some(open) = windows.get_mut(&agent) {
            *open = open.saturating_sub(1);
            if *open == 0 {
                windows.remove(&agent);
                // Still under the lock: who opens again at this moment is said to be here after this.
                self.put(self.here(agent), None);
            }
        }
    }

    /// An agent looks at a chat in a window, and writes there or not; good for half a minute.
    pub fn look(&self, agent: AgentId, window: Uuid, chat: ChatId, writing: bool) {
        let sign = Sign {
            contact: false,
            told: false,
            writing,
            seconds: LOOKING,
        };
        self.put(place(chat, agent.as_uuid(), window), Some(sign));
    }

    /// An agent looks away.
    pub fn look_away(&self, agent: AgentId, window: Uuid, chat: ChatId) {
        self.put(place(chat, agent.as_uuid(), window), None);
    }

    /// Somebody writes to the other end of a chat, or stops.
    pub fn typing(&self, typing: &Typing) {
        let (who, contact) = match &typing.by {
            Actor::Agent { id } => (id.as_uuid(), false),
            Actor::Contact { id } => (id.as_uuid(), true),
            _ => return,
        };
        let sign = typing.state.then_some(Sign {
            contact,
            told: true,
            writing: true,
            seconds: TYPING,
        });
        self.put(place(typing.chat_id, who, Uuid::nil()), sign);
    }

    /// Everybody, as last read, and every change from then on.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Arc<Everybody>> {
        self.0.everybody.subscribe()
    }

    /// Agents who have Hilo open now in any process, as the database says.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn agents_here(&self) -> Result<Vec<AgentId>, AppError> {
        presence::agents(&self.0.pool).await
    }

    fn here(&self, agent: AgentId) -> Place {
        Place {
            chat: Uuid::nil(),
            who: agent.as_uuid(),
            window: self.0.process,
        }
    }

    fn put(&self, place: Place, sign: Option<Sign>) {
        let mut waiting = lock(&self.0.waiting);
        if waiting.len() < MOST_WAITING || waiting.contains_key(&place) {
            waiting.insert(place, sign);
            self.0.woken.notify_one();
        }
    }

    /// Says and reads until `stop`; then says that nobody is here any more.
    pub(crate) async fn run(self, hub: Hub, stop: CancellationToken) {
        let mut round = Round::default();
        while !stop.is_cancelled() {
            let turned = self.turn(&mut round, &hub).await;
            match &turned {
                Ok(()) if round.is_failing => tracing::info!("presence is known again"),
                Err(error) if !round.is_failing => {
                    tracing::warn!(%error, "presence is not known");
                }
                Ok(()) | Err(_) => {}
            }
            round.is_failing = turned.is_err();
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(EVERY) => {}
                () = self.0.woken.notified() => tokio::time::sleep(GAP).await,
            }
        }
        let agents: Vec<AgentId> = lock(&self.0.windows).keys().copied().collect();
        let places: Vec<Place> = agents.into_iter().map(|agent| self.here(agent)).collect();
        // Without a database they expire by themselves.
        drop(presence::leave(&self.0.pool, &places).await);
    }

    async fn turn(&self, round: &mut Round, hub: &Hub) -> Result<(), AppError> {
        let waiting = std::mem::take(&mut *lock(&self.0.waiting));
        let mut said: HashMap<Place, Sign> = HashMap::new();
        if round.is_due(|round| &mut round.beat, BEAT) {
            let windows = lock(&self.0.windows);
            said.extend(windows.keys().map(|agent| (self.here(*agent), heartbeat())));
        }
        let mut gone = HashSet::new();
        for (place, sign) in waiting {
            match sign {
                Some(sign) => drop(said.insert(place, sign)),
                None => drop(gone.insert(place)),
            }
        }
        said.retain(|place, _| !gone.contains(place));
        if !gone.is_empty() {
            let gone: Vec<_> = gone.into_iter().collect();
            presence::leave(&self.0.pool, &gone).await?;
        }
        if !said.is_empty() {
            let said: Vec<_> = said.into_iter().collect();
            presence::say(&self.0.pool, self.0.process, &said).await?;
        }
        if round.is_due(|round| &mut round.sweep, SWEEP) {
            presence::sweep(&self.0.pool).await?;
        }
        let present = presence::everybody(&self.0.pool, self.0.process).await?;
        round.tell_typing(hub, &present);
        let everybody = Everybody::of(&present);
        self.0.everybody.send_if_modified(|known| {
            let is_news = **known != everybody;
            if is_news {
                *known = Arc::new(everybody);
            }
            is_news
        });
        Ok(())
    }
}

/// What [`Presence::run`] remembers from one reading to the next.
#[derive(Default)]
struct Round {
    beat: Option<Instant>,
    sweep: Option<Instant>,
    is_failing: bool,
    /// Who wrote, by what other processes said.
    writing_elsewhere: BTreeSet<(ChatId, Uuid, bool)>,
}

impl Round {
    fn is_due(&mut self, last: fn(&mut Self) -> &mut Option<Instant>, every: Duration) -> bool {
        let (last, now) = (last(self), Instant::now());
        let is_due = last.is_none_or(|last| now.duration_since(last) >= every);
        if is_due {
            *last = Some(now);
        }
        is_due
    }

    /// What this process's own people do was told when they did it; here is what others' do.
    fn tell_typing(&mut self, hub: &Hub, present: &[Present]) {
        let writing: BTreeSet<_> = present
            .iter()
            .filter(|present| present.writing_elsewhere)
            .map(|present| (present.chat, present.who, present.contact))
            .collect();
        let before = std::mem::replace(&mut self.writing_elsewhere, writing);
        let began = self.writing_elsewhere.difference(&before);
        let ended = before.difference(&self.writing_elsewhere);
        for ((chat_id, who, contact), state) in began
            .map(|one| (one, true))
            .chain(ended.map(|one| (one, false)))
        {
            let by = if *contact {
                Actor::Contact {
                    id: ContactId::from_uuid(*who),
                }
            } else {
                Actor::Agent {
                    id: AgentId::from_uuid(*who),
                }
            };
            hub.tell_typing(Typing {
                chat_id: *chat_id,
                by,
                state,
                preview: None,
            });
        }
    }
}

impl Everybody {
    fn of(present: &[Present]) -> Self {
        let mut everybody = Self::default();
        for one in present {
            let agent = AgentId::from_uuid(one.who);
            if one.chat.as_uuid().is_nil() {
                everybody.here.insert(agent);
                continue;
            }
            let chat = everybody.chats.entry(one.chat).or_default();
            if one.contact {
                chat.contact_writes |= one.writing;
            } else {
                *chat.agents.entry(agent).or_default() |= one.writing;
            }
        }
        everybody
    }
}

fn place(chat: ChatId, who: Uuid, window: Uuid) -> Place {
    Place {
        chat: chat.as_uuid(),
        who,
        window,
    }
}

const fn heartbeat() -> Sign {
    Sign {
        contact: false,
        told: false,
        writing: false,
        seconds: HERE,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
