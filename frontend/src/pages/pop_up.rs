//! The chats in a window over a page of the workspace: there they come so unless the workspace or the agent wants a section
//! of their own (A9). Must not know what is under it.

use leptos::html::Div;
use leptos::prelude::*;

use super::chats::Chats;
use crate::i18n::{Key, t};
use crate::route::Route;
use crate::session::store;
use crate::ui::focus;
use crate::ui::icon::{Icon, icon};
use crate::ui::live::{drawn, effect, live};
use crate::ui::selection::SelectionBar;

/// The window, while the address is one of the chats' and there is a page under it.
#[component]
pub fn PopUp() -> impl IntoView {
    let store = store();
    let open = Memo::new(move |_| {
        let signed_in = store
            .boot
            .with(|boot| boot.ready().is_some_and(|boot| boot.viewer.is_some()));
        signed_in && store.route.with(Route::is_chats) && store.under.with(Option::is_some)
    });
    drawn(move || open.get().then(|| view! { <Window/> }))
}

#[component]
fn Window() -> impl IntoView {
    let store = store();
    let window = NodeRef::<Div>::new();
    focus::returns();
    // What was pressed to open it is under it now.
    effect(move || {
        if let Some(window) = window.get() {
            let _ = window.focus();
        }
    });
    let pane = live(move || store.route.with(Route::pane));
    view! {
        <div node_ref=window class="pop-up frame" role="dialog" aria-labelledby="window-title" tabindex="-1" data-testid="pop-up" data-pane=pane>
            <header>
                <h2 id="window-title">{t(Key::RailChats)}</h2>
                <button type="button" class="button quiet square" data-testid="pop-up-widen" aria-label=t(Key::WindowWiden) title=t(Key::WindowWiden) on:click=move |_| store.widen()>{icon(Icon::Widen)}</button>
                <button type="button" class="button quiet square" data-testid="pop-up-close" aria-label=t(Key::Close) title=t(Key::Close) on:click=move |_| { store.close_window(); }>{icon(Icon::Close)}</button>
            </header>
            <Chats window=true/>
        </div>
        <SelectionBar/>
    }
}
