//! Two clients that are one, and the end of a client: merge, take a merge back, delete, erase (G12, G13). Must not do
//! any of it without being asked twice.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::page::Open;
use crate::api::clients::{
    Client, ClientFilter, Clients, ClientsVariables, DeleteClient, DeleteClientInput, EraseClient,
    EraseClientInput, MergeClients, MergeClientsInput, UnmergeClient, UnmergeClientInput,
};
use crate::api::request::{Ask, Give};
use crate::i18n::{Key, t, tf};
use crate::route::Route;
use crate::session::{noticed, store, toasts};
use crate::state::clients::sought;
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
    let unmerge = move |_| {
        let client_id = open.id();
        open.change(UnmergeClient::send(UnmergeClientInput { client_id }));
    };
    let delete = Callback::new(move |()| {
        let client_id = open.id();
        spawn_local(async move {
            let input = DeleteClientInput {
                client_id,
                confirm: true,
            };
            match DeleteClient::send(input).await {
                Ok(_) => gone(Key::ClientDeleted),
                Err(fault) => toasts::fault(&fault),
            }
        });
    });
    let erase = Callback::new(move |()| {
        let client_id = open.id();
        spawn_local(async move {
            let input = EraseClientInput {
                client_id,
                confirm: true,
            };
            match EraseClient::send(input).await {
                Ok(_) => gone(Key::ClientErased),
                Err(fault) => toasts::fault(&fault),
            }
        });
    });
    let word = name.clone();
    let erasing = store().is_administrator().then(move || {
        view! { <Confirm button=t(Key::ClientErase) question=t(Key::ClientEraseAsk).to_owned() word act=erase testid="erase-client"/> }
    });
    view! {
        <details class="card">
            <summary data-testid="client-end">{t(Key::ClientMore)}</summary>
            {move || if merged.get() {
                view! { <p><button type="button" class="button" data-testid="unmerge" on:click=unmerge>{t(Key::ClientUnmerge)}</button></p> }.into_any()
            } else {
                view! { <Merge open/> }.into_any()
            }}
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
    let typed = RwSignal::new(String::new());
    let found = RwSignal::new(Vec::<Client>::new());
    let input = move |event| {
        let text = event_target_value(&event);
        typed.set(text.clone());
        let Some(name) = sought(&text) else {
            return found.set(Vec::new());
        };
        spawn_local(async move {
            let filter = ClientFilter {
                name_prefix: Some(name),
            };
            let variables = ClientsVariables {
                filter,
                after: None,
                first: 6,
            };
            match Clients::ask(variables).await {
                Ok(answer) if typed.try_get_untracked() == Some(text) => {
                    found.set(answer.clients.nodes)
                }
                Ok(_) => {}
                Err(fault) => noticed(&fault),
            }
        });
    };
    let line = move |other: Client| {
        let name = names::client(&other);
        let label = tf(Key::ClientMergeInto, &[("name", &name)]);
        let phone = other.phones.first().map(|phone| phone.typed.clone());
        let into = other.id;
        let merge = move |_| {
            let input = MergeClientsInput {
                client_id: open.id(),
                into_client_id: into.clone(),
            };
            let into = into.clone();
            spawn_local(async move {
                match MergeClients::send(input).await {
                    Ok(_) => {
                        toasts::say(t(Key::ClientMergedNow).to_owned(), None);
                        store().go(Route::Client(into.into_inner()));
                    }
                    Err(fault) => toasts::fault(&fault),
                }
            });
        };
        view! { <li class="person"><span><strong>{name}</strong><span>{phone}</span></span><button type="button" class="button" aria-label=label on:click=merge>{t(Key::ClientMergeButton)}</button></li> }
    };
    let others = move || {
        let own = open.id();
        found
            .get()
            .into_iter()
            .filter(|other| other.id != own)
            .map(line)
            .collect_view()
    };
    view! {
        <h2 class="small">{t(Key::ClientMergeTitle)}</h2>
        <p class="note">{t(Key::ClientMergeHint)}</p>
        <div class="field"><input type="search" aria-label=t(Key::ClientMergeTitle) placeholder=t(Key::ClientsSearch) data-testid="merge-search" prop:value=move || typed.get() on:input=input/></div>
        <ul>{others}</ul>
    }
}
