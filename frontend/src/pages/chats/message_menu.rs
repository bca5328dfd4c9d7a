//! The three dots of a message: what the channel and the message allow (C6). One menu for the whole thread. Must not
//! decide what the server allows; that answers for itself.

use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, KeyboardEvent};

use super::message::takes_reply;
use crate::api::graphql::{ChannelCapabilities, Direction, Message, MessageState};
use crate::i18n::{Key, millis, now, t};
use crate::session::desk::MessageMenu;
use crate::session::message::{self, Act};
use crate::session::{store, toasts};
use crate::ui::focus;
use crate::ui::icon::{Icon, icon};
use crate::ui::live::{drawn, effect};

/// For how long an own message can be changed or taken back, in milliseconds.
const CHANGEABLE: f64 = 15.0 * 60_000.0;
/// Reactions that are offered.
const REACTIONS: [&str; 6] = ["👍", "❤️", "😂", "😮", "😢", "🙏"];
/// How high the menu may become, in pixels.
const HEIGHT: f64 = 330.0;

/// What can be done to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    Reply,
    Quote,
    Copy,
    Record,
    Edit,
    Delete,
    Retry,
}

impl Item {
    fn looks(self) -> (Icon, Key, &'static str) {
        match self {
            Self::Reply => (Icon::Quote, Key::MessageReply, "message-reply"),
            Self::Quote => (Icon::Quote, Key::MessageQuote, "message-quote"),
            Self::Copy => (Icon::Copy, Key::MessageCopy, "message-copy"),
            Self::Record => (Icon::Info, Key::MessageRecord, "message-record"),
            Self::Edit => (Icon::Edit, Key::MessageEdit, "message-edit"),
            Self::Delete => (Icon::Trash, Key::MessageDelete, "message-delete"),
            Self::Retry => (Icon::Retry, Key::MessageRetry, "message-retry"),
        }
    }
}

/// What a message and its channel allow. `mine` = the agent wrote it; `age` in milliseconds.
fn items(message: &Message, channel: &ChannelCapabilities, mine: bool, age: f64) -> Vec<Item> {
    let note = message.direction == Direction::Internal;
    let there = message.text.is_some() && message.deleted_at.is_none() && !message.erased;
    let failed = message.state == MessageState::Failed;
    let young = age < CHANGEABLE;
    let mut items = Vec::new();
    let mut put = |item: Item, allowed: bool| {
        if allowed {
            items.push(item);
        }
    };
    put(
        Item::Retry,
        failed || message.state == MessageState::Uncertain,
    );
    // What stands under a publication is replied to and nothing else (E3).
    let public = message.is_public();
    put(Item::Reply, takes_reply(message));
    put(
        Item::Quote,
        there && !note && !failed && !public && channel.quotes,
    );
    put(
        Item::Copy,
        there && message.text.as_deref().is_some_and(|text| !text.is_empty()),
    );
    put(
        Item::Edit,
        there && mine && (note || channel.sends_edits && young && !failed && !public),
    );
    put(
        Item::Delete,
        there && mine && (note || channel.sends_deletions && young && !failed && !public),
    );
    put(Item::Record, true);
    items
}

/// May one react to it?
fn takes_reactions(message: &Message, channel: &ChannelCapabilities) -> bool {
    let there = message.text.is_some() && message.deleted_at.is_none();
    there
        && channel.sends_reactions
        && !message.is_public()
        && message.direction != Direction::Internal
        && message.state != MessageState::Failed
}

/// Opens the menu of the message whose three dots these are.
pub fn open(dots: &HtmlElement) {
    let Some(message) = dots.get_attribute("data-menu-of") else {
        return;
    };
    let place = dots.get_bounding_client_rect();
    let height = window()
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64())
        .unwrap_or_default();
    let upwards = place.bottom() + HEIGHT > height;
    let top = if upwards { place.top() } else { place.bottom() };
    store().desk.menu.set(Some(MessageMenu {
        message,
        at: (place.left() as i32, top as i32),
        upwards,
    }));
}

/// The menu, while it is open.
#[component]
pub fn Menu() -> impl IntoView {
    let menu = store().desk.menu;
    drawn(move || {
        let open = menu.get()?;
        let (message, channel) = store().thread.with_untracked(|thread| {
            let thread = thread.thread.ready()?;
            let message = thread.message(&open.message)?;
            Some((message, thread.chat().channel.capabilities.clone()))
        })?;
        Some(view! { <Opened open message=(*message).clone() channel/> })
    })
}

#[component]
fn Opened(open: MessageMenu, message: Message, channel: ChannelCapabilities) -> impl IntoView {
    let root: NodeRef<Div> = NodeRef::new();
    let confirming = RwSignal::new(false);
    let me = store().viewer().map(|viewer| viewer.agent.id);
    let author = message.author.agent.as_ref().map(|agent| &agent.id);
    let mine = author.is_some() && author == me.as_ref();
    let age = now() - millis(&message.sent_at.0);
    let offered = items(&message, &channel, mine, age);
    let reactions = takes_reactions(&message, &channel);
    let shared = StoredValue::new(message);
    focus_first(root);
    close_outside(root);
    let id = open.message.clone();
    let pressed = move |event: KeyboardEvent| match event.key().as_str() {
        "Escape" | "Tab" => {
            event.prevent_default();
            event.stop_propagation();
            close(&id);
        }
        "ArrowDown" | "ArrowRight" => {
            event.prevent_default();
            step(root, 1);
        }
        "ArrowUp" | "ArrowLeft" => {
            event.prevent_default();
            step(root, -1);
        }
        _ => {}
    };
    let item = move |item: Item| {
        let (shape, words, testid) = item.looks();
        let words = drawn(move || {
            let sure = item == Item::Delete && confirming.get();
            t(if sure { Key::MessageDeleteSure } else { words })
        });
        view! {
            <button type="button" role="menuitem" class="menu-item" data-testid=testid class:alarm=item == Item::Delete on:click=move |_| shared.with_value(|message| choose(item, message, confirming))>
                {icon(shape)} {words}
            </button>
        }
    };
    view! {
        <div
            node_ref=root
            class="message-menu"
            class:upwards=open.upwards
            role="menu"
            tabindex="-1"
            aria-label=t(Key::MessageMenu)
            style:left=format!("{}px", open.at.0)
            style:top=format!("{}px", open.at.1)
            on:keydown=pressed
        >
            {reactions.then(|| shared.with_value(reaction_row))}
            {offered.into_iter().map(item).collect_view()}
        </div>
    }
}

fn reaction_row(message: &Message) -> AnyView {
    let ours = message
        .reactions
        .iter()
        .find(|reaction| reaction.by.agent.is_some())
        .map(|reaction| reaction.emoji.clone());
    let one = |emoji: &'static str| {
        let on = ours.as_deref() == Some(emoji);
        let id = message.id.inner().to_owned();
        let react = move |_| {
            close(&id);
            let chosen = (!on).then(|| emoji.to_owned());
            message::act(open_chat(), id.clone(), Act::React(chosen), |_| ());
        };
        view! { <button type="button" role="menuitemradio" aria-checked=on.to_string() data-testid="react" on:click=react>{emoji}</button> }
    };
    view! { <div class="reaction-row" role="group" aria-label=t(Key::MessageReact)>{REACTIONS.map(one).collect_view()}</div> }.into_any()
}

fn choose(item: Item, message: &Message, confirming: RwSignal<bool>) {
    let desk = store().desk;
    let id = message.id.inner().to_owned();
    let note = message.direction == Direction::Internal;
    if item == Item::Delete && !confirming.get_untracked() {
        return confirming.set(true);
    }
    close(&id);
    match item {
        Item::Quote | Item::Reply => answer(&id),
        Item::Edit => {
            desk.edit(id, note);
            focus_on("[data-testid=composer]");
        }
        Item::Copy => copy(message.text.clone().unwrap_or_default()),
        Item::Record => desk.record.set(Some(id)),
        Item::Delete => {
            let act = if note { Act::DeleteNote } else { Act::Delete };
            message::act(open_chat(), id, act, |_| ());
        }
        Item::Retry => message::retry(open_chat(), id),
    }
}

/// The next text answers this message. Its field may only come now: past the window there is one for comments alone.
pub fn answer(message: &str) {
    store().desk.quote(message.to_owned());
    request_animation_frame(|| focus_on("[data-testid=composer]"));
}

fn open_chat() -> String {
    store().thread.with_untracked(|open| open.id.clone())
}

fn copy(text: String) {
    spawn_local(async move {
        let clipboard = window().navigator().clipboard();
        let done = JsFuture::from(clipboard.write_text(&text)).await.is_ok();
        let words = if done { Key::CopyDone } else { Key::CopyFailed };
        toasts::say(t(words).to_owned(), None);
    });
}

fn close(message: &str) {
    store().desk.menu.set(None);
    focus_on(&format!("[data-menu-of=\"{message}\"]"));
}

fn focus_on(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

fn focus_first(root: NodeRef<Div>) {
    effect(move || {
        if root.get().is_some() {
            request_animation_frame(move || step(root, 1));
        }
    });
}

/// Moves the focus among the items, around the ends.
fn step(root: NodeRef<Div>, by: isize) {
    let Some(root) = root.try_get_untracked().flatten() else {
        return;
    };
    let (all, here) = focus::among(root.query_selector_all("button"));
    let count = all.len().cast_signed();
    let next = match here {
        Some(here) => (here.cast_signed() + by).rem_euclid(count.max(1)),
        None => 0,
    };
    if let Some(item) = all.get(next.cast_unsigned()) {
        let _ = item.focus();
    }
}

fn close_outside(root: NodeRef<Div>) {
    let listener = window_event_listener(leptos::ev::pointerdown, move |event| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        let inside = root
            .try_get_untracked()
            .flatten()
            .is_some_and(|root| root.contains(target.as_ref()));
        if !inside {
            store().desk.menu.set(None);
        }
    });
    on_cleanup(move || listener.remove());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::graphql::{ChatState, Comment};
    use crate::state::samples;

    fn channel() -> ChannelCapabilities {
        samples::chat("c", ChatState::Active, 1, 1)
            .channel
            .capabilities
    }

    #[test]
    fn c6_the_menu_depends_on_what_the_channel_can() {
        let inbound = samples::message("m", Direction::Inbound, 1);
        let all = channel();
        assert_eq!(
            items(&inbound, &all, false, 0.0),
            [Item::Quote, Item::Copy, Item::Record]
        );
        let none = ChannelCapabilities {
            quotes: false,
            sends_edits: false,
            sends_deletions: false,
            sends_reactions: false,
            ..all.clone()
        };
        assert_eq!(
            items(&inbound, &none, false, 0.0),
            [Item::Copy, Item::Record]
        );
        assert!(takes_reactions(&inbound, &all) && !takes_reactions(&inbound, &none));
    }

    #[test]
    fn e3_a_comment_that_is_there_is_replied_to_and_nothing_else() {
        let mut comment = samples::message("m", Direction::Inbound, 1);
        comment.comment = Some(Comment {
            permalink: None,
            post_text: None,
        });
        let all = channel();
        let shown = items(&comment, &all, false, 0.0);
        assert_eq!(shown, [Item::Reply, Item::Copy, Item::Record]);
        assert!(!takes_reactions(&comment, &all));
        let mut reply = samples::message("r", Direction::Outbound, 2);
        reply.state = MessageState::Sent;
        reply.reply_to_comment = Some(comment.id.clone());
        assert_eq!(items(&reply, &all, true, 0.0), [Item::Copy, Item::Record]);
        comment.deleted_at = Some(comment.sent_at.clone());
        assert!(!items(&comment, &all, false, 0.0).contains(&Item::Reply));
    }

    #[test]
    fn only_an_own_young_message_can_be_changed() {
        let mut sent = samples::message("m", Direction::Outbound, 1);
        sent.state = MessageState::Sent;
        let channel = channel();
        assert!(items(&sent, &channel, true, 0.0).contains(&Item::Edit));
        assert!(!items(&sent, &channel, false, 0.0).contains(&Item::Edit));
        assert!(!items(&sent, &channel, true, CHANGEABLE).contains(&Item::Delete));
        let note = samples::message("n", Direction::Internal, 1);
        assert!(items(&note, &channel, true, CHANGEABLE).contains(&Item::Edit));
        assert!(!items(&note, &channel, true, 0.0).contains(&Item::Quote));
    }

    #[test]
    fn d4_a_failed_message_offers_another_try_and_no_quote() {
        let mut failed = samples::message("m", Direction::Outbound, 1);
        failed.state = MessageState::Failed;
        let offered = items(&failed, &channel(), true, 0.0);
        assert_eq!(offered, [Item::Retry, Item::Copy, Item::Record]);
    }
}
