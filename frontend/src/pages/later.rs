//! The pages that an agent does not need to see the inbox and to answer. Their program comes in two parts, each when
//! something of it is asked for (decision 0012). Must not know what they draw.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use js_sys::Reflect;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::invitation::AcceptInvitation;
use super::set_up::SetUp;
use super::settings::{self, Section};
use super::templates::Templates;
use super::{clients, dialogs};
use crate::api::fault::Fault;
use crate::i18n::{Key, t};
use crate::remote::Remote;
use crate::route::Route;
use crate::session::asking;
use crate::state::dialog::Dialog;
use crate::ui::live::drawn;
use crate::ui::trouble::Trouble;
use crate::ui::{focus, keys};

/// What comes later, by the part it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Later {
    /// Settings, templates, and the doors one goes through once.
    Office(Office),
    /// Clients, the dialogs, and the sheet of keys.
    People(People),
}

/// What is in the part `office`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Office {
    /// A page of the settings.
    Settings(Section),
    /// The texts to answer with.
    Templates,
    /// The first run, with its token.
    SetUp(String),
    /// An invitation, by its token.
    Invitation(String),
}

/// What is in the part `people`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum People {
    /// The list of clients.
    Clients,
    /// A client.
    Client(String),
    /// What a dialog asks.
    Dialog(Dialog),
    /// The sheet of keys.
    Keys,
}

type Draw<T> = fn(T) -> AnyView;
/// Draws what was asked for.
type Ready = Arc<dyn Fn() -> AnyView + Send + Sync>;
type Coming = Pin<Box<dyn Future<Output = Result<Ready, Fault>>>>;

impl From<SplitLoaderError> for Fault {
    fn from(_: SplitLoaderError) -> Self {
        // Said by the script that fetches the parts (scripts/join-parts.mjs).
        if Reflect::has(&window(), &"hiloGone".into()).unwrap_or(false) {
            Self::Outdated
        } else {
            Self::Network
        }
    }
}

#[wasm_split(office, fallible)]
fn office() -> Result<Draw<Office>, Fault> {
    Ok(draw_office)
}

fn draw_office(what: Office) -> AnyView {
    match what {
        Office::Settings(section) => settings::draw(section),
        Office::Templates => view! { <Templates/> }.into_any(),
        Office::SetUp(token) => view! { <SetUp token/> }.into_any(),
        Office::Invitation(token) => view! { <AcceptInvitation token/> }.into_any(),
    }
}

#[wasm_split(people, fallible)]
fn people() -> Result<Draw<People>, Fault> {
    Ok(draw_people)
}

fn draw_people(what: People) -> AnyView {
    match what {
        People::Clients => clients::draw_list(),
        People::Client(id) => clients::draw_one(id),
        People::Dialog(dialog) => dialogs::draw(dialog),
        People::Keys => keys::lines(),
    }
}

fn ready<T: Clone + Send + Sync + 'static>(draw: Draw<T>, what: T) -> Ready {
    Arc::new(move || draw(what.clone()))
}

impl Later {
    /// The page of an address, if it is one of these.
    pub fn at(route: &Route) -> Option<Self> {
        let settings = |section| Self::Office(Office::Settings(section));
        Some(match route {
            Route::SettingsChats => settings(Section::Chats),
            Route::SettingsEmployees => settings(Section::Employees),
            Route::SettingsTokens => settings(Section::Tokens),
            Route::Mine => settings(Section::Mine),
            Route::Templates => Self::Office(Office::Templates),
            Route::SetUp(token) => Self::Office(Office::SetUp(token.clone())),
            Route::Invitation(token) => Self::Office(Office::Invitation(token.clone())),
            Route::Clients => Self::People(People::Clients),
            Route::Client(id) | Route::ClientChats(id) => Self::People(People::Client(id.clone())),
            _ => return None,
        })
    }

    /// The part with this in it: at once when it is here, else when it has come.
    fn coming(&self) -> Coming {
        match self.clone() {
            Self::Office(what) => Box::pin(async { Ok(ready(office().await?, what)) }),
            Self::People(what) => Box::pin(async { Ok(ready(people().await?, what)) }),
        }
    }

    /// It will probably be asked for: its part is fetched. What fails is told when it is asked for.
    pub fn fetch(&self) {
        let coming = self.coming();
        spawn_local(async move {
            let _ = coming.await;
        });
    }

    /// The frame that it stands in while it is not here.
    fn frame(&self, inner: AnyView) -> AnyView {
        let class = match self {
            Self::People(People::Dialog(_) | People::Keys) => return inner,
            Self::Office(Office::SetUp(_) | Office::Invitation(_)) => "alone waiting",
            Self::Office(Office::Settings(_) | Office::Templates)
            | Self::People(People::Clients | People::Client(_)) => "section waiting",
        };
        view! { <main id="main" class=class>{inner}</main> }.into_any()
    }

    /// Draws it: at once when its part is here. Else nothing, after a while that it takes long, then what was asked for;
    /// or why it does not come, and another try.
    pub fn draw(self) -> AnyView {
        let mut coming = self.coming();
        let mut context = Context::from_waker(Waker::noop());
        match coming.as_mut().poll(&mut context) {
            Poll::Ready(Ok(draw)) => return draw(),
            Poll::Ready(Err(_)) => coming = self.coming(),
            Poll::Pending => {}
        }
        let known = RwSignal::new(Remote::Loading);
        asking::ask(known, coming);
        let what = self.clone();
        let again = Callback::new(move |()| asking::ask(known, what.coming()));
        drawn(move || {
            // Whoever waited here, or pressed to try again, finds what comes instead.
            if focus::is_in(".waiting") {
                focus::arrive();
            }
            match known.get() {
                Remote::Ready(draw) => draw(),
                Remote::Loading => self.frame(().into_any()),
                Remote::Slow => self.frame(
                    view! { <p class="note" role="status">{t(Key::StateLoading)}</p> }.into_any(),
                ),
                Remote::Failed(fault) => {
                    self.frame(view! { <Trouble fault again=move || again.run(())/> }.into_any())
                }
            }
        })
        .into_any()
    }
}
