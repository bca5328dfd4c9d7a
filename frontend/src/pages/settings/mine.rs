//! My settings: language, theme, presence, keys, password. What belongs to this browser stays in it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::NotificationPermission;

use super::Settings;
use crate::api::fault::Fault;
use crate::api::people::{ChangePassword, ChangePasswordInput};
use crate::api::request::Give;
use crate::i18n::{Key, t};
use crate::pages::set_up::{general, words_for};
use crate::session::{has_window, memory, noticed, notify, store, toasts};
use crate::ui::field::Field;
use crate::ui::live::drawn;
use crate::ui::menu::{Languages, Themes};
use crate::ui::presence::PresenceChoice;

/// The page.
#[component]
pub fn Mine() -> impl IntoView {
    view! {
        <Settings title=t(Key::SettingsMine)>
            <section class="card" aria-labelledby="mine-look">
                <h2 id="mine-look">{t(Key::MineLook)}</h2>
                <p class="setting"><span>{t(Key::MenuLanguage)}</span><Languages/></p>
                <p class="setting"><span>{t(Key::MenuTheme)}</span><Themes/></p>
                <Window/>
                <Keys/>
            </section>
            <section class="card" aria-labelledby="mine-presence">
                <h2 id="mine-presence">{t(Key::PresenceTitle)}</h2>
                <p class="note">{t(Key::PresenceHint)}</p>
                <PresenceChoice/>
            </section>
            <Notices/>
            <Password/>
        </Settings>
    }
}

#[component]
fn Window() -> impl IntoView {
    let store = store();
    let switch = move |event| {
        let on = event_target_checked(&event);
        memory::keep_pop_up(on);
        store.pop_up.set(on);
    };
    drawn(move || {
        has_window().then(|| {
            view! { <p><label class="tick-line"><input type="checkbox" data-testid="chats-window" prop:checked=move || store.pop_up.get() on:change=switch/> {t(Key::MineWindow)}</label></p> }
        })
    })
}

#[component]
fn Keys() -> impl IntoView {
    let store = store();
    let switch = move |event| {
        let on = event_target_checked(&event);
        memory::keep_single_keys(on);
        store.single_keys.set(on);
    };
    view! {
        <label class="tick-line"><input type="checkbox" data-testid="single-keys" prop:checked=move || store.single_keys.get() on:change=switch/> {t(Key::MineKeys)}</label>
        <p class="note">{t(Key::MineKeysHint)} " " <button type="button" class="link" on:click=move |_| store.sheet.set(true)>{t(Key::MenuKeys)}</button></p>
    }
}

#[component]
fn Notices() -> impl IntoView {
    let allowed = RwSignal::new(notify::permission());
    let (shown, heard) = (
        RwSignal::new(memory::notifications()),
        RwSignal::new(memory::sound()),
    );
    let told = RwSignal::new(memory::in_app());
    let tell = move |event| {
        let on = event_target_checked(&event);
        memory::keep_in_app(on);
        told.set(on);
    };
    let show = move |event| {
        let on = event_target_checked(&event);
        memory::keep_notifications(on);
        shown.set(on);
    };
    let hear = move |event| {
        let on = event_target_checked(&event);
        memory::keep_sound(on);
        heard.set(on);
        if on {
            notify::sound();
        }
    };
    let state = move || {
        match allowed.get() {
        Some(NotificationPermission::Granted) => view! {
            <label class="tick-line"><input type="checkbox" data-testid="notifications" prop:checked=move || shown.get() on:change=show/> {t(Key::NoticesShow)}</label>
        }
        .into_any(),
        Some(NotificationPermission::Default) => view! {
            <button type="button" class="button" data-testid="allow-notifications" on:click=move |_| notify::ask(allowed)>{t(Key::NoticesAllow)}</button>
        }
        .into_any(),
        Some(_) => view! { <p class="note">{t(Key::NoticesDenied)}</p> }.into_any(),
        None => view! { <p class="note">{t(Key::NoticesNone)}</p> }.into_any(),
    }
    };
    let state = drawn(state);
    view! {
        <section class="card" aria-labelledby="mine-notices">
            <h2 id="mine-notices">{t(Key::NoticesTitle)}</h2>
            <p class="note">{t(Key::NoticesHint)}</p>
            {state}
            <p><label class="tick-line"><input type="checkbox" data-testid="in-app" prop:checked=move || told.get() on:change=tell/> {t(Key::NoticesInApp)}</label></p>
            <p><label class="tick-line"><input type="checkbox" data-testid="sound" prop:checked=move || heard.get() on:change=hear/> {t(Key::NoticesSound)}</label></p>
        </section>
    }
}

#[component]
fn Password() -> impl IntoView {
    let [current, new] = [(); 2].map(|()| RwSignal::new(String::new()));
    let wrong = RwSignal::new(None::<Fault>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        wrong.set(None);
        let input = ChangePasswordInput {
            current: current.get_untracked(),
            new: new.get_untracked(),
        };
        spawn_local(async move {
            match ChangePassword::send(input).await {
                Ok(_) => {
                    let _ = current.try_set(String::new());
                    let _ = new.try_set(String::new());
                    toasts::say(t(Key::PasswordChanged).to_owned(), None);
                }
                Err(fault) => {
                    noticed(&fault);
                    let _ = wrong.try_set(Some(fault));
                }
            }
        });
    };
    let of = move |field: &'static str| Signal::derive(move || words_for(&wrong.get(), field));
    view! {
        <form class="card form" data-testid="password-form" on:submit=submit>
            <h2>{t(Key::PasswordTitle)}</h2>
            <Field id="password-now" label=t(Key::PasswordNow) kind="password" value=current autocomplete="current-password" testid="password-now" wrong=of("current")/>
            <Field id="password-new" label=t(Key::PasswordNew) kind="password" value=new autocomplete="new-password" hint=t(Key::PasswordHint) minlength=10 testid="password-new" wrong=of("new")/>
            {move || general(&wrong.get()).map(|words| view! { <p class="note wrong" role="alert">{words}</p> })}
            <p class="form-acts"><button type="submit" class="button primary" data-testid="password-submit">{t(Key::PasswordButton)}</button></p>
        </form>
    }
}
