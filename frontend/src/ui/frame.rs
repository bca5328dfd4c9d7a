//! The frame of every page behind the sign-in: the rail, the red mark, the connection banner.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::keys::{self, table::Act};
use super::menu::Menu;
use crate::api::graphql::ChatState;
use crate::api::live::Connection;
use crate::i18n::{Key, t};
use crate::route::{self, Route};
use crate::session::store;
use crate::ui::live::live;

/// The rail at left (at the foot on a phone), the page beside it.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let store = store();
    let pane = live(move || store.route.with(Route::pane));
    view! {
        <div class="frame" class:embedded=route::is_embedded() data-pane=pane>
            <a class="skip" href="#main">{t(Key::SkipToMain)}</a>
            {(!route::is_embedded()).then(|| view! { <Rail/> })}
            <div class="page">
                {move || (store.connection.get() == Connection::Lost).then(|| view! {
                    <div class="banner" role="status" data-testid="connection-banner">{icon(Icon::Unplugged)} {lost()}</div>
                })}
                {children()}
            </div>
        </div>
    }
}

/// Why nothing comes: this computer is cut off, or only Hilo cannot be reached.
fn lost() -> &'static str {
    t(if window().navigator().on_line() {
        Key::BannerLost
    } else {
        Key::BannerOffline
    })
}

#[component]
fn Rail() -> impl IntoView {
    let store = store();
    let red = Memo::new(move |_| store.inbox.with(|inbox| inbox.red()));
    let at_chats = Memo::new(move |_| store.route.with(Route::is_chats));
    let page = move || store.under.get().unwrap_or_else(|| store.route.get());
    let chats = move || {
        if at_chats.get() {
            store.view.get()
        } else {
            ChatState::Active
        }
    };
    let current = |here: bool| here.then_some("page");
    let item = move |to: Route, picture: Icon, words: Key, act: Act, here: fn(&Route) -> bool| {
        let testid = format!("rail-{}", to.path().split('/').nth(1).unwrap_or_default());
        view! {
            <a class="rail-item" data-inner href=to.path() data-testid=testid aria-current=move || current(here(&page())) title=keys::hint(act)>
                {icon(picture)}
                <span class="rail-word">{t(words)}</span>
            </a>
        }
    };
    view! {
        <nav class="rail" aria-label=t(Key::RailLabel)>
            <span class="logo" aria-hidden="true"><i></i><i></i><i></i></span>
            <a
                class="rail-item"
                data-inner
                href=move || Route::List(chats()).path()
                data-testid="rail-chats"
                data-red=move || red.get().to_string()
                aria-current=move || current(page().is_chats())
                title=keys::hint(Act::GoChats)
            >
                {icon(Icon::Chats)}
                <span class="rail-word">{t(Key::RailChats)}</span>
                {move || red.get().then(|| view! { <span class="red"><span class="unseen">{t(Key::RailRed)}</span></span> })}
            </a>
            {item(Route::Clients, Icon::People, Key::RailClients, Act::GoClients, Route::is_clients)}
            {item(Route::Templates, Icon::Template, Key::RailTemplates, Act::GoTemplates, |route| *route == Route::Templates)}
            {item(Route::SettingsChats, Icon::Settings, Key::RailSettings, Act::GoSettings, Route::is_settings)}
            <Menu/>
        </nav>
    }
}
