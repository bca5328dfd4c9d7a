//! What one request carries into the resolvers: the application, who asks, and the session cookie to set.
//! Made by the HTTP and socket handlers, one per operation; outlives none of them.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::Context;
use hilo_app::{App, Caller, Peer, SignedIn};
use hilo_journal::{Cursor, Position as JournalPosition};
use jiff::Timestamp;
use tokio::sync::watch;
use uuid::Uuid;

use crate::error::{ErrorCode, Failure};
use crate::language::Language;
use crate::scalars::Position;
use crate::shared::Executions;

/// Who asks, and from where.
#[derive(Clone)]
pub struct Identity {
    /// The signed-in agent, if there is one.
    pub caller: Option<Caller>,
    /// The client's address.
    pub peer: Peer,
    /// The browser's name for itself.
    pub user_agent: Option<String>,
    /// What refusals are told in.
    pub language: Language,
    /// Names this request in the log.
    pub request_id: Uuid,
}

/// What the operator decided, as far as answers depend on it.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The address people reach Hilo at, without a trailing slash.
    pub base_url: String,
    /// The password of the demo's accounts, in the demo only. It is no secret: they work from this machine alone.
    pub demo_password: Option<String>,
}

/// Where the facts stood before a request read any of them.
#[derive(Clone, Copy, Debug)]
pub struct Began(pub Cursor);

/// What to do with the browser's session cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CookieChange {
    /// Keep this token until then.
    Set {
        /// The session token.
        token: String,
        /// When the session is over at the latest.
        expires_at: Timestamp,
    },
    /// Forget it.
    Clear,
}

/// Collects the change of the session cookie while a request over HTTP is answered. Sockets cannot set cookies.
#[derive(Clone, Default)]
pub struct CookieJar(Option<Arc<Mutex<Option<CookieChange>>>>);

impl CookieJar {
    /// A jar that can be written to.
    #[must_use]
    pub fn for_http() -> Self {
        Self(Some(Arc::default()))
    }

    /// A jar that refuses to open: the answer carries no headers.
    #[must_use]
    pub fn for_socket() -> Self {
        Self(None)
    }

    /// The last change, if there was one.
    #[must_use]
    pub fn taken(&self) -> Option<CookieChange> {
        let slot = self.0.as_ref()?;
        slot.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn put(&self, change: CookieChange) {
        if let Some(slot) = &self.0 {
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(change);
        }
    }
}

/// Tells whether a socket has room for more. What comes in endless numbers waits for it; what is live does not.
#[derive(Clone, Default)]
pub struct Pace(Option<watch::Receiver<bool>>);

impl Pace {
    /// Of a socket that says so itself.
    #[must_use]
    pub const fn of(has_room: watch::Receiver<bool>) -> Self {
        Self(Some(has_room))
    }

    /// Waits until there is room. Where nobody tells, there always is.
    pub async fn room(&self) {
        if let Some(has_room) = &self.0 {
            // A socket that is gone asks for nothing more.
            drop(has_room.clone().wait_for(|has_room| *has_room).await);
        }
    }
}

/// Everything a request carries.
#[derive(Clone)]
pub struct RequestContext {
    /// What Hilo can do.
    pub app: App,
    /// Who asks.
    pub identity: Identity,
    /// What the operator decided.
    pub surroundings: Arc<Surroundings>,
    /// Where a change of the session cookie goes.
    pub cookies: CookieJar,
    /// What runs for several sockets at once.
    pub executions: Executions,
    /// Whether there is room for more.
    pub pace: Pace,
}

/// What resolvers ask their context for.
pub trait Asked<'a> {
    /// What Hilo can do.
    fn app(&self) -> Result<&'a App, Failure>;
    /// Who asks and from where.
    fn identity(&self) -> Result<&'a Identity, Failure>;
    /// The signed-in agent; the guard of the root field has let nobody else in.
    fn caller(&self) -> Result<&'a Caller, Failure>;
    /// What the operator decided.
    fn surroundings(&self) -> Result<&'a Surroundings, Failure>;
    /// Refuses transports that cannot set a cookie, before anything is done.
    fn needs_cookies(&self) -> Result<(), Failure>;
    /// Signs the browser in.
    fn keep(&self, signed_in: &SignedIn) -> Result<(), Failure>;
    /// Signs the browser out.
    fn forget(&self) -> Result<(), Failure>;
    /// Up to where every list of settings in this request holds everything.
    fn began(&self) -> Result<Position, Failure>;
    /// A position as clients get it.
    fn position(&self, position: JournalPosition) -> Result<Position, Failure>;
}

impl<'a> Asked<'a> for Context<'a> {
    fn app(&self) -> Result<&'a App, Failure> {
        data(self)
    }

    fn identity(&self) -> Result<&'a Identity, Failure> {
        data(self)
    }

    fn caller(&self) -> Result<&'a Caller, Failure> {
        let caller = self.identity()?.caller.as_ref();
        caller.ok_or_else(|| Failure::new(ErrorCode::Unauthenticated, "Nobody is signed in."))
    }

    fn surroundings(&self) -> Result<&'a Surroundings, Failure> {
        data::<Arc<Surroundings>>(self).map(Arc::as_ref)
    }

    fn needs_cookies(&self) -> Result<(), Failure> {
        match data::<CookieJar>(self)?.0 {
            Some(_) => Ok(()),
            None => Err(Failure::new(
                ErrorCode::BadUserInput,
                "This sets a cookie: ask for it with a POST, not over the socket.",
            )),
        }
    }

    fn keep(&self, signed_in: &SignedIn) -> Result<(), Failure> {
        let change = CookieChange::Set {
            token: signed_in.token.clone(),
            expires_at: signed_in.expires_at,
        };
        data::<CookieJar>(self)?.put(change);
        Ok(())
    }

    fn forget(&self) -> Result<(), Failure> {
        data::<CookieJar>(self)?.put(CookieChange::Clear);
        Ok(())
    }

    fn began(&self) -> Result<Position, Failure> {
        Ok(Position(data::<Began>(self)?.0))
    }

    fn position(&self, position: JournalPosition) -> Result<Position, Failure> {
        Ok(Position(self.app()?.cursor(position)))
    }
}

fn data<'a, D: Send + Sync + 'static>(ctx: &Context<'a>) -> Result<&'a D, Failure> {
    ctx.data_opt::<D>()
        .ok_or_else(|| Failure::internal(std::any::type_name::<D>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jar_gives_the_last_change_once() {
        let jar = CookieJar::for_http();
        assert_eq!(jar.taken(), None);
        jar.put(CookieChange::Clear);
        let set = CookieChange::Set {
            token: "t".into(),
            expires_at: Timestamp::UNIX_EPOCH,
        };
        jar.clone().put(set.clone());
        assert_eq!(jar.taken(), Some(set));
        assert_eq!(jar.taken(), None);
    }

    #[test]
    fn a_socket_keeps_no_cookie() {
        let jar = CookieJar::for_socket();
        jar.put(CookieChange::Clear);
        assert_eq!(jar.taken(), None);
    }
}
