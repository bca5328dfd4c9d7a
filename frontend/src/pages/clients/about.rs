//! What is known of a client, each with its pencil: name, phones, addresses, mark, tags, owner, do-not-disturb (G4, G5,
//! G6, G14, G15). Must not fetch chats.

use leptos::prelude::*;

use super::page::Open;
use super::phone::Phone;
use crate::api::clients::{
    ChangeClientDetails, ChangeClientDetailsInput, ChangeClientOwner, ChangeClientOwnerInput,
    Client, ClientDetailsInput, ClientMark, ClientPhone, ClientTagInput, Colleague, Colleagues,
    MarkClient, MarkClientInput, SetClientDoNotDisturb, SetClientDoNotDisturbInput, TagClient,
    UntagClient,
};
use crate::api::graphql::{ChannelKind, Id};
use crate::api::request::Ask;
use crate::i18n::{Key, t, tf};
use crate::session::asking::{self, Asked};
use crate::state::clients::listed;
use crate::ui::icon::{Icon, icon};
use crate::ui::live::{drawn, live};
use crate::ui::names;
use crate::ui::pencil::{Pencil, Typed};
use crate::ui::trouble::shown;

/// The kinds of channels that campaigns go over.
const KINDS: [ChannelKind; 6] = [
    ChannelKind::Whatsapp,
    ChannelKind::Sms,
    ChannelKind::Email,
    ChannelKind::Messenger,
    ChannelKind::Instagram,
    ChannelKind::Telegram,
];

/// The card.
#[component]
pub(super) fn About(open: Open) -> impl IntoView {
    let text = move |of: fn(&Client) -> String| {
        Signal::derive(move || open.client().as_ref().map(of).unwrap_or_default())
    };
    let save = move |into: fn(String) -> ClientDetailsInput| {
        Callback::new(move |(typed, told): Typed| {
            let input = ChangeClientDetailsInput {
                client_id: open.id(),
                details: into(typed),
            };
            asking::give_telling::<ChangeClientDetails>(input, open.taken(), told);
        })
    };
    let first = save(|text| ClientDetailsInput {
        first_name: Some(text),
        ..ClientDetailsInput::default()
    });
    let last = save(|text| ClientDetailsInput {
        last_name: Some(text),
        ..ClientDetailsInput::default()
    });
    let phones = save(|text| ClientDetailsInput {
        phones: Some(listed(&text)),
        ..ClientDetailsInput::default()
    });
    let emails = save(|text| ClientDetailsInput {
        emails: Some(listed(&text)),
        ..ClientDetailsInput::default()
    });
    let address = save(|text| ClientDetailsInput {
        address: Some(text),
        ..ClientDetailsInput::default()
    });
    // Each number with its card (G16).
    let cards = move || {
        let phones = open.client().map(|client| client.phones);
        let one = |phone: ClientPhone| view! { <Phone number=phone.typed/> };
        let all = phones.unwrap_or_default().into_iter().map(one);
        view! { <span class="phones">{all.collect_view()}</span> }.into_any()
    };
    view! {
        <dl class="facts card">
            <Pencil label=t(Key::ClientFirstName) value=text(|client| client.first_name.clone().unwrap_or_default()) save=first testid="pencil-first"/>
            <Pencil label=t(Key::ClientLastName) value=text(|client| client.last_name.clone().unwrap_or_default()) save=last testid="pencil-last"/>
            <Pencil label=t(Key::ClientPhones) value=text(phones_of) save=phones lines=true hint=t(Key::ClientOneALine) shows=Box::new(cards) testid="pencil-phones"/>
            <Pencil label=t(Key::ClientEmails) value=text(|client| client.emails.join("\n")) save=emails lines=true hint=t(Key::ClientOneALine) testid="pencil-emails"/>
            <Pencil label=t(Key::ClientAddress) value=text(|client| client.address.clone().unwrap_or_default()) save=address lines=true testid="pencil-address"/>
            <Mark open/>
            <Tags open/>
            <Owner open/>
            <Quiet open/>
        </dl>
    }
}

fn phones_of(client: &Client) -> String {
    let typed: Vec<&str> = client
        .phones
        .iter()
        .map(|phone| phone.typed.as_str())
        .collect();
    typed.join("\n")
}

#[component]
fn Mark(open: Open) -> impl IntoView {
    let now = Signal::derive(move || open.client().and_then(|client| client.mark));
    let choice = move |mark: Option<ClientMark>, words: Key| {
        let choose = move |_| {
            let client_id = open.id();
            open.change::<MarkClient>(MarkClientInput { client_id, mark });
        };
        view! { <button type="button" aria-pressed=move || (now.get() == mark).to_string() on:click=choose>{t(words)}</button> }
    };
    view! {
        <div>
            <dt>{t(Key::ClientMark)}</dt>
            <dd><div class="choice" role="group" aria-label=t(Key::ClientMark) data-testid="client-mark">
                {choice(None, Key::ClientUnmarked)}
                {choice(Some(ClientMark::Vip), Key::ClientVip)}
                {choice(Some(ClientMark::Bad), Key::ClientBad)}
            </div></dd>
        </div>
    }
}

#[component]
fn Tags(open: Open) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let tags = Memo::new(move |_| open.client().map(|client| client.tags).unwrap_or_default());
    let add = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let tag = typed.get_untracked().trim().to_owned();
        typed.set(String::new());
        if !tag.is_empty() {
            let client_id = open.id();
            open.change::<TagClient>(ClientTagInput { client_id, tag });
        }
    };
    let chip = move |tag: String| {
        let gone = tag.clone();
        let remove = move |_| {
            let (client_id, tag) = (open.id(), gone.clone());
            open.change::<UntagClient>(ClientTagInput { client_id, tag });
        };
        view! {
            <li class="chip">{tag.clone()}
                <button type="button" aria-label=tf(Key::TagRemove, &[("tag", &tag)]) on:click=remove>{icon(Icon::Close)}</button>
            </li>
        }
    };
    view! {
        <div>
            <dt>{t(Key::ClientTags)}</dt>
            <dd class="tags">
                <ul>{move || tags.get().into_iter().map(chip).collect_view()}</ul>
                <form on:submit=add>
                    <input type="text" aria-label=t(Key::BarTag) placeholder=t(Key::BarTag) data-testid="client-tag" prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event))/>
                </form>
            </dd>
        </div>
    }
}

#[component]
fn Owner(open: Open) -> impl IntoView {
    let asked = Asked::new(|| async { Ok(Colleagues::ask(()).await?.agents) });
    let now = Signal::derive(move || open.client().and_then(|client| client.owner));
    let chosen = move || now.get().map(|owner| owner.id.into_inner());
    let choose = move |event| {
        let chosen = event_target_value(&event);
        let owner_id = (!chosen.is_empty()).then(|| Id::new(chosen));
        let client_id = open.id();
        open.change::<ChangeClientOwner>(ChangeClientOwnerInput {
            client_id,
            owner_id,
        });
    };
    let options = drawn(move || {
        let owner = now.get();
        let known = asked
            .known
            .with(|known| known.ready().cloned().unwrap_or_default());
        let gone = owner
            .clone()
            .filter(|owner| {
                !known
                    .iter()
                    .any(|agent| agent.active && agent.id == owner.id)
            })
            .map(|owner| (owner.id, owner.name));
        let all = known
            .into_iter()
            .filter(|agent| agent.active)
            .map(|agent| (agent.id, agent.name));
        let option = |(id, name): (Id, String)| {
            let selected = owner.as_ref().is_some_and(|owner| owner.id == id);
            view! { <option value=id.into_inner() selected=selected>{name}</option> }
        };
        gone.into_iter().chain(all).map(option).collect_view()
    });
    view! {
        <div>
            <dt><label for="client-owner">{t(Key::ClientOwner)}</label></dt>
            <dd><select id="client-owner" data-testid="client-owner" prop:value=move || chosen().unwrap_or_default() on:change=choose>
                <option value="" selected=move || now.get().is_none()>{t(Key::BarNobody)}</option>
                {options}
            </select> {shown(asked, |_: &Vec<Colleague>| ().into_any())}</dd>
        </div>
    }
}

#[component]
fn Quiet(open: Open) -> impl IntoView {
    let quiet = Signal::derive(move || {
        open.client()
            .map(|client| client.do_not_disturb)
            .unwrap_or_default()
    });
    let line = move |kind: ChannelKind| {
        let here = move || quiet.with(|kinds| kinds.contains(&kind));
        let switch = move |_| {
            let input = SetClientDoNotDisturbInput {
                client_id: open.id(),
                channel_kind: kind,
                on: !here(),
            };
            open.change::<SetClientDoNotDisturb>(input);
        };
        view! { <li><label><input type="checkbox" prop:checked=live(here) on:change=switch/> {names::channel_kind(kind)}</label></li> }
    };
    view! {
        <div>
            <dt>{t(Key::ClientQuiet)}</dt>
            <dd><fieldset class="quiet-kinds"><legend class="note">{t(Key::ClientQuietHint)}</legend><ul>{KINDS.map(line).collect_view()}</ul></fieldset></dd>
        </div>
    }
}
