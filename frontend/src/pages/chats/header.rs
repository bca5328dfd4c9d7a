//! Above the thread: who, on which channel and page, how long one may answer, and what is done to the chat (F1, F5, H2,
//! H3, P4, P13, P21). Must not decide what is allowed.

use std::sync::Arc;

use leptos::prelude::*;

use super::composer::{minutes_left, window_words};
use super::menus;
use crate::api::graphql::{Chat, ChatState, ClientMark};
use crate::i18n::{DateStyle, Key, date, t, tf};
use crate::route::Route;
use crate::session::act::{self, Act};
use crate::session::store;
use crate::state::clients::{called, dial, number_of};
use crate::state::window;
use crate::ui::avatar::Avatar;
use crate::ui::icon::{Icon, icon};
use crate::ui::live::{drawn, live};
use crate::ui::{keys, names};

/// From here on the end of the window is a warning, in minutes.
pub const RUNNING_OUT: i64 = 12 * 60;

/// The header of a chat.
#[component]
pub fn Header(chat: Memo<Option<Arc<Chat>>>) -> impl IntoView {
    let store = store();
    let id = Memo::new(move |_| chat.with(|chat| menus::id_of(chat.as_deref())));
    let red = Memo::new(move |_| store.inbox.with(|inbox| inbox.red()));
    let internal = Memo::new(move |_| {
        chat.with(|chat| chat.as_ref().is_some_and(|chat| chat.internal.is_some()))
    });
    let state = Memo::new(move |_| chat.with(|chat| chat.as_ref().map(|chat| chat.state)));
    let starred =
        Signal::derive(move || chat.with(|chat| chat.as_ref().is_some_and(|chat| chat.starred)));
    let button = drawn(move || state.get().map(|state| archive_button(id, state)));
    let star = move |_| {
        act::act(id.get_untracked(), Act::Star(!starred.get_untracked()));
    };
    let star_words = move || {
        t(if starred.get() {
            Key::HeaderUnstar
        } else {
            Key::HeaderStar
        })
    };
    view! {
        <header class="thread-head">
            <a class="button quiet square back" data-inner href=move || Route::List(store.view.get()).path() aria-label=t(Key::ThreadBack) data-testid="back">
                {icon(Icon::Back)}
                {move || red.get().then(|| view! { <span class="red"></span> })}
            </a>
            {move || chat.get().map(|chat| who(&chat))}
            <span class="thread-acts" role="group" aria-label=t(Key::HeaderActs)>
                <button type="button" class="button quiet square star" class:lit=move || starred.get() data-testid="star" aria-pressed=move || starred.get().to_string() aria-label=live(star_words) title=move || format!("{} (s)", star_words()) on:click=star>
                    {icon(Icon::Star)}
                </button>
                {drawn(move || (!internal.get()).then(|| view! { <menus::Assign id chat/> }))}
                <menus::Tags id chat/>
                <menus::Snooze id chat/>
                <menus::More id chat/>
                {button}
                <button type="button" class="button quiet square" data-testid="details" title=format!("{} (])", t(Key::ThreadDetails)) aria-label=t(Key::ThreadDetails) on:click=|_| keys::toggle_details()>
                    {icon(Icon::Panel)}
                </button>
            </span>
        </header>
    }
}

fn archive_button(id: Memo<String>, state: ChatState) -> AnyView {
    match state {
        ChatState::Active => view! {
            <button type="button" class="button" data-testid="archive" title=format!("{} (e)", t(Key::ThreadArchive)) on:click=move |_| act::act(id.get_untracked(), Act::Archive(true))>
                {icon(Icon::Archive)} <span class="word">{t(Key::ThreadArchive)}</span>
            </button>
        }
        .into_any(),
        ChatState::Archived => view! {
            <button type="button" class="button" data-testid="reopen" title=format!("{} (e)", t(Key::ThreadReopen)) on:click=move |_| act::act(id.get_untracked(), Act::Archive(false))>
                {icon(Icon::Reopen)} <span class="word">{t(Key::ThreadReopen)}</span>
            </button>
        }
        .into_any(),
    }
}

fn who(chat: &Chat) -> impl IntoView + use<> {
    let contact = &chat.contact;
    let name = names::of_chat(chat);
    let visited = contact.page.clone().map(|page| {
        page.title
            .filter(|title| !title.is_empty())
            .unwrap_or(page.url)
    });
    let place = match (&chat.archived_at, &chat.archived_by) {
        (Some(at), Some(by)) if chat.state == ChatState::Archived => {
            let by = names::actor(by, contact);
            tf(
                Key::ThreadArchivedBy,
                &[("who", &by), ("when", &date(&at.0, DateStyle::Exact))],
            )
        }
        _ => {
            let channel = Some(chat.channel.name.clone());
            let parts = [channel, chat.channel.page.clone(), visited];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
        }
    };
    // Among colleagues the channel is the chat's own: it says who is in it instead (A13).
    let place = chat.internal.as_ref().map_or(place, names::members);
    let assignee = chat.assignee.as_ref().map(|assignee| {
        let name = names::actor(assignee, contact);
        view! { <span class="chip" data-testid="assignee">{icon(Icon::Assign)} {name}</span> }
    });
    let window = minutes_left(chat, store().desk.now.get()).map(|left| {
        let words = window_words(left);
        let title = words.clone();
        // The name has little room beside it; the symbols are the same in every language.
        let short = match window::rounded(left) {
            window::Left::Days(n) => format!("{n} d"),
            window::Left::Hours(n) => format!("{n} h"),
            window::Left::Minutes(n) => format!("{n} min"),
        };
        view! { <span class="chip window" class:warn=left < RUNNING_OUT title=title>{icon(Icon::Clock)} <span aria-hidden="true">{short}</span><span class="unseen">{words}</span></span> }
    });
    let snoozed = chat.snooze.as_ref().map(|snooze| {
        let words = snoozed_words(snooze.until.as_ref().map(|at| at.0.as_str()));
        view! { <span class="chip" data-testid="snoozed">{icon(Icon::Moon)} {words}</span> }
    });
    let back = number_of(chat).filter(|_| called(chat)).map(|number| {
        view! { <a class="chip" href=dial(number) title=number.to_owned() data-testid="call-back">{icon(Icon::Phone)} {t(Key::CallBack)}</a> }
    });
    view! {
        <Avatar id=contact.id.inner().to_owned() name=names::face(chat) channel=chat.channel.kind/>
        <span class="thread-who">
            <span class="thread-name"><h2 dir="auto">{name}</h2> {mark(chat)} {back} {assignee} {snoozed} {window}</span>
            <span class="thread-place" data-testid="thread-place">{place}</span>
        </span>
    }
}

/// VIP or BAD, where the client is (G6).
pub fn mark(chat: &Chat) -> Option<AnyView> {
    let (class, word) = match chat.client.as_ref()?.mark? {
        ClientMark::Vip => ("client-mark vip", "VIP"),
        ClientMark::Bad => ("client-mark bad", "BAD"),
    };
    Some(view! { <span class=class data-testid="client-mark">{word}</span> }.into_any())
}

/// Until when a chat is put aside, in words.
pub fn snoozed_words(until: Option<&str>) -> String {
    match until {
        Some(until) => tf(
            Key::SnoozedUntil,
            &[("when", &date(until, DateStyle::Coming))],
        ),
        None => t(Key::SnoozedReply).to_owned(),
    }
}
