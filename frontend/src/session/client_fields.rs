//! Puts what a contact wrote into a field of the chat's client; an unknown writer is saved with it (G4, G7). Must not draw.

use leptos::prelude::Update;
use leptos::task::spawn_local;

use super::{store, thread, toasts};
use crate::api::clients::{
    ChangeClientDetails, ChangeClientDetailsInput, ClientDetailsInput, ClientVariables,
    CreateClient, CreateClientInput, OneClient,
};
use crate::api::fault::Fault;
use crate::api::graphql::Id;
use crate::api::request::{Ask, Give};
use crate::i18n::{Key, t, tf};

/// A field that a text can go into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The first name.
    FirstName,
    /// The last name.
    LastName,
    /// One more telephone number.
    Phone,
    /// One more e-mail address.
    Email,
    /// The postal address.
    Address,
}

impl Field {
    /// All of them, as they are offered.
    pub const ALL: [Self; 5] = [
        Self::FirstName,
        Self::LastName,
        Self::Phone,
        Self::Email,
        Self::Address,
    ];

    /// What it is called.
    pub fn words(self) -> Key {
        match self {
            Self::FirstName => Key::ClientFirstName,
            Self::LastName => Key::ClientLastName,
            Self::Phone => Key::PickPhone,
            Self::Email => Key::PickEmail,
            Self::Address => Key::ClientAddress,
        }
    }

    /// The text in this field; `known` = what stands in the fields that hold several.
    fn details(self, text: String, mut known: Vec<String>) -> ClientDetailsInput {
        let none = ClientDetailsInput::default();
        match self {
            Self::FirstName => ClientDetailsInput {
                first_name: Some(text),
                ..none
            },
            Self::LastName => ClientDetailsInput {
                last_name: Some(text),
                ..none
            },
            Self::Address => ClientDetailsInput {
                address: Some(text),
                ..none
            },
            Self::Phone | Self::Email => {
                if !known.contains(&text) {
                    known.push(text);
                }
                match self {
                    Self::Phone => ClientDetailsInput {
                        phones: Some(known),
                        ..none
                    },
                    _ => ClientDetailsInput {
                        emails: Some(known),
                        ..none
                    },
                }
            }
        }
    }
}

/// A text as it goes into a field of one line, or of several where that is an address.
pub fn cleaned(field: Field, text: &str) -> String {
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>();
    lines.join(if field == Field::Address { "\n" } else { " " })
}

/// Puts a text into a field of the client of a chat.
pub fn put(chat: &str, field: Field, text: &str) {
    let text = cleaned(field, text);
    let Some(head) = thread::head(chat).filter(|_| !text.is_empty()) else {
        return;
    };
    let client = head.client.as_ref().map(|client| client.id.clone());
    attempt(head.id.clone(), client, field, text, key());
}

fn key() -> Id {
    Id::new(uuid::Uuid::new_v4().to_string())
}

/// The key stays the same with each try: a client is made once.
fn attempt(chat: Id, client: Option<Id>, field: Field, text: String, key: Id) {
    spawn_local(async move {
        let saved = save(
            chat.clone(),
            client.clone(),
            field,
            text.clone(),
            key.clone(),
        );
        match saved.await {
            Ok(()) => {
                store().desk.client_changed.update(|times| *times += 1);
                let words = [("field", t(field.words())), ("text", &text)];
                toasts::say(tf(Key::PickDone, &words), None);
            }
            Err(fault) => toasts::failed(&fault, move || {
                let (chat, client) = (chat.clone(), client.clone());
                attempt(chat, client, field, text.clone(), key.clone());
            }),
        }
    });
}

async fn save(
    chat: Id,
    client: Option<Id>,
    field: Field,
    text: String,
    idempotency_key: Id,
) -> Result<(), Fault> {
    let Some(client_id) = client else {
        let input = CreateClientInput {
            idempotency_key,
            from_chat_id: Some(chat),
            details: Some(field.details(text, Vec::new())),
        };
        return CreateClient::send(input).await.map(drop);
    };
    let known = match field {
        Field::Phone | Field::Email => {
            let variables = ClientVariables {
                id: client_id.clone(),
                after: None,
            };
            let client = OneClient::ask(variables).await?.client.head;
            match field {
                Field::Email => client.emails,
                _ => client.phones.into_iter().map(|phone| phone.typed).collect(),
            }
        }
        _ => Vec::new(),
    };
    let input = ChangeClientDetailsInput {
        client_id,
        details: field.details(text, known),
    };
    ChangeClientDetails::send(input).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g7_a_number_is_added_and_never_twice() {
        let known = vec!["+34 600 000 112".to_owned()];
        let added = Field::Phone.details("+34 600 000 199".into(), known.clone());
        assert_eq!(
            added.phones,
            Some(vec!["+34 600 000 112".into(), "+34 600 000 199".into()])
        );
        let same = Field::Phone.details("+34 600 000 112".into(), known.clone());
        assert_eq!(same.phones, Some(known));
        assert_eq!(same.emails, None, "what is left out stays");
    }

    #[test]
    fn g7_a_text_of_several_lines_is_one_except_in_an_address() {
        let text = " Calle Mayor 3 \n\n 28013 Madrid ";
        assert_eq!(cleaned(Field::LastName, text), "Calle Mayor 3 28013 Madrid");
        assert_eq!(cleaned(Field::Address, text), "Calle Mayor 3\n28013 Madrid");
    }
}
