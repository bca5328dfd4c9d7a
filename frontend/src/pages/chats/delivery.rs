//! How far a message came: four icons with words and times (D1), and why it did not. Must not draw the message.

use leptos::prelude::*;

use crate::api::graphql::{DateTime, Message, MessageState, Tick};
use crate::i18n::{DateStyle, Key, date, t, tf};
use crate::session::{message, store};
use crate::ui::icon::{Icon, icon};

/// The word for a state, as tests and styles know it.
pub fn state_word(state: MessageState) -> &'static str {
    match state {
        MessageState::Received => "received",
        MessageState::Queued => "queued",
        MessageState::Delivered => "delivered",
        MessageState::Read => "read",
        MessageState::Failed => "failed",
        MessageState::Sent => "sent",
        MessageState::Uncertain => "uncertain",
    }
}

/// The icon of a message of ours; what is known in detail stands in its tooltip.
pub fn tick(message: &Message) -> AnyView {
    let words = words(message);
    match message.tick {
        Tick::None => ().into_any(),
        Tick::Clock => drawn(Icon::Clock, "tick", words),
        Tick::One => drawn(Icon::Check, "tick", words),
        Tick::Two => drawn(Icon::Checks, "tick read", words),
        Tick::Cross => drawn(Icon::Cross, "tick failed", words),
    }
}

/// How far it came and when, the last thing first.
pub fn words(message: &Message) -> String {
    let when = |key: Key, at: &Option<DateTime>| {
        at.as_ref()
            .map(|at| tf(key, &[("when", &date(&at.0, DateStyle::Exact))]))
    };
    let state = match message.state {
        MessageState::Failed => Some(reason(message)),
        MessageState::Uncertain => Some(t(Key::TickUncertain).to_owned()),
        MessageState::Queued => Some(t(Key::TickQueued).to_owned()),
        _ => None,
    };
    let known = [
        state,
        when(Key::TickRead, &message.read_at),
        when(Key::TickDelivered, &message.delivered_at),
        when(Key::TickAccepted, &message.accepted_at),
    ];
    let known: Vec<String> = known.into_iter().flatten().collect();
    if known.is_empty() {
        t(Key::TickSent).to_owned()
    } else {
        known.join("\n")
    }
}

/// The clock of a message that the server does not have yet.
pub fn clock() -> AnyView {
    drawn(Icon::Clock, "tick", t(Key::TickQueued).to_owned())
}

/// The cross of a message that did not reach the server.
pub fn cross() -> AnyView {
    drawn(Icon::Cross, "tick failed", t(Key::TickFailed).to_owned())
}

fn drawn(shape: Icon, class: &'static str, words: String) -> AnyView {
    let title = words.clone();
    view! { <span class=class title=title>{icon(shape)}<span class="unseen">{words}</span></span> }
        .into_any()
}

fn reason(message: &Message) -> String {
    match message.failure.as_deref() {
        Some(cause) if !cause.is_empty() => tf(Key::MessageFailedBecause, &[("cause", cause)]),
        _ => t(Key::TickFailed).to_owned(),
    }
}

/// Why it was not sent, and another try (D4).
pub fn failure(it: &Message) -> Option<AnyView> {
    let words = match it.state {
        MessageState::Failed => reason(it),
        MessageState::Uncertain => t(Key::TickUncertain).to_owned(),
        _ => return None,
    };
    let id = it.id.inner().to_owned();
    let again = move |_| {
        let chat = store().thread.with_untracked(|open| open.id.clone());
        message::retry(chat, id.clone());
    };
    Some(view! {
        <p class="failure">
            {words} " "
            <button type="button" class="link" data-testid="retry-sent" on:click=again>{t(Key::MessageRetry)}</button>
        </p>
    }
    .into_any())
}
