//! When an agent may write, and as what (C9, C10, C11, D7, D8, D10).

use super::*;
use crate::channel::ChannelRules;
use crate::policy::{Purpose, Tag, TemplateRef, Terms, Window};

const DAY: i64 = 24 * 3_600;

fn on(kind: ChannelKind, rules: ChannelRules) -> ChatFacts {
    let mut facts = facts();
    facts.channel = facts.channel.map(|channel| ChannelFact {
        kind,
        rules,
        ..channel
    });
    facts
}

fn receive_on(kind: ChannelKind, n: u128, second: i64) -> ChatCommand {
    let ChatCommand::ReceiveMessage {
        chat_id,
        message_id,
        client_message_id,
        channel_id,
        handle,
        text,
        page,
        locale,
        advert_until,
        at,
        attachments,
        ..
    } = receive(n, second)
    else {
        panic!("not a message");
    };
    ChatCommand::ReceiveMessage {
        chat_id,
        message_id,
        client_message_id,
        channel_id,
        channel_kind: kind,
        handle,
        text,
        page,
        locale,
        advert_until,
        at,
        attachments,
        comment: None,
    }
}

fn write(second: i64, words: &str, manner: Manner) -> ChatCommand {
    ChatCommand::SendMessage {
        message_id: message(9),
        client_message_id: None,
        text: text(words),
        by: ANA,
        at: at(second),
        quotes: None,
        reply_to_comment: None,
        manner,
        attachments: Vec::new(),
        template_id: None,
    }
}

/// A chat in which the contact wrote at these seconds.
fn written(kind: ChannelKind, seconds: &[i64]) -> Chat {
    let mut chat = Chat::default();
    for (n, second) in seconds.iter().enumerate() {
        let command = receive_on(kind, n as u128, *second);
        for event in decide(&chat, command, &facts()).unwrap() {
            evolve(&mut chat, &event);
        }
    }
    chat
}

fn terms(events: &[ChatEvent]) -> Option<Terms> {
    events.iter().find_map(|event| match event {
        ChatEvent::MessageQueued { terms, .. } => terms.clone(),
        _ => None,
    })
}

#[test]
fn d7_a_message_of_the_contact_opens_the_window_and_says_so() {
    let events = decide(
        &Chat::default(),
        receive_on(ChannelKind::Instagram, 1, 0),
        &facts(),
    )
    .unwrap();
    let window = Window {
        standard_until: at(DAY),
        until: at(7 * DAY),
        policy: "instagram-2020-03".to_owned(),
    };
    assert_eq!(
        events.last(),
        Some(&ChatEvent::ReplyWindowChanged { window })
    );
    // What came late opens nothing that was open longer.
    let chat = written(ChannelKind::Instagram, &[100]);
    let late = decide(&chat, receive_on(ChannelKind::Instagram, 7, 50), &facts()).unwrap();
    assert_eq!(late.len(), 1);
    // Where one may always write nothing is stored.
    let sms = decide(
        &Chat::default(),
        receive_on(ChannelKind::Sms, 1, 0),
        &facts(),
    )
    .unwrap();
    assert_eq!(sms.len(), 2);
}

#[test]
fn d7_past_the_window_sending_is_refused_until_the_contact_writes_again() {
    let kind = ChannelKind::Instagram;
    let facts = on(kind, ChannelRules::default());
    let chat = written(kind, &[0]);
    let plain = |second| write(second, "hola", Manner::default());
    let sent = decide(&chat, plain(DAY - 1), &facts).unwrap();
    assert_eq!(terms(&sent).unwrap().tag, None);
    let tagged = decide(&chat, plain(7 * DAY - 1), &facts).unwrap();
    let stored = terms(&tagged).unwrap();
    assert_eq!(stored.tag, Some(Tag::HumanAgent));
    assert_eq!(stored.policy.as_deref(), Some("instagram-2020-03"));
    let refused = decide(&chat, plain(7 * DAY), &facts);
    assert_eq!(
        refused,
        Err(ChatRefusal::ReplyWindowClosed {
            until: Some(at(7 * DAY)),
            purposes: Vec::new(),
            link: Some("https://www.instagram.com/direct/inbox/".to_owned()),
        })
    );
    let again = written(kind, &[0, 8 * DAY]);
    assert!(decide(&again, plain(8 * DAY + 1), &facts).is_ok());
}

#[test]
fn d8_messenger_takes_an_update_past_the_window_and_the_purpose_is_stored() {
    let kind = ChannelKind::Messenger;
    let facts = on(kind, ChannelRules::default());
    let chat = written(kind, &[0]);
    let manner = |template| Manner {
        purpose: Some(Purpose::PostPurchaseUpdate),
        template,
    };
    let template = Some(TemplateRef {
        name: "order_sent".to_owned(),
        language: "es".to_owned(),
    });
    let bare = decide(&chat, write(8 * DAY, "hola", manner(None)), &facts);
    assert_eq!(bare, Err(ChatRefusal::TemplateRequired));
    let sent = decide(
        &chat,
        write(8 * DAY, "hola", manner(template.clone())),
        &facts,
    )
    .unwrap();
    let stored = terms(&sent).unwrap();
    assert_eq!(stored.purpose, Some(Purpose::PostPurchaseUpdate));
    assert_eq!(stored.policy.as_deref(), Some("messenger-2026-04"));
    assert_eq!(stored.template, template);
}

#[test]
fn d10_a_rule_keeps_the_field_locked_even_in_a_reopened_chat() {
    let kind = ChannelKind::Sms;
    let rules = ChannelRules {
        reply_hours: Some(48),
        read_only: false,
    };
    let facts = on(kind, rules);
    let mut chat = written(kind, &[0]);
    for second in [3 * DAY, 3 * DAY + 1] {
        let act = match chat.stage {
            Stage::Archived(_) => ChatCommand::ReopenChat {
                by: ANA,
                at: at(second),
            },
            _ => ChatCommand::ArchiveChat {
                by: ANA,
                at: at(second),
            },
        };
        for event in decide(&chat, act, &facts).unwrap() {
            evolve(&mut chat, &event);
        }
    }
    assert!(matches!(chat.stage, Stage::Open(_)));
    let refused = decide(&chat, write(3 * DAY + 2, "hola", Manner::default()), &facts);
    assert!(matches!(
        refused,
        Err(ChatRefusal::ReplyWindowClosed { .. })
    ));
    let read_only = ChannelRules {
        reply_hours: None,
        read_only: true,
    };
    let refused = decide(
        &written(kind, &[0]),
        write(1, "hola", Manner::default()),
        &on(kind, read_only),
    );
    assert_eq!(refused, Err(ChatRefusal::ChannelReadOnly));
}

#[test]
fn c9_instagram_counts_bytes() {
    let kind = ChannelKind::Instagram;
    let facts = on(kind, ChannelRules::default());
    let chat = written(kind, &[0]);
    assert!(decide(&chat, write(1, &"ł".repeat(500), Manner::default()), &facts).is_ok());
    let long = decide(&chat, write(1, &"ł".repeat(501), Manner::default()), &facts);
    assert_eq!(
        long,
        Err(ChatRefusal::TextTooLong {
            limit: 1000,
            length: 1002,
            unit: "bytes".to_owned(),
        })
    );
}

fn start_chat(kind: ChannelKind, handle: &str, manner: Manner) -> ChatCommand {
    ChatCommand::StartChat {
        chat_id: CHAT,
        channel_id: CHANNEL,
        channel_kind: kind,
        handle: handle.to_owned(),
        message: Box::new(write(5, "hola", manner)),
        at: at(5),
    }
}

#[test]
fn c10_a_chat_is_started_where_the_channel_lets_one_write_first() {
    let facts = |kind| on(kind, ChannelRules::default());
    let start = |kind| {
        decide(
            &Chat::default(),
            start_chat(kind, "+34600111222", Manner::default()),
            &facts(kind),
        )
    };
    for kind in [
        ChannelKind::WebChat,
        ChannelKind::Messenger,
        ChannelKind::Instagram,
        ChannelKind::Telegram,
    ] {
        assert_eq!(start(kind), Err(ChatRefusal::CannotStartChat), "{kind:?}");
    }
    let events = start(ChannelKind::Email).unwrap();
    let Some(ChatEvent::ChatOpened { by, .. }) = events.first() else {
        panic!("not opened");
    };
    assert_eq!(*by, Some(Actor::Agent { id: ANA }));
    assert_eq!(events.len(), 3);
    // Where somebody wrote before it is a message as any other.
    let known = decide(
        &written(ChannelKind::Email, &[0]),
        start_chat(ChannelKind::Email, "+34600111222", Manner::default()),
        &facts(ChannelKind::Email),
    );
    assert!(matches!(
        known.unwrap().first(),
        Some(ChatEvent::AgentJoined { .. })
    ));
    // WhatsApp lets nobody begin but with a template.
    assert!(matches!(
        start(ChannelKind::WhatsApp),
        Err(ChatRefusal::ReplyWindowClosed { until: None, .. })
    ));
    let template = Manner {
        purpose: None,
        template: Some(TemplateRef {
            name: "hello".to_owned(),
            language: "es".to_owned(),
        }),
    };
    let kind = ChannelKind::WhatsApp;
    let begun = decide(
        &Chat::default(),
        start_chat(kind, "+34600111222", template),
        &facts(kind),
    );
    assert!(begun.is_ok());
    let stranger = ChatFacts {
        agent: facts_of(ANA, Role::Agent, false).agent,
        ..facts(ChannelKind::Email)
    };
    let refused = decide(
        &Chat::default(),
        start_chat(ChannelKind::Email, "a@b.example", Manner::default()),
        &stranger,
    );
    assert_eq!(refused, Err(ChatRefusal::NoChannelAccess));
}

#[test]
fn c11_an_sms_needs_a_mobile_number() {
    let facts = on(ChannelKind::Sms, ChannelRules::default());
    for (handle, fits) in [
        ("+34600111222", true),
        ("+1234567", false),
        ("34600111222", false),
        ("+034600111222", false),
        ("+3460011122x", false),
        ("+1234567890123456", false),
        ("MYBANK", false),
        ("", false),
    ] {
        let command = start_chat(ChannelKind::Sms, handle, Manner::default());
        let decided = decide(&Chat::default(), command, &facts);
        if fits {
            assert_eq!(decided.unwrap().len(), 3, "{handle}");
        } else {
            assert_eq!(decided, Err(ChatRefusal::MobileNumberNeeded), "{handle}");
        }
    }
}
