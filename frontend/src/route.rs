//! Which page an address means, and the way back. The address is the first state there is.

use leptos::prelude::{GetUntracked, RwSignal, Set, WithUntracked, window};
use wasm_bindgen::JsValue;

use crate::api::graphql::ChatState;
use crate::session::store;
use crate::state::filter::Filter;

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/sign-in`
    SignIn,
    /// `/set-up?token=...`
    SetUp(String),
    /// `/invitation/{token}`
    Invitation(String),
    /// `/chats`, `/archived`
    List(ChatState),
    /// `/chats/{id}`
    Chat(String),
    /// `/clients`
    Clients,
    /// `/clients/{id}`
    Client(String),
    /// `/clients/{id}/chats`, a tab of the same page
    ClientChats(String),
    /// `/templates`
    Templates,
    /// `/settings/chats`
    SettingsChats,
    /// `/settings/employees`
    SettingsEmployees,
    /// `/settings/tokens`
    SettingsTokens,
    /// `/settings/mine`
    Mine,
    /// `/dev/ui`, in builds for work only.
    #[cfg(debug_assertions)]
    Dev,
    /// Anything else.
    NotFound,
}

impl Route {
    /// Which of two panes a narrow window shows: `list` or `thread`.
    pub const fn pane(&self) -> &'static str {
        match self {
            Self::Chat(_) => "thread",
            _ => "list",
        }
    }

    /// The page of an address.
    pub fn parse(path: &str, query: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            [] | ["chats"] => Self::List(ChatState::Active),
            ["archived"] => Self::List(ChatState::Archived),
            // The same pages without the rail, for a frame on another site.
            ["embed", inner @ ..] => Self::parse(&inner.join("/"), query),
            ["chats", id] => Self::Chat((*id).to_owned()),
            ["sign-in"] => Self::SignIn,
            ["set-up"] => Self::SetUp(token(query)),
            ["invitation", token] => Self::Invitation((*token).to_owned()),
            ["clients"] => Self::Clients,
            ["clients", id] => Self::Client((*id).to_owned()),
            ["clients", id, "chats"] => Self::ClientChats((*id).to_owned()),
            ["templates"] => Self::Templates,
            ["settings"] | ["settings", "chats"] => Self::SettingsChats,
            ["settings", "employees"] => Self::SettingsEmployees,
            ["settings", "tokens"] => Self::SettingsTokens,
            ["settings", "mine"] => Self::Mine,
            #[cfg(debug_assertions)]
            ["dev", "ui"] => Self::Dev,
            _ => Self::NotFound,
        }
    }

    /// The address of the page.
    pub fn path(&self) -> String {
        match self {
            Self::SignIn => "/sign-in".to_owned(),
            Self::SetUp(token) => format!("/set-up?token={token}"),
            Self::Invitation(token) => format!("/invitation/{token}"),
            Self::List(ChatState::Active) => "/chats".to_owned(),
            Self::List(ChatState::Archived) => "/archived".to_owned(),
            Self::Chat(id) => format!("/chats/{id}"),
            Self::Clients => "/clients".to_owned(),
            Self::Client(id) => format!("/clients/{id}"),
            Self::ClientChats(id) => format!("/clients/{id}/chats"),
            Self::Templates => "/templates".to_owned(),
            Self::SettingsChats => "/settings/chats".to_owned(),
            Self::SettingsEmployees => "/settings/employees".to_owned(),
            Self::SettingsTokens => "/settings/tokens".to_owned(),
            Self::Mine => "/settings/mine".to_owned(),
            #[cfg(debug_assertions)]
            Self::Dev => "/dev/ui".to_owned(),
            Self::NotFound => "/404".to_owned(),
        }
    }

    /// May one see it without being signed in?
    pub fn is_public(&self) -> bool {
        matches!(self, Self::SignIn | Self::SetUp(_) | Self::Invitation(_))
    }

    /// Can the window of the chats lie over it?
    pub fn is_workspace(&self) -> bool {
        self.is_clients() || self.is_settings() || *self == Self::Templates
    }

    /// Is it part of the section Chats?
    pub fn is_chats(&self) -> bool {
        matches!(self, Self::List(_) | Self::Chat(_))
    }

    /// Is it part of the section Clients?
    pub fn is_clients(&self) -> bool {
        matches!(self, Self::Clients | Self::Client(_) | Self::ClientChats(_))
    }

    /// Is it part of the settings?
    pub fn is_settings(&self) -> bool {
        matches!(
            self,
            Self::SettingsChats | Self::SettingsEmployees | Self::SettingsTokens | Self::Mine
        )
    }
}

fn token(query: &str) -> String {
    let pairs = query
        .trim_start_matches('?')
        .split('&')
        .filter_map(|pair| pair.split_once('='));
    pairs
        .filter(|(name, _)| *name == "token")
        .map(|(_, value)| value.to_owned())
        .next()
        .unwrap_or_default()
}

/// The page of the address bar.
pub fn from_location() -> Route {
    let location = window().location();
    Route::parse(
        &location.pathname().unwrap_or_default(),
        &location.search().unwrap_or_default(),
    )
}

/// Is this the page that other sites show in a frame (A9)?
pub fn is_embedded() -> bool {
    thread_local! {
        static EMBEDDED: bool = {
            let path = window().location().pathname().unwrap_or_default();
            path.split('/').nth(1) == Some("embed")
        };
    }
    EMBEDDED.with(|it| *it)
}

/// The page that lies under the window of the chats; the browser keeps it with the address, also over a reload.
pub fn under_of_location() -> Option<Route> {
    let path = window().history().ok()?.state().ok()?.as_string()?;
    Some(Route::parse(&path, "")).filter(Route::is_workspace)
}

/// The list that the address bar means.
pub fn filter_of_location() -> Filter {
    let location = window().location();
    if !from_location().is_chats() {
        return Filter::default();
    }
    Filter::read(
        &location.pathname().unwrap_or_default(),
        &location.search().unwrap_or_default(),
    )
}

/// The address of a page with what the list beside it shows.
fn address(page: &Route) -> String {
    let mut path = page.path();
    if is_embedded() {
        path.insert_str(0, "/embed");
    }
    if page.is_chats() {
        let in_chat = matches!(page, Route::Chat(_));
        let query = store()
            .filter
            .with_untracked(|filter| filter.query(in_chat));
        if !query.is_empty() {
            path.push('?');
            path.push_str(&query);
        }
    }
    path
}

fn state() -> JsValue {
    store().under.with_untracked(|under| {
        under
            .as_ref()
            .map_or(JsValue::NULL, |under| under.path().into())
    })
}

/// The address bar says what the list shows now; there is no step to go back to.
pub fn keep(page: &Route) {
    if page.is_chats()
        && let Ok(history) = window().history()
    {
        let path = address(page);
        let _ = history.replace_state_with_url(&state(), "", Some(&path));
    }
}

/// Goes to a page; `replace` leaves no step to go back to.
pub fn go(current: RwSignal<Route>, to: Route, replace: bool) {
    if current.get_untracked() == to {
        return;
    }
    if let Ok(history) = window().history() {
        let path = address(&to);
        let _ = if replace {
            history.replace_state_with_url(&state(), "", Some(&path))
        } else {
            history.push_state_with_url(&state(), "", Some(&path))
        };
    }
    current.set(to);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_pages_belong_together() {
        for route in [
            Route::SignIn,
            Route::SetUp("abc".into()),
            Route::Invitation("xyz".into()),
            Route::List(ChatState::Active),
            Route::List(ChatState::Archived),
            Route::Chat("0b7e".into()),
            Route::SettingsChats,
            Route::Clients,
            Route::Client("9c2d".into()),
            Route::ClientChats("9c2d".into()),
            Route::Templates,
            Route::SettingsEmployees,
            Route::SettingsTokens,
            Route::Mine,
        ] {
            let address = route.path();
            let (path, query) = address.split_once('?').unwrap_or((&address, ""));
            assert_eq!(Route::parse(path, query), route);
        }
    }

    #[test]
    fn a9_a_frame_on_another_site_shows_the_same_pages() {
        let chat = Route::Chat("0b7e".into());
        assert_eq!(Route::parse("/embed/chats/0b7e", ""), chat);
        for (path, route) in [
            ("/embed", Route::List(ChatState::Active)),
            ("/embed/archived", Route::List(ChatState::Archived)),
            ("/embed/sign-in", Route::SignIn),
        ] {
            assert_eq!(Route::parse(path, ""), route);
        }
    }

    #[test]
    fn other_addresses_are_not_found() {
        assert_eq!(Route::parse("/nowhere", ""), Route::NotFound);
        assert_eq!(Route::parse("/", ""), Route::List(ChatState::Active));
        assert_eq!(Route::parse("/chats/", ""), Route::List(ChatState::Active));
    }
}
