//! The section Chats: list, thread, details side by side. Decides which chat is open; must not fetch by itself.

mod client;
mod composer;
mod delivery;
mod details;
mod filters;
mod header;
mod knots;
mod list;
mod listed;
mod media;
mod members;
mod menus;
mod message;
mod message_menu;
mod pick;
mod record;
mod row;
mod search;
mod sound;
mod timeline;
mod viewer;
mod views;

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::fault::Fault;
use crate::api::live::Connection;
use crate::i18n::{Key, now, t};
use crate::remote::Remote;
use crate::route::Route;
use crate::session::{act, inbox, store, thread};
use crate::ui::live::{drawn, effect, live};
use crate::ui::trouble::Trouble;

/// The page, or what is in the window over one.
#[component]
pub fn Chats(#[prop(optional)] window: bool) -> impl IntoView {
    let store = store();
    effect(move || match store.route.get() {
        Route::Chat(id) => thread::open(&id),
        Route::List(view) => {
            thread::close();
            inbox::show(store.filter.with_untracked(|filter| filter.in_state(view)));
        }
        _ => {}
    });
    read_while_looked_at();
    keep_time();
    on_cleanup(thread::close);
    let details = live(move || {
        store
            .details
            .get()
            .map(|open| if open { "open" } else { "folded" })
    });
    let folded = live(move || store.list_folded.get());
    let panes = view! { <list::ListPane/><Middle/> };
    // The page under the window has the one `main` that there is.
    if window {
        view! { <div class="chats" data-details=details class:list-folded=folded>{panes}</div> }
            .into_any()
    } else {
        view! {
            <main id="main" class="chats" data-details=details class:list-folded=folded>
                <h1 class="unseen">{t(Key::RailChats)}</h1>
                {panes}
            </main>
        }
        .into_any()
    }
}

/// What is left of windows is told anew every minute; what was seen when the reader looked away is new no more.
fn keep_time() {
    let store = store();
    let tick = move || store.desk.now.set(now());
    let timer = set_interval_with_handle(tick, Duration::from_secs(30)).ok();
    on_cleanup(move || {
        if let Some(timer) = timer {
            timer.clear();
        }
    });
    effect(move || {
        if !store.looked_at.get() {
            store.desk.read_up_to.set(None);
        }
    });
}

/// A chat that is open, visible and focused is read (B3).
fn read_while_looked_at() {
    let store = store();
    let unread = Memo::new(move |_| {
        // What could not be told while the connection was lost is told when it is back.
        let looked_at = store.looked_at.get() && store.connection.get() != Connection::Lost;
        store.thread.with(|open| {
            let thread = open.thread.ready().filter(|_| looked_at)?;
            let chat = thread.chat();
            (chat.unread_count > 0 || chat.called().is_some())
                .then(|| (open.id.clone(), thread.chat().position.number()))
        })
    });
    let last = StoredValue::new(String::new());
    effect(move || {
        if let Some((id, _)) = unread.get() {
            // A message that comes while it is open is new anyway; only what was unread before is shown as read at once.
            let opened = last.with_value(|last| *last != id);
            last.set_value(id.clone());
            // First it is painted.
            let tell = move || {
                if store.thread.with_untracked(|open| open.id == id) {
                    spawn_local(act::mark_read(id, opened));
                }
            };
            set_timeout(tell, Duration::from_millis(60));
        }
    });
}

/// How far the open chat has come; the same while only its content changes.
#[derive(Clone, PartialEq)]
enum Stage {
    None,
    Loading,
    Slow,
    Failed(Fault, String),
    Ready(String),
}

impl Stage {
    /// There is nothing but a word in the middle.
    fn is_empty(&self) -> bool {
        matches!(self, Self::None | Self::Failed(..))
    }
}

#[component]
fn Middle() -> impl IntoView {
    let store = store();
    let stage = Memo::new(move |_| {
        store.thread.with(|open| match &open.thread {
            _ if open.id.is_empty() => Stage::None,
            Remote::Loading => Stage::Loading,
            Remote::Slow => Stage::Slow,
            Remote::Failed(fault) => Stage::Failed(fault.clone(), open.id.clone()),
            Remote::Ready(_) => Stage::Ready(open.id.clone()),
        })
    });
    // What stands around the messages stays from chat to chat: it need not be made anew.
    let head = thread::steady_head();
    let known = Memo::new(move |_| head.with(Option::is_some));
    let messages = drawn(move || match stage.get() {
        Stage::None => view! {
            <div class="trouble"><i class="thread-line still"></i><p>{t(Key::ThreadNone)}</p></div>
        }
        .into_any(),
        Stage::Loading => ().into_any(),
        Stage::Slow => {
            view! { <div class="thread-skeleton"><i></i><i></i><i></i><i></i></div> }.into_any()
        }
        Stage::Failed(fault, id) => view! {
            <Trouble fault again=move || thread::load(id.clone())/>
            <a class="button" data-inner href="/chats">{t(Key::NotFoundBack)}</a>
        }
        .into_any(),
        Stage::Ready(id) => view! {
            <timeline::Timeline id=id.clone()/>
            <composer::Composer id/>
        }
        .into_any(),
    });
    let busy = live(move || (stage.get() == Stage::Slow).then_some("true"));
    view! {
        <div class="thread-pane" class:empty=move || stage.with(Stage::is_empty) aria-busy=busy>
            {move || known.get().then(|| view! { <header::Header chat=head/> })}
            {messages}
        </div>
        {move || known.get().then(|| view! { <details::Details chat=head/> })}
    }
}
