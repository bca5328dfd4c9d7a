//! Deleting a whole chat (H4) and blocking its contact (P21).

use super::*;

fn start() -> [ChatEvent; 2] {
    [opened(), received(1, 1, 0)]
}

fn delete() -> ChatCommand {
    ChatCommand::DeleteChat {
        by: ANA,
        at: at(400),
    }
}

fn deleted() -> ChatEvent {
    ChatEvent::ChatDeleted {
        by: Actor::Agent { id: ANA },
        at: at(400),
    }
}

fn blocked() -> ChatEvent {
    ChatEvent::ContactBlocked {
        by: Actor::Agent { id: ANA },
    }
}

fn unblocked() -> ChatEvent {
    ChatEvent::ContactUnblocked {
        by: Actor::Agent { id: ANA },
    }
}

fn block(blocked: bool) -> ChatCommand {
    ChatCommand::BlockContact { by: ANA, blocked }
}

#[test]
fn h4_a_deleted_chat_is_not_there_for_agents() {
    story(start())
        .when(delete())
        .then_expect_events(vec![deleted()]);
    let gone = [&start()[..], &[deleted()]].concat();
    for command in [
        send(ANA, 2),
        ChatCommand::MarkChatRead { by: ANA },
        ChatCommand::ArchiveChat {
            by: ANA,
            at: at(401),
        },
        ChatCommand::ReopenChat {
            by: ANA,
            at: at(401),
        },
        block(true),
        ChatCommand::DiscardDraft { by: ANA },
    ] {
        story(gone.clone())
            .when(command)
            .then_expect_error(ChatRefusal::ChatNotFound);
    }
    story(gone.clone())
        .when(delete())
        .then_expect_events(vec![]);
    with(facts_of(ANA, Role::Agent, false), gone)
        .when(delete())
        .then_expect_error(ChatRefusal::ChatNotFound);
    with(facts_of(ANA, Role::Agent, false), start())
        .when(delete())
        .then_expect_error(ChatRefusal::NoChannelAccess);
}

#[test]
fn h4_a_new_message_opens_a_deleted_chat_with_nothing_of_before() {
    let tagged = ChatEvent::ChatTagged {
        tags: vec!["vip".to_owned()],
        by: Actor::Agent { id: ANA },
    };
    let gone = [&start()[..], &[tagged, deleted()]].concat();
    let mut anew = opened();
    if let ChatEvent::ChatOpened { at: when, .. } = &mut anew {
        *when = at(500);
    }
    story(gone.clone())
        .when(receive(5, 500))
        .then_expect_events(vec![anew.clone(), received(5, 2, 500)]);
    let chat = fold::<Chat>(&[gone, vec![anew, received(5, 2, 500)]].concat());
    assert_eq!((chat.unread, chat.recent.len()), (1, 1));
    assert!(chat.tags.is_empty() && matches!(chat.stage, Stage::Open(_)));
}

#[test]
fn receipts_for_a_deleted_chat_still_count() {
    let given = [&start()[..], &[joined(ANA, 2), queued(2, 3), deleted()]].concat();
    story(given)
        .when(ChatCommand::ReportDelivered { up_to_seq: 3 })
        .then_expect_events(vec![delivered(3)]);
}

#[test]
fn p21_a_blocked_contact_is_kept_but_not_heard() {
    story(start())
        .when(block(true))
        .then_expect_events(vec![blocked()]);
    story(start())
        .and(vec![archived(2), blocked()])
        .when(receive(5, 500))
        .then_expect_events(vec![received(5, 3, 500)]);
    story(start())
        .and(vec![blocked(), deleted()])
        .when(receive(5, 500))
        .then_expect_events(vec![received(5, 2, 500)]);
    let chat = fold::<Chat>(&[
        opened(),
        received(1, 1, 0),
        queued(2, 2),
        blocked(),
        received(5, 3, 500),
    ]);
    assert_eq!((chat.unread, chat.unanswered), (1, false));
    story(start())
        .and(vec![blocked()])
        .when(send(ANA, 2))
        .then_expect_error(ChatRefusal::ContactBlocked);
}

#[test]
fn p21_blocking_is_done_once_and_can_be_ended() {
    story(start()).when(block(false)).then_expect_events(vec![]);
    story(start())
        .and(vec![blocked()])
        .when(block(true))
        .then_expect_events(vec![]);
    story(start())
        .and(vec![blocked()])
        .when(block(false))
        .then_expect_events(vec![unblocked()]);
    story(start())
        .and(vec![archived(2), blocked(), unblocked()])
        .when(receive(5, 500))
        .then_expect_events(vec![
            ChatEvent::ChatReopened {
                by: Actor::Contact { id: CONTACT },
                cause: ReopenCause::ContactWrote,
                at: at(500),
            },
            received(5, 3, 500),
        ]);
    with(facts_of(ANA, Role::Agent, false), start())
        .when(block(true))
        .then_expect_error(ChatRefusal::NoChannelAccess);
}
