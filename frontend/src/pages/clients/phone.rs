//! A phone number, and on hover or press a card with who has it, their chats, and a way to begin one (G16). What is opened
//! from it comes in a window over the page. Must not know the page it is on.

use leptos::prelude::*;

use super::list::mark;
use super::page::state_words;
use crate::api::clients::{ClientChat, PhoneClient, PhonePeople, PhoneVariables};
use crate::api::request::Ask;
use crate::i18n::{DateStyle, Key, date, t, tf};
use crate::route::Route;
use crate::session::{asking::Asked, store};
use crate::state::dialog::{Dialog, Recipient};
use crate::ui::drop::Drop;
use crate::ui::icon::{Icon, icon};
use crate::ui::names;
use crate::ui::trouble::shown;

/// The number with its card.
#[component]
pub fn Phone(number: String) -> impl IntoView {
    let label = tf(Key::PhoneCard, &[("number", &number)]);
    let words = Signal::derive({
        let number = number.clone();
        move || number.clone()
    });
    let content = move |close: Callback<()>| card(number.clone(), close);
    view! { <span class="phone"><Drop shape=Icon::Phone label=label testid="phone" words=words hover=true content=Box::new(content)/></span> }
}

fn card(number: String, close: Callback<()>) -> AnyView {
    let variables = PhoneVariables {
        phone: number.clone(),
    };
    let found = Asked::new(move || {
        let answer = PhonePeople::ask(variables.clone());
        async { Ok(answer.await?.clients_by_phone) }
    });
    let start = move |to: Recipient| {
        let press = move |_| {
            close.run(());
            store().dialog.set(Some(Dialog::Message(Some(to.clone()))));
        };
        view! { <button type="button" class="button" data-testid="phone-new-chat" on:click=press>{icon(Icon::Plus)} {t(Key::PhoneNewChat)}</button> }
    };
    let person = move |person: PhoneClient| {
        let name = names::client(&person.head);
        let id = person.head.id.inner().to_owned();
        let chats = person.chats.nodes.into_iter();
        view! {
            <li class="phone-person">
                <span class="row-top"><a data-inner dir="auto" href=Route::Client(id.clone()).path()>{name.clone()}</a> {mark(person.head.mark)}</span>
                <span class="row-preview">{person.head.emails.join(" · ")}</span>
                <ul>{chats.map(|chat| line(chat, close)).collect_view()}</ul>
                {start(Recipient::Client(id, name))}
            </li>
        }
    };
    let content = shown(found, move |people: &Vec<PhoneClient>| {
        if people.is_empty() {
            return view! {
                <p class="note">{t(Key::PhoneNobody)}</p>
                {start(Recipient::Handle(number.clone()))}
            }
            .into_any();
        }
        let people = people.iter().cloned().map(person);
        view! { <ul class="phone-people">{people.collect_view()}</ul> }.into_any()
    });
    view! { <div class="phone-card" data-testid="phone-card">{content}</div> }.into_any()
}

/// A chat of theirs; it opens over the page.
fn line(it: ClientChat, close: Callback<()>) -> impl IntoView {
    let chat = it.head;
    let id = chat.id.into_inner();
    let open = move |_| {
        close.run(());
        store().over(Route::Chat(id.clone()));
    };
    view! {
        <li><button type="button" class="menu-item" data-testid="phone-chat" on:click=open>
            {icon(Icon::of_channel(chat.channel.kind))}
            <span>{chat.channel.name} " · " {state_words(chat.state)}</span>
            <time datetime=chat.last_activity_at.0.clone()>{date(&chat.last_activity_at.0, DateStyle::Short)}</time>
        </button></li>
    }
}
