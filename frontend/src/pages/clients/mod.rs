//! Clients: the list with its search, and the page of one (G12, G13). Must not know how a chat is drawn.

mod about;
mod create;
mod end;
pub mod finder;
mod list;
mod page;
mod phone;

use leptos::prelude::*;

use list::Clients;
pub use page::ClientBeside;
use page::ClientPage;
pub use phone::Phone;

/// Draws the list.
pub(super) fn draw_list() -> AnyView {
    view! { <Clients/> }.into_any()
}

/// Draws the page of one.
pub(super) fn draw_one(id: String) -> AnyView {
    view! { <ClientPage id/> }.into_any()
}
