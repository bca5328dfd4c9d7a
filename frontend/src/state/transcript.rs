//! A chat as a text to keep: who said what and when (P19). Private notes and acts are not in it, for it may be shown to the
//! contact. Must not ask for messages.

use super::thread::Thread;
use crate::api::graphql::{AttachmentKind, Direction, Message};
use crate::i18n::{DateStyle, date};
use crate::ui::names;

/// What is known of a chat, one message after another.
pub fn text(thread: &Thread) -> String {
    let chat = thread.chat();
    let mut text = format!("{} · {}\n", names::of_chat(chat), chat.channel.name);
    for message in thread.messages() {
        if message.direction != Direction::Internal {
            let when = date(&message.sent_at.0, DateStyle::Exact);
            let who = names::actor(&message.author, &chat.contact);
            text.push_str(&format!("\n[{when}] {who}:\n{}\n", said(message)));
        }
    }
    text
}

fn said(message: &Message) -> String {
    let words = message.text.as_deref().map(str::trim).unwrap_or_default();
    let mut lines = Vec::new();
    if !words.is_empty() {
        lines.push(words.to_owned());
    }
    let mut carried = |kind, name: &Option<String>| {
        let name = name.as_deref().unwrap_or_default();
        lines.push(format!("[{}] {name}", names::carried(kind)));
    };
    for file in &message.attachments {
        carried(file.kind, &file.name);
    }
    for place in &message.places {
        carried(AttachmentKind::Place, &place.name);
    }
    for card in &message.cards {
        carried(AttachmentKind::Card, &card.name);
    }
    if lines.is_empty() {
        lines.push(names::gist(message));
    }
    lines.join("\n")
}

/// What the file is called: letters and digits of the name, so that every system takes it.
pub fn file_name(thread: &Thread) -> String {
    let name = names::of_chat(thread.chat());
    let plain = |letter: char| {
        if letter.is_alphanumeric() {
            letter
        } else {
            ' '
        }
    };
    let name: String = name.chars().take(60).map(plain).collect();
    format!(
        "{}.txt",
        name.split_whitespace().collect::<Vec<_>>().join("-")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::graphql::{Attachment, ChatState, Id};
    use crate::api::queries::{MessageConnection, ThreadChat};
    use crate::state::samples;

    fn thread(messages: Vec<Message>) -> Thread {
        crate::i18n::set_current(crate::i18n::Locale::En);
        let mut head = samples::chat("chat", ChatState::Active, 9, 9);
        head.contact.name = Some("Lucía / Romero".into());
        Thread::new(ThreadChat {
            head,
            messages: MessageConnection {
                nodes: messages,
                page_info: samples::page_info(false),
                position: samples::at(9),
            },
            acts: Vec::new(),
        })
    }

    #[test]
    fn p19_a_transcript_says_who_said_what_and_keeps_notes_inside() {
        let mut picture = samples::message("one", Direction::Inbound, 1);
        picture.text = Some(String::new());
        picture.attachments = vec![Attachment {
            id: Id::new("file"),
            kind: AttachmentKind::Image,
            name: Some("elbow.png".into()),
            size: 1,
            url: "/files/1".into(),
            width: None,
            height: None,
            duration_ms: None,
        }];
        let mut deleted = samples::message("three", Direction::Inbound, 3);
        deleted.text = None;
        let messages = vec![
            picture,
            samples::message("two", Direction::Outbound, 2),
            deleted,
            samples::message("note", Direction::Internal, 4),
        ];
        assert_eq!(
            text(&thread(messages)),
            "Lucía / Romero · Shop\n\
             \n[2026-11-20T10:00:01Z] Lucía / Romero:\n[Picture] elbow.png\n\
             \n[2026-11-20T10:00:02Z] Ana:\ntext of two\n\
             \n[2026-11-20T10:00:03Z] Lucía / Romero:\nMessage deleted\n"
        );
    }

    #[test]
    fn p19_every_system_takes_the_files_name() {
        assert_eq!(file_name(&thread(Vec::new())), "Lucía-Romero.txt");
    }
}
