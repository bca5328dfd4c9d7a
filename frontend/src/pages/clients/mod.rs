//! Clients: the list with its search, and the page of one (G12, G13). Must not know how a chat is drawn.

mod about;
mod create;
mod end;
pub mod finder;
mod list;
mod page;
mod phone;

pub use list::Clients;
pub use page::{ClientBeside, ClientPage};
pub use phone::Phone;
