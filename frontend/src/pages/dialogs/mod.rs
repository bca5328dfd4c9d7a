//! The dialogs over every page: writing first, a chat with colleagues, deleting a chat. Must not decide what is allowed.

mod colleagues;
mod delete;
mod message;

use leptos::html;
use leptos::prelude::*;

use super::later::{Later, People};
use crate::i18n::{Key, t};
use crate::session::store;
use crate::state::dialog::Dialog;
use crate::ui::icon::{Icon, icon};
use crate::ui::live::{effect, live};

/// The one that is open.
#[component]
pub fn Dialogs() -> impl IntoView {
    let store = store();
    let node: NodeRef<html::Dialog> = NodeRef::new();
    effect(move || {
        if let Some(node) = node.get() {
            if store.dialog.with(Option::is_some) {
                let _ = node.show_modal();
            } else {
                node.close();
            }
        }
    });
    let close = move || store.dialog.set(None);
    view! {
        <dialog class="sheet new" node_ref=node aria-labelledby="dialog-title" data-testid="dialog" on:close=move |_| close()>
            {move || store.dialog.get().map(|dialog| {
                let title = match dialog {
                    Dialog::Message(_) | Dialog::Colleagues => Key::NewTitle,
                    Dialog::Delete(_) => Key::DeleteTitle,
                };
                view! {
                    <header>
                        <h2 id="dialog-title">{t(title)}</h2>
                        <button type="button" class="button quiet square" aria-label=t(Key::Close) on:click=move |_| close()>{icon(Icon::Close)}</button>
                    </header>
                    {Later::People(People::Dialog(dialog)).draw()}
                }
            })}
        </dialog>
    }
}

/// What one of them asks.
pub(super) fn draw(dialog: Dialog) -> AnyView {
    match dialog {
        Dialog::Message(recipient) => view! { <Kinds/> <message::Message recipient/> }.into_any(),
        Dialog::Colleagues => view! { <Kinds/> <colleagues::Colleagues/> }.into_any(),
        Dialog::Delete(chat) => view! { <delete::Delete chat/> }.into_any(),
    }
}

/// To a client, or to colleagues.
#[component]
fn Kinds() -> impl IntoView {
    let store = store();
    let kind = move |colleagues: bool, words: Key, testid: &'static str| {
        let pressed = live(move || {
            let now = store
                .dialog
                .with(|dialog| *dialog == Some(Dialog::Colleagues));
            (now == colleagues).to_string()
        });
        let choose = move |_| {
            let now = store
                .dialog
                .with_untracked(|dialog| *dialog == Some(Dialog::Colleagues));
            if now != colleagues {
                store.dialog.set(Some(if colleagues {
                    Dialog::Colleagues
                } else {
                    Dialog::Message(None)
                }));
            }
        };
        view! { <button type="button" data-testid=testid aria-pressed=pressed on:click=choose>{t(words)}</button> }
    };
    view! {
        <div class="choice" role="group" aria-label=t(Key::NewTo)>
            {kind(false, Key::NewToClient, "new-to-client")}
            {kind(true, Key::NewToColleagues, "new-to-colleagues")}
        </div>
    }
}
