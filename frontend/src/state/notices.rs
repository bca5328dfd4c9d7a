//! Which changes of the list are told to somebody who looks elsewhere (B15, P16). Must not tell them.

use std::collections::HashMap;

use crate::api::graphql::{AttachmentKind, Chat, ChatState, Direction};

/// What is told: one line for each chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Which chat.
    pub chat: String,
    /// Whose, empty when unknown.
    pub name: String,
    /// The last message.
    pub text: String,
    /// What it carries beside its text.
    pub attachment: Option<AttachmentKind>,
}

/// What a change brings that nobody has seen: a message of a contact or a colleague that was not there, in a chat that nobody looks at.
/// `before` is how each chat was known here; one that was not known counts as read.
pub fn notices(
    before: &HashMap<String, i32>,
    change: &[Chat],
    looked_at: &[String],
) -> Vec<Notice> {
    change
        .iter()
        .filter(|chat| {
            let known = before.get(chat.id.inner()).copied().unwrap_or_default();
            chat.state == ChatState::Active && chat.unread_count > known
        })
        .filter(|chat| !looked_at.iter().any(|id| id == chat.id.inner()))
        .filter_map(|chat| {
            let last = chat.last_message.as_ref()?;
            // Among colleagues only others' messages are unread, and who wrote is not the contact (A13).
            let colleague = last.author.agent.as_ref().map(|agent| agent.name.clone());
            let name = match &chat.internal {
                Some(_) => colleague,
                None => chat.contact.name.clone(),
            };
            (chat.internal.is_some() || last.direction == Direction::Inbound).then(|| Notice {
                chat: chat.id.inner().to_owned(),
                name: name.unwrap_or_default(),
                text: last.text.clone(),
                attachment: last.attachment,
            })
        })
        .collect()
}

/// What each tab of this agent has in view, by tab.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Views(HashMap<String, String>);

impl Views {
    /// A tab looks at a chat, or at none.
    pub fn set(&mut self, tab: &str, chat: &str) {
        if chat.is_empty() {
            self.0.remove(tab);
        } else {
            self.0.insert(tab.to_owned(), chat.to_owned());
        }
    }

    /// The chats in view anywhere.
    pub fn chats(&self) -> Vec<String> {
        self.0.values().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::graphql::{InternalChat, MessagePreview, MessageState};
    use crate::state::samples;

    fn chat(id: &str, unread: i32, direction: Direction) -> Chat {
        let mut chat = samples::chat(id, ChatState::Active, 1, 1);
        chat.unread_count = unread;
        chat.last_message = Some(MessagePreview {
            direction,
            author: samples::contact_actor(),
            text: "Hola".to_owned(),
            attachment: None,
            at: samples::moment(1),
            state: MessageState::Received,
        });
        chat
    }

    fn inbound(id: &str, unread: i32) -> Chat {
        chat(id, unread, Direction::Inbound)
    }

    fn told(before: &[(&str, i32)], change: &[Chat], looked_at: &[&str]) -> Vec<String> {
        let before = before
            .iter()
            .map(|(id, unread)| ((*id).to_owned(), *unread))
            .collect();
        let looked_at: Vec<String> = looked_at.iter().map(|id| (*id).to_owned()).collect();
        notices(&before, change, &looked_at)
            .into_iter()
            .map(|notice| notice.chat)
            .collect()
    }

    #[test]
    fn b15_a_new_message_is_told_once() {
        let change = [inbound("a", 2)];
        assert_eq!(told(&[("a", 1)], &change, &[]), ["a"]);
        assert_eq!(told(&[("a", 2)], &change, &[]), Vec::<String>::new());
        assert_eq!(told(&[], &change, &[]), ["a"], "a chat that was not here");
    }

    #[test]
    fn b15_the_chat_in_view_is_not_told() {
        let change = [inbound("a", 1), inbound("b", 1)];
        assert_eq!(told(&[], &change, &["a"]), ["b"]);
    }

    #[test]
    fn b15_an_archived_chat_and_our_own_message_are_not_told() {
        let mut archived = inbound("a", 1);
        archived.state = ChatState::Archived;
        let ours = chat("b", 1, Direction::Outbound);
        assert_eq!(told(&[], &[archived, ours], &[]), Vec::<String>::new());
    }

    #[test]
    fn a13_b15_a_colleagues_message_is_told_with_their_name() {
        let mut among = chat("a", 1, Direction::Outbound);
        among.internal = Some(InternalChat {
            direct: true,
            title: None,
            members: Vec::new(),
        });
        if let Some(last) = &mut among.last_message {
            last.author = samples::agent_actor("Irene");
        }
        let told = notices(&HashMap::new(), &[among], &[]);
        let names: Vec<&str> = told.iter().map(|notice| notice.name.as_str()).collect();
        assert_eq!(names, ["Irene"]);
    }

    #[test]
    fn p16_what_any_tab_looks_at_counts() {
        let mut views = Views::default();
        views.set("one", "a");
        views.set("two", "b");
        views.set("one", "");
        assert_eq!(views.chats(), ["b"]);
    }
}
