//! One row of the list: who waits, since when, on which channel. 72 px. Must not move by itself.

use std::sync::Arc;

use leptos::prelude::*;

use super::composer::{minutes_left, window_words};
use super::listed::Shown;
use super::{header, knots};
use crate::api::graphql::{Chat, ChatMark, ChatPriority, ChatState, Direction, MessageState};
use crate::i18n::{Count, DateStyle, Key, date, number, t, tf, tn};
use crate::route::Route;
use crate::session::store;
use crate::state::inbox::mark_word;
use crate::ui::avatar::Avatar;
use crate::ui::icon::{Icon, icon};
use crate::ui::live::live;
use crate::ui::names;
use crate::ui::selection::Pick;

/// A row by its chat's id. `place` says where it stands, from 0, and `of` among how many.
#[component]
pub fn ChatRow(
    id: String,
    shown: ArcRwSignal<Shown>,
    place: ArcRwSignal<usize>,
    of: Memo<String>,
) -> impl IntoView {
    let store = store();
    let href = Route::Chat(id.clone()).path();
    let current = {
        let id = id.clone();
        Memo::new(move |_| {
            store
                .route
                .with(|route| matches!(route, Route::Chat(open) if *open == id))
        })
    };
    let mark = {
        let shown = shown.clone();
        live(move || shown.with(|shown| shown.chat.as_ref().map(|chat| mark_word(chat.mark))))
    };
    let selected = {
        let id = id.clone();
        live(move || store.selection.with(|all| all.contains(&id)))
    };
    let left = {
        let shown = shown.clone();
        live(move || shown.with(|shown| shown.left))
    };
    let place = live(move || (place.get() + 1).to_string());
    view! {
        <li class="row-slot" aria-posinset=place aria-setsize=move || of.get()>
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
                {move || shown.with(|shown| shown.chat.clone()).map(|chat| content(&chat))}
            </a>
        </li>
    }
}

fn content(chat: &Arc<Chat>) -> impl IntoView + use<> {
    let name = names::of_chat(chat);
    let face = names::face(chat);
    let third = third(chat);
    let full = third.is_some();
    view! {
        <Avatar id=chat.contact.id.inner().to_owned() name=face channel=chat.channel.kind/>
        <span class="row-text" class:full=full>
            <span class="row-top">
                <span class="row-name" dir="auto">{name}</span>
                {header::mark(chat)}
                {chat.starred.then(|| view! { <span class="row-star" title=t(Key::HeaderStar)>{icon(Icon::Star)}</span> })}
                <span class="row-channel">{chat.internal.is_none().then(|| chat.channel.name.clone())}</span>
                <time class="row-time" datetime=chat.last_activity_at.0.clone()>
                    {date(&chat.last_activity_at.0, DateStyle::Short)}
                </time>
            </span>
            <span class="row-bottom">
                {preview(chat)}
                {called(chat)}
                {mark(chat)}
            </span>
            {third}
        </span>
    }
}

/// What else there is to say of it, where there is something: whose it is, tags, put aside, the window running out.
fn third(chat: &Chat) -> Option<AnyView> {
    let mine = store().viewer().map(|viewer| viewer.agent.id);
    let assignee = chat.assignee.as_ref().map(|assignee| {
        let me = assignee.agent.as_ref().map(|agent| &agent.id) == mine.as_ref();
        let name = if me {
            t(Key::RowYou).to_owned()
        } else {
            names::actor(assignee, &chat.contact)
        };
        view! { <span class="row-fact">{icon(Icon::Assign)} {name}</span> }.into_any()
    });
    let pressing = matches!(chat.priority, ChatPriority::High | ChatPriority::Urgent).then(|| {
        view! { <span class="row-fact warn">{icon(Icon::Flag)} {knots::priority(chat.priority)}</span> }
            .into_any()
    });
    // Only rows with a window are told the time.
    let has_window = chat.composer.reply_until.is_some();
    let window = has_window
        .then(|| minutes_left(chat, store().desk.now.get()))
        .flatten()
        .filter(|left| *left < header::RUNNING_OUT)
        .map(|left| {
            view! { <span class="row-fact warn">{icon(Icon::Clock)} {window_words(left)}</span> }
                .into_any()
        });
    let snoozed = chat.snooze.as_ref().map(|snooze| {
        let words = header::snoozed_words(snooze.until.as_ref().map(|at| at.0.as_str()));
        view! { <span class="row-fact">{icon(Icon::Moon)} {words}</span> }.into_any()
    });
    let tags = (!chat.tags.is_empty()).then(|| {
        view! { <span class="row-fact">{icon(Icon::Tag)} {chat.tags.join(", ")}</span> }.into_any()
    });
    let facts: Vec<AnyView> = [window, pressing, snoozed, assignee, tags]
        .into_iter()
        .flatten()
        .collect();
    (!facts.is_empty()).then(|| view! { <span class="row-third">{facts}</span> }.into_any())
}

fn preview(chat: &Chat) -> AnyView {
    if let Some(draft) = &chat.draft {
        return view! {
            <span class="row-preview" dir="auto" data-testid="row-draft"><span class="row-draft">{t(Key::RowDraft)} ": "</span>{draft.text.clone()}</span>
        }
        .into_any();
    }
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
            {names::said(&last.text, last.attachment)}
        </span>
    }
    .into_any()
}

/// Somebody mentioned the reader there.
fn called(chat: &Chat) -> Option<AnyView> {
    let mention = chat.called()?;
    let words = tf(
        Key::NoticesMention,
        &[("name", &names::actor(&mention.by, &chat.contact))],
    );
    let title = words.clone();
    Some(view! { <span class="row-mention" data-testid="row-mention" title=title><span aria-hidden="true">"@"</span><span class="unseen">{words}</span></span> }.into_any())
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
