//! The page of one client, in tabs: who they are, their chats (G12, G13). Must not know how a field is changed.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{about::About, end::End, list};
use crate::api::clients::{
    Client, ClientChat, ClientPage as Page, ClientPayload, ClientVariables, MergedClient,
    OneClient, UnmergeClient, UnmergeClientInput,
};
use crate::api::fault::Fault;
use crate::api::graphql::{ChatState, Direction, Id};
use crate::api::request::{Ask, Give};
use crate::i18n::{Count, DateStyle, Key, date, number, t, tf, tn};
use crate::remote::Remote;
use crate::route::Route;
use crate::session::{asking, store, toasts};
use crate::ui::avatar::Avatar;
use crate::ui::icon::{Icon, icon};
use crate::ui::live::drawn;
use crate::ui::names;
use crate::ui::tabs::{Tab, Tabs};
use crate::ui::trouble::Trouble;

/// The client that is shown, and how it changes.
#[derive(Clone, Copy)]
pub(super) struct Open {
    id: StoredValue<String>,
    known: RwSignal<Remote<Page>>,
}

impl Open {
    fn ask(self) {
        asking::ask(self.known, fetch(self.id.get_value(), None));
    }

    /// The client's id.
    pub(super) fn id(self) -> Id {
        Id::new(self.id.get_value())
    }

    /// The client as it is known now.
    pub(super) fn client(self) -> Option<Client> {
        self.known
            .with(|known| known.ready().map(|page| page.head.clone()))
    }

    /// Changes the client; what the answer says is shown, a refusal is told.
    pub(super) fn change<C: Give<Payload = ClientPayload>>(self, input: C::Input) {
        // What was chosen and not taken goes back.
        asking::give_or::<C>(input, self.taken(), move || {
            let _ = self.known.try_update(|_| ());
        });
    }

    /// Shows what the answer to a change says.
    pub(super) fn taken(self) -> impl Fn(ClientPayload) + 'static {
        move |payload| {
            let _ = self.known.try_update(|known| {
                if let (Some(page), Some(client)) = (known.ready_mut(), payload.client) {
                    page.head = client;
                }
            });
        }
    }

    fn refresh(self) {
        let id = self.id.get_value();
        spawn_local(async move {
            match fetch(id, None).await {
                Ok(found) => drop(self.known.try_set(Remote::Ready(found))),
                Err(fault) => toasts::failed(&fault, move || self.refresh()),
            }
        });
    }

    fn more(self) {
        let after = self.known.with_untracked(|known| {
            let info = &known.ready()?.chats.page_info;
            info.end_cursor.clone().filter(|_| info.has_next_page)
        });
        let id = self.id.get_value();
        spawn_local(async move {
            match fetch(id, after).await {
                Ok(found) => drop(self.known.try_update(|known| {
                    if let Some(page) = known.ready_mut() {
                        page.chats.nodes.extend(found.chats.nodes);
                        page.chats.page_info = found.chats.page_info;
                    }
                })),
                Err(fault) => toasts::failed(&fault, move || self.more()),
            }
        });
    }
}

async fn fetch(id: String, after: Option<String>) -> Result<Page, Fault> {
    let id = Id::new(id);
    let answer = OneClient::ask(ClientVariables { id, after }).await?;
    Ok(answer.client)
}

/// The page.
#[component]
pub fn ClientPage(id: String) -> impl IntoView {
    let open = Open {
        id: StoredValue::new(id),
        known: RwSignal::new(Remote::Loading),
    };
    open.ask();
    // Drawn anew only when it comes or goes, not when a field of it changes.
    let stage = Memo::new(move |_| {
        open.known.with(|known| match known {
            Remote::Loading => Remote::Loading,
            Remote::Slow => Remote::Slow,
            Remote::Ready(_) => Remote::Ready(()),
            Remote::Failed(fault) => Remote::Failed(fault.clone()),
        })
    });
    view! {
        <main id="main" class="section wide" data-testid="client-page">
            <a class="back-link" data-inner href=Route::Clients.path()>{icon(Icon::Back)} {t(Key::ClientsTitle)}</a>
            {move || match stage.get() {
                Remote::Loading => ().into_any(),
                Remote::Slow => view! { <div class="row-skeletons" aria-hidden="true"><i></i><i></i></div> }.into_any(),
                Remote::Failed(fault) => view! { <Trouble fault again=move || open.ask()/> }.into_any(),
                Remote::Ready(()) => view! { <Known open/> }.into_any(),
            }}
        </main>
    }
}

/// The client beside a chat: what is known, each with its pencil, and their chats (G2).
#[component]
pub fn ClientBeside(id: String) -> impl IntoView {
    let open = Open {
        id: StoredValue::new(id),
        known: RwSignal::new(Remote::Loading),
    };
    open.ask();
    // What was put in from the thread shows here too; the card stays while it is asked for.
    Effect::new(move |before: Option<u32>| {
        let times = store().desk.client_changed.get();
        if before.is_some_and(|before| before != times) {
            open.refresh();
        }
        times
    });
    let stage = Memo::new(move |_| {
        open.known.with(|known| match known {
            Remote::Loading | Remote::Slow => None,
            Remote::Ready(_) => Some(Ok(())),
            Remote::Failed(fault) => Some(Err(fault.clone())),
        })
    });
    drawn(move || match stage.get() {
        None => ().into_any(),
        Some(Err(fault)) => view! { <Trouble fault again=move || open.ask()/> }.into_any(),
        Some(Ok(())) => view! {
            <div class="beside" data-testid="client-beside">
                <About open/>
                <h3>{t(Key::ClientChats)}</h3>
                <Chats open/>
            </div>
        }
        .into_any(),
    })
}

#[component]
fn Known(open: Open) -> impl IntoView {
    let head = drawn(move || {
        open.client().map(|client| {
            let name = names::client(&client);
            let made = tf(
                Key::ClientMade,
                &[("when", &date(&client.created_at.0, DateStyle::Short))],
            );
            let face = client.name.clone().unwrap_or_default();
            view! {
                <header class="page-head client-head">
                    <Avatar id=client.id.inner().to_owned() name=face/>
                    <span>
                        <h1 dir="auto">{name} " " {list::mark(client.mark)}</h1>
                        <span class="note">{tn(Count::ClientsChats, i64::from(client.chat_count))} " · " {made}</span>
                    </span>
                </header>
                {client.merged_into_id.map(|into| view! {
                    <p class="merged">{t(Key::ClientMerged)} " " <a data-inner href=Route::Client(into.into_inner()).path()>{t(Key::ClientMergedInto)}</a> {part(open, client.id)}</p>
                })}
            }
        })
    });
    let behind = Memo::new(move |_| {
        open.known
            .with(|known| known.ready().map(|page| page.merged.clone()))
            .unwrap_or_default()
    });
    let behind = drawn(move || {
        behind
            .get()
            .into_iter()
            .map(|it| merged(open, it))
            .collect_view()
    });
    let id = open.id().into_inner();
    let chats = Route::ClientChats(id.clone());
    let at_chats = {
        let chats = chats.clone();
        // The page lies under the window of the chats, too.
        Memo::new(move |_| {
            let store = store();
            let here = store.route.get();
            let under = store.under.get().filter(|_| here.is_chats());
            under.unwrap_or(here) == chats
        })
    };
    let count = Memo::new(move |_| open.client().map_or(0, |client| client.chat_count));
    let tabs = [
        Tab {
            to: Route::Client(id),
            words: Signal::derive(|| t(Key::ThreadDetails).to_owned()),
            chosen: Signal::derive(move || !at_chats.get()),
        },
        Tab {
            to: chats,
            words: Signal::derive(move || {
                format!("{} {}", t(Key::ClientChats), number(i64::from(count.get())))
            }),
            chosen: at_chats.into(),
        },
    ];
    view! {
        {head}
        {behind}
        <Tabs label=t(Key::ClientsTitle) tabs=tabs.into()/>
        <div id="tab-panel" role="tabpanel" tabindex="0" aria-labelledby=move || format!("tab-{}", u8::from(at_chats.get()))>
            {move || if at_chats.get() {
                view! { <Chats open/> }.into_any()
            } else {
                view! { <div class="client-about"><About open/><End open/></div> }.into_any()
            }}
        </div>
    }
}

/// A client behind this one: how it is reached, and the way to part them (G12).
fn merged(open: Open, it: MergedClient) -> impl IntoView {
    let phones = it.phones.into_iter().map(|phone| phone.typed);
    let named = it.name.or_else(|| Some(t(Key::ClientsNameless).to_owned()));
    let all = named.into_iter().chain(phones).chain(it.emails);
    let name = all.collect::<Vec<_>>().join(" · ");
    view! { <p class="note behind" data-testid="merged-here"><span dir="auto">{tf(Key::ClientMergedHere, &[("name", &name)])}</span> {part(open, it.id)}</p> }
}

/// Takes a merge back.
fn part(open: Open, client_id: Id) -> impl IntoView {
    let press = move |_| {
        let client_id = client_id.clone();
        asking::give::<UnmergeClient>(UnmergeClientInput { client_id }, move |_| open.refresh());
    };
    view! { <button type="button" class="link" data-testid="unmerge" on:click=press>{t(Key::ClientUnmerge)}</button> }
}

#[component]
fn Chats(open: Open) -> impl IntoView {
    let chats = Memo::new(move |_| {
        open.known.with(|known| {
            known
                .ready()
                .map(|page| page.chats.nodes.clone())
                .unwrap_or_default()
        })
    });
    let more = move || {
        open.known.with(|known| {
            known
                .ready()
                .is_some_and(|page| page.chats.page_info.has_next_page)
        })
    };
    view! {
        {move || chats.with(Vec::is_empty).then(|| view! { <p class="note">{t(Key::ClientNoChats)}</p> })}
        <ul class="client-rows" data-testid="client-chats">{move || chats.get().into_iter().map(chat).collect_view()}</ul>
        {move || more().then(|| view! { <button type="button" class="button" on:click=move |_| open.more()>{t(Key::ListMore)}</button> })}
    }
}

/// The state of a chat, in a word.
pub(super) fn state_words(state: ChatState) -> &'static str {
    t(match state {
        ChatState::Active => Key::StateActive,
        ChatState::Archived => Key::StateArchived,
    })
}

fn chat(it: ClientChat) -> impl IntoView {
    let chat = it.head;
    let began = tf(
        Key::ClientChatBegan,
        &[("when", &date(&chat.opened_at.0, DateStyle::Short))],
    );
    let messages = tn(Count::ClientChatMessages, i64::from(it.message_count));
    let last = chat.last_message.map(|last| {
        let ours = last.direction == Direction::Outbound;
        view! { {ours.then(|| format!("{}: ", t(Key::RowYou)))} {names::said(&last.text, last.attachment)} }
    });
    view! {
        <li>
            <a class="client-row" data-inner href=Route::Chat(chat.id.inner().to_owned()).path()>
                <span class="badge large" data-kind=format!("{:?}", chat.channel.kind)>{icon(Icon::of_channel(chat.channel.kind))}</span>
                <span class="row-text">
                    <span class="row-top">
                        <strong class="row-name">{chat.channel.name}</strong>
                        <span class="chip">{state_words(chat.state)}</span>
                        <span class="client-facts" data-testid="client-chat-facts">{began} " · " {messages}</span>
                        <time class="row-time" datetime=chat.last_activity_at.0.clone()>{date(&chat.last_activity_at.0, DateStyle::Short)}</time>
                    </span>
                    <span class="row-preview" dir="auto">{last}</span>
                </span>
            </a>
        </li>
    }
}
