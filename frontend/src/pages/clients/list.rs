//! The list of clients: search by name or phone number, more on demand. Must not change a client.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::create::Create;
use super::phone::Phone;
use crate::api::clients::{
    Client, ClientConnection, ClientFilter, ClientMark, Clients as ClientsQuery, ClientsByPhone,
    ClientsVariables, PhoneVariables,
};
use crate::api::fault::Fault;
use crate::api::request::Ask;
use crate::i18n::{Count, Key, t, tn};
use crate::remote::Remote;
use crate::route::Route;
use crate::session::{grow_slow, noticed, store, toasts};
use crate::state::clients::{is_phone, sought};
use crate::ui::avatar::Avatar;
use crate::ui::icon::{Icon, icon};
use crate::ui::keys::{self, table::Act};
use crate::ui::live::effect;
use crate::ui::names;
use crate::ui::trouble::Trouble;

const PAGE: i32 = 50;

/// What the list shows.
#[derive(Clone, Copy)]
struct Shown {
    typed: RwSignal<String>,
    rows: RwSignal<Remote<Vec<Client>>>,
    next: RwSignal<Option<String>>,
}

impl Shown {
    fn ask(self) {
        let typed = self.typed.get_untracked();
        if self.rows.with_untracked(|rows| rows.ready().is_none()) {
            self.rows.set(Remote::Loading);
            grow_slow(self.rows);
        }
        spawn_local(async move {
            let answer = find(typed.clone()).await;
            // What was typed since asks for itself.
            if self.typed.try_get_untracked() != Some(typed) {
                return;
            }
            match answer {
                Ok((rows, next)) => {
                    self.next.set(next);
                    self.rows.set(Remote::Ready(rows));
                }
                Err(fault) => {
                    noticed(&fault);
                    self.rows.set(Remote::Failed(fault));
                }
            }
        });
    }

    fn more(self) {
        let Some(after) = self.next.try_get_untracked().flatten() else {
            return;
        };
        let typed = self.typed.get_untracked();
        self.next.set(None);
        spawn_local(async move {
            let answer = page(typed.clone(), Some(after.clone())).await;
            if self.typed.try_get_untracked() != Some(typed) {
                return;
            }
            match answer {
                Ok(found) => {
                    self.next.set(next_of(&found));
                    self.rows.update(|rows| {
                        if let Some(rows) = rows.ready_mut() {
                            rows.extend(found.nodes);
                        }
                    });
                }
                Err(fault) => {
                    self.next.set(Some(after));
                    toasts::failed(&fault, move || self.more());
                }
            }
        });
    }
}

async fn page(typed: String, after: Option<String>) -> Result<ClientConnection, Fault> {
    let filter = ClientFilter {
        name_prefix: sought(&typed),
    };
    let variables = ClientsVariables {
        filter,
        after,
        first: PAGE,
    };
    Ok(ClientsQuery::ask(variables).await?.clients)
}

async fn find(typed: String) -> Result<(Vec<Client>, Option<String>), Fault> {
    if is_phone(&typed) {
        let variables = PhoneVariables {
            phone: typed.trim().to_owned(),
        };
        let found = ClientsByPhone::ask(variables).await?;
        return Ok((found.clients_by_phone, None));
    }
    let found = page(typed, None).await?;
    let next = next_of(&found);
    Ok((found.nodes, next))
}

fn next_of(found: &ClientConnection) -> Option<String> {
    let page = &found.page_info;
    page.end_cursor.clone().filter(|_| page.has_next_page)
}

/// The page.
#[component]
pub fn Clients() -> impl IntoView {
    let shown = Shown {
        typed: RwSignal::new(String::new()),
        rows: RwSignal::new(Remote::Loading),
        next: RwSignal::new(None),
    };
    shown.ask();
    // What was linked in the window over the page counts here.
    let covered = Memo::new(|_| store().route.with(Route::is_chats));
    effect(move || {
        if !covered.get() && shown.rows.with_untracked(|rows| rows.ready().is_some()) {
            shown.ask();
        }
    });
    let creating = RwSignal::new(false);
    let input = move |event| {
        let text = event_target_value(&event);
        shown.typed.set(text.clone());
        let ask = move || {
            if shown.typed.try_get_untracked() == Some(text) {
                shown.ask();
            }
        };
        set_timeout(ask, Duration::from_millis(150));
    };
    view! {
        <main id="main" class="section wide">
            <header class="page-head">
                <h1>{t(Key::ClientsTitle)}</h1>
                <label class="search">
                    {icon(Icon::Search)}
                    <span class="unseen">{t(Key::ClientsSearch)}</span>
                    <input type="search" data-testid="clients-search" placeholder=t(Key::ClientsSearch) title=keys::hint(Act::Search) prop:value=move || shown.typed.get() on:input=input/>
                </label>
                <button type="button" class="button primary" data-testid="new-client" aria-expanded=move || creating.get().to_string() on:click=move |_| creating.update(|open| *open = !*open)>
                    {icon(Icon::Plus)} {t(Key::ClientsNew)}
                </button>
            </header>
            {move || creating.get().then(|| view! { <Create cancel=move || creating.set(false)/> })}
            {move || match shown.rows.get() {
                Remote::Loading => ().into_any(),
                Remote::Slow => view! { <div class="row-skeletons" aria-hidden="true"><i></i><i></i><i></i></div> }.into_any(),
                Remote::Failed(fault) => view! { <Trouble fault again=move || shown.ask()/> }.into_any(),
                Remote::Ready(rows) if rows.is_empty() => view! { <Nobody typed=shown.typed/> }.into_any(),
                Remote::Ready(rows) => view! {
                    <ul class="client-rows" data-testid="clients">{rows.into_iter().map(row).collect_view()}</ul>
                }
                .into_any(),
            }}
            {move || shown.next.get().map(|_| view! {
                <button type="button" class="button" on:click=move |_| shown.more()>{t(Key::ListMore)}</button>
            })}
        </main>
    }
}

#[component]
fn Nobody(typed: RwSignal<String>) -> impl IntoView {
    let words = if typed.with_untracked(|typed| typed.trim().is_empty()) {
        Key::ClientsNone
    } else {
        Key::ClientsNotFound
    };
    view! { <div class="empty-words"><i class="thread-line still"></i><p>{t(words)}</p></div> }
}

fn row(client: Client) -> impl IntoView {
    let id = client.id.inner().to_owned();
    let name = names::client(&client);
    let phone = client.phones.first().map(|phone| phone.typed.clone());
    let reached = client.emails.first().cloned();
    let face = client.name.clone().unwrap_or_default();
    let href = Route::Client(id.clone()).path();
    view! {
        <li class="client-slot">
            <a class="client-row" data-inner data-testid="client-row" href=href>
                <Avatar id name=face/>
                <span class="row-text">
                    <span class="row-top"><strong class="row-name" dir="auto">{name}</strong> {mark(client.mark)} {client.tags.into_iter().map(|tag| view! { <span class="chip">{tag}</span> }).collect_view()}</span>
                    <span class="row-preview">{reached}</span>
                </span>
                <span class="client-owner">{client.owner.map(|owner| owner.name)}</span>
                <span class="client-count">{tn(Count::ClientsChats, i64::from(client.chat_count))}</span>
            </a>
            {phone.map(|number| view! { <Phone number/> })}
        </li>
    }
}

/// VIP or BAD, in a word and a colour.
pub(super) fn mark(mark: Option<ClientMark>) -> Option<impl IntoView> {
    mark.map(|mark| {
        let (words, class) = match mark {
            ClientMark::Vip => (Key::ClientVip, "chip vip"),
            ClientMark::Bad => (Key::ClientBad, "chip bad"),
        };
        view! { <span class=class>{t(words)}</span> }
    })
}
