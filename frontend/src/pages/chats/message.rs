//! Messages and knots on the line. Text is data: text nodes and links made by code, nothing else.

use leptos::prelude::*;

use crate::api::graphql::{ActKind, ChatAct, Contact, Message, MessageState, Reaction};
use crate::i18n::{DateStyle, Key, date, t, tf};
use crate::session::sending;
use crate::state::outbox::Outgoing;
use crate::state::timeline::is_ours;
use crate::ui::icon::{Icon, icon};
use crate::ui::link::linked;
use crate::ui::names;

/// A message that the server has.
pub fn bubble(
    message: &Message,
    contact: &Contact,
    first: bool,
    last: bool,
    read_line: bool,
) -> impl IntoView + use<> {
    let ours = is_ours(message);
    let speaker = names::actor(&message.author, contact);
    let time = date(&message.sent_at.0, DateStyle::Time);
    let exact = date(&message.sent_at.0, DateStyle::Exact);
    let read = message.read_at.as_ref().filter(|_| read_line).map(|at| {
        view! { <p class="read-line" data-testid="read-line">{tf(Key::ThreadRead, &[("when", &date(&at.0, DateStyle::Short))])}</p> }
    });
    let failure = (message.state == MessageState::Failed)
        .then(|| view! { <p class="failure">{failure(message)}</p> });
    view! {
        <li
            class="message"
            class:ours=ours
            class:first=first
            class:last=last
            data-testid="message"
            data-direction=if ours { "outbound" } else { "inbound" }
            data-state=state_word(message.state)
            data-message-id=message.id.inner().to_owned()
        >
            {first.then(|| view! { <p class="speaker" dir="auto">{speaker}</p> })}
            <div class="bubble">
                {body(message)}
                <span class="meta">
                    {message.edited_at.as_ref().map(|at| view! { <span title=date(&at.0, DateStyle::Exact)>{t(Key::MessageEdited)} " · "</span> })}
                    <time datetime=message.sent_at.0.clone() title=exact>{time}</time>
                    {ours.then(|| tick(message))}
                </span>
            </div>
            {reactions(&message.reactions)}
            {failure}
            {read}
        </li>
    }
}

fn body(message: &Message) -> AnyView {
    let gone = if message.erased {
        Some(Key::MessageErased)
    } else if message.deleted_at.is_some() || message.text.is_none() {
        Some(Key::MessageDeleted)
    } else {
        None
    };
    match gone {
        Some(words) => view! { <p class="text gone">{t(words)}</p> }.into_any(),
        None => view! { <p class="text" dir="auto">{linked(message.text.as_deref().unwrap_or_default())}</p> }.into_any(),
    }
}

fn state_word(state: MessageState) -> &'static str {
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

/// The four states (D1), each with an icon and words.
fn tick(message: &Message) -> AnyView {
    let when = |at: &Option<crate::api::graphql::DateTime>| {
        at.as_ref()
            .map(|at| date(&at.0, DateStyle::Exact))
            .unwrap_or_default()
    };
    match message.state {
        MessageState::Received => ().into_any(),
        MessageState::Queued | MessageState::Sent | MessageState::Uncertain => {
            drawn(Icon::Clock, "tick", t(Key::TickQueued).to_owned())
        }
        MessageState::Delivered => drawn(
            Icon::Check,
            "tick",
            tf(
                Key::TickDelivered,
                &[("when", &when(&message.delivered_at))],
            ),
        ),
        MessageState::Read => drawn(
            Icon::Checks,
            "tick read",
            tf(Key::TickRead, &[("when", &when(&message.read_at))]),
        ),
        MessageState::Failed => drawn(Icon::Cross, "tick failed", t(Key::TickFailed).to_owned()),
    }
}

fn drawn(shape: Icon, class: &'static str, words: String) -> AnyView {
    let title = words.clone();
    view! { <span class=class title=title>{icon(shape)}<span class="unseen">{words}</span></span> }
        .into_any()
}

fn failure(message: &Message) -> String {
    match message.failure.as_deref() {
        Some(cause) if !cause.is_empty() => tf(Key::MessageFailedBecause, &[("cause", cause)]),
        _ => t(Key::TickFailed).to_owned(),
    }
}

fn reactions(reactions: &[Reaction]) -> Option<AnyView> {
    if reactions.is_empty() {
        return None;
    }
    let shown = reactions
        .iter()
        .map(|reaction| view! { <span>{reaction.emoji.clone()}</span> })
        .collect_view();
    Some(view! { <p class="reactions" aria-label=t(Key::MessageReactions)>{shown}</p> }.into_any())
}

/// A message on its way: the clock, or why it did not pass and what to do.
pub fn outgoing(outgoing: &Outgoing) -> impl IntoView + use<> {
    let id = outgoing.client_id.clone();
    let failed = outgoing.fault.clone().map(|fault| {
        let (again, drop) = (id.clone(), id.clone());
        view! {
            <p class="failure" role="alert">
                {fault.words()} " "
                <button type="button" class="link" data-testid="retry" on:click=move |_| sending::retry(&again)>{t(Key::MessageRetry)}</button>
                <button type="button" class="link" data-testid="discard" on:click=move |_| sending::discard(&drop)>{t(Key::MessageDiscard)}</button>
            </p>
        }
    });
    let (state, tick) = if outgoing.fault.is_some() {
        (
            "failed",
            drawn(Icon::Cross, "tick failed", t(Key::TickFailed).to_owned()),
        )
    } else {
        (
            "queued",
            drawn(Icon::Clock, "tick", t(Key::TickQueued).to_owned()),
        )
    };
    view! {
        <li class="message ours first last" data-testid="message" data-direction="outbound" data-state=state>
            <div class="bubble">
                <p class="text" dir="auto">{linked(&outgoing.text)}</p>
                <span class="meta"><time datetime=outgoing.at.clone()>{date(&outgoing.at, DateStyle::Time)}</time>{tick}</span>
            </div>
            {failed}
        </li>
    }
}

/// A knot on the line: who did what, and when.
pub fn act(act: &ChatAct, contact: &Contact) -> impl IntoView + use<> {
    let who = names::actor(&act.actor, contact);
    let detail = act.detail.clone().unwrap_or_default();
    let words = match act.kind {
        ActKind::Opened => tf(Key::ActOpened, &[("who", &who)]),
        ActKind::Archived => tf(Key::ActArchived, &[("who", &who)]),
        ActKind::Reopened => tf(Key::ActReopened, &[("who", &who)]),
        ActKind::AgentJoined => tf(Key::ActJoined, &[("who", &who)]),
        ActKind::Rated => tf(Key::ActRated, &[("who", &who), ("score", &detail)]),
        ActKind::Other => tf(Key::ActOther, &[("who", &who)]),
    };
    view! {
        <li class="act" data-testid="act" data-kind=format!("{:?}", act.kind) title=date(&act.at.0, DateStyle::Exact)>
            <span>{words}</span>
            <time datetime=act.at.0.clone()>{date(&act.at.0, DateStyle::Time)}</time>
        </li>
    }
}
