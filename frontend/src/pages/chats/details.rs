//! At right: what is known of the contact and the chat (C1). Must not edit by itself.

use std::sync::Arc;

use leptos::prelude::*;

use super::{client, members};
use crate::api::graphql::{ChannelKind, Chat, ChatState};
use crate::i18n::{DateStyle, Key, date, language_name, t};
use crate::pages::clients::Phone;
use crate::session::store;
use crate::state::clients::{called, dial, number_of};
use crate::ui::avatar::Avatar;
use crate::ui::icon::{Icon, icon};
use crate::ui::link::linked;
use crate::ui::names;

/// The panel about a chat.
#[component]
pub fn Details(chat: Memo<Option<Arc<Chat>>>) -> impl IntoView {
    let store = store();
    // What is being typed about one group is not typed about the next.
    let internal = Memo::new(move |_| {
        chat.with(|chat| {
            let chat = chat.as_ref().filter(|chat| chat.internal.is_some())?;
            Some(chat.id.inner().to_owned())
        })
    });
    view! {
        <section class="details" aria-label=t(Key::ThreadDetails)>
            <button type="button" class="button quiet square details-close" aria-label=t(Key::Close) on:click=move |_| store.details.set(Some(false))>
                {icon(Icon::Close)}
            </button>
            {move || if internal.get().is_some() {
                view! { <members::Members of=chat/> }.into_any()
            } else {
                view! { {move || chat.get().map(|chat| content(&chat))} <client::OfChat of=chat/> }.into_any()
            }}
        </section>
    }
}

fn content(chat: &Chat) -> impl IntoView + use<> {
    let contact = &chat.contact;
    // On a website the name is a claim too.
    let claimed = chat.channel.kind == ChannelKind::WebChat && contact.name.is_some();
    let known = claimed || contact.email.is_some() || contact.phone.is_some();
    let verified = known.then(|| {
        let words = t(if contact.verified { Key::DetailsVerified } else { Key::DetailsUnverified });
        view! { <p class="verified" class:ok=contact.verified>{contact.verified.then(|| icon(Icon::Verified))} {words}</p> }
    });
    let page = contact.page.clone().map(|page| {
        let title = page.title.filter(|title| !title.is_empty());
        view! { {title.map(|title| view! { <span dir="auto">{title}</span> })} <span class="address">{linked(&page.url)}</span> }.into_any()
    });
    let state = match chat.state {
        ChatState::Active => t(Key::StateActive),
        ChatState::Archived => t(Key::StateArchived),
    };
    let language = contact.locale.as_deref().map(language_name);
    let plain = |text: &Option<String>| text.clone().map(IntoAny::into_any);
    let dialled = number_of(chat).map(str::to_owned);
    // A number is not said twice.
    let handle = plain(&contact.handle).filter(|_| dialled != contact.handle);
    let words = t(if called(chat) {
        Key::CallBack
    } else {
        Key::CallWord
    });
    let link = dialled.as_deref().map(dial).map(|href| {
        view! { " " <a class="link" href=href data-testid="call">{words}</a> }
    });
    let number = dialled.or(contact.phone.clone());
    let number = number.map(|number| view! { <Phone number/> {link} }.into_any());
    view! {
        <div class="details-who">
            <Avatar id=contact.id.inner().to_owned() name=names::face(chat) channel=chat.channel.kind/>
            <h3 dir="auto">{names::of_chat(chat)}</h3>
            {verified}
        </div>
        <dl class="facts">
            {fact(Key::DetailsEmail, plain(&contact.email))}
            {fact(Key::DetailsPhone, number)}
            {fact(Key::DetailsHandle, handle)}
            {fact(Key::DetailsPage, page)}
            {fact(Key::DetailsChannel, Some(format!("{} · {}", chat.channel.name, names::channel_kind(chat.channel.kind)).into_any()))}
            {fact(Key::DetailsLanguage, plain(&language))}
            {fact(Key::DetailsOpened, Some(date(&chat.opened_at.0, DateStyle::Exact).into_any()))}
            {fact(Key::DetailsState, Some(state.into_any()))}
        </dl>
    }
}

fn fact(name: Key, value: Option<AnyView>) -> Option<impl IntoView> {
    value.map(|value| view! { <div><dt>{t(name)}</dt><dd>{value}</dd></div> })
}
