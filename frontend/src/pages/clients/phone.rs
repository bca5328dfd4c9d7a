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
    let found = Asked::new(move || PhonePeople::ask(variables.clone()));
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
                <ul>{chats.map(|chat| line(chat, None, close)).collect_view()}</ul>
                {start(Recipient::Client(id, name))}
            </li>
        }
    };
    let content = shown(found, move |found: &PhonePeople| {
        let people = &found.clients_by_phone;
        let nobody = people.is_empty().then(|| {
            view! {
                <p class="note">{t(Key::PhoneNobody)}</p>
                {start(Recipient::Handle(number.clone()))}
            }
        });
        let strangers = found.strangers().cloned().map(|chat| {
            let name = names::of_chat(&chat.head);
            line(chat, Some(name), close)
        });
        let strangers: Vec<_> = strangers.collect();
        let unlinked = (!strangers.is_empty()).then(|| {
            view! { <p class="menu-label">{t(Key::PhoneUnlinked)}</p> <ul data-testid="phone-unlinked">{strangers}</ul> }
        });
        let people = people.iter().cloned().map(person);
        view! { <ul class="phone-people">{people.collect_view()}</ul> {nobody} {unlinked} }
            .into_any()
    });
    view! { <div class="phone-card" data-testid="phone-card">{content}</div> }.into_any()
}

/// A chat of theirs, or of a contact with a name of their own; it opens over the page.
fn line(it: ClientChat, name: Option<String>, close: Callback<()>) -> impl IntoView {
    let chat = it.head;
    let id = chat.id.into_inner();
    let open = move |_| {
        close.run(());
        store().over(Route::Chat(id.clone()));
    };
    view! {
        <li><button type="button" class="menu-item" data-testid="phone-chat" on:click=open>
            {icon(Icon::of_channel(chat.channel.kind))}
            <span>{name.map(|name| view! { <strong dir="auto">{name}</strong> " · " })} {chat.channel.name} " · " {state_words(chat.state)}</span>
            <time datetime=chat.last_activity_at.0.clone()>{date(&chat.last_activity_at.0, DateStyle::Short)}</time>
        </button></li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::clients::{PhoneHit, PhoneHits};
    use crate::api::graphql::ChatState;
    use crate::state::samples;

    #[test]
    fn g16_chats_that_no_client_is_behind_stand_beside_the_clients() {
        let hit = |id: &str, linked: bool| {
            let mut head = samples::chat(id, ChatState::Archived, 1, 1);
            head.client = linked.then(|| samples::client_of("ana"));
            let message_count = 1;
            PhoneHit {
                chat: ClientChat {
                    head,
                    message_count,
                },
            }
        };
        let found = PhonePeople {
            clients_by_phone: Vec::new(),
            search_chats: PhoneHits {
                nodes: vec![hit("a", true), hit("b", false)],
            },
        };
        let strangers: Vec<&str> = found.strangers().map(|it| it.head.id.inner()).collect();
        assert_eq!(strangers, ["b"]);
    }
}
