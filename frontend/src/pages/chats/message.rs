//! Messages on the line: what they say, how far they came, what they answer. Text is data: text nodes and links made by
//! code, nothing else.

use leptos::prelude::*;

use super::{delivery, knots, media, message_menu};
use crate::api::graphql::{AgentName, Contact, Direction, Message, MessageState, Reaction};
use crate::i18n::{DateStyle, Key, date, t, tf};
use crate::session::desk::Jump;
use crate::session::{sending, store};
use crate::state::mentions;
use crate::state::outbox::{Kind, Outgoing};
use crate::ui::icon::{Icon, icon};
use crate::ui::link::linked;
use crate::ui::names;

/// How a message stands among its neighbours.
#[derive(Clone, Copy)]
pub struct Standing {
    /// The first of its group: the speaker is named.
    pub first: bool,
    /// The last of its group: the time is shown.
    pub last: bool,
    /// The time of reading stands under it.
    pub read_line: bool,
}

/// A message that the server has.
pub fn bubble(
    message: &Message,
    contact: &Contact,
    standing: Standing,
    quoted: Option<&Message>,
) -> impl IntoView + use<> {
    let ours = message.direction == Direction::Outbound;
    let note = message.direction == Direction::Internal;
    let id = message.id.inner().to_owned();
    let menu_of = id.clone();
    let reply = takes_reply(message).then(|| {
        let id = id.clone();
        let reply = move |_| message_menu::answer(&id);
        view! { <button type="button" class="dots" data-testid="comment-reply" tabindex="-1" aria-label=t(Key::MessageReply) title=t(Key::MessageReply) on:click=reply>{icon(Icon::Quote)}</button> }
    });
    let read = message.read_at.as_ref().filter(|_| standing.read_line).map(|at| {
        view! { <p class="read-line" data-testid="read-line">{tf(Key::ThreadRead, &[("when", &date(&at.0, DateStyle::Short))])}</p> }
    });
    view! {
        <li
            class="message"
            class:ours=ours
            class:private=note
            class:first=standing.first
            class:last=standing.last
            tabindex="-1"
            data-testid=if note { "note" } else { "message" }
            data-direction=direction_word(message.direction)
            data-state=delivery::state_word(message.state)
            data-message-id=id
        >
            {(standing.first || note).then(|| speaker(message, contact, note))}
            <div class="bubble-line">
                <div class="bubble">
                    {public(message)}
                    {quote(message, contact, quoted)}
                    {media::carried(message)}
                    {body(message)}
                    <span class="meta">
                        {message.edited_at.as_ref().filter(|_| message.text.is_some()).map(|at| view! { <span title=date(&at.0, DateStyle::Exact)>{t(Key::MessageEdited)} " · "</span> })}
                        <time datetime=message.sent_at.0.clone()>{date(&message.sent_at.0, DateStyle::Time)}</time>
                        {ours.then(|| delivery::tick(message))}
                    </span>
                </div>
                {reply}
                <button type="button" class="dots" data-testid="message-menu" tabindex="-1" aria-haspopup="menu" aria-label=t(Key::MessageMenu) title=t(Key::MessageMenu) data-menu-of=menu_of>
                    {icon(Icon::Dots)}
                </button>
            </div>
            {reactions(&message.reactions, contact)}
            {delivery::failure(message)}
            {read}
        </li>
    }
}

fn direction_word(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "inbound",
        Direction::Outbound => "outbound",
        Direction::Internal => "internal",
    }
}

fn speaker(message: &Message, contact: &Contact, note: bool) -> AnyView {
    let name = names::actor(&message.author, contact);
    let kind = note.then(|| {
        view! { <span class="note-word">{icon(Icon::Note)} {t(Key::NoteWord)}</span> }
    });
    view! { <p class="speaker" dir="auto">{name} {kind}</p> }.into_any()
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
        None => {
            let text = message.text.as_deref().unwrap_or_default();
            if message.mentions.is_empty() {
                (!text.is_empty())
                    .then(|| view! { <p class="text" dir="auto">{linked(text)}</p> })
                    .into_any()
            } else {
                naming(text, &message.mentions)
            }
        }
    }
}

/// A note with those it names (P3): standing out in its words, or behind them where they do not stand there.
fn naming(text: &str, agents: &[AgentName]) -> AnyView {
    let names: Vec<&str> = agents.iter().map(|agent| agent.name.as_str()).collect();
    let (words, absent) = mentions::pieces(text, &names);
    let piece = |(piece, named): mentions::Piece| {
        if named {
            view! { <b class="mention">{piece}</b> }.into_any()
        } else {
            linked(&piece).into_any()
        }
    };
    let chip = |name: &str| view! { <span class="chip">"@" {name.to_owned()}</span> };
    let behind = (!absent.is_empty()).then(|| {
        let chips = absent.into_iter().map(chip).collect_view();
        view! { <p class="mentions" aria-label=t(Key::NoteMentions)>{chips}</p> }
    });
    view! { <p class="text" dir="auto">{words.into_iter().map(piece).collect_view()}</p> {behind} }
        .into_any()
}

/// Whether it is a comment that can be replied to: one that is still there.
pub fn takes_reply(message: &Message) -> bool {
    message.comment.is_some() && message.deleted_at.is_none() && !message.erased
}

/// A comment or a public reply, with the way to where a comment stands (C7, E2).
fn public(message: &Message) -> Option<AnyView> {
    let comment = message.comment.as_ref();
    let words = match comment {
        Some(_) => Key::CommentWord,
        None => Key::CommentReply,
    };
    let place = comment.and_then(|it| {
        let words = it.post_text.clone();
        let words = words.unwrap_or_else(|| t(Key::CommentOpen).to_owned());
        // The server takes nothing else; a link that runs must not be one even so.
        let web = |href: &&String| href.get(..4).is_some_and(|it| it.eq_ignore_ascii_case("http"));
        let href = it.permalink.as_ref().filter(web)?.clone();
        Some(view! { " · " <a href=href target="_blank" rel="noopener noreferrer" dir="auto" data-testid="comment-link">{words}</a> })
    });
    message.is_public().then(|| {
        view! { <p class="comment" data-testid="comment">{icon(Icon::Chats)} {t(words)} {place}</p> }.into_any()
    })
}

/// What a message answers: who and one line; it jumps there.
fn quote(message: &Message, contact: &Contact, quoted: Option<&Message>) -> Option<AnyView> {
    let id = message.answered()?.inner().to_owned();
    let chat = message_chat();
    let (who, line) = match quoted {
        Some(quoted) => (names::actor(&quoted.author, contact), first_line(quoted)),
        None => (String::new(), t(Key::QuoteOlder).to_owned()),
    };
    let jump = move |_| {
        store().desk.jump.set(Some(Jump {
            chat: chat.clone(),
            message: id.clone(),
        }));
    };
    Some(view! {
        <button type="button" class="quote" data-testid="quote" title=t(Key::QuoteJump) on:click=jump>
            <strong dir="auto">{who}</strong>
            <span dir="auto">{line}</span>
        </button>
    }
    .into_any())
}

fn message_chat() -> String {
    store().thread.with_untracked(|open| open.id.clone())
}

/// The first line of a message, or what stands in its place.
pub fn first_line(message: &Message) -> String {
    let text = names::gist(message);
    let line = text.lines().find(|line| !line.trim().is_empty());
    line.unwrap_or_default().chars().take(140).collect()
}

fn reactions(reactions: &[Reaction], contact: &Contact) -> Option<AnyView> {
    if reactions.is_empty() {
        return None;
    }
    let shown = reactions
        .iter()
        .map(|reaction| {
            view! { <span title=names::actor(&reaction.by, contact)>{reaction.emoji.clone()}</span> }
        })
        .collect_view();
    Some(view! { <p class="reactions" aria-label=t(Key::MessageReactions)>{shown}</p> }.into_any())
}

/// A message on its way: the clock, or why it did not pass and what to do. While it is held it can be taken back.
pub fn outgoing(outgoing: &Outgoing) -> impl IntoView + use<> {
    let id = outgoing.client_id.clone();
    let note = matches!(outgoing.kind, Kind::Note(_));
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
    let held = outgoing.held.then(|| {
        let (back, now) = (id.clone(), id.clone());
        view! {
            <p class="held">
                <span class="held-time" aria-hidden="true"></span>
                <button type="button" class="link" data-testid="undo-send" on:click=move |_| sending::take_back(&back)>{t(Key::SendUndo)}</button>
                <button type="button" class="link" data-testid="send-now" on:click=move |_| sending::release(&now)>{t(Key::SendNow)}</button>
            </p>
        }
    });
    // What everybody can read says so from the first moment on (E3).
    let public = matches!(outgoing.kind, Kind::Reply(_)).then(|| {
        view! { <p class="comment" data-testid="comment">{icon(Icon::Chats)} {t(Key::CommentReply)}</p> }
    });
    let (state, tick) = if outgoing.fault.is_some() {
        (MessageState::Failed, delivery::cross())
    } else {
        (MessageState::Queued, delivery::clock())
    };
    view! {
        <li class="message first last" class:ours=!note class:private=note data-testid=if note { "note" } else { "message" } data-direction=if note { "internal" } else { "outbound" } data-state=delivery::state_word(state)>
            <div class="bubble-line">
                <div class="bubble">
                    {public}
                    {media::carrying(&outgoing.files)}
                    {(!outgoing.text.is_empty()).then(|| view! { <p class="text" dir="auto">{linked(&outgoing.text)}</p> })}
                    <span class="meta"><time datetime=outgoing.at.clone()>{date(&outgoing.at, DateStyle::Time)}</time>{tick}</span>
                </div>
            </div>
            {held}
            {failed}
        </li>
    }
}

/// A knot on the line: who did what, and when.
pub fn knot(act: &crate::api::graphql::ChatAct, contact: &Contact) -> impl IntoView + use<> {
    view! {
        <li class="act" data-testid="act" data-kind=format!("{:?}", act.kind) title=date(&act.at.0, DateStyle::Exact)>
            <span>{knots::words(act, contact)}</span>
            <time datetime=act.at.0.clone()>{date(&act.at.0, DateStyle::Time)}</time>
        </li>
    }
}
