//! An invitation becomes an account: name, password, in.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::set_up::{general, words_for};
use super::sign_in::Door;
use crate::api::fault::Fault;
use crate::api::mutations::{AcceptInvitation as AcceptMutation, AcceptInvitationInput};
use crate::api::queries::{InvitationPreview, InvitationQuery, InvitationVariables};
use crate::api::request::{Ask, Give};
use crate::i18n::{Key, t, tf};
use crate::remote::Remote;
use crate::route::Route;
use crate::session::{self, store};
use crate::ui::field::Field;
use crate::ui::live::drawn;
use crate::ui::trouble::Trouble;

/// The page.
#[component]
pub fn AcceptInvitation(token: String) -> impl IntoView {
    let preview = RwSignal::new(Remote::<InvitationPreview>::Loading);
    let ask = {
        let token = token.clone();
        move || {
            let token = token.clone();
            spawn_local(async move {
                let answer = InvitationQuery::ask(InvitationVariables { token }).await;
                let _ = preview.try_set(match answer {
                    Ok(found) => Remote::Ready(found.invitation),
                    Err(fault) => Remote::Failed(fault),
                });
            });
        }
    };
    ask();
    drawn(move || match preview.get() {
        Remote::Loading | Remote::Slow => ().into_any(),
        Remote::Failed(Fault::NotFound) => view! {
            <Door title=t(Key::InvitationGoneTitle).to_owned()>
                <p class="lead">{t(Key::InvitationGone)}</p>
                <a class="button primary wide" data-inner href="/sign-in">{t(Key::SignInButton)}</a>
            </Door>
        }
        .into_any(),
        Remote::Failed(fault) => {
            view! { <main class="alone"><Trouble fault again=ask.clone()/></main> }.into_any()
        }
        Remote::Ready(found) => view! { <Accept token=token.clone() found/> }.into_any(),
    })
}

#[component]
fn Accept(token: String, found: InvitationPreview) -> impl IntoView {
    let name = RwSignal::new(found.name.clone());
    let password = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<Fault>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        wrong.set(None);
        let input = AcceptInvitationInput {
            token: token.clone(),
            name: name.get_untracked(),
            password: password.get_untracked(),
        };
        spawn_local(async move {
            match AcceptMutation::send(input).await {
                Ok(_) => {
                    store().go(Route::SignIn);
                    session::boot();
                }
                Err(fault) => drop(wrong.try_set(Some(fault))),
            }
        });
    };
    let of = move |field: &'static str| Signal::derive(move || words_for(&wrong.get(), field));
    view! {
        <Door title=tf(Key::InvitationTitle, &[("workspace", &found.workspace_name)])>
            <p class="lead">{tf(Key::InvitationLead, &[("email", &found.email)])}</p>
            <form on:submit=submit>
                <Field id="name" label=t(Key::FieldYourName) value=name autocomplete="name" testid="invitation-name" wrong=of("name")/>
                <Field id="password" label=t(Key::FieldPassword) kind="password" value=password autocomplete="new-password" hint=t(Key::PasswordHint) minlength=10 focus=true testid="invitation-password" wrong=of("password")/>
                {move || general(&wrong.get()).map(|words| view! { <p class="note wrong" role="alert">{words}</p> })}
                <button type="submit" class="button primary wide" data-testid="invitation-submit">{t(Key::InvitationButton)}</button>
            </form>
        </Door>
    }
}
