//! The client of a chat in the details: their card, or saving and linking an unknown writer (G1, G4). Must not change
//! the client by itself.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::clients::{
    Client, ClientFilter, Clients, ClientsVariables, CreateClient, CreateClientInput,
};
use crate::api::graphql::Id;
use crate::api::request::{Ask, Give};
use crate::i18n::{Key, t};
use crate::pages::clients::ClientBeside;
use crate::route::Route;
use crate::session::act::{self, Act};
use crate::session::{store, toasts};
use crate::ui::icon::{Icon, icon};
use crate::ui::names;

/// The part of the details that is about the client.
#[component]
pub fn OfChat() -> impl IntoView {
    let store = store();
    let known = Memo::new(move |_| {
        store.thread.with(|open| {
            let chat = open.thread.ready()?.chat().clone();
            let client = chat
                .client
                .as_ref()
                .map(|client| client.id.inner().to_owned());
            Some((chat.id.inner().to_owned(), client))
        })
    });
    move || match known.get() {
        None => ().into_any(),
        Some((chat, Some(client))) => view! { <Linked chat client/> }.into_any(),
        Some((chat, None)) => view! { <Unknown chat/> }.into_any(),
    }
}

#[component]
fn Linked(chat: String, client: String) -> impl IntoView {
    let page = Route::Client(client.clone()).path();
    let unlink = move |_| act::act(chat.clone(), Act::Link(None));
    view! {
        <section class="details-client" aria-label=t(Key::ClientAbout)>
            <div class="details-client-head">
                <h3>{t(Key::ClientAbout)}</h3>
                <a data-inner href=page>{t(Key::ClientOpenPage)}</a>
                <button type="button" class="link" data-testid="unlink-client" on:click=unlink>{t(Key::ClientUnlink)}</button>
            </div>
            <ClientBeside id=client/>
        </section>
    }
}

#[component]
fn Unknown(chat: String) -> impl IntoView {
    let key = uuid::Uuid::new_v4().to_string();
    let save = {
        let chat = chat.clone();
        move |_| {
            let input = CreateClientInput {
                idempotency_key: Id::new(&key),
                from_chat_id: Some(Id::new(&chat)),
                details: None,
            };
            spawn_local(async move {
                match CreateClient::send(input).await {
                    Ok(_) => toasts::say(t(Key::ToastClientSaved).to_owned(), None),
                    Err(fault) => toasts::fault(&fault),
                }
            });
        }
    };
    view! {
        <section class="details-client" aria-label=t(Key::ClientAbout)>
            <h3>{t(Key::ClientAbout)}</h3>
            <p class="note">{t(Key::ClientNotLinked)}</p>
            <button type="button" class="button" data-testid="save-client" on:click=save>{icon(Icon::Plus)} {t(Key::ClientSave)}</button>
            <Find chat/>
        </section>
    }
}

/// Linking to a client that is known already, by the beginning of the name.
#[component]
fn Find(chat: String) -> impl IntoView {
    let found = RwSignal::new(Vec::<Client>::new());
    let text = RwSignal::new(String::new());
    let mut look = debounce(Duration::from_millis(200), move |typed: String| {
        spawn_local(async move {
            let filter = ClientFilter {
                name_prefix: Some(typed.clone()),
            };
            let variables = ClientsVariables {
                filter,
                after: None,
                first: 8,
            };
            let answer = Clients::ask(variables).await;
            // Only the answer to what stands there now counts.
            if text
                .try_get_untracked()
                .is_some_and(|now| now.trim() == typed)
            {
                match answer {
                    Ok(answer) => found.set(answer.clients.nodes),
                    Err(fault) => toasts::fault(&fault),
                }
            }
        });
    });
    let typed = move |event| {
        text.set(event_target_value(&event));
        let words = text.get_untracked().trim().to_owned();
        if words.is_empty() {
            found.set(Vec::new());
        } else {
            look(words);
        }
    };
    let chat = StoredValue::new(chat);
    let one = move |client: Client| {
        let name = names::client(&client);
        let id = client.id.into_inner();
        let link = move |_| act::act(chat.get_value(), Act::Link(Some(id.clone())));
        view! { <li><button type="button" class="menu-item" data-testid="link-client" dir="auto" on:click=link>{icon(Icon::People)} {name}</button></li> }
    };
    view! {
        <div class="tag-form">
            <input type="search" data-testid="find-client" dir="auto" aria-label=t(Key::ClientFind) placeholder=t(Key::ClientFind) prop:value=move || text.get() on:input=typed/>
        </div>
        <ul class="found-clients">{move || found.get().into_iter().map(one).collect_view()}</ul>
    }
}
