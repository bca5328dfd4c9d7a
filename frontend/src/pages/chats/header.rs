//! Above the thread: who, on which channel and page, and the button that archives or reopens (F1).

use leptos::prelude::*;

use crate::api::graphql::{Chat, ChatState};
use crate::i18n::{DateStyle, Key, date, t, tf};
use crate::route::Route;
use crate::session::{act, store};
use crate::ui::avatar::Avatar;
use crate::ui::icon::{Icon, icon};
use crate::ui::{keys, names};

/// The header of the open chat.
#[component]
pub fn Header(id: String) -> impl IntoView {
    let store = store();
    let chat = Memo::new(move |_| {
        store
            .thread
            .with(|open| open.thread.ready().map(|thread| thread.chat().clone()))
    });
    let red = Memo::new(move |_| store.inbox.with(|inbox| inbox.red()));
    let state = Memo::new(move |_| chat.with(|chat| chat.as_ref().map(|chat| chat.state)));
    let button = move || {
        let id = id.clone();
        state.get().map(|state| archive_button(id, state))
    };
    view! {
        <header class="thread-head">
            <a class="button quiet square back" data-inner href=move || Route::List(store.view.get()).path() aria-label=t(Key::ThreadBack) data-testid="back">
                {icon(Icon::Back)}
                {move || red.get().then(|| view! { <span class="red"></span> })}
            </a>
            {move || chat.get().map(|chat| who(&chat))}
            <span class="thread-acts">
                {button}
                <button type="button" class="button quiet square" data-testid="details" title=format!("{} (])", t(Key::ThreadDetails)) aria-label=t(Key::ThreadDetails) on:click=|_| keys::toggle_details()>
                    {icon(Icon::Panel)}
                </button>
            </span>
        </header>
    }
}

fn archive_button(id: String, state: ChatState) -> AnyView {
    match state {
        ChatState::Active => view! {
            <button type="button" class="button" data-testid="archive" title="e" on:click=move |_| act::archive(id.clone())>
                {icon(Icon::Archive)} <span class="word">{t(Key::ThreadArchive)}</span>
            </button>
        }
        .into_any(),
        ChatState::Archived => view! {
            <button type="button" class="button" data-testid="reopen" title="e" on:click=move |_| act::reopen(id.clone())>
                {icon(Icon::Reopen)} <span class="word">{t(Key::ThreadReopen)}</span>
            </button>
        }
        .into_any(),
    }
}

fn who(chat: &Chat) -> impl IntoView + use<> {
    let name = names::contact(&chat.contact);
    let page = chat.contact.page.clone().map(|page| {
        page.title
            .filter(|title| !title.is_empty())
            .unwrap_or(page.url)
    });
    let place = match (&chat.archived_at, &chat.archived_by) {
        (Some(at), Some(by)) if chat.state == ChatState::Archived => {
            let by = names::actor(by, &chat.contact);
            tf(
                Key::ThreadArchivedBy,
                &[("who", &by), ("when", &date(&at.0, DateStyle::Exact))],
            )
        }
        _ => match page {
            Some(page) => format!("{} · {page}", chat.channel.name),
            None => chat.channel.name.clone(),
        },
    };
    view! {
        <Avatar id=chat.contact.id.inner().to_owned() name=chat.contact.name.clone().unwrap_or_default() channel=chat.channel.kind/>
        <span class="thread-who">
            <h2 dir="auto">{name}</h2>
            <span class="thread-place" data-testid="thread-place">{place}</span>
        </span>
    }
}
