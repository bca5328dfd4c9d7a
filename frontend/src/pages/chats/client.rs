//! The client of a chat in the details: their card, or saving and linking an unknown writer (G1, G4). Must not change
//! the client by itself.

use std::sync::Arc;

use leptos::prelude::*;

use crate::api::clients::{Client, CreateClient, CreateClientInput};
use crate::api::graphql::{Chat, Id};
use crate::i18n::{Key, t};
use crate::pages::clients::ClientBeside;
use crate::pages::clients::finder::Finder;
use crate::route::Route;
use crate::session::act::{self, Act};
use crate::session::{asking, toasts};
use crate::ui::icon::{Icon, icon};
use crate::ui::live::drawn;
use crate::ui::names;

/// The part of the details that is about the client of a chat.
#[component]
pub fn OfChat(of: Memo<Option<Arc<Chat>>>) -> impl IntoView {
    let known = Memo::new(move |_| {
        of.with(|chat| {
            let chat = chat.as_ref()?;
            let client = chat.client.as_ref();
            let client = client.map(|client| client.id.inner().to_owned());
            Some((chat.id.inner().to_owned(), client))
        })
    });
    drawn(move || match known.get() {
        None => ().into_any(),
        Some((chat, Some(client))) => view! { <Linked chat client/> }.into_any(),
        Some((chat, None)) => view! { <Unknown chat/> }.into_any(),
    })
}

#[component]
fn Linked(chat: String, client: String) -> impl IntoView {
    let page = Route::Client(client.clone()).path();
    let unlink = move |_| act::act(chat.clone(), Act::Link(None));
    view! {
        <section class="details-client" aria-label=t(Key::ClientAbout)>
            <div class="details-client-head">
                <h3>{t(Key::ClientAbout)}</h3>
                <a class="link" data-inner href=page>{t(Key::ClientOpenPage)}</a>
                <button type="button" class="link" data-testid="unlink-client" on:click=unlink>{t(Key::ClientUnlink)}</button>
            </div>
            <ClientBeside id=client/>
        </section>
    }
}

#[component]
fn Unknown(chat: String) -> impl IntoView {
    let key = uuid::Uuid::new_v4().to_string();
    let of_chat = Id::new(&chat);
    let save = move |_| {
        let input = CreateClientInput {
            idempotency_key: Id::new(&key),
            from_chat_id: Some(of_chat.clone()),
            details: None,
        };
        asking::give::<CreateClient>(input, |_| {
            toasts::say(t(Key::ToastClientSaved).to_owned(), None);
        });
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

/// Linking to a client that is known already.
#[component]
fn Find(chat: String) -> impl IntoView {
    let finder = Finder::new();
    let chat = StoredValue::new(chat);
    let one = move |client: Client| {
        let name = names::client(&client);
        let id = client.id.into_inner();
        let link = move |_| act::act(chat.get_value(), Act::Link(Some(id.clone())));
        view! { <button type="button" class="menu-item" data-testid="link-client" dir="auto" on:click=link>{icon(Icon::People)} {name}</button> }
            .into_any()
    };
    view! {
        <div class="tag-form">
            <input type="search" data-testid="find-client" dir="auto" aria-label=t(Key::ClientFind) placeholder=t(Key::ClientFind) prop:value=move || finder.typed.get() on:input=move |event| finder.input(&event)/>
        </div>
        <div class="found-clients">{finder.list(one)}</div>
    }
}
