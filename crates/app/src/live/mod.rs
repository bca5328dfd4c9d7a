//! Live: what changed goes out to everyone who may see it, from exactly where each of them stands.
//! Knows rows and positions only: never an event, never a socket.

mod chat;
mod feed;
mod hearing;
mod hub;
mod inbox;
mod scopes;
#[cfg(test)]
mod tests;
mod turn;
mod typing;
mod visitor;

pub use chat::ChatChange;
pub use hub::Hub;
pub use inbox::InboxChange;
pub use typing::Typing;
