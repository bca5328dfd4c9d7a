//! What messages carry beside their text (C16), and what each channel sends of it.

use super::*;
use crate::attachment::{Attachment, Card, FileAttachment, FileDetails, FileKind, Place};
use crate::ids::FileId;

const MIB: u64 = 1024 * 1024;

pub(super) fn file(n: u128, kind: FileKind, size: u64) -> Attachment {
    Attachment::File(FileAttachment {
        file_id: FileId::from_uuid(Uuid::from_u128(n)),
        kind,
        media_type: "image/jpeg".to_owned(),
        size,
        details: Personal::new(
            CONTACT,
            FileDetails {
                name: Some("zdjęcie.jpg".to_owned()),
                width: Some(640),
                height: Some(480),
                duration_ms: None,
            },
        ),
    })
}

fn opened_on(kind: ChannelKind) -> [ChatEvent; 2] {
    let mut opening = opened();
    if let ChatEvent::ChatOpened { channel_kind, .. } = &mut opening {
        *channel_kind = kind;
    }
    [opening, received(1, 1, 0)]
}

fn carrying(words: Option<&str>, files: Vec<Attachment>) -> ChatCommand {
    let mut command = send(ANA, 2);
    if let ChatCommand::SendMessage {
        text, attachments, ..
    } = &mut command
    {
        *text = words.map_or(MessageText::none(), super::text);
        *attachments = files;
    }
    command
}

/// What the chat on such a channel says to it.
fn refusal(kind: ChannelKind, words: Option<&str>, files: Vec<Attachment>) -> Option<ChatRefusal> {
    let mut facts = facts();
    facts.channel = facts.channel.map(|channel| ChannelFact { kind, ..channel });
    let mut chat = Chat::default();
    for event in &opened_on(kind) {
        evolve(&mut chat, event);
    }
    // Only what is carried matters here, not whether the window is open.
    chat.window = crate::policy::opened(kind, at(90), None, None);
    chat.last_inbound_at = Some(at(90));
    decide(&chat, carrying(words, files), &facts).err()
}

#[test]
fn a_message_of_files_alone_opens_the_chat_and_keeps_what_it_carries() {
    let carried = vec![
        file(1, FileKind::Image, 5),
        Attachment::Place(Personal::new(
            CONTACT,
            Place {
                latitude: 40.4,
                longitude: -3.7,
                name: None,
                address: None,
            },
        )),
        Attachment::Card(Personal::new(
            CONTACT,
            Card {
                name: Some("Lucía".to_owned()),
                ..Card::default()
            },
        )),
    ];
    let mut command = receive(1, 0);
    let mut event = received(1, 1, 0);
    if let (
        ChatCommand::ReceiveMessage {
            text, attachments, ..
        },
        ChatEvent::MessageReceived {
            text: said,
            attachments: kept,
            ..
        },
    ) = (&mut command, &mut event)
    {
        *text = MessageText::none();
        attachments.clone_from(&carried);
        *said = personal("");
        *kept = carried;
    }
    story([])
        .when(command)
        .then_expect_events(vec![opened(), event]);
}

#[test]
fn what_comes_in_with_nothing_at_all_is_nothing() {
    let mut command = receive(1, 0);
    if let ChatCommand::ReceiveMessage { text, .. } = &mut command {
        *text = MessageText::none();
    }
    story([]).when(command).then_expect_events(vec![]);
}

#[test]
fn more_than_ten_that_come_in_are_cut_and_never_refused() {
    let mut command = receive(1, 0);
    if let ChatCommand::ReceiveMessage { attachments, .. } = &mut command {
        *attachments = (0..12).map(|n| file(n, FileKind::Image, 5)).collect();
    }
    let events = story([]).when(command).inspect_result().unwrap();
    let ChatEvent::MessageReceived { attachments, .. } = &events[1] else {
        panic!("no message came in");
    };
    assert_eq!(attachments.len(), 10);
}

#[test]
fn an_agent_sends_files_with_or_without_a_text() {
    let mut event = queued(2, 3);
    if let ChatEvent::MessageQueued {
        attachments, text, ..
    } = &mut event
    {
        *attachments = vec![file(1, FileKind::Document, 25 * MIB)];
        *text = personal("");
    }
    story([opened(), received(1, 1, 0)])
        .when(carrying(None, vec![file(1, FileKind::Document, 25 * MIB)]))
        .then_expect_events(vec![joined(ANA, 2), event]);
    let both = vec![file(1, FileKind::Document, 1), file(2, FileKind::Audio, 1)];
    assert_eq!(refusal(ChannelKind::WebChat, Some("mira"), both), None);
}

#[test]
fn a_message_of_nothing_is_refused() {
    assert_eq!(
        refusal(ChannelKind::WebChat, None, Vec::new()),
        Some(ChatRefusal::MessageEmpty)
    );
}

#[test]
fn each_channel_has_its_own_limits() {
    let one = |kind, size| vec![file(1, kind, size)];
    for (channel, files, expected) in [
        (ChannelKind::WhatsApp, one(FileKind::Image, 5 * MIB), None),
        (
            ChannelKind::WhatsApp,
            one(FileKind::Image, 5 * MIB + 1),
            Some(ChatRefusal::FileTooLarge { limit: 5 * MIB }),
        ),
        (
            ChannelKind::WhatsApp,
            vec![file(1, FileKind::Image, 1), file(2, FileKind::Image, 1)],
            Some(ChatRefusal::TooManyFiles { limit: 1 }),
        ),
        (
            ChannelKind::Sms,
            vec![
                file(1, FileKind::Image, 3 * MIB),
                file(2, FileKind::Image, 3 * MIB),
            ],
            Some(ChatRefusal::FileTooLarge { limit: 5 * MIB }),
        ),
        (
            ChannelKind::WebChat,
            one(FileKind::Sticker, 1),
            Some(ChatRefusal::FileKindNotTaken {
                kind: FileKind::Sticker,
            }),
        ),
        (
            ChannelKind::WebChat,
            (0..11).map(|n| file(n, FileKind::Image, 1)).collect(),
            Some(ChatRefusal::TooManyFiles { limit: 10 }),
        ),
        (
            ChannelKind::GoogleBusiness,
            one(FileKind::Image, 1),
            Some(ChatRefusal::FilesNotTaken),
        ),
    ] {
        assert_eq!(refusal(channel, None, files), expected, "{channel:?}");
    }
}

#[test]
fn where_a_text_cannot_go_with_files_it_is_refused_and_not_lost() {
    for channel in [ChannelKind::Messenger, ChannelKind::Instagram] {
        let files = || vec![file(1, FileKind::Image, 1)];
        assert_eq!(refusal(channel, None, files()), None);
        assert_eq!(
            refusal(channel, Some("mira"), files()),
            Some(ChatRefusal::CaptionNotTaken)
        );
    }
}

#[test]
fn places_and_cards_only_come_in() {
    let card = Attachment::Card(Personal::new(CONTACT, Card::default()));
    assert_eq!(
        refusal(ChannelKind::WebChat, None, vec![card]),
        Some(ChatRefusal::FilesNotTaken)
    );
}
