//! One row of the list: who waits, since when, on which channel. 72 px. Must not move by itself.

use std::sync::Arc;

use leptos::prelude::*;

use crate::api::graphql::{Chat, ChatMark, ChatState, Direction, MessageState};
use crate::i18n::{Count, DateStyle, Key, date, number, t, tn};
use crate::route::Route;
use crate::session::store;
use crate::state::inbox::mark_word;
use crate::ui::avatar::Avatar;
use crate::ui::icon::{Icon, icon};
use crate::ui::names;
use crate::ui::selection::Pick;

/// A row by its chat's id.
#[component]
pub fn ChatRow(id: String) -> impl IntoView {
    let store = store();
    let href = Route::Chat(id.clone()).path();
    let chat = {
        let id = id.clone();
        ArcMemo::new(move |_| store.inbox.with(|inbox| inbox.row(&id)))
    };
    let current = {
        let id = id.clone();
        Memo::new(move |_| {
            store
                .route
                .with(|route| matches!(route, Route::Chat(open) if *open == id))
        })
    };
    let mark = {
        let chat = chat.clone();
        move || chat.with(|chat| chat.as_ref().map(|chat| mark_word(chat.mark)))
    };
    let selected = {
        let id = id.clone();
        move || store.selection.with(|all| all.contains(&id))
    };
    let left = {
        let chat = chat.clone();
        move || {
            chat.with(|chat| {
                chat.as_ref()
                    .is_some_and(|chat| chat.state != store.view.get())
            })
        }
    };
    view! {
        <li class="row-slot">
            <Pick id=id.clone()/>
            <a
                class="row"
                class:selected=selected
                data-inner
                href=href
                data-testid="chat-row"
                data-chat-id=id
                data-mark=mark
                class:left=left
                aria-current=move || current.get().then_some("true")
            >
                {move || chat.get().map(|chat| content(&chat))}
            </a>
        </li>
    }
}

fn content(chat: &Arc<Chat>) -> impl IntoView + use<> {
    let name = names::contact(&chat.contact);
    let face = chat.contact.name.clone().unwrap_or_default();
    view! {
        <Avatar id=chat.contact.id.inner().to_owned() name=face channel=chat.channel.kind/>
        <span class="row-text">
            <span class="row-top">
                <span class="row-name" dir="auto">{name}</span>
                <span class="row-channel">{chat.channel.name.clone()}</span>
                <time class="row-time" datetime=chat.last_activity_at.0.clone() title=date(&chat.last_activity_at.0, DateStyle::Exact)>
                    {date(&chat.last_activity_at.0, DateStyle::Short)}
                </time>
            </span>
            <span class="row-bottom">
                {preview(chat)}
                {mark(chat)}
            </span>
        </span>
    }
}

fn preview(chat: &Chat) -> AnyView {
    let Some(last) = &chat.last_message else {
        return view! { <span class="row-preview"></span> }.into_any();
    };
    let ours = last.direction == Direction::Outbound;
    let failed = ours && last.state == MessageState::Failed;
    let mine = store().viewer().map(|viewer| viewer.agent.id);
    let speaker = match &last.author.agent {
        Some(agent) if Some(&agent.id) != mine.as_ref() => agent.name.clone(),
        _ => t(Key::RowYou).to_owned(),
    };
    view! {
        <span class="row-preview" dir="auto">
            {failed.then(|| view! { <span class="failed">{icon(Icon::Cross)}<span class="unseen">{t(Key::TickFailed)}</span></span> })}
            {ours.then(|| view! { <span class="row-you">{speaker} ": "</span> })}
            {last.text.clone()}
        </span>
    }
    .into_any()
}

fn mark(chat: &Chat) -> AnyView {
    match chat.mark {
        ChatMark::Unread => {
            let count = i64::from(chat.unread_count);
            view! {
                <span class="unread" data-testid="unread-count" title=tn(Count::RowUnread, count)>
                    <span aria-hidden="true">{number(count)}</span>
                    <span class="unseen">{tn(Count::RowUnread, count)}</span>
                </span>
            }
            .into_any()
        }
        ChatMark::Unanswered if chat.state == ChatState::Active => view! {
            <span class="unanswered" title=t(Key::RowUnanswered)><span class="unseen">{t(Key::RowUnanswered)}</span></span>
        }
        .into_any(),
        ChatMark::Unanswered | ChatMark::None => ().into_any(),
    }
}
