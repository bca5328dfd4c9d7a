//! Deleting a chat, asked once more: it is final for agents (H4). Must not touch what the journal keeps.

use leptos::html::Button;
use leptos::prelude::*;

use crate::api::graphql::Id;
use crate::api::starting::{DeleteChat, DeleteChatInput};
use crate::i18n::{Key, t, tf};
use crate::route::Route;
use crate::session::{asking, store, thread, toasts};
use crate::state::inbox::Inbox;
use crate::ui::{focus, names};

/// The row below, or the one above the last.
fn neighbour(inbox: &Inbox, id: &str) -> Option<String> {
    let at = inbox.rank(id)?;
    let below = inbox.slice(at + 1..at + 2).pop();
    let row = below.or_else(|| inbox.slice(at.checked_sub(1)?..at).pop());
    row.map(|id| id.to_string())
}

/// The question.
#[component]
pub(super) fn Delete(chat: String) -> impl IntoView {
    let store = store();
    let row = store.inbox.with_untracked(|inbox| inbox.row(&chat));
    let name = row
        .or_else(|| thread::head(&chat))
        .map(|chat| names::of_chat(&chat));
    let question = tf(
        Key::DeleteAsk,
        &[("who", name.as_deref().unwrap_or_default())],
    );
    let keep = NodeRef::<Button>::new();
    focus::soon(move || keep.get_untracked());
    let delete = move |_| {
        let id = chat.clone();
        // The question was answered: what fails is told by a toast, with another try.
        store.dialog.set(None);
        // Looked up before: the news that the chat is gone may come before the answer.
        let next = store.inbox.with_untracked(|inbox| neighbour(inbox, &id));
        let chat_id = Id::new(&id);
        asking::give::<DeleteChat>(DeleteChatInput { chat_id }, move |_| {
            if store.route.get_untracked() == Route::Chat(id.clone()) {
                store.go(Route::List(store.view.get_untracked()));
            }
            store.inbox.update(|inbox| inbox.remove(&id));
            // That row has the focus, once the dialog is closed: under it nothing takes one.
            let next = next.clone();
            request_animation_frame(move || store.reveal.set(next));
            store.selection.update(|all| all.clear());
            toasts::say(t(Key::DeleteDone).to_owned(), None);
        });
    };
    view! {
        <p dir="auto">{question}</p>
        <p class="form-acts">
            <button type="button" class="button danger" data-testid="delete-chat-sure" on:click=delete>{t(Key::DeleteSure)}</button>
            <button type="button" class="button" node_ref=keep autofocus=true on:click=move |_| store.dialog.set(None)>{t(Key::Cancel)}</button>
        </p>
    }
}
