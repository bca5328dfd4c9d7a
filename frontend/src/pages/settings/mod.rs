//! Settings: channels and employees. Only administrators change anything; the server decides, this only asks.

mod access;
mod channel_form;
mod channels;
mod connect;
mod employees;
mod frames;
mod groups;
mod invite;
mod mine;
mod rules;
mod tokens;
mod workspace;

use leptos::prelude::*;

use channels::Chats;
use employees::Employees;
use mine::Mine;
use tokens::Tokens;

use crate::i18n::{Key, t};
use crate::route::Route;
use crate::session::store;

/// A page of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The channels, and how the workspace works.
    Chats,
    /// Who works here.
    Employees,
    /// What programs sign in with.
    Tokens,
    /// The agent's own.
    Mine,
}

/// Draws one.
pub(super) fn draw(section: Section) -> AnyView {
    match section {
        Section::Chats => view! { <Chats/> }.into_any(),
        Section::Employees => view! { <Employees/> }.into_any(),
        Section::Tokens => view! { <Tokens/> }.into_any(),
        Section::Mine => view! { <Mine/> }.into_any(),
    }
}

/// The frame of the settings: sections at left (on top on a phone), one of them beside.
#[component]
fn Settings(title: &'static str, children: Children) -> impl IntoView {
    let store = store();
    let section = move |to: Route, words: Key, testid: &'static str| {
        let href = to.path();
        view! {
            <a data-inner href=href data-testid=testid aria-current=move || (store.route.get() == to).then_some("page")>{t(words)}</a>
        }
    };
    view! {
        <div class="settings">
            <nav class="sections" aria-label=t(Key::RailSettings)>
                <h2>{t(Key::RailSettings)}</h2>
                {section(Route::SettingsChats, Key::SettingsChats, "settings-chats")}
                {section(Route::SettingsEmployees, Key::SettingsEmployees, "settings-employees")}
                {section(Route::SettingsTokens, Key::SettingsTokens, "settings-tokens")}
                {section(Route::Mine, Key::SettingsMine, "settings-mine")}
            </nav>
            <main id="main" class="section">
                <h1>{title}</h1>
                {children()}
            </main>
        </div>
    }
}
