//! Comments under publications and public replies to them (C6, E1-E4).

use super::*;
use crate::attachment::FileKind;
use crate::channel::{ChannelRules, capabilities};
use crate::policy::{Purpose, TemplateRef};

const DAY: i64 = 24 * 3_600;

fn place() -> CommentPlace {
    CommentPlace {
        comment_id: "c-1".to_owned(),
        post_id: "p-1".to_owned(),
        parent_id: None,
        permalink: Some("https://social.example/p-1/hola".to_owned()),
        post_text: Some("hola".to_owned()),
    }
}

fn comment_at(n: u128, second: i64, place: CommentPlace, kind: ChannelKind) -> ChatCommand {
    let mut command = receive(n, second);
    if let ChatCommand::ReceiveMessage {
        comment,
        channel_kind,
        ..
    } = &mut command
    {
        *comment = Some(place);
        *channel_kind = kind;
    }
    command
}

/// The contact commented.
pub(super) fn commented(n: u128, second: i64) -> ChatCommand {
    comment_at(n, second, place(), ChannelKind::WebChat)
}

fn written(answered: Option<u128>, n: u128, words: &str, second: i64) -> ChatCommand {
    let mut command = send(ANA, n);
    if let ChatCommand::SendMessage {
        reply_to_comment,
        text: said,
        at: when,
        ..
    } = &mut command
    {
        *reply_to_comment = answered.map(message);
        *said = text(words);
        *when = at(second);
    }
    command
}

/// An agent answers a comment.
pub(super) fn reply(comment: u128, n: u128) -> ChatCommand {
    written(Some(comment), n, "dime", 100)
}

fn on(kind: ChannelKind) -> ChatFacts {
    let mut facts = facts();
    facts.channel = facts.channel.map(|channel| ChannelFact { kind, ..channel });
    facts
}

fn with_rules(rules: ChannelRules) -> ChatFacts {
    let mut facts = on(ChannelKind::Instagram);
    facts.channel = facts
        .channel
        .map(|channel| ChannelFact { rules, ..channel });
    facts
}

fn after(chat: &Chat, command: ChatCommand, facts: &ChatFacts) -> Chat {
    let mut chat = chat.clone();
    for event in decide(&chat.clone(), command, facts).unwrap() {
        evolve(&mut chat, &event);
    }
    chat
}

/// A chat of which all that there is is a comment.
fn commented_on(kind: ChannelKind) -> Chat {
    after(&Chat::default(), comment_at(1, 0, place(), kind), &on(kind))
}

#[test]
fn e1_comments_come_in_only_where_the_channel_was_told_to_take_them() {
    let mut off = on(ChannelKind::Instagram);
    off.channel
        .iter_mut()
        .for_each(|channel| channel.receives_comments = false);
    let comment = comment_at(1, 0, place(), ChannelKind::Instagram);
    let refused = Err(ChatRefusal::CommentsNotReceived);
    assert_eq!(decide(&Chat::default(), comment.clone(), &off), refused);
    assert_eq!(
        decide(&Chat::default(), comment.clone(), &ChatFacts::default()),
        refused
    );
    // What came before is there still: told once more it is no news, and it can be replied to.
    let chat = commented_on(ChannelKind::Instagram);
    assert_eq!(decide(&chat, comment, &off), Ok(Vec::new()));
    assert!(decide(&chat, reply(1, 9), &off).is_ok());
    // And messages come in whatever the channel takes beside.
    assert!(decide(&chat, receive(2, 5), &off).is_ok());
}

#[test]
fn e2_a_comment_opens_a_chat_as_a_message_does_and_is_unread() {
    let events = decide(&Chat::default(), commented(1, 0), &facts()).unwrap();
    let [
        ChatEvent::ChatOpened { .. },
        ChatEvent::MessageReceived { comment, .. },
    ] = &events[..]
    else {
        panic!("{events:?}");
    };
    assert_eq!(comment.as_ref().and_then(Personal::open), Some(&place()));
    let chat = fold::<Chat>(&events);
    assert_eq!((chat.unread, chat.unanswered), (1, true));
    assert!(chat.message(message(1)).unwrap().comment && chat.commented);
}

#[test]
fn e2_what_cannot_be_right_about_its_place_is_left_out_and_stops_nothing() {
    let clean = |place: CommentPlace| place.clean();
    for address in [
        "javascript:alert(1)",
        "JavaScript://x%0aalert(1)",
        "data:text/html,x",
        "https://x y",
        "https://x\ny",
        "//social.example",
        "",
    ] {
        let permalink = Some(address.to_owned());
        let cleaned = clean(CommentPlace {
            permalink,
            ..place()
        });
        assert_eq!(cleaned.permalink, None, "{address:?}");
    }
    let permalink = Some(format!("https://{}", "x".repeat(2_041)));
    assert_eq!(
        clean(CommentPlace {
            permalink,
            ..place()
        })
        .permalink,
        None
    );
    let permalink = Some(" HTTPS://social.example/1 ".to_owned());
    let kept = clean(CommentPlace {
        permalink,
        ..place()
    })
    .permalink;
    assert_eq!(kept.as_deref(), Some("HTTPS://social.example/1"));
    for parent in ["p-1", "", "a\0b", &"x".repeat(513)] {
        let parent_id = Some(parent.to_owned());
        assert_eq!(
            clean(CommentPlace {
                parent_id,
                ..place()
            })
            .parent_id,
            None
        );
    }
    let parent_id = Some("c-0".to_owned());
    let kept = clean(CommentPlace {
        parent_id,
        ..place()
    })
    .parent_id;
    assert_eq!(kept.as_deref(), Some("c-0"));
    let post_text = Some(format!(" \u{2800}{}", "ñ".repeat(400)));
    let kept = clean(CommentPlace {
        post_text,
        ..place()
    })
    .post_text;
    assert_eq!(kept.unwrap().chars().count(), 300);
}

#[test]
fn e3_a_comment_opens_no_window_and_is_replied_to_at_any_time() {
    let kind = ChannelKind::Instagram;
    let chat = commented_on(kind);
    assert_eq!((chat.window.clone(), chat.last_inbound_at), (None, None));
    let plain = decide(&chat, written(None, 9, "dime", 60), &on(kind));
    assert!(
        matches!(
            &plain,
            Err(ChatRefusal::ReplyWindowClosed { until: None, .. })
        ),
        "{plain:?}"
    );
    let events = decide(&chat, written(Some(1), 9, "dime", 60 * DAY), &on(kind)).unwrap();
    let queued = events.iter().find_map(|event| match event {
        ChatEvent::MessageQueued {
            reply_to_comment,
            terms,
            ..
        } => Some((*reply_to_comment, terms.clone())),
        _ => None,
    });
    assert_eq!(queued, Some((Some(message(1)), None)));
    // Who then writes to the page is answered as anybody is.
    let wrote = after(&chat, comment_free(2, 100, kind), &on(kind));
    assert!(wrote.window.is_some());
    assert!(decide(&wrote, written(None, 9, "dime", 200), &on(kind)).is_ok());
}

fn comment_free(n: u128, second: i64, kind: ChannelKind) -> ChatCommand {
    let mut command = receive(n, second);
    if let ChatCommand::ReceiveMessage { channel_kind, .. } = &mut command {
        *channel_kind = kind;
    }
    command
}

#[test]
fn e3_the_composer_says_that_there_are_comments_only() {
    let kind = ChannelKind::Instagram;
    let closed = |chat: &Chat, second| composing::composer_of(chat, ANA, &on(kind), second).closed;
    let chat = commented_on(kind);
    assert_eq!(closed(&chat, 60), Some(ComposerReason::CommentsOnly));
    let wrote = after(&chat, comment_free(2, 100, kind), &on(kind));
    assert_eq!(closed(&wrote, 200), None);
    assert_eq!(closed(&wrote, 60 * DAY), Some(ComposerReason::WindowClosed));
    // A messenger without a window is open all the same, and a blocked contact is that first.
    let api = commented_on(ChannelKind::Api);
    let open = composing::composer_of(&api, ANA, &on(ChannelKind::Api), 60).closed;
    assert_eq!(open, None);
    let by = Actor::Agent { id: ANA };
    let mut blocked = chat;
    evolve(&mut blocked, &ChatEvent::ContactBlocked { by });
    assert_eq!(closed(&blocked, 60), Some(ComposerReason::ContactBlocked));
}

#[test]
fn e3_a_reply_has_the_length_that_comments_have_there() {
    for (kind, most) in [
        (ChannelKind::Instagram, 300),
        (ChannelKind::Messenger, 1000),
        (ChannelKind::Api, 1000),
    ] {
        let chat = commented_on(kind);
        let fits = written(Some(1), 9, &"ñ".repeat(most), 60);
        assert!(decide(&chat, fits, &on(kind)).is_ok(), "{kind:?}");
        let limit = capabilities::of(kind).comments.unwrap();
        assert_eq!(limit.most() as usize, most);
    }
    let long = written(Some(1), 9, &"ñ".repeat(301), 60);
    let instagram = ChannelKind::Instagram;
    let refused = decide(&commented_on(instagram), long, &on(instagram));
    let too_long = ChatRefusal::TextTooLong {
        limit: 300,
        length: 301,
        unit: "characters".to_owned(),
    };
    assert_eq!(refused, Err(too_long));
}

#[test]
fn e3_only_a_comment_of_this_chat_that_is_still_there_is_replied_to() {
    let chat = after(&commented_on(ChannelKind::Api), receive(2, 5), &facts());
    let refused = |chat: &Chat, n| decide(chat, reply(n, 9), &facts()).unwrap_err();
    assert_eq!(refused(&chat, 2), ChatRefusal::CommentNotFound);
    assert_eq!(refused(&chat, 7), ChatRefusal::CommentNotFound);
    let replied = after(&chat, reply(1, 9), &facts());
    let to_a_reply = decide(&replied, reply(9, 10), &facts());
    assert_eq!(to_a_reply, Err(ChatRefusal::CommentNotFound));
    let removed = ChatCommand::DeleteReceivedMessage {
        message_id: message(1),
        at: at(60 * DAY),
    };
    let gone = after(&chat, removed, &facts());
    assert_eq!(refused(&gone, 1), ChatRefusal::CommentRemoved);
    assert_eq!(refused(&gone, 2), ChatRefusal::CommentNotFound);
}

#[test]
fn e3_a_reply_is_text_and_nothing_else() {
    let chat = commented_on(ChannelKind::Messenger);
    let facts = on(ChannelKind::Messenger);
    let refused = |change: fn(&mut ChatCommand)| {
        let mut command = reply(1, 9);
        change(&mut command);
        decide(&chat, command, &facts).unwrap_err()
    };
    let quoting = refused(|command| {
        if let ChatCommand::SendMessage { quotes, .. } = command {
            *quotes = Some(message(1));
        }
    });
    assert_eq!(quoting, ChatRefusal::OnlyReplyToComment);
    let empty = refused(|command| {
        if let ChatCommand::SendMessage { text, .. } = command {
            *text = MessageText::none();
        }
    });
    assert_eq!(empty, ChatRefusal::MessageEmpty);
    let with_a_purpose = refused(|command| {
        if let ChatCommand::SendMessage { manner, .. } = command {
            manner.purpose = Some(Purpose::AccountUpdate);
        }
    });
    let purpose = Purpose::AccountUpdate;
    assert_eq!(with_a_purpose, ChatRefusal::PurposeNotAllowed { purpose });
    let approved = refused(|command| {
        if let ChatCommand::SendMessage { manner, .. } = command {
            manner.template = Some(TemplateRef {
                name: "hi".to_owned(),
                language: "es".to_owned(),
            });
        }
    });
    assert_eq!(approved, ChatRefusal::TemplateNotAllowed);
    let with_files = refused(|command| {
        if let ChatCommand::SendMessage { attachments, .. } = command {
            *attachments = vec![carrying::file(1, FileKind::Image, 10)];
        }
    });
    assert_eq!(with_files, ChatRefusal::FilesNotTaken);
}

#[test]
fn e4_a_comment_is_replied_to_as_often_as_one_likes() {
    let kind = ChannelKind::Instagram;
    let mut chat = commented_on(kind);
    for n in 10..15 {
        chat = after(&chat, reply(1, n), &on(kind));
    }
    let answers = chat.recent.iter().filter_map(|it| it.reply_to_comment);
    assert_eq!(answers.collect::<Vec<_>>(), [message(1); 5]);
    assert!(!chat.unanswered);
    assert_eq!(
        decide(&chat, reply(1, 12), &on(kind)),
        Ok(Vec::new()),
        "once"
    );
}

#[test]
fn c6_nothing_but_a_reply_is_done_to_what_stands_under_a_publication() {
    let kind = ChannelKind::Messenger;
    let chat = after(&commented_on(kind), reply(1, 9), &on(kind));
    let react = |n| ChatCommand::ReactAsAgent {
        message_id: message(n),
        emoji: Some("👍".to_owned()),
        by: ANA,
    };
    let mut quote = written(None, 10, "dime", 101);
    if let ChatCommand::SendMessage { quotes, .. } = &mut quote {
        *quotes = Some(message(1));
    }
    let chat = after(&chat, comment_free(2, 100, kind), &on(kind));
    for command in [
        react(1),
        react(9),
        quote,
        ChatCommand::EditSentMessage {
            message_id: message(9),
            text: text("dígame"),
            by: ANA,
            at: at(101),
        },
        ChatCommand::DeleteSentMessage {
            message_id: message(9),
            by: ANA,
            at: at(101),
        },
    ] {
        let refused = decide(&chat, command.clone(), &on(kind));
        assert_eq!(refused, Err(ChatRefusal::OnlyReplyToComment), "{command:?}");
    }
    assert!(decide(&chat, react(2), &on(kind)).is_ok());
}

#[test]
fn d1_a_reply_to_a_comment_is_sent_or_failed_and_never_read() {
    let kind = ChannelKind::Messenger;
    let chat = after(&commented_on(kind), reply(1, 9), &on(kind));
    let reference = Uuid::from_u128(77);
    let sent = ChatCommand::ReportSent {
        message_id: message(9),
        attempt: None,
        provider: Some(ProviderMessage {
            id: "c-9".to_owned(),
            reference,
        }),
        at: at(110),
    };
    let receipt = |of, reached| ChatCommand::ReportReceipt {
        of,
        reached,
        at: at(120),
    };
    // A receipt that was faster than the answer counts as little as one that follows.
    let early = after(
        &chat,
        receipt(ReceiptOf::Reference(reference), Reached::Read),
        &on(kind),
    );
    for chat in [early, chat] {
        let sent = after(&chat, sent.clone(), &on(kind));
        for of in [
            ReceiptOf::Message(message(9)),
            ReceiptOf::Reference(reference),
            ReceiptOf::UpTo(at(130)),
        ] {
            for reached in [Reached::Delivered, Reached::Read] {
                let told = decide(&sent, receipt(of.clone(), reached), &on(kind));
                assert_eq!(told, Ok(Vec::new()), "{of:?}");
            }
        }
        assert_eq!(sent.message(message(9)).unwrap().delivery, Delivery::Sent);
        let failed = Reached::Failed { cause: cause() };
        let failed = after(
            &sent,
            receipt(ReceiptOf::Reference(reference), failed),
            &on(kind),
        );
        assert!(failed.message(message(9)).unwrap().has_failed());
    }
}

#[test]
fn p15_a_reply_is_sent_once_more_as_a_reply_while_the_comment_is_there() {
    let kind = ChannelKind::Instagram;
    let mut chat = after(&commented_on(kind), reply(1, 9), &on(kind));
    evolve(&mut chat, &failed(9));
    let retry = ChatCommand::RetryMessage {
        message_id: message(9),
        by: ANA,
        at: at(60 * DAY),
    };
    assert!(decide(&chat, retry.clone(), &on(kind)).is_ok());
    let read_only = ChannelRules {
        read_only: true,
        ..ChannelRules::default()
    };
    assert_eq!(
        decide(&chat, retry.clone(), &with_rules(read_only)),
        Err(ChatRefusal::ChannelReadOnly)
    );
    let removed = ChatCommand::DeleteReceivedMessage {
        message_id: message(1),
        at: at(200),
    };
    let gone = after(&chat, removed, &on(kind));
    assert_eq!(
        decide(&gone, retry, &on(kind)),
        Err(ChatRefusal::CommentRemoved)
    );
}

#[test]
fn d10_the_companys_hours_are_for_messages_and_read_only_is_for_everything() {
    let kind = ChannelKind::Instagram;
    let chat = commented_on(kind);
    let hours = ChannelRules {
        reply_hours: Some(1),
        read_only: false,
    };
    let late = written(Some(1), 9, "dime", 60 * DAY);
    assert!(decide(&chat, late.clone(), &with_rules(hours)).is_ok());
    let read_only = ChannelRules {
        reply_hours: None,
        read_only: true,
    };
    assert_eq!(
        decide(&chat, late.clone(), &with_rules(read_only)),
        Err(ChatRefusal::ChannelReadOnly)
    );
    let mut lost = on(kind);
    lost.channel
        .iter_mut()
        .for_each(|channel| channel.connected = false);
    assert_eq!(
        decide(&chat, late, &lost),
        Err(ChatRefusal::ChannelDisconnected)
    );
}

#[test]
fn h4_a_deleted_chat_forgets_its_comments() {
    let chat = commented_on(ChannelKind::Instagram);
    let mut deleted = chat;
    let by = Actor::Agent { id: ANA };
    evolve(&mut deleted, &ChatEvent::ChatDeleted { by, at: at(50) });
    assert!(!deleted.commented);
    let anew = after(
        &deleted,
        comment_at(2, 60, place(), ChannelKind::Instagram),
        &on(ChannelKind::Instagram),
    );
    let refused = decide(&anew, reply(1, 9), &on(ChannelKind::Instagram));
    assert_eq!(refused, Err(ChatRefusal::CommentNotFound));
    assert!(decide(&anew, reply(2, 9), &on(ChannelKind::Instagram)).is_ok());
}
