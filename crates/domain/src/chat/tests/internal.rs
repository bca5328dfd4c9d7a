//! Chats of colleagues among themselves (A13).

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::attachment::Attachment;
use crate::ids::ChannelId;

const OLGA: AgentId = AgentId::from_uuid(Uuid::from_u128(0xa3));
const HILDA: AgentId = AgentId::from_uuid(Uuid::from_u128(0xa4));

fn fact(agent_id: AgentId, role: Role) -> AgentFact {
    AgentFact {
        agent_id,
        role,
        active: true,
        chats_right: role.has_chats_right(),
        channel_access: true,
    }
}

/// What is known when somebody acts: three agents and a program.
fn acting(by: AgentId, role: Role) -> ChatFacts {
    let mut facts = facts_of(by, role, true);
    let channel = facts.channel.as_mut().unwrap();
    (channel.channel_id, channel.kind) = (ChannelId::of_internal(CHAT), ChannelKind::Internal);
    facts.named = vec![
        fact(ANA, Role::Agent),
        fact(MAREK, Role::Agent),
        fact(OLGA, Role::Administrator),
        fact(HILDA, Role::Bot),
    ];
    facts
}

fn by(agent: AgentId, events: impl IntoIterator<Item = ChatEvent>) -> AggregateTestExecutor<Chat> {
    with(acting(agent, Role::Agent), events)
}

fn open(direct: bool, title: Option<&str>, with: &[AgentId]) -> ChatCommand {
    ChatCommand::Internal(InternalCommand::OpenInternalChat {
        chat_id: CHAT,
        direct,
        title: title.map(str::to_owned),
        with: with.to_vec(),
        by: ANA,
        at: at(0),
    })
}

fn started(direct: bool, title: Option<&str>, members: &[AgentId]) -> ChatEvent {
    ChatEvent::InternalChatOpened(InternalOpening {
        chat_id: CHAT,
        direct,
        title: title.map(personal),
        members: members.to_vec(),
        by: ANA,
        at: at(0),
    })
}

fn group() -> ChatEvent {
    started(false, None, &[ANA, MAREK])
}

fn add(members: &[AgentId]) -> ChatCommand {
    ChatCommand::Internal(InternalCommand::AddInternalMembers {
        members: members.to_vec(),
        by: ANA,
        at: at(1),
    })
}

fn added(members: &[AgentId]) -> ChatEvent {
    ChatEvent::InternalMembersAdded(InternalMembers {
        members: members.to_vec(),
        by: ANA,
        at: at(1),
    })
}

fn remove(agent_id: AgentId, by: AgentId) -> ChatCommand {
    ChatCommand::Internal(InternalCommand::RemoveInternalMember {
        agent_id,
        by,
        at: at(2),
    })
}

fn removed(agent_id: AgentId, by: AgentId) -> ChatEvent {
    ChatEvent::InternalMemberRemoved(InternalMemberRemoval {
        agent_id,
        by,
        at: at(2),
    })
}

fn rename(title: Option<&str>) -> ChatCommand {
    ChatCommand::Internal(InternalCommand::RenameInternalChat {
        title: title.map(str::to_owned),
        by: ANA,
        at: at(3),
    })
}

fn write(by: AgentId, n: u128, mentions: &[AgentId]) -> ChatCommand {
    ChatCommand::Internal(InternalCommand::SendInternalMessage {
        message_id: message(n),
        client_message_id: None,
        text: text("dime"),
        mentions: mentions.to_vec(),
        by,
        at: at(10),
        quotes: None,
        attachments: Vec::new(),
    })
}

fn written(by: AgentId, n: u128, contact_seq: u64, all: Option<u64>) -> ChatEvent {
    ChatEvent::InternalMessageSent(InternalMessage {
        message_id: message(n),
        client_message_id: None,
        by,
        text: personal("dime"),
        mentions: Vec::new(),
        quotes: None,
        contact_seq,
        read_by_all_seq: all,
        at: at(10),
        attachments: Vec::new(),
    })
}

fn read(by: AgentId, up_to_seq: u64, read_by_all_seq: Option<u64>) -> ChatEvent {
    ChatEvent::InternalChatRead(InternalReading {
        by,
        up_to_seq,
        read_by_all_seq,
    })
}

fn audit(by: AgentId) -> ChatCommand {
    ChatCommand::Internal(InternalCommand::AuditInternalChat { by, at: at(4) })
}

fn react(by: AgentId, emoji: Option<&str>) -> ChatCommand {
    ChatCommand::ReactAsAgent {
        message_id: message(1),
        emoji: emoji.map(str::to_owned),
        by,
    }
}

fn unread(chat: &Chat, agent: AgentId) -> u64 {
    chat.internal.as_ref().unwrap().members[&agent].unread
}

#[test]
fn a13_two_agents_have_one_chat_and_a_group_is_opened_once() {
    by(ANA, [])
        .when(open(true, None, &[MAREK, MAREK, ANA]))
        .then_expect_events(vec![started(true, None, &[ANA, MAREK])]);
    by(ANA, [])
        .when(open(false, Some(" Taller "), &[MAREK, OLGA]))
        .then_expect_events(vec![started(false, Some("Taller"), &[ANA, MAREK, OLGA])]);
    by(ANA, [started(true, None, &[ANA, MAREK])])
        .when(open(true, None, &[MAREK]))
        .then_expect_events(vec![]);
    // Whoever is no member learns nothing of it, and a customer's chat is none.
    for given in [started(true, None, &[MAREK, OLGA]), opened()] {
        by(ANA, [given])
            .when(open(true, None, &[MAREK]))
            .then_expect_error(ChatRefusal::ChatNotFound);
    }
}

#[test]
fn a13_members_are_active_colleagues_with_the_right_to_chats_and_no_programs() {
    let mut without_right = acting(ANA, Role::Agent);
    without_right.named[1].chats_right = false;
    let mut deactivated = acting(ANA, Role::Agent);
    deactivated.named[1].active = false;
    for facts in [without_right, deactivated] {
        with(facts.clone(), [])
            .when(open(true, None, &[MAREK]))
            .then_expect_error(ChatRefusal::MemberNotAllowed);
        with(facts, [started(false, None, &[ANA, OLGA])])
            .when(add(&[MAREK]))
            .then_expect_error(ChatRefusal::MemberNotAllowed);
    }
    for stranger in [HILDA, AgentId::from_uuid(Uuid::from_u128(0xff))] {
        by(ANA, [])
            .when(open(true, None, &[stranger]))
            .then_expect_error(ChatRefusal::MemberNotAllowed);
        by(ANA, [group()])
            .when(add(&[stranger]))
            .then_expect_error(ChatRefusal::MemberNotAllowed);
    }
    for role in [Role::Auditor, Role::Integrator, Role::Bot] {
        with(acting(ANA, role), [])
            .when(open(true, None, &[MAREK]))
            .then_expect_error(ChatRefusal::NoChatsRight);
    }
    let mut gone = acting(ANA, Role::Agent);
    gone.agent.as_mut().unwrap().active = false;
    with(gone, [])
        .when(open(true, None, &[MAREK]))
        .then_expect_error(ChatRefusal::AgentInactive);
}

#[test]
fn a13_a_chat_needs_somebody_else_and_has_limits() {
    for (direct, title, others, refusal) in [
        (true, None, vec![ANA], ChatRefusal::MembersMissing),
        (false, Some("x"), vec![], ChatRefusal::MembersMissing),
        (true, None, vec![MAREK, OLGA], ChatRefusal::NotAGroup),
        (true, Some("x"), vec![MAREK], ChatRefusal::NotAGroup),
        (
            false,
            Some("\u{200b}"),
            vec![MAREK],
            ChatRefusal::TitleInvalid { limit: 80 },
        ),
        (
            false,
            Some("a\nb"),
            vec![MAREK],
            ChatRefusal::TitleInvalid { limit: 80 },
        ),
    ] {
        by(ANA, [])
            .when(open(direct, title, &others))
            .then_expect_error(refusal);
    }
    let agents = |n: u128| (0..n).map(|n| AgentId::from_uuid(Uuid::from_u128(0xb000 + n)));
    let mut facts = acting(ANA, Role::Agent);
    facts.named = agents(100).map(|id| fact(id, Role::Agent)).collect();
    let full: Vec<_> = agents(99).collect();
    let opened = decide(&Chat::default(), open(false, None, &full), &facts).unwrap();
    assert_eq!(opened.len(), 1);
    for n in [100, 10_000] {
        let many: Vec<_> = agents(n).collect();
        with(facts.clone(), [])
            .when(open(false, None, &many))
            .then_expect_error(ChatRefusal::TooManyMembers { limit: 100 });
    }
    let one_more: Vec<_> = agents(100).skip(99).collect();
    with(facts, opened)
        .when(add(&one_more))
        .then_expect_error(ChatRefusal::TooManyMembers { limit: 100 });
}

#[test]
fn a13_members_come_and_go_and_the_last_one_puts_a_group_away() {
    by(ANA, [group()])
        .when(add(&[OLGA, MAREK]))
        .then_expect_events(vec![added(&[OLGA])]);
    by(ANA, [group()])
        .when(add(&[MAREK]))
        .then_expect_events(vec![]);
    by(MAREK, [group()])
        .when(remove(ANA, MAREK))
        .then_expect_events(vec![removed(ANA, MAREK)]);
    by(ANA, [group()])
        .when(remove(OLGA, ANA))
        .then_expect_events(vec![]);
    by(MAREK, [group(), removed(ANA, ANA)])
        .when(remove(MAREK, MAREK))
        .then_expect_events(vec![
            removed(MAREK, MAREK),
            ChatEvent::ChatArchived {
                by: Actor::Agent { id: MAREK },
                contact_seq: 1,
                at: at(2),
            },
        ]);
    let title = |title: Option<&str>| {
        ChatEvent::InternalChatRenamed(InternalTitle {
            title: title.map(personal),
            by: ANA,
            at: at(3),
        })
    };
    for name in [Some("Taller"), None] {
        by(ANA, [group()])
            .when(rename(name))
            .then_expect_events(vec![title(name)]);
    }
    by(ANA, [group()])
        .when(rename(Some("")))
        .then_expect_error(ChatRefusal::TitleInvalid { limit: 80 });
    for command in [add(&[OLGA]), remove(MAREK, ANA), rename(None)] {
        by(ANA, [started(true, None, &[ANA, MAREK])])
            .when(command)
            .then_expect_error(ChatRefusal::NotAGroup);
    }
}

#[test]
fn a13_unread_is_kept_for_each_member_and_read_when_all_have_read() {
    let mut chat = fold::<Chat>(&[group(), added(&[OLGA])]);
    evolve(&mut chat, &written(ANA, 1, 1, None));
    assert_eq!(
        [ANA, MAREK, OLGA].map(|agent| unread(&chat, agent)),
        [0, 1, 1]
    );
    let mark = |by| ChatCommand::MarkChatRead { by };
    let decided = |chat: &Chat, by, command| decide(chat, command, &acting(by, Role::Agent));
    let first = decided(&chat, MAREK, mark(MAREK)).unwrap();
    assert_eq!(first, [read(MAREK, 1, None)]);
    evolve(&mut chat, &first[0]);
    assert_eq!(decided(&chat, MAREK, mark(MAREK)), Ok(vec![]));
    // Who writes has read what was before.
    let answer = decided(&chat, OLGA, write(OLGA, 2, &[])).unwrap();
    assert_eq!(answer, [written(OLGA, 2, 2, Some(1))]);
    evolve(&mut chat, &answer[0]);
    assert_eq!(
        [ANA, MAREK, OLGA].map(|agent| unread(&chat, agent)),
        [1, 1, 0]
    );
    let unread_again = ChatCommand::MarkChatUnread { by: OLGA };
    let marked = decided(&chat, OLGA, unread_again.clone()).unwrap();
    assert_eq!(
        marked,
        [ChatEvent::InternalChatMarkedUnread { by: OLGA }],
        "for Olga alone"
    );
    evolve(&mut chat, &marked[0]);
    assert_eq!(decided(&chat, OLGA, unread_again), Ok(vec![]));
    for (agent, all) in [(ANA, None), (MAREK, Some(2)), (OLGA, None)] {
        let events = decided(&chat, agent, mark(agent)).unwrap();
        assert_eq!(events, [read(agent, 2, all)]);
        evolve(&mut chat, &events[0]);
    }
    assert_eq!((chat.unread, chat.unanswered), (0, false));
}

#[test]
fn a13_colleagues_write_quote_react_and_name_members() {
    by(ANA, [group()])
        .when(write(ANA, 1, &[MAREK, MAREK]))
        .inspect_result()
        .unwrap();
    by(ANA, [group()])
        .when(write(ANA, 1, &[OLGA]))
        .then_expect_error(ChatRefusal::MentionedWithoutAccess);
    let given = [group(), written(ANA, 1, 1, None)];
    by(ANA, given.clone())
        .when(write(ANA, 1, &[]))
        .then_expect_events(vec![]);
    let mut chat = fold::<Chat>(&given);
    for agent in [ANA, MAREK] {
        let facts = acting(agent, Role::Agent);
        let events = decide(&chat, react(agent, Some("👍")), &facts).unwrap();
        assert_eq!(events.len(), 1, "each has a reaction of their own");
        evolve(&mut chat, &events[0]);
        assert_eq!(decide(&chat, react(agent, Some("👍")), &facts), Ok(vec![]));
    }
    let edit = |by| ChatCommand::EditSentMessage {
        message_id: message(1),
        text: text("dime"),
        by,
        at: at(20),
    };
    assert_eq!(
        decide(&chat, edit(MAREK), &acting(MAREK, Role::Agent)),
        Err(ChatRefusal::NotOwnMessage)
    );
    assert!(decide(&chat, edit(ANA), &acting(ANA, Role::Agent)).is_ok());
    // Writing takes it out of the archive.
    let events = decide(
        &fold::<Chat>(&[group(), archived(1)]),
        write(ANA, 1, &[]),
        &acting(ANA, Role::Agent),
    );
    assert!(matches!(
        events.unwrap()[..],
        [
            ChatEvent::ChatReopened { .. },
            ChatEvent::InternalMessageSent(_)
        ]
    ));
}

#[test]
fn a13_nobody_but_members_does_anything_not_even_an_administrator() {
    for command in [
        write(OLGA, 1, &[]),
        remove(ANA, OLGA),
        remove(OLGA, OLGA),
        react(OLGA, Some("👍")),
        ChatCommand::MarkChatRead { by: OLGA },
        ChatCommand::MarkChatUnread { by: OLGA },
        ChatCommand::ArchiveChat {
            by: OLGA,
            at: at(5),
        },
        ChatCommand::StarChat {
            by: OLGA,
            starred: true,
        },
    ] {
        for role in [Role::Administrator, Role::Agent, Role::Auditor] {
            with(acting(OLGA, role), [group()])
                .when(command.clone())
                .then_expect_error(ChatRefusal::ChatNotFound);
        }
    }
}

#[test]
fn a13_what_is_for_customers_is_not_for_colleagues() {
    for command in [
        send(ANA, 1),
        receive(1, 0),
        ChatCommand::TakeChat { by: ANA, at: at(0) },
        ChatCommand::BlockContact {
            by: ANA,
            blocked: true,
        },
        ChatCommand::UnlinkClient { by: ANA },
        ChatCommand::DeleteChat { by: ANA, at: at(0) },
        ChatCommand::SnoozeChat {
            until: None,
            by: ANA,
            at: at(0),
        },
        ChatCommand::DistributeChat {
            to: MAREK,
            policy: "a_rule".to_owned(),
            candidates: Vec::new(),
            at: at(0),
        },
    ] {
        by(ANA, [group()])
            .when(command)
            .then_expect_error(ChatRefusal::NotInInternalChat);
    }
    let mut facts = acting(ANA, Role::Agent);
    facts.auto_close_minutes = Some(1);
    let idle = ChatCommand::CloseIdleChat {
        policy: "a_rule".to_owned(),
        at: at(1_000_000),
    };
    with(facts, [group()]).when(idle).then_expect_events(vec![]);
}

#[test]
fn a13_an_auditors_look_is_an_event_and_nobody_else_looks() {
    let looked = ChatEvent::InternalChatAudited(InternalAudit {
        by: OLGA,
        at: at(4),
    });
    with(acting(OLGA, Role::Auditor), [group()])
        .when(audit(OLGA))
        .then_expect_events(vec![looked]);
    for role in [
        Role::Administrator,
        Role::Agent,
        Role::Integrator,
        Role::Bot,
    ] {
        with(acting(OLGA, role), [group()])
            .when(audit(OLGA))
            .then_expect_error(ChatRefusal::ChatNotFound);
    }
    for given in [vec![], vec![opened(), received(1, 1, 0)]] {
        with(acting(OLGA, Role::Auditor), given)
            .when(audit(OLGA))
            .then_expect_error(ChatRefusal::ChatNotFound);
    }
}

fn agent() -> impl Strategy<Value = AgentId> {
    prop::sample::select(vec![ANA, MAREK, OLGA])
}

/// A command with whoever acts.
fn wish() -> impl Strategy<Value = (AgentId, ChatCommand)> {
    let internal = |command| ChatCommand::Internal(command);
    prop_oneof![
        2 => prop::collection::vec(agent(), 0..3).prop_map(|with| (ANA, open(false, None, &with))),
        6 => (agent(), 0u128..40).prop_map(|(by, n)| (by, write(by, n, &[]))),
        4 => agent().prop_map(|by| (by, ChatCommand::MarkChatRead { by })),
        2 => agent().prop_map(|by| (by, ChatCommand::MarkChatUnread { by })),
        2 => (agent(), agent()).prop_map(move |(member, by)| {
            let members = vec![member];
            (by, internal(InternalCommand::AddInternalMembers { members, by, at: at(1) }))
        }),
        2 => (agent(), agent()).prop_map(|(member, by)| (by, remove(member, by))),
        1 => agent().prop_map(|by| (by, ChatCommand::ArchiveChat { by, at: at(5) })),
        2 => (agent(), prop::option::of(Just("👍"))).prop_map(|(by, emoji)| (by, react(by, emoji))),
    ]
}

proptest! {
    #[test]
    fn a_chat_of_colleagues_keeps_its_promises(wishes in prop::collection::vec(wish(), 0..60)) {
        let (mut chat, mut journal) = (Chat::default(), Vec::new());
        for (by, command) in wishes {
            let facts = acting(by, Role::Agent);
            let before = chat.clone();
            let Ok(events) = decide(&chat, command.clone(), &facts) else { continue };
            for event in &events {
                evolve(&mut chat, event);
                journal.push(event.clone());
            }
            if let Some(was) = before.internal.as_deref() {
                prop_assert!(was.members.contains_key(&by), "only members act");
            }
            let is = chat.internal.as_deref().unwrap();
            prop_assert!(is.members.values().all(|it| it.read_up_to <= chat.contact_seq));
            prop_assert!(is.members.values().all(|it| is.read_by_all <= it.read_up_to));
            prop_assert!(before.internal.is_none_or(|was| was.read_by_all <= is.read_by_all));
            prop_assert!(!is.members.is_empty() || matches!(chat.stage, Stage::Archived(_)));
            prop_assert_eq!((chat.unread, chat.unanswered), (0, false));
            let still: BTreeSet<_> = is.members.keys().collect();
            if still.contains(&by) {
                prop_assert_eq!(decide(&chat, command, &facts), Ok(Vec::new()));
            }
        }
        prop_assert_eq!(&fold::<Chat>(&journal), &chat);
        holds_nothing_personal(&chat, &["dime"]);
    }
}

#[test]
fn a13_c16_members_send_each_other_files_with_or_without_a_text() {
    let files = vec![super::carrying::file(
        1,
        crate::attachment::FileKind::Document,
        9,
    )];
    let sending = |words: MessageText, files: Vec<Attachment>| {
        let mut command = write(ANA, 1, &[]);
        if let ChatCommand::Internal(InternalCommand::SendInternalMessage {
            text,
            attachments,
            ..
        }) = &mut command
        {
            (*text, *attachments) = (words, files);
        }
        command
    };
    let (chat, facts) = (fold::<Chat>(&[group()]), acting(ANA, Role::Agent));
    let sent = decide(&chat, sending(MessageText::none(), files.clone()), &facts).unwrap();
    let [ChatEvent::InternalMessageSent(message)] = sent.as_slice() else {
        panic!("{sent:?}");
    };
    assert_eq!(message.attachments, files);
    let empty = decide(&chat, sending(MessageText::none(), Vec::new()), &facts);
    assert_eq!(empty, Err(ChatRefusal::MessageEmpty));
}
