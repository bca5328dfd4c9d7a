//! Messages on their way: shown at once with a clock, kept until the server's own copy is here. Must not send.

use crate::api::fault::Fault;
use crate::api::graphql::Message;

/// A message that this client sent and has not seen back.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// Made here; the server tells it back, and a second sending with it has no effect.
    pub client_id: String,
    /// The text, trimmed.
    pub text: String,
    /// When it was sent, RFC 3339.
    pub at: String,
    /// Why it did not pass; `None` while on its way.
    pub fault: Option<Fault>,
}

/// What is on its way, per chat, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outbox {
    waiting: Vec<(String, Outgoing)>,
}

impl Outbox {
    /// Puts a message on its way.
    pub fn push(&mut self, chat: &str, outgoing: Outgoing) {
        self.waiting.push((chat.to_owned(), outgoing));
    }

    /// Marks a message as not passed.
    pub fn fail(&mut self, client_id: &str, fault: Fault) {
        self.change(client_id, Some(fault));
    }

    /// Puts a failed message on its way again; its text, if it is still here.
    pub fn retry(&mut self, client_id: &str) -> Option<(String, String)> {
        self.change(client_id, None);
        let found = self
            .waiting
            .iter()
            .find(|(_, outgoing)| outgoing.client_id == client_id);
        found.map(|(chat, outgoing)| (chat.clone(), outgoing.text.clone()))
    }

    /// Takes a message out: it arrived, or the agent gave it up.
    pub fn remove(&mut self, client_id: &str) {
        self.waiting
            .retain(|(_, outgoing)| outgoing.client_id != client_id);
    }

    /// Takes out what the server has told back; tells whether there was any.
    pub fn settle(&mut self, messages: &[Message]) -> bool {
        let before = self.waiting.len();
        for id in messages
            .iter()
            .filter_map(|message| message.client_message_id.as_ref())
        {
            self.remove(id.inner());
        }
        before != self.waiting.len()
    }

    /// What is on its way in one chat.
    pub fn of_chat(&self, chat: &str) -> Vec<Outgoing> {
        self.waiting
            .iter()
            .filter(|(of, _)| of == chat)
            .map(|(_, outgoing)| outgoing.clone())
            .collect()
    }

    /// Those that failed for want of a connection: they may be sent again when it is back.
    pub fn to_resend(&self) -> Vec<String> {
        let failed = self
            .waiting
            .iter()
            .filter(|(_, outgoing)| outgoing.fault == Some(Fault::Network));
        failed
            .map(|(_, outgoing)| outgoing.client_id.clone())
            .collect()
    }

    fn change(&mut self, client_id: &str, fault: Option<Fault>) {
        for (_, outgoing) in &mut self.waiting {
            if outgoing.client_id == client_id {
                outgoing.fault.clone_from(&fault);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::graphql::{Direction, Id};
    use crate::state::samples::message;

    fn outgoing(client_id: &str) -> Outgoing {
        Outgoing {
            client_id: client_id.into(),
            text: "Hola".into(),
            at: "2026-11-20T10:00:00Z".into(),
            fault: None,
        }
    }

    #[test]
    fn a_message_leaves_when_the_server_tells_it_back() {
        let mut outbox = Outbox::default();
        outbox.push("chat", outgoing("one"));
        outbox.push("chat", outgoing("two"));
        let mut real = message("m", Direction::Outbound, 7);
        real.client_message_id = Some(Id::new("one"));
        assert!(outbox.settle(&[real.clone()]));
        assert!(!outbox.settle(&[real]));
        assert_eq!(outbox.of_chat("chat"), [outgoing("two")]);
    }

    #[test]
    fn only_what_failed_for_want_of_a_connection_is_sent_again_by_itself() {
        let mut outbox = Outbox::default();
        outbox.push("chat", outgoing("one"));
        outbox.push("chat", outgoing("two"));
        outbox.fail("one", Fault::Network);
        outbox.fail("two", Fault::Forbidden);
        assert_eq!(outbox.to_resend(), ["one"]);
        assert_eq!(outbox.retry("one"), Some(("chat".into(), "Hola".into())));
        assert_eq!(outbox.to_resend(), Vec::<String>::new());
    }
}
