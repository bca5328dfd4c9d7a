//! The agent: an employee who uses Hilo, with a role.
//! Passwords and sessions are not here, they live in `app::accounts`.

mod aggregate;
mod command;
mod decide;
mod event;
mod refusal;
mod scope;
mod state;
#[cfg(test)]
mod tests;
mod tokens;
mod views;

pub use command::AgentCommand;
pub use decide::decide;
pub use event::{AgentEvent, PresenceChoice, Role};
pub use refusal::AgentRefusal;
pub use scope::{Scope, Scopes, UnknownScope};
pub use state::{Agent, Employed, evolve};
pub use views::Views;
