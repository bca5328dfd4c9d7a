//! The line above the field, for what matters now: the message answered or changed, a colleague who writes too, how
//! long the window is open, whose chat it is. Must not change the text.

use leptos::prelude::*;

use super::super::message::first_line;
use super::{head, replying};
use crate::api::graphql::Chat;
use crate::i18n::{Key, t, tf};
use crate::session::act::{self, Act};
use crate::session::store;
use crate::state::window;
use crate::ui::icon::{Icon, icon};
use crate::ui::live::drawn;
use crate::ui::names;

/// From here on the window is spoken of in the composer, in minutes.
const SOON: i64 = 120;

/// All lines that there are.
#[component]
pub fn Above(id: String) -> impl IntoView {
    view! { <Quoted/> <Colleagues/> <Quiet/> <Window/> <Assignee id/> }
}

/// The message that is answered or changed.
#[component]
fn Quoted() -> impl IntoView {
    let desk = store().desk;
    drawn(move || {
        let writing = desk.writing.get();
        let editing = writing.edit.is_some();
        let id = writing.edit.or(writing.quote)?;
        let (name, line) = store().thread.with_untracked(|open| {
            let thread = open.thread.ready()?;
            let message = thread.message(&id)?;
            let name = names::actor(&message.author, &thread.chat().contact);
            Some((name, first_line(&message)))
        })?;
        let words = if editing {
            t(Key::ComposerEditing).to_owned()
        } else {
            let words = match replying() {
                true => Key::ComposerReplying,
                false => Key::ComposerAnswering,
            };
            tf(words, &[("who", &name)])
        };
        let drop = move |_| {
            desk.writing.update(|writing| {
                // A note that was being changed stays a note only while it is.
                writing.note &= writing.edit.is_none();
                writing.quote = None;
                writing.edit = None;
                writing.unsent = None;
            });
        };
        Some(view! {
            <div class="above quoting" data-testid="quoting">
                {icon(if editing { Icon::Edit } else { Icon::Quote })}
                <span class="above-words"><strong>{words}</strong> " " <span dir="auto">{line}</span></span>
                <button type="button" class="button quiet square small" data-testid="quoting-drop" aria-label=t(Key::ComposerDrop) title=t(Key::ComposerDrop) on:click=drop>{icon(Icon::Close)}</button>
            </div>
        })
    })
}

/// Who else is in the chat (P7).
#[component]
fn Colleagues() -> impl IntoView {
    let viewers = store().desk.viewers;
    let words = move || {
        viewers.with(|viewers| {
            let names = |writing: bool| {
                let all: Vec<String> = viewers
                    .iter()
                    .filter(|viewer| viewer.writing == writing)
                    .filter_map(|viewer| viewer.agent.as_ref().map(|agent| agent.name.clone()))
                    .collect();
                (!all.is_empty()).then(|| all.join(", "))
            };
            let writing =
                names(true).map(|who| (true, tf(Key::ThreadColleagueWrites, &[("who", &who)])));
            writing.or_else(|| {
                names(false).map(|who| (false, tf(Key::ComposerColleagueViews, &[("who", &who)])))
            })
        })
    };
    drawn(move || {
        words().map(|(writing, words)| {
            view! {
                <div class="above" class:warn=writing data-testid="colleagues" role="status">
                    {icon(if writing { Icon::Edit } else { Icon::Eye })} <span class="above-words">{words}</span>
                </div>
            }
        })
    })
}

/// The client asked not to be disturbed here: a personal answer goes all the same (G15).
#[component]
fn Quiet() -> impl IntoView {
    let quiet = Memo::new(move |_| {
        let chat = head()?;
        let client = chat.client.as_ref()?;
        let kind = chat.channel.kind;
        client.do_not_disturb.contains(&kind).then_some(kind)
    });
    drawn(move || {
        let channel = names::channel_kind(quiet.get()?);
        Some(view! {
            <div class="above warn" data-testid="do-not-disturb">{icon(Icon::Block)} <span class="above-words">{tf(Key::ComposerQuiet, &[("channel", channel)])}</span></div>
        })
    })
}

/// The window is about to close.
#[component]
fn Window() -> impl IntoView {
    let store = store();
    let left =
        Memo::new(move |_| head().and_then(|chat| minutes_left(&chat, store.desk.now.get())));
    drawn(move || {
        let left = left.get().filter(|left| *left <= SOON)?;
        Some(view! {
            <div class="above warn" data-testid="window-left">{icon(Icon::Clock)} <span class="above-words">{window_words(left)}</span></div>
        })
    })
}

/// How many minutes a plain answer is let through still, where there is a window.
pub fn minutes_left(chat: &Chat, now: f64) -> Option<i64> {
    let until = chat.composer.reply_until.as_ref()?;
    window::minutes(crate::i18n::millis(&until.0), now)
}

/// "3 h left", "12 min left".
pub fn window_words(minutes: i64) -> String {
    let (key, count) = match window::rounded(minutes) {
        window::Left::Days(days) => (Key::WindowDays, days),
        window::Left::Hours(hours) => (Key::WindowHours, hours),
        window::Left::Minutes(minutes) => (Key::WindowMinutes, minutes),
    };
    tf(key, &[("n", &crate::i18n::number(count))])
}

/// An administrator writes over the assignee: whose chat it is, and taking it.
#[component]
fn Assignee(id: String) -> impl IntoView {
    let store = store();
    let me = store.viewer().map(|viewer| viewer.agent.id);
    let other = Memo::new(move |_| {
        let chat = head()?;
        let assignee = chat.assignee.as_ref()?;
        let agent = assignee.agent.as_ref()?;
        (Some(&agent.id) != me.as_ref()).then(|| agent.name.clone())
    });
    drawn(move || {
        let name = other.get()?;
        let id = id.clone();
        let take = move |_| act::act(id.clone(), Act::Take);
        Some(view! {
            <div class="above" data-testid="assigned-to-other">
                {icon(Icon::Assign)} <span class="above-words">{tf(Key::ComposerAssignedTo, &[("who", &name)])}</span>
                <button type="button" class="link" data-testid="take-over" on:click=take>{t(Key::ComposerTakeOver)}</button>
            </div>
        })
    })
}
