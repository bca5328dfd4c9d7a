//! The chats in a window over any page, for agents who want them so where the workspace allows it (A9). Must not know what is under it.

use leptos::prelude::*;

use super::chats::Chats;
use crate::api::workspace::ChatDisplay;
use crate::i18n::{Key, t};
use crate::route::Route;
use crate::session::{store, under};
use crate::ui::icon::{Icon, icon};
use crate::ui::selection::SelectionBar;

/// Are the chats shown so? The workspace allows it and the agent wants it in this browser, or a chat was opened from
/// another page (G16).
pub fn is_on() -> bool {
    store().peek.get() || store().pop_up.get() && is_allowed()
}

/// Does the workspace allow it?
pub fn is_allowed() -> bool {
    store().workspace.with(|known| {
        known
            .as_ref()
            .is_some_and(|known| known.display == ChatDisplay::PopUp)
    })
}

/// The window, while the address is one of the chats'.
#[component]
pub fn PopUp() -> impl IntoView {
    let store = store();
    let open = Memo::new(move |_| {
        let signed_in = store
            .boot
            .with(|boot| boot.ready().is_some_and(|boot| boot.viewer.is_some()));
        signed_in && is_on() && store.route.with(Route::is_chats)
    });
    let thread = move || matches!(store.route.get(), Route::Chat(_));
    move || {
        open.get().then(|| {
            view! {
                <div class="pop-up frame" data-testid="pop-up" data-pane=move || if thread() { "thread" } else { "list" }>
                    <header>
                        <strong>{t(Key::RailChats)}</strong>
                        <button type="button" class="button quiet square" data-testid="pop-up-close" aria-label=t(Key::Close) title=t(Key::Close) on:click=move |_| store.go(under())>{icon(Icon::Close)}</button>
                    </header>
                    <Chats/>
                </div>
                <SelectionBar/>
            }
        })
    }
}
