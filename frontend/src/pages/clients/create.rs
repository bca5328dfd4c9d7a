//! The form of a new client. Must not decide what a valid number is.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::clients::{ClientDetailsInput, CreateClient, CreateClientInput};
use crate::api::fault::Fault;
use crate::api::graphql::Id;
use crate::api::request::Give;
use crate::i18n::{Key, t};
use crate::pages::set_up::{general, words_for};
use crate::route::Route;
use crate::session::{noticed, store};
use crate::state::clients::listed;
use crate::ui::field::Field;

/// The form; who it makes is opened.
#[component]
pub fn Create(#[prop(into)] cancel: UnsyncCallback<()>) -> impl IntoView {
    let key = StoredValue::new(uuid::Uuid::new_v4().to_string());
    let [first, last, phone, email] = [(); 4].map(|()| RwSignal::new(String::new()));
    let wrong = RwSignal::new(None::<Fault>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        wrong.set(None);
        let some = |text: RwSignal<String>| {
            Some(text.get_untracked().trim().to_owned()).filter(|text| !text.is_empty())
        };
        let many = |text: RwSignal<String>| {
            Some(listed(&text.get_untracked())).filter(|list| !list.is_empty())
        };
        let details = ClientDetailsInput {
            first_name: some(first),
            last_name: some(last),
            phones: many(phone),
            emails: many(email),
            address: None,
        };
        let input = CreateClientInput {
            idempotency_key: Id::new(key.get_value()),
            from_chat_id: None,
            details: Some(details),
        };
        spawn_local(async move {
            match CreateClient::send(input).await {
                Ok(payload) => {
                    if let Some(client) = payload.client {
                        store().go(Route::Client(client.id.into_inner()));
                    }
                }
                Err(fault) => {
                    noticed(&fault);
                    // Other words are another client: the key of the refused ones is used up.
                    let _ = key.try_set_value(uuid::Uuid::new_v4().to_string());
                    let _ = wrong.try_set(Some(fault));
                }
            }
        });
    };
    let of = move |field: &'static str| Signal::derive(move || words_for(&wrong.get(), field));
    view! {
        <form class="card form" data-testid="client-form" on:submit=submit>
            <Field id="client-first" label=t(Key::ClientFirstName) value=first optional=true focus=true autocomplete="off" testid="client-first" wrong=of("firstName")/>
            <Field id="client-last" label=t(Key::ClientLastName) value=last optional=true autocomplete="off" testid="client-last" wrong=of("lastName")/>
            <Field id="client-phone" label=t(Key::ClientPhones) kind="tel" value=phone optional=true autocomplete="off" testid="client-phone" wrong=of("phones")/>
            <Field id="client-email" label=t(Key::ClientEmails) value=email optional=true autocomplete="off" testid="client-email" wrong=of("emails")/>
            {move || general(&wrong.get()).map(|words| view! { <p class="note wrong" role="alert">{words}</p> })}
            <p class="form-acts">
                <button type="submit" class="button primary" data-testid="client-submit">{t(Key::ClientsCreate)}</button>
                <button type="button" class="button" on:click=move |_| cancel.run(())>{t(Key::Cancel)}</button>
            </p>
        </form>
    }
}
