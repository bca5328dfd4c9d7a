//! The client: the customer record that contacts are linked to, with details, marks, tags, an owner and do-not-disturb.
//! Which chats are linked to it is decided in the chat.

mod aggregate;
mod command;
mod decide;
mod details;
mod event;
mod flags;
mod refusal;
mod state;
#[cfg(test)]
mod tests;
mod undo;

pub use command::{ClientCommand, ClientFacts, UndoneClientAct};
pub use decide::decide;
pub use details::{
    ClientDetails, DetailsChange, DetailsInput, Email, Phone, is_phone, parse_email, parse_phone,
    phone_digits,
};
pub use event::{ClientEvent, ClientMark};
pub use flags::ClientFlags;
pub use refusal::ClientRefusal;
pub use state::{Client, Record, Since, evolve};
pub use undo::is_undoable;
