//! Deleting a chat, asked once more: it is final for agents (H4). Must not touch what the journal keeps.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::graphql::Id;
use crate::api::request::Give;
use crate::api::starting::{DeleteChat, DeleteChatInput};
use crate::i18n::{Key, t, tf};
use crate::route::Route;
use crate::session::{store, thread, toasts};
use crate::ui::names;

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
    let busy = RwSignal::new(false);
    let delete = move |_| {
        let id = chat.clone();
        busy.set(true);
        spawn_local(async move {
            let chat_id = Id::new(&id);
            let done = DeleteChat::send(DeleteChatInput { chat_id }).await;
            store.dialog.set(None);
            match done {
                Ok(_) => {
                    if store.route.get_untracked() == Route::Chat(id.clone()) {
                        store.go(Route::List(store.view.get_untracked()));
                    }
                    let at = store.inbox.with_untracked(|inbox| inbox.rank(&id));
                    store.inbox.update(|inbox| inbox.remove(&id));
                    // The row that stands in its place has the focus, once the dialog is closed: under it nothing takes one.
                    let next = store.inbox.with_untracked(|inbox| {
                        let at = at?.min(inbox.len().checked_sub(1)?);
                        inbox.slice(at..at + 1).pop().map(|id| id.to_string())
                    });
                    request_animation_frame(move || store.reveal.set(next));
                    store.selection.update(|all| all.clear());
                    toasts::say(t(Key::DeleteDone).to_owned(), None);
                }
                Err(fault) => toasts::fault(&fault),
            }
        });
    };
    view! {
        <p dir="auto">{question}</p>
        <p class="form-acts">
            <button type="button" class="button danger" data-testid="delete-chat-sure" disabled=move || busy.get() on:click=delete>{t(Key::DeleteSure)}</button>
            <button type="button" class="button" autofocus=true on:click=move |_| store.dialog.set(None)>{t(Key::Cancel)}</button>
        </p>
    }
}
