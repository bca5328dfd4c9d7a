//! The menus of the header: whom to give the chat to, tags, for how long to put it aside, and the rest. Must not decide
//! what is allowed.

use std::sync::Arc;

use leptos::prelude::*;

use super::knots;
use crate::api::chat_queries::{AgentsToAssign, OfChatVariables};
use crate::api::graphql::{Chat, ChatPriority, Colleague, Id, Presence};
use crate::api::request::Ask;
use crate::i18n::{DateStyle, Key, date, lower, millis, moment, now, t};
use crate::session::act::{self, Act};
use crate::session::asking::Asked;
use crate::session::{bulk, store, transcript};
use crate::state::dialog::Dialog;
use crate::state::snooze::{self, Clock};
use crate::ui::avatar::Avatar;
use crate::ui::drop::Drop;
use crate::ui::icon::{Icon, icon};
use crate::ui::trouble::shown;

type Head = Memo<Option<Arc<Chat>>>;

/// Which chat it is; of none, nothing.
pub fn id_of(chat: Option<&Chat>) -> String {
    chat.map_or_else(String::new, |chat| chat.id.inner().to_owned())
}

/// An act of a menu: it closes the menu and is done.
fn item(
    shape: Icon,
    words: String,
    testid: &'static str,
    close: Callback<()>,
    chosen: impl Fn() + 'static,
) -> impl IntoView {
    let press = move |_| {
        close.run(());
        chosen();
    };
    view! { <button type="button" class="menu-item" data-testid=testid on:click=press>{icon(shape)} <span>{words}</span></button> }
}

/// The round arrows: who can have the chat, and whether they are there (F5, F6).
#[component]
pub fn Assign(id: Memo<String>, chat: Head) -> impl IntoView {
    let content = move |close: Callback<()>| {
        let id = id.get_untracked();
        let me = store().viewer().map(|viewer| viewer.agent.id);
        let assignee = chat.with_untracked(|chat| {
            let actor = chat.as_ref()?.assignee.as_ref()?;
            actor.agent.as_ref().map(|agent| agent.id.clone())
        });
        let mine = assignee.is_some() && assignee == me;
        let take = (!mine).then(|| {
            let id = id.clone();
            item(
                Icon::Assign,
                t(Key::AssignTake).to_owned(),
                "assign-take",
                close,
                move || act::act(id.clone(), Act::Take),
            )
        });
        let give_up = assignee.is_some().then(|| {
            let id = id.clone();
            item(
                Icon::Close,
                t(Key::AssignNobody).to_owned(),
                "assign-nobody",
                close,
                move || act::act(id.clone(), Act::Unassign),
            )
        });
        let chat_id = Id::new(id.clone());
        let agents = Asked::new(move || {
            let variables = OfChatVariables {
                chat_id: chat_id.clone(),
            };
            async move {
                let answer = AgentsToAssign::ask(variables).await;
                answer.map(|answer| answer.agents_to_assign)
            }
        });
        let list = shown(agents, move |agents: &Vec<Colleague>| {
            let others = agents.iter().filter(|agent| Some(&agent.id) != me.as_ref());
            let one = |agent: &Colleague| {
                colleague(
                    agent,
                    assignee.as_ref() == Some(&agent.id),
                    id.clone(),
                    close,
                )
            };
            view! { <div class="colleagues">{others.map(one).collect_view()}</div> }.into_any()
        });
        view! { {take} {give_up} {list} }.into_any()
    };
    view! { <Drop shape=Icon::Assign label=t(Key::HeaderAssign) testid="assign" of=id content=Box::new(content)/> }
}

fn colleague(
    agent: &Colleague,
    current: bool,
    chat: String,
    close: Callback<()>,
) -> impl IntoView + use<> {
    let (id, name) = (agent.id.inner().to_owned(), agent.name.clone());
    let (word, class) = match agent.presence {
        Presence::Online => (Key::PresenceOnline, "whereabouts online"),
        Presence::Away => (Key::PresenceAway, "whereabouts away"),
        Presence::Offline => (Key::PresenceOffline, "whereabouts"),
    };
    let give = {
        let (id, name) = (id.clone(), name.clone());
        move |_| {
            close.run(());
            act::act(chat.clone(), Act::Assign(id.clone(), name.clone()));
        }
    };
    view! {
        <button type="button" class="menu-item" data-testid="assign-to" aria-current=current.then_some("true") on:click=give>
            <Avatar id name=name.clone()/>
            <span dir="auto">{name}</span>
            <span class=class><i aria-hidden="true"></i>{t(word)}</span>
        </button>
    }
}

/// The team's tags: those in use to choose from, or a new one (P4).
#[component]
pub fn Tags(id: Memo<String>, chat: Head) -> impl IntoView {
    let content = move |_: Callback<()>| {
        let text = RwSignal::new(String::new());
        let here = Memo::new(move |_| {
            chat.with(|chat| {
                chat.as_ref()
                    .map_or_else(Vec::new, |chat| chat.tags.clone())
            })
        });
        let known = Asked::new(bulk::known_tags);
        let id = StoredValue::new(id.get_untracked());
        let add = move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            let tag = text.get_untracked().trim().to_owned();
            if !tag.is_empty() {
                text.set(String::new());
                act::act(id.get_value(), Act::Tag(tag, true));
            }
        };
        let list = shown(known, move |known: &Vec<String>| {
            let mut all: Vec<String> = known.clone();
            let known_words = lower(text.get().trim());
            all.extend(here.get().into_iter().filter(|tag| !known.contains(tag)));
            let one = |tag: String| {
                let on = here.with(|here| here.contains(&tag));
                let name = tag.clone();
                let switch = move |_| act::act(id.get_value(), Act::Tag(tag.clone(), !on));
                view! { <button type="button" class="chip tag" data-testid="tag-choice" aria-pressed=on.to_string() dir="auto" on:click=switch>{name}</button> }
            };
            let fits = all
                .into_iter()
                .filter(|tag| lower(tag).contains(&known_words));
            view! { <div class="tag-choices">{fits.take(40).map(one).collect_view()}</div> }
                .into_any()
        });
        view! {
            <form class="tag-form" on:submit=add>
                <input type="text" maxlength="50" dir="auto" data-testid="tag-new" aria-label=t(Key::TagNew) placeholder=t(Key::TagNew) prop:value=move || text.get() on:input=move |event| text.set(event_target_value(&event))/>
            </form>
            {list}
        }
        .into_any()
    };
    let lit = Signal::derive(move || {
        chat.with(|chat| chat.as_ref().is_some_and(|chat| !chat.tags.is_empty()))
    });
    view! { <Drop shape=Icon::Tag label=t(Key::HeaderTags) testid="tag" lit of=id content=Box::new(content)/> }
}

/// For how long to put it aside (P13).
#[component]
pub fn Snooze(id: Memo<String>, chat: Head) -> impl IntoView {
    let content = move |close: Callback<()>| {
        let id = id.get_untracked();
        let snoozed =
            chat.with_untracked(|chat| chat.as_ref().is_some_and(|chat| chat.snooze.is_some()));
        let choice = |(key, minutes): (Key, u32)| {
            let id = id.clone();
            let until = snooze::moment(minutes);
            let words = format!("{} · {}", t(key), date(&until, DateStyle::Coming));
            item(Icon::Moon, words, "snooze-choice", close, move || {
                act::act(id.clone(), Act::Snooze(Some(until.clone())));
            })
        };
        let choices = snooze::times(Clock::now())
            .into_iter()
            .map(choice)
            .collect_view();
        let reply = {
            let id = id.clone();
            item(
                Icon::Chats,
                t(Key::SnoozeReply).to_owned(),
                "snooze-reply",
                close,
                move || act::act(id.clone(), Act::Snooze(None)),
            )
        };
        let back = snoozed.then(|| {
            let id = id.clone();
            item(
                Icon::Retry,
                t(Key::SnoozeBack).to_owned(),
                "unsnooze",
                close,
                move || act::act(id.clone(), Act::Unsnooze),
            )
        });
        let own = RwSignal::new(String::new());
        let id = id.clone();
        let set = move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            // The field gives the reader's own clock; the browser reads it so.
            let until = millis(&own.get_untracked());
            if until > now() {
                close.run(());
                act::act(id.clone(), Act::Snooze(Some(moment(until))));
            }
        };
        view! {
            {back} {choices} {reply}
            <form class="tag-form" on:submit=set>
                <label for="snooze-own">{t(Key::SnoozeOwn)}</label>
                <input id="snooze-own" type="datetime-local" data-testid="snooze-own" required on:input=move |event| own.set(event_target_value(&event))/>
                <button type="submit" class="button">{t(Key::SnoozeSet)}</button>
            </form>
        }
        .into_any()
    };
    let lit = Signal::derive(move || {
        chat.with(|chat| chat.as_ref().is_some_and(|chat| chat.snooze.is_some()))
    });
    view! { <Drop shape=Icon::Moon label=t(Key::HeaderSnooze) testid="snooze" lit of=id content=Box::new(content)/> }
}

/// A button for each priority; the chat's own is pressed.
fn levels(id: &str, priority: ChatPriority, close: Callback<()>) -> impl IntoView {
    let level = |it: ChatPriority| {
        let id = id.to_owned();
        let choose = move |_| {
            close.run(());
            act::act(id.clone(), Act::Priority(it));
        };
        view! { <button type="button" data-testid="priority" aria-pressed=(it == priority).to_string() on:click=choose>{knots::priority(it)}</button> }
    };
    let all = [
        ChatPriority::Urgent,
        ChatPriority::High,
        ChatPriority::Normal,
        ChatPriority::Low,
    ];
    all.map(level).into_iter().collect_view()
}

/// What is done more rarely: unread, priority, block.
#[component]
pub fn More(id: Memo<String>, chat: Head) -> impl IntoView {
    let content = move |close: Callback<()>| {
        let id = id.get_untracked();
        let (blocked, priority) = chat.with_untracked(|chat| {
            chat.as_ref().map_or((false, ChatPriority::Normal), |chat| {
                (chat.blocked, chat.priority)
            })
        });
        let internal =
            chat.with_untracked(|chat| chat.as_ref().is_some_and(|chat| chat.internal.is_some()));
        let unread = {
            let id = id.clone();
            item(
                Icon::Unread,
                t(Key::HeaderUnread).to_owned(),
                "unread",
                close,
                move || {
                    // An open chat is read at once: it is left first.
                    let store = store();
                    store.go(crate::route::Route::List(store.view.get_untracked()));
                    act::act(id.clone(), Act::Unread);
                },
            )
        };
        let block = {
            let id = id.clone();
            let words = if blocked {
                Key::HeaderUnblock
            } else {
                Key::HeaderBlock
            };
            item(
                Icon::Block,
                t(words).to_owned(),
                "block",
                close,
                move || act::act(id.clone(), Act::Block(!blocked)),
            )
        };
        let keep = {
            let id = id.clone();
            item(
                Icon::Save,
                t(Key::KeyTranscript).to_owned(),
                "transcript",
                close,
                move || transcript::save(id.clone()),
            )
        };
        let delete = {
            let id = id.clone();
            item(
                Icon::Trash,
                t(Key::KeyDelete).to_owned(),
                "delete-chat",
                close,
                move || store().dialog.set(Some(Dialog::Delete(id.clone()))),
            )
        };
        let levels = levels(&id, priority, close);
        view! {
            {unread}
            <p class="menu-label">{icon(Icon::Flag)} {t(Key::HeaderPriority)}</p>
            <div class="choice" role="group" aria-label=t(Key::HeaderPriority)>{levels}</div>
            {keep}
            {(!internal).then_some(block)}
            {(!internal).then_some(delete)}
        }
        .into_any()
    };
    view! { <Drop shape=Icon::Dots label=t(Key::HeaderMore) testid="more" of=id content=Box::new(content)/> }
}
