//! Writing first: whom, on which channel, and what (C10, C11, C13). The chat opens with the message in it. Must not decide
//! who can be written to.

use leptos::html::{Input, Textarea};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::clients::Client;
use crate::api::directory::Place;
use crate::api::fault::Fault;
use crate::api::graphql::{Chat, ChatStarts, Id};
use crate::api::request::{Ask, Give};
use crate::api::starting::{StartChat, StartChatInput};
use crate::api::templates::{Template, TemplatesQuery};
use crate::i18n::{Key, t, tf};
use crate::pages::clients::finder::Finder;
use crate::route::Route;
use crate::session::asking::Asked;
use crate::session::{act, directory, noticed, store};
use crate::state::dialog::{Recipient, handle};
use crate::state::text;
use crate::ui::icon::{Icon, icon};
use crate::ui::live::{drawn, effect};
use crate::ui::{focus, keys, names, trouble::shown};

/// The chat is there: it opens, with the focus where one writes on.
pub(super) fn land(chat: Option<Chat>) {
    let store = store();
    store.dialog.set(None);
    if let Some(chat) = chat {
        let id = chat.id.inner().to_owned();
        act::take(Some(chat));
        store.go(Route::Chat(id));
        keys::write_soon();
    }
}

/// The form.
#[component]
pub(super) fn Message(recipient: Option<Recipient>) -> impl IntoView {
    let store = store();
    directory::want(true);
    let to = RwSignal::new(recipient);
    let [channel, words, template] = [(); 3].map(|()| RwSignal::new(String::new()));
    let wrong = RwSignal::new(None::<Fault>);
    let busy = RwSignal::new(false);
    let key = StoredValue::new(uuid::Uuid::new_v4().to_string());
    let field = NodeRef::<Textarea>::new();
    // Once it is known to whom, one writes on.
    effect(move || {
        if to.with(Option::is_some) {
            focus::soon(move || field.get_untracked());
        }
    });
    let chosen_channel = move || {
        let places = store.directory.with(|known| startable(&known.channels));
        let chosen = channel.get();
        let found = places.iter().find(|it| it.id.inner() == chosen);
        found
            .or_else(|| places.first())
            .map(|it| it.id.inner().to_owned())
    };
    let says = move || !template.get().is_empty() || text::parse(&words.get()).is_ok();
    let ready = move || to.get().is_some() && chosen_channel().is_some() && says();
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let (Some(to), Some(channel)) = (to.get_untracked(), untrack(chosen_channel)) else {
            return;
        };
        let filled = Some(template.get_untracked()).filter(|id| !id.is_empty());
        let (client, handle) = match to {
            Recipient::Client(id, _) => (Some(id), None),
            Recipient::Handle(handle) => (None, Some(handle)),
        };
        let input = StartChatInput {
            channel_id: Id::new(channel),
            client_id: client.map(Id::new),
            handle,
            text: filled
                .is_none()
                .then(|| words.get_untracked().trim().to_owned()),
            template_id: filled.map(Id::new),
            client_message_id: Id::new(key.get_value()),
        };
        busy.set(true);
        spawn_local(async move {
            match StartChat::send(input).await {
                Ok(payload) => land(payload.chat),
                Err(fault) => {
                    noticed(&fault);
                    // The key of a refused message is used up; after a cut connection it may have arrived.
                    if matches!(fault, Fault::Refused { .. }) {
                        let _ = key.try_set_value(uuid::Uuid::new_v4().to_string());
                    }
                    let _ = wrong.try_set(Some(fault));
                    let _ = busy.try_set(false);
                }
            }
        });
    };
    view! {
        <form class="form" data-testid="new-form" on:submit=send>
            {move || match to.get() {
                Some(known) => view! { <Chosen known to/> }.into_any(),
                None => view! { <Whom to/> }.into_any(),
            }}
            <Channels chosen=Signal::derive(chosen_channel) channel/>
            <Templates template/>
            {move || template.get().is_empty().then(|| view! {
                <textarea node_ref=field rows="3" dir="auto" data-testid="new-text" aria-label=t(Key::NewText) placeholder=t(Key::NewText) prop:value=move || words.get() on:input=move |event| words.set(event_target_value(&event))></textarea>
            })}
            {move || wrong.get().map(|fault| view! { <p class="note wrong" role="alert" data-testid="new-wrong">{fault.words()}</p> })}
            <p class="form-acts"><button type="submit" class="button primary" data-testid="new-send" disabled=move || busy.get() || !ready()>{icon(Icon::Send)} {t(Key::NewSend)}</button></p>
        </form>
    }
}

/// Channels on which an agent can write first.
fn startable(all: &[Place]) -> Vec<Place> {
    let starts = |it: &&Place| it.connected && it.capabilities.starts != ChatStarts::Never;
    all.iter().filter(starts).cloned().collect()
}

#[component]
fn Chosen(known: Recipient, to: RwSignal<Option<Recipient>>) -> impl IntoView {
    let name = match known {
        Recipient::Client(_, name) | Recipient::Handle(name) => name,
    };
    let label = tf(Key::FilterRemove, &[("what", &name)]);
    view! {
        <p class="new-chosen"><span>{t(Key::NewTo)}</span> <button type="button" class="chip on" dir="auto" data-testid="new-to" aria-label=label.clone() title=label on:click=move |_| to.set(None)>{name} {icon(Icon::Close)}</button></p>
    }
}

/// The field that finds clients, and takes a number or an address as it is.
#[component]
fn Whom(to: RwSignal<Option<Recipient>>) -> impl IntoView {
    let finder = Finder::new();
    let field = NodeRef::<Input>::new();
    focus::soon(move || field.get_untracked());
    let line = move |words: String, beside: String, chosen: Recipient| {
        let choose = move |_| to.set(Some(chosen.clone()));
        view! { <button type="button" class="menu-item" data-testid="new-found" dir="auto" on:click=choose><span>{words}</span><span class="note">{beside}</span></button> }
            .into_any()
    };
    let client = move |client: Client| {
        let name = names::client(&client);
        let phone = client.phones.first().map(|phone| phone.typed.clone());
        let beside = phone.or_else(|| client.emails.first().cloned());
        line(
            name.clone(),
            beside.unwrap_or_default(),
            Recipient::Client(client.id.into_inner(), name),
        )
    };
    let own = drawn(move || {
        handle(&finder.typed.get()).map(|handle| {
            let words = tf(Key::NewHandle, &[("handle", &handle)]);
            line(words, String::new(), Recipient::Handle(handle))
        })
    });
    view! {
        <input type="search" node_ref=field autofocus=true dir="auto" autocomplete="off" data-testid="new-whom" aria-label=t(Key::NewWhom) placeholder=t(Key::NewWhom) prop:value=move || finder.typed.get() on:input=move |event| finder.input(&event)/>
        <div class="new-people" role="group" aria-label=t(Key::NewTo)>
            {own}
            {finder.list(client)}
        </div>
    }
}

#[component]
fn Channels(chosen: Signal<Option<String>>, channel: RwSignal<String>) -> impl IntoView {
    let store = store();
    let places = Memo::new(move |_| store.directory.with(|known| startable(&known.channels)));
    drawn(move || {
        let places = places.get();
        if places.is_empty() {
            return view! { <p class="note" role="status">{t(Key::NewNoChannel)}</p> }.into_any();
        }
        let one = |place: Place| {
            let id = place.id.into_inner();
            let same = id.clone();
            let words = format!("{} · {}", place.name, names::channel_kind(place.kind));
            view! { <option value=id selected=move || chosen.get().as_deref() == Some(same.as_str())>{words}</option> }
        };
        view! {
            <label class="new-line-field">{t(Key::DetailsChannel)}
                <select data-testid="new-channel" on:change=move |event| channel.set(event_target_value(&event))>{places.into_iter().map(one).collect_view()}</select>
            </label>
        }
        .into_any()
    })
}

/// A text of one's own, or a template that Hilo fills in.
#[component]
fn Templates(template: RwSignal<String>) -> impl IntoView {
    let asked = Asked::new(|| async { Ok(TemplatesQuery::ask(()).await?.templates) });
    let body = shown(asked, move |all: &Vec<Template>| {
        let chosen = template.get();
        let found = all.iter().find(|it| it.id.inner() == chosen);
        found
            .map(|it| view! { <p class="note new-body" dir="auto">{it.body.clone()}</p> })
            .into_any()
    });
    let options = drawn(move || {
        let one = |it: &Template| view! { <option value=it.id.inner().to_owned()>{it.name.clone()}</option> };
        asked
            .known
            .with(|all| all.ready().map(|all| all.iter().map(one).collect_view()))
    });
    view! {
        <label class="new-line-field">{t(Key::NewTemplate)}
            <select data-testid="new-template-choice" on:change=move |event| template.set(event_target_value(&event))>
                <option value="">{t(Key::NewOwnText)}</option>
                {options}
            </select>
        </label>
        {body}
    }
}
