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
    /// It is a colleague's note that mentions the reader (P3).
    pub mention: bool,
}

/// How a chat was known before a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Messages that nobody had read.
    pub unread: i32,
    /// The note that mentions the reader, if one does.
    pub mention: Option<String>,
}

impl Known {
    /// What is known of a row.
    pub fn of(chat: &Chat) -> Self {
        let mention = chat.mention.as_ref();
        Self {
            unread: chat.unread_count,
            mention: mention.map(|it| it.message_id.inner().to_owned()),
        }
    }
}

/// What a change brings that nobody has seen: a message of a contact or a colleague that was not there, in a chat that nobody looks at,
/// or a note that mentions the reader. `before` is how each chat was known here; one that was not known counts as read, and its
/// mention as known unless it was written after `since`, RFC 3339 in UTC.
pub fn notices(
    before: &HashMap<String, Known>,
    change: &[Chat],
    looked_at: &[String],
    since: &str,
) -> Vec<Notice> {
    change
        .iter()
        .filter(|chat| !looked_at.iter().any(|id| id == chat.id.inner()))
        .flat_map(|chat| {
            let known = before.get(chat.id.inner());
            let written = written(chat, known.map_or(0, |known| known.unread));
            written.into_iter().chain(called(chat, known, since))
        })
        .collect()
}

fn written(chat: &Chat, known: i32) -> Option<Notice> {
    let last = chat.last_message.as_ref()?;
    // Among colleagues only others' messages are unread, and who wrote is not the contact (A13).
    let colleague = last.author.agent.as_ref().map(|agent| agent.name.clone());
    let name = match &chat.internal {
        Some(_) => colleague,
        None => chat.contact.name.clone(),
    };
    let news = chat.state == ChatState::Active && chat.unread_count > known;
    let theirs = chat.internal.is_some() || last.direction == Direction::Inbound;
    (news && theirs).then(|| Notice {
        chat: chat.id.inner().to_owned(),
        name: name.unwrap_or_default(),
        text: last.text.clone(),
        attachment: last.attachment,
        mention: false,
    })
}

fn called(chat: &Chat, known: Option<&Known>, since: &str) -> Option<Notice> {
    let mention = chat.called()?;
    let news = match known {
        Some(known) => known.mention.as_deref() != Some(mention.message_id.inner()),
        None => *mention.at.0 >= *since,
    };
    news.then(|| Notice {
        chat: chat.id.inner().to_owned(),
        name: mention.by.name.clone().unwrap_or_default(),
        text: mention.text.clone().unwrap_or_default(),
        attachment: None,
        mention: true,
    })
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
            .map(|(id, unread)| {
                let unread = *unread;
                let known = Known {
                    unread,
                    mention: None,
                };
                ((*id).to_owned(), known)
            })
            .collect();
        let looked_at: Vec<String> = looked_at.iter().map(|id| (*id).to_owned()).collect();
        notices(&before, change, &looked_at, &samples::moment(5).0)
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
        let told = notices(&HashMap::new(), &[among], &[], "");
        let names: Vec<&str> = told.iter().map(|notice| notice.name.as_str()).collect();
        assert_eq!(names, ["Irene"]);
    }

    #[test]
    fn p3_a_mention_is_told_once_wherever_the_chat_is() {
        let mut called = chat("a", 0, Direction::Outbound);
        called.state = ChatState::Archived;
        called.mention = Some(samples::mention("note", false));
        let of = |known: Option<&str>, since: i64, seen: &[String]| {
            let mention = known.map(str::to_owned);
            let known = Known { unread: 0, mention };
            let before = HashMap::from([("a".to_owned(), known)]);
            let change = std::slice::from_ref(&called);
            let told = notices(&before, change, seen, &samples::moment(since).0);
            assert!(told.iter().all(|it| it.mention && it.text == "look"));
            let afresh = notices(&HashMap::new(), change, seen, &samples::moment(since).0);
            (told.len(), afresh.len())
        };
        assert_eq!(of(None, 5, &[]), (1, 1));
        assert_eq!(
            of(Some("other"), 20, &[]),
            (1, 0),
            "an old one was not here"
        );
        assert_eq!(of(Some("note"), 5, &[]), (0, 1));
        assert_eq!(of(None, 5, &["a".to_owned()]), (0, 0), "looked at");
        called.mention = Some(samples::mention("note", true));
        let told = notices(&HashMap::new(), &[called], &[], "");
        assert_eq!(told, Vec::new(), "seen");
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
