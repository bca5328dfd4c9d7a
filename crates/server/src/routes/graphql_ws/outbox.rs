//! What waits to be written to one socket. Bounded: who reads too slowly is told to come back, never kept waiting silently.

use std::collections::VecDeque;

use actix_ws::Message;

/// The most messages that may wait.
const MAX_ITEMS: usize = 1_000;
/// The most bytes that may wait, unless a single message is larger.
const MAX_BYTES: usize = 1 << 20;

/// There is no room: the client reads too slowly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// Messages in the order they will be written.
#[derive(Default)]
pub struct Outbox {
    waiting: VecDeque<Message>,
    bytes: usize,
}

impl Outbox {
    /// Puts a text at the end.
    pub fn push_text(&mut self, text: String) -> Result<(), Full> {
        let length = text.len();
        let has_room = self.waiting.is_empty()
            || (self.waiting.len() < MAX_ITEMS && self.bytes.saturating_add(length) <= MAX_BYTES);
        if !has_room {
            return Err(Full);
        }
        self.bytes += length;
        self.waiting.push_back(Message::Text(text.into()));
        Ok(())
    }

    /// Puts a control frame at the end; its few bytes are not counted.
    pub fn push_control(&mut self, frame: Message) -> Result<(), Full> {
        if self.waiting.len() >= MAX_ITEMS {
            return Err(Full);
        }
        self.waiting.push_back(frame);
        Ok(())
    }

    /// Takes the first.
    pub fn pop(&mut self) -> Option<Message> {
        let first = self.waiting.pop_front();
        if let Some(Message::Text(text)) = &first {
            self.bytes = self.bytes.saturating_sub(text.len());
        }
        first
    }

    /// Whether there is so little that more may come without haste.
    pub fn is_nearly_empty(&self) -> bool {
        self.waiting.len() < MAX_ITEMS / 100 && self.bytes < MAX_BYTES / 4
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_out_in_order() {
        let mut outbox = Outbox::default();
        outbox.push_text("a".into()).unwrap();
        outbox.push_text("b".into()).unwrap();
        assert!(matches!(outbox.pop(), Some(Message::Text(text)) if text == "a"));
        assert!(matches!(outbox.pop(), Some(Message::Text(text)) if text == "b"));
        assert!(outbox.pop().is_none() && outbox.is_empty());
    }

    #[test]
    fn a_thousand_messages_wait_and_not_one_more() {
        let mut outbox = Outbox::default();
        for _ in 0..MAX_ITEMS {
            outbox.push_text("x".into()).unwrap();
        }
        assert_eq!(outbox.push_text("x".into()), Err(Full));
        assert_eq!(outbox.push_control(Message::Nop), Err(Full));
        outbox.pop();
        assert_eq!(outbox.push_text("x".into()), Ok(()));
    }

    #[test]
    fn a_mebibyte_waits_and_not_more_but_one_large_message_may_go() {
        let mut outbox = Outbox::default();
        outbox.push_text("x".repeat(2 * MAX_BYTES)).unwrap();
        assert_eq!(outbox.push_text("x".into()), Err(Full));
        outbox.pop();
        outbox.push_text("x".repeat(MAX_BYTES)).unwrap();
        assert_eq!(outbox.push_text("x".into()), Err(Full));
        outbox.pop();
        assert_eq!(outbox.push_text("x".into()), Ok(()));
    }
}
