//! Tells an agent who looks elsewhere that somebody wrote: a desktop notification and a short sound (B15, P16). One tab
//! speaks for all of them. Must not decide what is worth telling.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    BroadcastChannel, MessageEvent, Notification, NotificationOptions, NotificationPermission,
};

use super::{memory, store, toasts};
use crate::api::graphql::Chat;
use crate::i18n::{Key, moment, now, t, tf};
use crate::route::Route;
use crate::state::notices::{Known, Notice, Views, notices};
use crate::ui::names;

/// How long a mention in a chat that is not at hand is news, in milliseconds.
const FRESH: f64 = 600_000.0;

thread_local! {
    // Without the browser's locks every tab is on its own.
    static SPEAKS: Cell<bool> = const { Cell::new(false) };
    static VIEWS: RefCell<Views> = RefCell::default();
    static CHANNEL: RefCell<Option<BroadcastChannel>> = const { RefCell::new(None) };
    /// Notifications are allowed, and when the browser said so.
    static ALLOWED: Cell<(bool, f64)> = const { Cell::new((false, 0.0)) };
    static TAB: String = uuid::Uuid::new_v4().to_string();
}

/// Prepares for the life of the page.
pub fn install() {
    take_turn();
    listen_to_tabs();
}

/// Tells the other tabs what this one looks at, for as long as its owner lives.
pub fn watch() {
    Effect::new(|| {
        let store = store();
        let looked_at = store.looked_at.get();
        let chat = store.route.with(|route| match route {
            Route::Chat(id) if looked_at => id.clone(),
            _ => String::new(),
        });
        tell_view(&chat);
    });
}

/// Waits for the turn to speak: the browser gives it to one tab, and to the next when that is closed.
fn take_turn() {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).unwrap_or(JsValue::UNDEFINED);
    let request = Reflect::get(&locks, &"request".into())
        .ok()
        .and_then(|request| request.dyn_into::<Function>().ok());
    let Some(request) = request else {
        return SPEAKS.set(true);
    };
    let speak = Closure::<dyn FnMut() -> Promise>::new(|| {
        SPEAKS.set(true);
        // Never kept: the turn lasts as long as the tab.
        Promise::new(&mut |_, _| ())
    });
    let _ = request.call2(&locks, &"hilo.speaks".into(), speak.as_ref());
    speak.forget();
}

fn listen_to_tabs() {
    let Ok(channel) = BroadcastChannel::new("hilo.view") else {
        return;
    };
    let heard = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| {
        let text = event.data().as_string().unwrap_or_default();
        if let Some((tab, chat)) = text.split_once(' ') {
            VIEWS.with_borrow_mut(|views| views.set(tab, chat));
        }
    });
    channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    heard.forget();
    CHANNEL.set(Some(channel));
    let _ = window_event_listener_untyped("pagehide", |_| tell_view(""));
}

fn tell_view(chat: &str) {
    let tab = TAB.with(Clone::clone);
    VIEWS.with_borrow_mut(|views| views.set(&tab, chat));
    CHANNEL.with_borrow(|channel| {
        if let Some(channel) = channel {
            let _ = channel.post_message(&format!("{tab} {chat}").into());
        }
    });
}

/// A change of the list has come, and is not taken in yet.
pub fn changed(change: &[Chat]) {
    let told = unseen(change);
    let (here, elsewhere) = (
        store().looked_at.get_untracked(),
        !store().route.with_untracked(Route::is_chats),
    );
    if here && elsewhere && memory::in_app() {
        for notice in &told {
            let text = format!("{}: {}", name(notice), text(notice));
            toasts::wrote(text, notice.chat.clone());
        }
    }
    if told.is_empty() || !SPEAKS.get() {
        return;
    }
    if sounds() {
        sound();
    }
    if memory::notifications() && is_allowed() {
        told.iter().for_each(show);
    }
}

fn unseen(change: &[Chat]) -> Vec<Notice> {
    let before: HashMap<String, Known> = store().inbox.with_untracked(|inbox| {
        change
            .iter()
            .filter_map(|chat| {
                let known = inbox.row(chat.id.inner())?;
                Some((chat.id.inner().to_owned(), Known::of(&known)))
            })
            .collect()
    });
    let views = VIEWS.with_borrow(Views::chats);
    notices(&before, change, &views, &moment(now() - FRESH))
}

fn name(notice: &Notice) -> String {
    let name = match notice.name.as_str() {
        "" => t(Key::ContactUnknown),
        name => name,
    };
    if notice.mention {
        tf(Key::NoticesMention, &[("name", name)])
    } else {
        name.to_owned()
    }
}

fn text(notice: &Notice) -> String {
    names::said(&notice.text, notice.attachment)
}

/// Is a new message heard? The workspace says so, unless the agent turned it off here.
pub fn sounds() -> bool {
    let workspace = store()
        .workspace
        .with_untracked(|known| known.as_ref().is_none_or(|known| known.message_sound));
    workspace && memory::sound()
}

fn show(notice: &Notice) {
    let options = NotificationOptions::new();
    options.set_body(&text(notice));
    // One of a chat takes the place of the last.
    options.set_tag(&notice.chat);
    let Ok(shown) = Notification::new_with_options(&name(notice), &options) else {
        return;
    };
    let chat = notice.chat.clone();
    let notification = shown.clone();
    let clicked = Closure::once_into_js(move || {
        let _ = window().focus();
        notification.close();
        store().go(Route::Chat(chat));
    });
    shown.set_onclick(clicked.dyn_ref());
}

/// Two short notes. The script that loads the program makes them (boot.js): from here it would be a dozen calls.
pub fn sound() {
    let play = Reflect::get(&window(), &"hiloSound".into());
    if let Some(play) = play.ok().and_then(|play| play.dyn_into::<Function>().ok()) {
        let _ = play.call0(&JsValue::UNDEFINED);
    }
}

/// What the browser allows, as of the last minute: it takes longer to say than a message takes to draw.
fn is_allowed() -> bool {
    let (known, at) = ALLOWED.get();
    if now() - at < 60_000.0 {
        return known;
    }
    let allowed = permission() == Some(NotificationPermission::Granted);
    ALLOWED.set((allowed, now()));
    allowed
}

/// What the browser allows; nothing where it has no notifications, as on a page without `https`.
pub fn permission() -> Option<NotificationPermission> {
    let known = Reflect::has(&window(), &"Notification".into()).unwrap_or(false);
    known.then(Notification::permission)
}

/// Asks the browser for its permission; what it said is put into `into`.
pub fn ask(into: RwSignal<Option<NotificationPermission>>) {
    spawn_local(async move {
        if let Ok(asked) = Notification::request_permission() {
            let _ = JsFuture::from(asked).await;
        }
        ALLOWED.set((false, 0.0));
        let _ = into.try_set(permission());
    });
}
