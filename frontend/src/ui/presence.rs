//! Whether somebody can be reached: a dot with a word, and the agent's own choice (P9). Must not ask the server.

use leptos::prelude::*;

use crate::api::people::{Presence, PresenceChoice as Wish};
use crate::i18n::{Key, t};
use crate::session::{presence, store};
use crate::ui::live::drawn;

/// The word for it.
pub fn words(presence: Presence) -> &'static str {
    t(match presence {
        Presence::Online => Key::PresenceOnline,
        Presence::Away => Key::PresenceAway,
        Presence::Offline => Key::PresenceOffline,
    })
}

/// A dot beside an agent, live.
#[component]
pub fn PresenceDot(id: String) -> impl IntoView {
    let now = Memo::new(move |_| store().colleagues.with(|known| known.get(&id).copied()));
    drawn(move || {
        now.get().map(|presence| {
            view! {
                <span class="presence" data-presence=format!("{presence:?}") title=words(presence)><span class="unseen">{words(presence)}</span></span>
            }
        })
    })
}

/// How the agent wants to be seen.
#[component]
pub fn PresenceChoice() -> impl IntoView {
    let store = store();
    let mine = store.viewer().map(|viewer| viewer.agent.id.into_inner());
    let now = Memo::new(move |_| {
        let mine = mine.as_ref()?;
        store.colleagues.with(|known| known.get(mine).copied())
    });
    let choice = move |wish: Wish, seen: Presence, words: Key| {
        view! {
            <button type="button" data-testid=format!("presence-{seen:?}").to_ascii_lowercase() aria-pressed=move || (now.get() == Some(seen)).to_string() on:click=move |_| presence::choose(wish)>
                <span class="presence" data-presence=format!("{seen:?}")></span> {t(words)}
            </button>
        }
    };
    view! {
        <div class="choice" role="group" aria-label=t(Key::PresenceTitle)>
            {choice(Wish::Automatic, Presence::Online, Key::PresenceOnline)}
            {choice(Wish::Away, Presence::Away, Key::PresenceAway)}
            {choice(Wish::Offline, Presence::Offline, Key::PresenceOffline)}
        </div>
    }
}
