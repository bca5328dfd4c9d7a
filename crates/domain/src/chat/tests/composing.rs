//! What one meets where one would write: the same as sending would be answered (A3, A5, C6, D7, D10, F7, G15, P21, P24).

use std::collections::BTreeMap;

use super::*;
use crate::actor::Assignee;
use crate::channel::ChannelRules;
use crate::client::{ClientEvent, ClientFlags};
use crate::ids::{ChatId, ContactId};
use crate::policy::Purpose;

/// The composer of a chat for somebody at a second of the story.
pub(super) fn composer_of(chat: &Chat, by: AgentId, facts: &ChatFacts, second: i64) -> Composer {
    let seat = Seat {
        origin: *chat.origin().unwrap(),
        assignee: chat.assignee,
        blocked: chat.blocked,
        erased: facts
            .erased
            .get(&CONTACT)
            .is_some_and(|up_to| *up_to > chat.returned),
        client: chat.client,
        window: chat.window.as_ref(),
        last_inbound_at: chat.last_inbound_at,
        commented: chat.commented,
    };
    composer(&seat, by, facts, at(second))
}

fn story_of(events: &[ChatEvent]) -> Chat {
    fold::<Chat>(&[&[opened(), received(1, 1, 0)], events].concat())
}

fn reason(chat: &Chat, facts: &ChatFacts) -> Option<ComposerReason> {
    let shown = composer_of(chat, ANA, facts, 100).closed;
    let sent = decide(chat, send(ANA, 60), facts);
    assert_eq!(shown.is_none(), sent.is_ok(), "{shown:?}, {sent:?}");
    shown
}

/// The contact was erased, up to this generation of keys.
fn facts_after(generation: i32) -> ChatFacts {
    ChatFacts {
        erased: Arc::new(BTreeMap::from([(CONTACT, generation)])),
        ..facts()
    }
}

#[test]
fn n12_who_was_erased_is_not_written_to_until_they_write_again() {
    let returned = |generation| ChatEvent::ContactReturned {
        handle: personal("visitor-1"),
        generation,
    };
    let chat = story_of(&[]);
    let events = decide(&chat, receive(2, 50), &facts_after(2)).unwrap();
    assert_eq!(events, [returned(2), received(2, 2, 50)]);
    let back = story_of(&events);
    assert_eq!(reason(&back, &facts_after(2)), None);
    let further = decide(&back, receive(3, 51), &facts_after(2)).unwrap();
    assert_eq!(further, [received(3, 3, 51)], "said once");
    assert_eq!(
        reason(&back, &facts_after(3)),
        Some(ComposerReason::ContactErased)
    );
    // Who was deleted and erased begins anew in both ways, and nobody else is concerned.
    let deleted = ChatEvent::ChatDeleted {
        by: Actor::System,
        at: at(9),
    };
    let gone = story_of(std::slice::from_ref(&deleted));
    let anew = decide(&gone, receive(2, 50), &facts_after(1)).unwrap();
    let back = story_of(&[vec![deleted], anew].concat());
    assert_eq!(reason(&back, &facts_after(1)), None);
    let another = ContactId::of(ChatId::from_uuid(Uuid::from_u128(9)));
    let other = ChatFacts {
        erased: Arc::new(BTreeMap::from([(another, 1)])),
        ..facts()
    };
    assert_eq!(reason(&chat, &other), None);
}

fn of_marek() -> ChatEvent {
    ChatEvent::ChatAssigned {
        to: Some(Assignee::Agent { id: MAREK }),
        from: None,
        by: Actor::System,
        cause: AssignmentCause::ByHand,
        candidates: Vec::new(),
        at: at(10),
    }
}

#[test]
fn the_composer_gives_the_reason_that_sending_would_be_refused_for() {
    use ComposerReason::*;
    let chat = story_of(&[]);
    assert_eq!(reason(&chat, &facts()), None);
    let no_right = facts_of(ANA, Role::Auditor, true);
    assert_eq!(reason(&chat, &no_right), Some(NoChatsRight));
    let no_access = facts_of(ANA, Role::Agent, false);
    assert_eq!(reason(&chat, &no_access), Some(NoChannelAccess));

    let assigned = story_of(&[of_marek()]);
    assert_eq!(reason(&assigned, &facts()), Some(AssignedToAnother));
    let shown = composer_of(&assigned, ANA, &facts(), 100);
    assert_eq!(shown.assigned_to, Some(Assignee::Agent { id: MAREK }));
    let administrator = facts_of(ANA, Role::Administrator, true);
    assert_eq!(reason(&assigned, &administrator), None);

    let blocked = story_of(&[ChatEvent::ContactBlocked { by: Actor::System }]);
    assert_eq!(reason(&blocked, &facts()), Some(ContactBlocked));
    let gone = facts_after(1);
    assert_eq!(reason(&chat, &gone), Some(ContactErased));
    assert_eq!(reason(&blocked, &gone), Some(ContactErased));
    let with_channel = |change: fn(&mut ChannelFact)| {
        let mut facts = facts();
        facts.channel.iter_mut().for_each(change);
        facts
    };
    let lost = with_channel(|channel| channel.connected = false);
    assert_eq!(reason(&chat, &lost), Some(SyncLost));
    assert_eq!(reason(&blocked, &lost), Some(SyncLost));
    let read_only = with_channel(|channel| {
        channel.rules = ChannelRules {
            read_only: true,
            ..ChannelRules::default()
        };
    });
    assert_eq!(reason(&chat, &read_only), Some(ReadOnly));
    let an_hour = with_channel(|channel| channel.rules.reply_hours = Some(1));
    assert_eq!(reason(&chat, &an_hour), None);
    let late = composer_of(&chat, ANA, &an_hour, 3_601);
    assert_eq!(late.closed, Some(WindowClosed));
    let unknown = ChatFacts {
        channel: None,
        ..facts()
    };
    assert_eq!(reason(&chat, &unknown), Some(SyncLost));
}

fn asked_for_peace(kind: ChannelKind) -> ChatFacts {
    let mut flags = ClientFlags::default();
    let asked = ClientEvent::ClientDoNotDisturbChanged {
        channel_kind: kind,
        on: true,
        by: Actor::System,
    };
    flags.apply(client(1), &asked);
    ChatFacts {
        clients: Arc::new(flags),
        ..facts()
    }
}

#[test]
fn g15_a_personal_reply_to_who_asked_for_peace_warns_and_the_event_says_so() {
    let chat = story_of(&[ChatEvent::ChatLinked {
        client_id: client(1),
        was: None,
        by: Actor::System,
    }]);
    let warned = |facts: &ChatFacts| {
        let shown = composer_of(&chat, ANA, facts, 100);
        assert_eq!(shown.closed, None, "it stops nobody");
        let events = decide(&chat, send(ANA, 60), facts).unwrap();
        let recorded = events.iter().find_map(|event| match event {
            ChatEvent::MessageQueued { warnings, .. } => Some(warnings.clone()),
            _ => None,
        });
        assert_eq!(recorded.as_ref(), Some(&shown.warnings));
        shown.warnings
    };
    let here = asked_for_peace(ChannelKind::WebChat);
    assert_eq!(warned(&here), [SendWarning::DoNotDisturb]);
    assert_eq!(warned(&asked_for_peace(ChannelKind::Sms)), []);
    let mut campaign = send(ANA, 60);
    if let ChatCommand::SendMessage { manner, .. } = &mut campaign {
        manner.purpose = Some(Purpose::Campaign);
    }
    let refused = decide(&chat, campaign, &here);
    assert_eq!(refused, Err(ChatRefusal::DoNotDisturb));
}

#[test]
fn d7_bots_have_the_standard_time_only_and_the_composer_tells_them_so() {
    const DAY: i64 = 24 * 3_600;
    let on_messenger = |role| {
        let mut facts = facts_of(ANA, role, true);
        if let Some(channel) = &mut facts.channel {
            channel.kind = ChannelKind::Messenger;
        }
        facts
    };
    let mut events = vec![opened(), received(1, 1, 0)];
    if let ChatEvent::ChatOpened { channel_kind, .. } = &mut events[0] {
        *channel_kind = ChannelKind::Messenger;
    }
    let window = crate::policy::opened(ChannelKind::Messenger, at(0), None, None).unwrap();
    events.push(ChatEvent::ReplyWindowChanged { window });
    let chat = fold::<Chat>(&events);
    for (role, second, open) in [
        (Role::Bot, DAY - 1, true),
        (Role::Bot, DAY, false),
        (Role::Agent, DAY, true),
        (Role::Agent, 7 * DAY, false),
    ] {
        let mut command = send(ANA, 60);
        if let ChatCommand::SendMessage { at: when, .. } = &mut command {
            *when = at(second);
        }
        let facts = on_messenger(role);
        let sent = decide(&chat, command, &facts);
        assert_eq!(sent.is_ok(), open, "{role:?} {second}: {sent:?}");
        let shown = composer_of(&chat, ANA, &facts, second);
        assert_eq!(shown.closed.is_none(), open, "{role:?} {second}");
    }
}

#[test]
fn p24_what_a_bot_does_is_stored_as_a_bots() {
    let mut facts = facts_of(ANA, Role::Bot, true);
    facts.named = facts.agent.iter().cloned().collect();
    let chat = story_of(&[]);
    let by_bot = Actor::Bot { id: ANA };
    let taken = decide(
        &chat,
        ChatCommand::TakeChat {
            by: ANA,
            at: at(50),
        },
        &facts,
    );
    let expected = ChatEvent::ChatAssigned {
        to: Some(Assignee::Bot { id: ANA }),
        from: None,
        by: by_bot.clone(),
        cause: AssignmentCause::Taken,
        candidates: Vec::new(),
        at: at(50),
    };
    assert_eq!(taken, Ok(vec![expected]));
    let archive = ChatCommand::ArchiveChat {
        by: ANA,
        at: at(50),
    };
    let archived = decide(&chat, archive, &facts).unwrap();
    assert!(
        matches!(&archived[..], [ChatEvent::ChatArchived { by, .. }] if *by == by_bot),
        "{archived:?}"
    );
    // Its own note is its own, whether it was stored as an agent's before or is a bot's now.
    for author in [Actor::Agent { id: ANA }, by_bot] {
        let chat = story_of(&[ChatEvent::NoteAdded {
            note_id: message(50),
            text: personal("dime"),
            mentions: Vec::new(),
            by: author,
            at: at(20),
        }]);
        let delete = ChatCommand::DeleteNote {
            note_id: message(50),
            by: ANA,
            at: at(30),
        };
        assert!(decide(&chat, delete, &facts).is_ok());
    }
}
