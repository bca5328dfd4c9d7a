//! The first run: a one-time token from the console makes the workspace and its administrator.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::sign_in::Door;
use crate::api::fault::Fault;
use crate::api::mutations::{SetUp as SetUpMutation, SetUpInput};
use crate::api::request::Give;
use crate::i18n::{Key, t};
use crate::session::{self, store};
use crate::ui::field::Field;

/// The page. `token` is empty when the address has none.
#[component]
pub fn SetUp(token: String) -> impl IntoView {
    let ask_token = token.is_empty();
    let token = RwSignal::new(token);
    let workspace = RwSignal::new(String::new());
    let name = RwSignal::new(String::new());
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<Fault>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let input = SetUpInput {
            token: token.get_untracked().trim().to_owned(),
            workspace_name: workspace.get_untracked(),
            name: name.get_untracked(),
            email: email.get_untracked(),
            password: password.get_untracked(),
            language: store().locale.get_untracked().tag().to_owned(),
        };
        wrong.set(None);
        spawn_local(async move {
            match SetUpMutation::send(input).await {
                Ok(_) => session::boot(),
                Err(fault) => drop(wrong.try_set(Some(fault))),
            }
        });
    };
    let of = move |field: &'static str| Signal::derive(move || words_for(&wrong.get(), field));
    view! {
        <Door title=t(Key::SetUpTitle).to_owned()>
            <p class="lead">{t(Key::SetUpLead)}</p>
            <form on:submit=submit>
                {ask_token.then(|| view! {
                    <Field id="token" label=t(Key::FieldToken) hint=t(Key::SetUpTokenHint) value=token focus=true testid="set-up-token" wrong=of("token")/>
                })}
                <Field id="workspace" label=t(Key::FieldWorkspace) value=workspace autocomplete="organization" testid="set-up-workspace" focus=!ask_token wrong=of("workspaceName")/>
                <Field id="name" label=t(Key::FieldYourName) value=name autocomplete="name" testid="set-up-name" wrong=of("name")/>
                <Field id="email" label=t(Key::FieldEmail) kind="email" value=email autocomplete="username" testid="set-up-email" wrong=of("email")/>
                <Field id="password" label=t(Key::FieldPassword) kind="password" value=password autocomplete="new-password" hint=t(Key::PasswordHint) minlength=10 testid="set-up-password" wrong=of("password")/>
                {move || general(&wrong.get()).map(|words| view! { <p class="note wrong" role="alert">{words}</p> })}
                <button type="submit" class="button primary wide" data-testid="set-up-submit">{t(Key::SetUpButton)}</button>
            </form>
        </Door>
    }
}

/// The words of a refusal that is about `field`.
pub fn words_for(fault: &Option<Fault>, field: &str) -> Option<String> {
    let about = match fault {
        Some(Fault::Refused { field, .. }) => field.as_deref(),
        _ => None,
    };
    fault
        .as_ref()
        .filter(|_| about == Some(field))
        .map(Fault::words)
}

/// The words of a fault that is about no field.
pub fn general(fault: &Option<Fault>) -> Option<String> {
    let fault = fault.as_ref()?;
    match fault {
        Fault::Refused { field: Some(_), .. } => None,
        _ => Some(fault.words()),
    }
}
