//! The website chat: what a visitor's page sends, checked and typed. There is no outside protocol: the
//! contract is Hilo's own, its recorded requests are in `fixtures/`. Must not decide anything about a chat.

pub mod act;
pub mod event;
mod field;
pub mod identity;
pub mod origin;
pub mod session;
pub mod token;

pub use field::FieldRefusal;

#[cfg(test)]
mod fixtures;
