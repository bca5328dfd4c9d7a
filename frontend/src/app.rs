//! Starts the SPA and chooses the page. Must not fetch chats or draw them.

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;

use crate::api::fault::Fault;
use crate::api::live::{self, Connection, Listener};
use crate::i18n::{self, Key, t};
use crate::pages::{
    chats::Chats,
    dialogs::Dialogs,
    later::{Later, People},
    not_found::NotFound,
    pop_up::PopUp,
    sign_in::SignIn,
};
use crate::remote::Remote;
use crate::route::{self, Route};
use crate::session::{
    self, drafts, inbox, language, memory::Theme, notify, sending, store, uploads,
};
use crate::ui::command_bar::CommandBar;
use crate::ui::live::{drawn, effect};
use crate::ui::{
    focus, frame::Frame, keys, link, panic, selection, times, toast::Toasts, trouble::Trouble,
};

/// Takes over the page.
pub fn start() {
    panic::install();
    language::begin();
    live::install(Listener {
        changed: connection_changed,
        refused: session::socket_refused,
    });
    watch_window();
    keys::install();
    notify::install();
    if let Some(waiting) = document().get_element_by_id("boot") {
        waiting.remove();
    }
    mount_to_body(App);
    session::boot();
}

fn connection_changed(connection: Connection) {
    let store = store();
    store.connection.set(connection);
    if connection == Connection::Open {
        sending::resend();
        drafts::save_all();
        session::learn_workspace();
    }
}

fn watch_window() {
    let look = || {
        let visible = document().visibility_state() == web_sys::VisibilityState::Visible;
        store()
            .looked_at
            .set(visible && document().has_focus().unwrap_or(true));
    };
    look();
    for event in ["focus", "blur", "visibilitychange", "pageshow"] {
        let _ = window_event_listener_untyped(event, move |_| look());
    }
    let _ = window_event_listener_untyped("focus", |_| session::look_again());
    // A file let go anywhere never replaces the page; who wants it takes it.
    let hold = |event: web_sys::DragEvent| {
        if uploads::carries_files(&event) {
            event.prevent_default();
        }
    };
    let _ = window_event_listener(ev::dragover, hold);
    let _ = window_event_listener(ev::drop, hold);
    let _ = window_event_listener_untyped("pagehide", |_| sending::release_all());
    let _ = window_event_listener(ev::storage, |event| {
        let Some(key) = event.key() else { return };
        session::chosen_elsewhere(&key);
        if event.new_value().is_none() {
            sending::forgotten_elsewhere(&key);
        }
    });
    let _ = window_event_listener(ev::pointerover, |event| times::tell_exactly(&event));
    let _ = window_event_listener(ev::popstate, |_| {
        let to = route::from_location();
        let chats = to.is_chats();
        store().under.set(route::under_of_location());
        store().route.set(to);
        if chats {
            inbox::show(route::filter_of_location());
        }
    });
    // Who points at a link will probably press it.
    for event in ["pointerover", "focusin"] {
        let _ = window_event_listener_untyped(event, |event| {
            if let Some(later) = link::target(&event).and_then(|to| Later::at(&to)) {
                later.fetch();
            }
        });
    }
    let _ = window_event_listener(ev::click, |event| {
        if selection::clicked(&event) {
            return event.prevent_default();
        }
        if let Some(to) = link::inner_target(&event) {
            event.prevent_default();
            store().go(to);
        }
    });
}

/// What to draw. It stays the same while only the chat in the address changes.
#[derive(Clone, PartialEq)]
enum Screen {
    Nothing,
    Waiting,
    Broken(Fault),
    SignIn,
    Door(Later),
    Chats,
    Page(Later),
    #[cfg(debug_assertions)]
    Dev,
    NotFound,
}

fn screen() -> Screen {
    let store = store();
    let signed_in = match &*store.boot.read() {
        Remote::Loading => return Screen::Nothing,
        Remote::Slow => return Screen::Waiting,
        Remote::Failed(fault) => return Screen::Broken(fault.clone()),
        Remote::Ready(boot) => boot.viewer.is_some(),
    };
    let here = store.route.get();
    let under = store.under.get().filter(|_| here.is_chats());
    let shown = under.unwrap_or(here);
    let later = Later::at(&shown);
    match shown {
        Route::SetUp(_) | Route::Invitation(_) => later.map_or(Screen::NotFound, Screen::Door),
        Route::SignIn => Screen::SignIn,
        #[cfg(debug_assertions)]
        Route::Dev => Screen::Dev,
        _ if !signed_in => Screen::SignIn,
        Route::List(_) | Route::Chat(_) => Screen::Chats,
        _ => later.map_or(Screen::NotFound, Screen::Page),
    }
}

#[component]
fn App() -> impl IntoView {
    let store = store();
    effect(move || {
        let root = document().document_element();
        if let Some(root) = root {
            let theme = store.theme.get();
            let _ = match theme {
                Theme::System => root.remove_attribute("data-theme"),
                Theme::Light | Theme::Dark => root.set_attribute("data-theme", theme.word()),
            };
            let _ = root.set_attribute("lang", store.locale.get().tag());
        }
    });
    let waiting = Memo::new(move |_| store.inbox.with(|inbox| inbox.counters().unread));
    // A chat that is read as it is written to changes nothing; and browsers take their time over a title.
    let mut entitle = debounce(Duration::from_millis(200), |waiting: i32| {
        document().set_title(&if waiting > 0 {
            format!("({waiting}) Hilo")
        } else {
            "Hilo".to_owned()
        });
    });
    effect(move || entitle(waiting.get()));
    let red = Memo::new(move |_| store.inbox.with(|inbox| inbox.red()));
    effect(move || mark_icon(red.get()));
    notify::watch();
    let screen = Memo::new(|_| screen());
    Effect::new(move |before: Option<Screen>| {
        let now = screen.get();
        let loaded = |before: &Screen| !matches!(before, Screen::Nothing | Screen::Waiting);
        if before.is_some_and(|before| loaded(&before) && before != now) {
            focus::arrive();
        }
        now
    });
    // Another language draws everything anew: texts are plain strings, not signals.
    drawn(move || {
        i18n::set_current(store.locale.get());
        view! {
            {move || page(screen.get())}
            <PopUp/>
            <Toasts/>
            <keys::Sheet lines=|| Later::People(People::Keys).draw()/>
            <CommandBar/>
            <Dialogs/>
            <div class="unseen" aria-live="polite" data-testid="live-region">{move || store.said.get()}</div>
        }
    })
}

/// The icon of the tab has the red mark too (B4).
fn mark_icon(red: bool) {
    let Ok(Some(link)) = document().query_selector("link[rel=icon]") else {
        return;
    };
    let wanted = if red { "data-red" } else { "data-plain" };
    if let Some(address) = link.get_attribute(wanted) {
        let _ = link.set_attribute("href", &address);
    }
}

fn page(screen: Screen) -> AnyView {
    match screen {
        Screen::Nothing => ().into_any(),
        Screen::Waiting => view! { <div class="boot" role="status" aria-label=t(Key::StateLoading)><i class="thread-line"></i></div> }.into_any(),
        Screen::Broken(fault) => {
            view! { <main class="alone"><Trouble fault again=session::boot/></main> }.into_any()
        }
        Screen::SignIn => view! { <SignIn/> }.into_any(),
        Screen::Door(later) => later.draw(),
        Screen::Chats => view! { <Frame><Chats/></Frame><selection::SelectionBar/> }.into_any(),
        Screen::Page(later) => view! { <Frame>{later.draw()}</Frame> }.into_any(),
        #[cfg(debug_assertions)]
        Screen::Dev => view! { <crate::pages::dev::Parts/> }.into_any(),
        Screen::NotFound => view! { <Frame><NotFound/></Frame> }.into_any(),
    }
}
