//! What lives as long as the page: who is signed in, where they are, what they see. Signals here belong to no
//! component, so none of them is ever disposed.

pub mod act;
pub mod ahead;
pub mod asking;
pub mod bulk;
pub mod client_fields;
pub mod desk;
pub mod directory;
pub mod drafts;
pub mod finding;
pub mod inbox;
pub mod language;
pub mod memory;
pub mod message;
pub mod notify;
pub mod presence;
pub mod sending;
pub mod thread;
pub mod toasts;
pub mod transcript;
pub mod uploads;
pub mod viewing;
pub mod views;

use std::cell::OnceCell;
use std::time::Duration;

use leptos::prelude::{
    GetUntracked, Memo, RwSignal, Set, Update, With, WithUntracked, set_timeout, untrack, window,
};
use leptos::task::spawn_local;

use crate::api::fault::Fault;
use crate::api::graphql::{AgentRole, ChatState, Viewer};
use crate::api::live::{self, Connection};
use crate::api::mutations::SignOut;
use crate::api::queries::Boot;
use crate::api::request::Ask;
use crate::api::subscriptions::Typing;
use crate::api::workspace::{ChatDisplay, Settings, WorkspaceSettings};
use crate::i18n::Locale;
use crate::remote::Remote;
use crate::route::{self, Route};
use crate::state::commands::Mode;
use crate::state::dialog::Dialog;
use crate::state::filter::Filter;
use crate::state::inbox::Inbox;
use crate::state::outbox::Outbox;
use crate::state::selection::Selection;
use crate::state::uploads::Uploads;
use desk::Desk;
use directory::Directory;
use memory::Theme;
use thread::OpenThread;
use toasts::Toast;

/// Everything that is shared between pages.
#[derive(Clone, Copy)]
pub struct Store {
    /// The page of the address bar.
    pub route: RwSignal<Route>,
    /// The agent wants the chats in a window (A9).
    pub pop_up: RwSignal<bool>,
    /// The page under the window of the chats, while they are shown in one.
    pub under: RwSignal<Option<Route>>,
    /// Where to go after signing in.
    pub wanted: RwSignal<Option<Route>>,
    /// Who and where.
    pub boot: RwSignal<Remote<Boot>>,
    /// The live socket.
    pub connection: RwSignal<Connection>,
    /// The list of chats.
    pub inbox: RwSignal<Inbox>,
    /// Why the list did not come.
    pub inbox_fault: RwSignal<Option<Fault>>,
    /// Which chats the list shows.
    pub filter: RwSignal<Filter>,
    /// Active or archived, of the filter.
    pub view: Memo<ChatState>,
    /// The row that is to be shown and get the focus, by its chat's id.
    pub reveal: RwSignal<Option<String>>,
    /// Channels and colleagues, once somebody asked.
    pub directory: RwSignal<Directory>,
    /// The chat that is open.
    pub thread: RwSignal<OpenThread>,
    /// Messages on their way.
    pub outbox: RwSignal<Outbox>,
    /// Files on their way.
    pub uploads: RwSignal<Uploads>,
    /// What is on the desk of the open chat.
    pub desk: Desk,
    /// Who writes in the open chat.
    pub typing: RwSignal<Option<Typing>>,
    /// Which colleagues can be reached.
    pub colleagues: RwSignal<presence::Colleagues>,
    /// How the workspace works, once it is known.
    pub workspace: RwSignal<Option<WorkspaceSettings>>,
    /// The filters kept under names.
    pub views: views::Views,
    /// What was just done.
    pub toasts: RwSignal<Vec<Toast>>,
    /// The page is visible and has the focus.
    pub looked_at: RwSignal<bool>,
    /// The language.
    pub locale: RwSignal<Locale>,
    /// Light, dark, or as the system.
    pub theme: RwSignal<Theme>,
    /// The list is folded away.
    pub list_folded: RwSignal<bool>,
    /// The details: `None` = as the width allows.
    pub details: RwSignal<Option<bool>>,
    /// The sheet of keys is open.
    pub sheet: RwSignal<bool>,
    /// The command bar is open, and for what.
    pub bar: RwSignal<Option<Mode>>,
    /// The dialog that is open.
    pub dialog: RwSignal<Option<Dialog>>,
    /// The chats that are selected.
    pub selection: RwSignal<Selection>,
    /// Keys without Ctrl or Cmd do something.
    pub single_keys: RwSignal<bool>,
    /// What a screen reader is to say.
    pub said: RwSignal<String>,
}

thread_local! {
    static STORE: OnceCell<Store> = const { OnceCell::new() };
}

/// The one store of the page.
pub fn store() -> Store {
    STORE.with(|cell| *cell.get_or_init(Store::new))
}

impl Store {
    fn new() -> Self {
        let filter = RwSignal::new(route::filter_of_location());
        Self {
            route: RwSignal::new(route::from_location()),
            pop_up: RwSignal::new(memory::pop_up()),
            under: RwSignal::new(route::under_of_location()),
            wanted: RwSignal::new(None),
            boot: RwSignal::new(Remote::Loading),
            connection: RwSignal::new(Connection::Idle),
            inbox: RwSignal::new(Inbox::default()),
            inbox_fault: RwSignal::new(None),
            filter,
            view: Memo::new(move |_| filter.with(|filter| filter.state)),
            reveal: RwSignal::new(None),
            directory: RwSignal::new(Directory::default()),
            thread: RwSignal::new(OpenThread::default()),
            outbox: RwSignal::new(Outbox::default()),
            uploads: RwSignal::new(Uploads::default()),
            desk: Desk::new(),
            typing: RwSignal::new(None),
            colleagues: RwSignal::new(presence::Colleagues::new()),
            workspace: RwSignal::new(None),
            views: RwSignal::new(Remote::Loading),
            toasts: RwSignal::new(Vec::new()),
            looked_at: RwSignal::new(true),
            locale: RwSignal::new(memory::locale()),
            theme: RwSignal::new(memory::theme()),
            list_folded: RwSignal::new(memory::list_folded()),
            details: RwSignal::new(None),
            sheet: RwSignal::new(false),
            bar: RwSignal::new(None),
            dialog: RwSignal::new(None),
            selection: RwSignal::new(Selection::default()),
            single_keys: RwSignal::new(memory::single_keys()),
            said: RwSignal::new(String::new()),
        }
    }

    /// Goes to a page. From a page of the workspace the chats come in a window over it, where they are shown so (A9).
    pub fn go(&self, to: Route) {
        self.pass(to, self.pop_up.get_untracked() && untrack(has_window));
    }

    /// Opens chats in a window over the page, however they are shown else (G16).
    pub fn over(&self, to: Route) {
        self.pass(to, true);
    }

    fn pass(&self, to: Route, in_window: bool) {
        if !to.is_chats() {
            // A frame on another site shows the chats and nothing else.
            if route::is_embedded() && !to.is_public() {
                let _ = window().open_with_url_and_target_and_features(
                    &to.path(),
                    "_blank",
                    "noopener",
                );
                return;
            }
            self.under.set(None);
        } else if in_window {
            let here = self.route.get_untracked();
            if here.is_workspace() {
                self.under.set(Some(here));
            }
        }
        // It is on its way before anything is drawn.
        if let Route::Chat(id) = &to {
            ahead::wish(id.clone(), true);
        }
        route::go(self.route, to, false);
    }

    /// Closes the window of the chats; tells whether there was one.
    pub fn close_window(&self) -> bool {
        let under = self.under.get_untracked();
        let there = self.route.with_untracked(Route::is_chats) && under.is_some();
        if let Some(under) = under.filter(|_| there) {
            self.go(under);
        }
        there
    }

    /// The chats get the whole page.
    pub fn widen(&self) {
        self.under.set(None);
        self.keep_address();
    }

    /// The address says what the list shows.
    pub fn keep_address(&self) {
        self.route.with_untracked(route::keep);
    }

    /// Who is signed in.
    pub fn viewer(&self) -> Option<Viewer> {
        self.boot
            .with_untracked(|boot| boot.ready().and_then(|boot| boot.viewer.clone()))
    }

    /// May they change settings?
    pub fn is_administrator(&self) -> bool {
        self.viewer()
            .is_some_and(|viewer| viewer.role == AgentRole::Administrator)
    }
}

/// Asks who is there and opens the right page.
pub fn boot() {
    let store = store();
    store.boot.set(Remote::Loading);
    grow_slow(store.boot);
    spawn_local(async move {
        match Boot::ask(()).await {
            Ok(boot) => {
                let (signed_in, needs_set_up) =
                    (boot.viewer.is_some(), boot.workspace.needs_set_up);
                store.boot.set(Remote::Ready(boot));
                place(store, signed_in, needs_set_up);
            }
            Err(fault) => store.boot.set(Remote::Failed(fault)),
        }
    });
}

/// After 150 ms without an answer the shape of the page is shown.
pub fn grow_slow<T: Send + Sync + 'static>(remote: RwSignal<Remote<T>>) {
    // The page may have been left meanwhile, and its signals with it.
    let slow = move || {
        let waits = remote.try_with_untracked(|remote| matches!(remote, Remote::Loading));
        if waits == Some(true) {
            let _ = remote.try_set(Remote::Slow);
        }
    };
    set_timeout(slow, Duration::from_millis(150));
}

fn place(store: Store, signed_in: bool, needs_set_up: bool) {
    let here = store.route.get_untracked();
    if let Some(viewer) = store.viewer().filter(|_| signed_in) {
        sending::open(viewer.agent.id.inner());
        live::connect();
        inbox::start();
        presence::start();
        if here.is_public() && !matches!(here, Route::Invitation(_)) {
            let to = store
                .wanted
                .get_untracked()
                .unwrap_or(Route::List(ChatState::Active));
            store.wanted.set(None);
            route::go(store.route, to, true);
        }
    } else if needs_set_up {
        if !matches!(here, Route::SetUp(_)) {
            route::go(store.route, Route::SetUp(String::new()), true);
        }
    } else if !here.is_public() || matches!(here, Route::SetUp(_)) {
        if !here.is_public() {
            store.wanted.set(Some(here));
        }
        route::go(store.route, Route::SignIn, true);
    }
}

/// Are the chats shown in a window over the workspace's pages? They are unless the workspace settled otherwise (A9).
pub fn has_window() -> bool {
    store().workspace.with(|known| {
        known
            .as_ref()
            .is_none_or(|known| known.display == ChatDisplay::PopUp)
    })
}

/// Asks how the workspace works, when the page is connected and whenever it is again. Without an answer it works as it does
/// without settings.
pub fn learn_workspace() {
    spawn_local(async {
        match Settings::ask(()).await {
            Ok(answer) => store().workspace.set(Some(answer.workspace_settings)),
            Err(fault) => {
                noticed(&fault);
                if fault.may_pass() && store().viewer().is_some() {
                    set_timeout(learn_workspace, Duration::from_secs(10));
                }
            }
        }
    });
}

/// Another tab changed what all tabs of this browser show alike.
pub fn chosen_elsewhere(key: &str) {
    let store = store();
    match key {
        "hilo.theme" => store.theme.set(memory::theme()),
        "hilo.keys" => store.single_keys.set(memory::single_keys()),
        "hilo.window" => store.pop_up.set(memory::pop_up()),
        "hilo.language" => {
            let chosen = memory::chosen_locale().filter(|it| *it != store.locale.get_untracked());
            if let Some(chosen) = chosen {
                language::speak(chosen);
            }
        }
        _ => {}
    }
}

/// On the sign-in page: somebody may have signed in in another tab meanwhile.
pub fn look_again() {
    if store().route.get_untracked() == Route::SignIn {
        spawn_local(async {
            let answer = Boot::ask(()).await;
            if answer.is_ok_and(|boot| boot.viewer.is_some()) && store().viewer().is_none() {
                boot();
            }
        });
    }
}

/// The server ended the socket. That is not always the end of the session: a new role or password ends it too, so
/// it is asked who is there before anybody is sent to the sign-in page.
pub fn socket_refused() {
    let store = store();
    let before = store.viewer();
    spawn_local(async move {
        match Boot::ask(()).await {
            Ok(boot) if boot.viewer.is_none() => signed_out(),
            Err(Fault::SignedOut) => signed_out(),
            // Another agent, or other rights: what is on the screen may not be theirs.
            Ok(boot) if boot.viewer != before => {
                let _ = window().location().reload();
            }
            Ok(_) | Err(_) => live::retry(),
        }
    });
}

/// The session is over, by will or not: what was seen is forgotten, what was typed is kept.
pub fn signed_out() {
    let store = store();
    live::disconnect();
    inbox::stop();
    presence::stop();
    thread::forget();
    drafts::forget();
    directory::forget();
    uploads::forget();
    views::forget();
    store.inbox.update(Inbox::clear);
    store.selection.update(Selection::clear);
    store.bar.set(None);
    store.dialog.set(None);
    let here = store.route.get_untracked();
    if !here.is_public() {
        store.wanted.set(Some(here));
    }
    store.boot.update(|boot| {
        if let Some(boot) = boot.ready_mut() {
            boot.viewer = None;
        }
    });
    route::go(store.route, Route::SignIn, true);
    boot();
}

/// Ends the session.
pub fn sign_out() {
    spawn_local(async move {
        match SignOut::ask(()).await.map(|answer| answer.sign_out.ok) {
            Ok(true) | Err(Fault::SignedOut) => {
                // What is kept in the browser stays there for this agent's next sign-in.
                store().outbox.set(Outbox::default());
                store().under.set(None);
                signed_out();
                store().wanted.set(None);
                store().filter.set(Filter::default());
            }
            Ok(false) => toasts::fault(&Fault::Server),
            Err(fault) => toasts::failed(&fault, sign_out),
        }
    });
}

/// Acts on faults that mean the same everywhere: the session is over.
pub fn noticed(fault: &Fault) {
    if *fault == Fault::SignedOut && store().viewer().is_some() {
        signed_out();
    }
}
