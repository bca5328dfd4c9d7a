//! My settings: language, theme, presence, keys, password. What belongs to this browser stays in it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Settings;
use crate::api::fault::Fault;
use crate::api::people::{ChangePassword, ChangePasswordInput};
use crate::i18n::{Key, t};
use crate::pages::set_up::{general, words_for};
use crate::session::{memory, noticed, store, toasts};
use crate::ui::field::Field;
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
                <Keys/>
            </section>
            <section class="card" aria-labelledby="mine-presence">
                <h2 id="mine-presence">{t(Key::PresenceTitle)}</h2>
                <p class="note">{t(Key::PresenceHint)}</p>
                <PresenceChoice/>
            </section>
            <Password/>
        </Settings>
    }
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
