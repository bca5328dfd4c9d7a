//! What belongs to the agent: who they are, language, theme, keys, sign out.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::avatar::Avatar;
use super::icon::{Icon, icon};
use super::names;
use super::presence::{PresenceChoice, PresenceDot};
use crate::i18n::{Key, Locale, t};
use crate::route::Route;
use crate::session::memory::{self, Theme};
use crate::session::{self, language, store};

/// The button at the foot of the rail and its menu.
#[component]
pub fn Menu() -> impl IntoView {
    let store = store();
    let (id, name, role, email) = store.viewer().map_or_else(Default::default, |viewer| {
        let agent = viewer.agent;
        (
            agent.id.into_inner(),
            agent.name,
            names::role(viewer.role),
            agent.email,
        )
    });
    view! {
        <button type="button" class="rail-item me" popovertarget="me" data-testid="me" title=name.clone()>
            <Avatar id=id.clone() name=name.clone()/>
            <PresenceDot id/>
            <span class="unseen">{format!("{}: {name}", t(Key::MenuMe))}</span>
        </button>
        <div id="me" class="menu" popover="auto" role="group" aria-label=t(Key::MenuMe)>
            <p class="menu-who"><strong>{name}</strong><span>{email}</span><span>{role}</span></p>
            <PresenceChoice/>
            <Languages/>
            <Themes/>
            <a class="menu-item" data-inner href=Route::Mine.path() data-testid="my-settings" on:click=|_| close()>{icon(Icon::Settings)} {t(Key::SettingsMine)}</a>
            <button type="button" class="menu-item" popovertarget="me" on:click=move |_| store.sheet.set(true)>
                {icon(Icon::Keyboard)} {t(Key::MenuKeys)}
            </button>
            <button type="button" class="menu-item" data-testid="sign-out" on:click=|_| session::sign_out()>
                {icon(Icon::Leave)} {t(Key::MenuSignOut)}
            </button>
        </div>
    }
}

/// The menu goes when it led somewhere.
fn close() {
    let menu = document()
        .get_element_by_id("me")
        .and_then(|menu| menu.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(menu) = menu {
        let _ = menu.hide_popover();
    }
}

/// The four languages, each by its own name.
#[component]
pub fn Languages() -> impl IntoView {
    let store = store();
    let choice = |locale: Locale| {
        let choose = move |_| language::speak(locale);
        view! {
            <button
                type="button"
                lang=locale.tag()
                data-testid=format!("language-{}", locale.tag())
                aria-pressed=move || (store.locale.get() == locale).to_string()
                title=locale.own_name()
                on:click=choose
            >
                {locale.tag().to_ascii_uppercase()}
                <span class="unseen">{locale.own_name()}</span>
            </button>
        }
    };
    view! { <div class="choice" role="group" aria-label=t(Key::MenuLanguage)>{Locale::ALL.map(choice).collect_view()}</div> }
}

/// Light, dark, or as the system.
#[component]
pub fn Themes() -> impl IntoView {
    let store = store();
    let choice = |theme: Theme| {
        let choose = move |_| {
            memory::keep_theme(theme);
            store.theme.set(theme);
        };
        let word = t(match theme {
            Theme::System => Key::ThemeSystem,
            Theme::Light => Key::ThemeLight,
            Theme::Dark => Key::ThemeDark,
        });
        view! {
            <button
                type="button"
                data-testid=format!("theme-{}", theme.word())
                aria-pressed=move || (store.theme.get() == theme).to_string()
                on:click=choose
            >
                {word}
            </button>
        }
    };
    view! { <div class="choice" role="group" aria-label=t(Key::MenuTheme)>{Theme::ALL.map(choice).collect_view()}</div> }
}
