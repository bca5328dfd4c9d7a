//! The frame of every page behind the sign-in: the rail, the red mark, the connection banner.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::menu::Menu;
use crate::api::graphql::ChatState;
use crate::api::live::Connection;
use crate::i18n::{Key, t};
use crate::route::Route;
use crate::session::store;

/// The rail at left (at the foot on a phone), the page beside it.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let store = store();
    let pane = move || {
        if matches!(store.route.get(), Route::Chat(_)) {
            "thread"
        } else {
            "list"
        }
    };
    view! {
        <div class="frame" data-pane=pane>
            <a class="skip" href="#main">{t(Key::SkipToMain)}</a>
            <Rail/>
            <div class="page">
                {move || (store.connection.get() == Connection::Lost).then(|| view! {
                    <div class="banner" role="status" data-testid="connection-banner">{icon(Icon::Unplugged)} {t(Key::BannerLost)}</div>
                })}
                {children()}
            </div>
        </div>
    }
}

#[component]
fn Rail() -> impl IntoView {
    let store = store();
    let red = Memo::new(move |_| store.inbox.with(|inbox| inbox.red()));
    let at_chats = Memo::new(move |_| store.route.with(Route::is_chats));
    let chats = move || {
        if at_chats.get() {
            store.view.get()
        } else {
            ChatState::Active
        }
    };
    let current = |here: bool| here.then_some("page");
    let settings_current = move || current(!at_chats.get() && store.route.get() != Route::NotFound);
    view! {
        <nav class="rail" aria-label=t(Key::RailLabel)>
            <span class="logo" aria-hidden="true"><i></i><i></i><i></i></span>
            <a
                class="rail-item"
                data-inner
                href=move || Route::List(chats()).path()
                data-testid="rail-chats"
                data-red=move || red.get().to_string()
                aria-current=move || current(at_chats.get())
                title=t(Key::RailChats)
            >
                {icon(Icon::Chats)}
                <span class="rail-word">{t(Key::RailChats)}</span>
                {move || red.get().then(|| view! { <span class="red"><span class="unseen">{t(Key::RailRed)}</span></span> })}
            </a>
            <a
                class="rail-item"
                data-inner
                href=Route::SettingsChats.path()
                data-testid="rail-settings"
                aria-current=settings_current
                title=t(Key::RailSettings)
            >
                {icon(Icon::Settings)}
                <span class="rail-word">{t(Key::RailSettings)}</span>
            </a>
            <Menu/>
        </nav>
    }
}
