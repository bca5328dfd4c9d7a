//! The pages. Each draws what the state says and turns clicks into acts.

pub mod chats;
pub mod clients;
#[cfg(debug_assertions)]
pub mod dev;
pub mod dialogs;
pub mod invitation;
pub mod later;
pub mod not_found;
pub mod pop_up;
pub mod set_up;
pub mod settings;
pub mod sign_in;
pub mod templates;
