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

pub use channels::Chats;
pub use employees::Employees;
pub use mine::Mine;
pub use tokens::Tokens;

use crate::i18n::{Key, t};
use crate::route::Route;
use crate::session::store;

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
