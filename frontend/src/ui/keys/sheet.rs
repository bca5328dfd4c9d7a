//! The sheet of keys, made from the table. Must not know a key.

use leptos::html::Dialog;
use leptos::prelude::*;

use super::on_apple;
use super::table::{Binding, Place, TABLE, shown};
use crate::i18n::{Key, t};
use crate::session::store;
use crate::ui::icon::{Icon, icon};
use crate::ui::live::{drawn, effect};

/// The sheet; `?` opens it.
#[component]
pub fn Sheet(lines: fn() -> AnyView) -> impl IntoView {
    let store = store();
    let dialog: NodeRef<Dialog> = NodeRef::new();
    effect(move || {
        if let Some(dialog) = dialog.get() {
            if store.sheet.get() {
                let _ = dialog.show_modal();
            } else {
                dialog.close();
            }
        }
    });
    let off = drawn(move || {
        (!store.single_keys.get())
            .then(|| view! { <p class="note" data-testid="keys-off">{t(Key::KeysOff)}</p> })
    });
    view! {
        <dialog class="sheet keys" node_ref=dialog aria-labelledby="sheet-title" on:close=move |_| store.sheet.set(false)>
            <header>
                <h2 id="sheet-title">{t(Key::KeysTitle)}</h2>
                <button type="button" class="button quiet square" aria-label=t(Key::Close) on:click=move |_| store.sheet.set(false)>{icon(Icon::Close)}</button>
            </header>
            {off}
            {drawn(move || store.sheet.get().then(lines))}
        </dialog>
    }
}

/// What stands in it.
pub fn lines() -> AnyView {
    let parts = [Place::Everywhere, Place::Chats, Place::Chat].map(part);
    parts.collect_view().into_any()
}

fn part(place: Place) -> impl IntoView {
    let lines = TABLE
        .iter()
        .filter(|binding| binding.place == place && !binding.keys.is_empty())
        .map(line)
        .collect_view();
    view! { <h3>{t(place.words())}</h3><dl>{lines}</dl> }
}

fn line(binding: &Binding) -> impl IntoView + use<> {
    let keys = binding
        .keys
        .iter()
        .flat_map(|keys| shown(keys, on_apple()))
        .map(|key| view! { <kbd>{key}</kbd> })
        .collect_view();
    view! { <div><dt>{keys}</dt><dd>{t(binding.words)}</dd></div> }
}
