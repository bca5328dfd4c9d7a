//! Tells open sockets when their session or token is over: signed out, revoked, expired, password changed, role changed
//! or agent deactivated, in whichever process. One statement every 400 ms asks for all of them, however many are open.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use hilo_domain::AgentId;
use hilo_domain::agent::Role;
use hilo_journal::Pool;
use jiff_sqlx::ToSqlx;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::caller::Caller;
use super::session::IDLE;
use crate::App;
use crate::clock;
use crate::facts::Facts;

const EVERY: Duration = Duration::from_millis(400);

/// Held by whatever stays open for a session; [`SessionEnd::ended`] resolves when it must close.
pub struct SessionEnd(Arc<Watched>);

impl SessionEnd {
    /// Waits until the session is over. Safe to drop and call again.
    pub async fn ended(&self) {
        self.0.ended.cancelled().await;
    }

    /// Whether it is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.0.ended.is_cancelled()
    }
}

struct Watched {
    agent_id: AgentId,
    role: Role,
    ended: CancellationToken,
}

/// The sessions that something is open for.
pub(crate) struct SessionWatch(Mutex<HashMap<Uuid, Vec<Weak<Watched>>>>);

impl SessionWatch {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    fn watch(&self, caller: &Caller) -> SessionEnd {
        let watched = Arc::new(Watched {
            agent_id: caller.agent_id,
            role: caller.role,
            ended: CancellationToken::new(),
        });
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions
            .entry(caller.credential.id())
            .or_default()
            .push(Arc::downgrade(&watched));
        SessionEnd(watched)
    }

    /// Ends what this process holds open for a session, without waiting for the next look.
    pub(crate) fn end(&self, session: Uuid) {
        let ended = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&session);
        for watched in ended.iter().flatten().filter_map(Weak::upgrade) {
            watched.ended.cancel();
        }
    }

    /// Looks after the watched sessions until `stop`.
    pub(crate) async fn run(self: Arc<Self>, pool: Pool, facts: Facts, stop: CancellationToken) {
        while stop
            .run_until_cancelled(tokio::time::sleep(EVERY))
            .await
            .is_some()
        {
            let watched = self.still_watched(&facts);
            if watched.is_empty() {
                continue;
            }
            match living(&pool, &watched).await {
                Ok(living) => {
                    for session in watched
                        .into_iter()
                        .filter(|session| !living.contains(session))
                    {
                        self.end(session);
                    }
                }
                // Without a database nobody can end a session either; the next look tells.
                Err(error) => tracing::warn!(error = %error, "open sessions could not be checked"),
            }
        }
    }

    /// Drops what was closed meanwhile and ends what the facts no longer allow; the rest is to be asked for.
    fn still_watched(&self, facts: &Facts) -> Vec<Uuid> {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, open| {
            open.retain(|watched| {
                watched
                    .upgrade()
                    .is_some_and(|watched| allowed(&watched, facts))
            });
            !open.is_empty()
        });
        sessions.keys().copied().collect()
    }
}

fn allowed(watched: &Watched, facts: &Facts) -> bool {
    let agent = facts.agent(watched.agent_id);
    let same = agent.is_some_and(|agent| agent.active && agent.role == watched.role);
    if !same {
        watched.ended.cancel();
    }
    same
}

async fn living(
    pool: &Pool,
    sessions: &[Uuid],
) -> Result<std::collections::HashSet<Uuid>, sqlx::Error> {
    let now = clock::now();
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT id FROM sessions WHERE id = ANY($1) AND expires_at > $2 AND seen_at > $3
         UNION ALL
         SELECT id FROM api_tokens
         WHERE id = ANY($1) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)",
    )
    .bind(sessions)
    .bind(now.to_sqlx())
    .bind((now - IDLE).to_sqlx())
    .fetch_all(pool)
    .await?;
    Ok(ids.into_iter().collect())
}

impl App {
    /// Watches the caller's session for as long as the answer is held: for sockets and streams.
    #[must_use]
    pub fn session_end(&self, caller: &Caller) -> SessionEnd {
        self.session_watch().watch(caller)
    }
}
