//! Marks: unread again (H3), star (H2), tags and priority (P4).

use super::*;

fn start() -> [ChatEvent; 3] {
    let read = ChatEvent::ChatRead {
        by: ANA,
        up_to_seq: 1,
        contact_seq: 2,
    };
    [opened(), received(1, 1, 0), read]
}

fn by_ana() -> Actor {
    Actor::Agent { id: ANA }
}

/// Each of these needs a chat, the role and the channel.
fn commands() -> [ChatCommand; 5] {
    [
        ChatCommand::MarkChatUnread { by: ANA },
        ChatCommand::StarChat {
            by: ANA,
            starred: true,
        },
        add(&["vip"]),
        remove(&["vip"]),
        prioritize(Priority::High),
    ]
}

fn add(tags: &[&str]) -> ChatCommand {
    ChatCommand::AddTags {
        by: ANA,
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
    }
}

fn remove(tags: &[&str]) -> ChatCommand {
    ChatCommand::RemoveTags {
        by: ANA,
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
    }
}

fn prioritize(priority: Priority) -> ChatCommand {
    ChatCommand::Prioritize { by: ANA, priority }
}

fn tagged(tags: &[&str]) -> ChatEvent {
    ChatEvent::ChatTagged {
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        by: by_ana(),
    }
}

#[test]
fn every_mark_needs_a_chat_the_role_and_the_channel() {
    for command in commands() {
        story([])
            .when(command.clone())
            .then_expect_error(ChatRefusal::ChatNotFound);
        with(facts_of(ANA, Role::Auditor, true), start())
            .when(command.clone())
            .then_expect_error(ChatRefusal::NoChatsRight);
        with(facts_of(ANA, Role::Agent, false), start())
            .when(command.clone())
            .then_expect_error(ChatRefusal::NoChannelAccess);
        with(facts_of(MAREK, Role::Agent, true), start())
            .when(command)
            .then_expect_error(ChatRefusal::AgentInactive);
    }
}

#[test]
fn h3_a_read_chat_can_be_unread_again_and_counts_as_one() {
    let marked = ChatEvent::ChatMarkedUnread { by: by_ana() };
    let mark = ChatCommand::MarkChatUnread { by: ANA };
    story(start())
        .when(mark.clone())
        .then_expect_events(vec![marked.clone()]);
    story(start())
        .and(vec![marked.clone()])
        .when(mark.clone())
        .then_expect_events(vec![]);
    // Something is unread anyway.
    story([opened(), received(1, 1, 0)])
        .when(mark)
        .then_expect_events(vec![]);
    let chat = fold::<Chat>(&[&start()[..], &[marked]].concat());
    assert_eq!((chat.unread, chat.unanswered), (1, true));
}

#[test]
fn b2_b5_each_inbound_message_counts_until_an_agent_reads() {
    let mut chat = fold::<Chat>(&[opened(), received(1, 1, 0), received(2, 2, 5)]);
    assert_eq!(chat.unread, 2);
    let read = decide(&chat, ChatCommand::MarkChatRead { by: ANA }, &facts()).unwrap();
    for event in &read {
        evolve(&mut chat, event);
    }
    assert_eq!(chat.unread, 0);
}

#[test]
fn b3_read_but_unanswered_stays_unanswered_until_an_agent_writes() {
    let mut chat = fold::<Chat>(&start());
    assert_eq!((chat.unread, chat.unanswered), (0, true));
    evolve(&mut chat, &queued(2, 3));
    assert!(!chat.unanswered);
    evolve(&mut chat, &received(3, 4, 9));
    assert!(chat.unanswered);
}

#[test]
fn h2_a_star_is_each_agents_own() {
    let star = |by, starred| ChatCommand::StarChat { by, starred };
    let starred = ChatEvent::ChatStarred { by: ANA };
    story(start())
        .when(star(ANA, true))
        .then_expect_events(vec![starred.clone()]);
    let given = [&start()[..], &[starred]].concat();
    story(given.clone())
        .when(star(ANA, true))
        .then_expect_events(vec![]);
    story(given.clone())
        .when(star(ANA, false))
        .then_expect_events(vec![ChatEvent::ChatUnstarred { by: ANA }]);
    // Marek has none to take away.
    with(facts_of(MAREK, Role::Agent, true), given)
        .when(star(MAREK, false))
        .then_expect_events(vec![]);
}

#[test]
fn p4_tags_are_trimmed_and_each_is_there_once() {
    story(start())
        .when(add(&[" vip ", "Garantía", "vip"]))
        .then_expect_events(vec![tagged(&["vip", "Garantía"])]);
    let given = [&start()[..], &[tagged(&["vip", "Garantía"])]].concat();
    story(given.clone())
        .when(add(&["vip"]))
        .then_expect_events(vec![]);
    let gone = ChatEvent::ChatUntagged {
        tags: vec!["vip".to_owned()],
        by: by_ana(),
    };
    story(given.clone())
        .when(remove(&["vip", "never given"]))
        .then_expect_events(vec![gone]);
    story(given)
        .when(remove(&["VIP"]))
        .then_expect_events(vec![]);
}

#[test]
fn a_tag_is_one_visible_line_of_50_characters() {
    let long = "ñ".repeat(50);
    story(start())
        .when(add(&[&long]))
        .then_expect_events(vec![tagged(&[&long])]);
    let longer = "ñ".repeat(51);
    for bad in ["", "  ", "\u{200b}\u{200d}", "a\nb", "a\0b", &longer] {
        story(start())
            .when(add(&[bad]))
            .then_expect_error(ChatRefusal::TagInvalid { limit: 50 });
    }
}

#[test]
fn a_chat_has_twenty_tags_and_ten_thousand_are_refused_at_once() {
    let many = |n: usize| (0..n).map(|n| format!("tag {n}")).collect::<Vec<_>>();
    let names = many(20);
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    story(start())
        .when(add(&names))
        .then_expect_events(vec![tagged(&names)]);
    story(start())
        .and(vec![tagged(&names)])
        .when(add(&["one more"]))
        .then_expect_error(ChatRefusal::TooManyTags { limit: 20 });
    for command in [
        ChatCommand::AddTags {
            by: ANA,
            tags: many(10_000),
        },
        ChatCommand::RemoveTags {
            by: ANA,
            tags: many(10_000),
        },
    ] {
        story(start())
            .when(command)
            .then_expect_error(ChatRefusal::TooManyTags { limit: 20 });
    }
}

#[test]
fn p4_a_priority_is_changed_once_and_says_what_it_was() {
    let high = ChatEvent::ChatPrioritized {
        priority: Priority::High,
        was: Priority::Normal,
        by: by_ana(),
    };
    story(start())
        .when(prioritize(Priority::High))
        .then_expect_events(vec![high.clone()]);
    story(start())
        .and(vec![high])
        .when(prioritize(Priority::High))
        .then_expect_events(vec![]);
    story(start())
        .when(prioritize(Priority::Normal))
        .then_expect_events(vec![]);
    assert!(Priority::Low < Priority::Normal && Priority::High < Priority::Urgent);
}
