//! Two clients that are one, and the end of a client: merge, delete, erase (G12, G13). Must not do
//! any of it without being asked twice.

use leptos::prelude::*;

use super::finder::Finder;
use super::page::Open;
use crate::api::clients::{
    Client, DeleteClient, DeleteClientInput, EraseClient, EraseClientInput, MergeClients,
    MergeClientsInput,
};
use crate::i18n::{Key, t, tf};
use crate::route::Route;
use crate::session::toasts::Undo;
use crate::session::{asking, store, toasts};
use crate::ui::confirm::Confirm;
use crate::ui::names;

/// The folded part of the page.
#[component]
pub(super) fn End(open: Open) -> impl IntoView {
    let client = untrack(move || open.client());
    let merged = Memo::new(move |_| {
        open.client()
            .is_some_and(|client| client.merged_into_id.is_some())
    });
    let name = client.as_ref().map(names::client).unwrap_or_default();
    let delete = Callback::new(move |()| {
        let input = DeleteClientInput {
            client_id: open.id(),
            confirm: true,
        };
        asking::give::<DeleteClient>(input, |_| gone(Key::ClientDeleted));
    });
    let erase = Callback::new(move |()| {
        let input = EraseClientInput {
            client_id: open.id(),
            confirm: true,
        };
        asking::give::<EraseClient>(input, |_| gone(Key::ClientErased));
    });
    let word = name.clone();
    let erasing = store().is_administrator().then(move || {
        view! { <Confirm button=t(Key::ClientErase) question=t(Key::ClientEraseAsk).to_owned() word act=erase testid="erase-client"/> }
    });
    view! {
        <details class="card">
            <summary data-testid="client-end">{t(Key::ClientMore)}</summary>
            {move || (!merged.get()).then(|| view! { <Merge open/> })}
            <h2 class="small">{t(Key::ClientEnd)}</h2>
            <div class="ends">
                <Confirm button=t(Key::ClientDelete) question=t(Key::ClientDeleteAsk).to_owned() word=name act=delete testid="delete-client"/>
                {erasing}
            </div>
        </details>
    }
}

fn gone(words: Key) {
    toasts::say(t(words).to_owned(), None);
    store().go(Route::Clients);
}

#[component]
fn Merge(open: Open) -> impl IntoView {
    let finder = Finder::new();
    let line = move |other: Client| {
        if other.id == open.id() {
            return ().into_any();
        }
        let name = names::client(&other);
        let label = tf(Key::ClientMergeInto, &[("name", &name)]);
        let phone = other.phones.first().map(|phone| phone.typed.clone());
        let into = other.id;
        let merge = move |_| {
            let input = MergeClientsInput {
                client_id: open.id(),
                into_client_id: into.clone(),
            };
            let into = into.inner().to_owned();
            asking::give::<MergeClients>(input, move |done| {
                toasts::say(t(Key::ClientMergedNow).to_owned(), Undo::of(done.undo));
                store().go(Route::Client(into.clone()));
            });
        };
        view! { <li class="person"><span><strong>{name}</strong><span>{phone}</span></span><button type="button" class="button" aria-label=label on:click=merge>{t(Key::ClientMergeButton)}</button></li> }.into_any()
    };
    view! {
        <h2 class="small">{t(Key::ClientMergeTitle)}</h2>
        <p class="note">{t(Key::ClientMergeHint)}</p>
        <div class="field"><input type="search" aria-label=t(Key::ClientMergeTitle) placeholder=t(Key::ClientsSearch) data-testid="merge-search" prop:value=move || finder.typed.get() on:input=move |event| finder.input(&event)/></div>
        <ul>{finder.list(line)}</ul>
    }
}
