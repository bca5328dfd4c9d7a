//! Credentials: who may sign in, by what, for how long; and who is here just now. The only part of `app` with SQL of its own;
//! it never stores a password or a token as it came.

pub mod api_tokens;
mod caller;
pub mod invitation;
pub(crate) mod limits;
mod new_account;
pub mod password;
pub(crate) mod policy_state;
pub(crate) mod presence;
mod refusal;
pub mod reset;
mod session;
mod session_watch;
pub mod setup;
mod sign_in;
mod store;
pub(crate) mod token;

pub use caller::{Caller, Credential};
pub use new_account::NewAccount;
pub use refusal::AccountRefusal;
pub use session::SignedIn;
pub use session_watch::SessionEnd;
pub(crate) use session_watch::SessionWatch;

use std::net::IpAddr;

/// Whom a request came from, as far as the network tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// The client's address, behind trusted proxies.
    pub ip: IpAddr,
    /// Whether it came from this machine and through no proxy: demo accounts work only there.
    pub loopback: bool,
}
