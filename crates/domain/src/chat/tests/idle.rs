//! Closing by itself (A10): what a timer thought is looked at again.

use super::*;

fn start() -> Vec<ChatEvent> {
    vec![opened(), received(1, 1, 60)]
}

fn close(second: i64) -> ChatCommand {
    ChatCommand::CloseIdleChat {
        policy: "a_rule".to_owned(),
        at: at(second),
    }
}

fn after(minutes: Option<u32>) -> ChatFacts {
    ChatFacts {
        auto_close_minutes: minutes,
        ..ChatFacts::default()
    }
}

#[test]
fn a10_a_chat_closes_once_after_the_idle_time() {
    let closed = ChatEvent::ChatArchived {
        by: Actor::Policy {
            name: "a_rule".to_owned(),
        },
        contact_seq: 2,
        at: at(660),
    };
    with(after(Some(10)), start())
        .when(close(660))
        .then_expect_events(vec![closed.clone()]);
    with(after(Some(10)), start())
        .and(vec![closed])
        .when(close(660))
        .then_expect_events(vec![]);
}

#[test]
fn a10_a_chat_that_waits_for_an_answer_stays_open_where_that_is_wanted() {
    let keeping = || ChatFacts {
        keep_unanswered_open: true,
        ..after(Some(10))
    };
    with(keeping(), start())
        .when(close(660_000))
        .then_expect_events(vec![]);
    let answered = start().into_iter().chain([queued(2, 2)]);
    let closed = |event: &ChatEvent| matches!(event, ChatEvent::ChatArchived { .. });
    let events = with(keeping(), answered)
        .when(close(660_000))
        .inspect_result();
    assert!(events.is_ok_and(|events| events.iter().any(closed)));
}

#[test]
fn a10_not_before_its_time_nor_with_another_setting() {
    for (minutes, second) in [(Some(10), 659), (Some(11), 660), (None, 660_000)] {
        with(after(minutes), start())
            .when(close(second))
            .then_expect_events(vec![]);
    }
    with(after(Some(10)), [])
        .when(close(660))
        .then_expect_events(vec![]);
}

#[test]
fn a10_whatever_was_said_or_done_since_keeps_it_open() {
    let reopened = ChatEvent::ChatReopened {
        by: Actor::Agent { id: ANA },
        cause: ReopenCause::Button,
        at: at(310),
    };
    for since in [
        vec![received(2, 2, 61)],
        vec![queued(2, 2)],
        vec![archived(2), reopened],
    ] {
        with(after(Some(10)), start())
            .and(since.clone())
            .when(close(660))
            .then_expect_events(vec![]);
    }
}

#[test]
fn a10_p21_a_blocked_contact_does_not_keep_it_open() {
    let blocked = ChatEvent::ContactBlocked {
        by: Actor::Agent { id: ANA },
    };
    let closed = ChatEvent::ChatArchived {
        by: Actor::Policy {
            name: "a_rule".to_owned(),
        },
        contact_seq: 3,
        at: at(660),
    };
    with(after(Some(10)), start())
        .and(vec![blocked, received(2, 2, 600)])
        .when(close(660))
        .then_expect_events(vec![closed]);
}

#[test]
fn a10_a_snoozed_chat_waits_for_its_own_time() {
    let snoozed = ChatEvent::ChatSnoozed {
        until: Some(at(100_000)),
        was: None,
        by: Actor::Agent { id: ANA },
        at: at(61),
    };
    with(after(Some(10)), start())
        .and(vec![snoozed])
        .when(close(660))
        .then_expect_events(vec![]);
}
