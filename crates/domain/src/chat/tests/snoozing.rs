//! Snooze (P13): until a time, until the contact writes, and what ends it.

use super::*;

fn start() -> [ChatEvent; 2] {
    [opened(), received(1, 1, 0)]
}

fn snooze(until: Option<i64>) -> ChatCommand {
    ChatCommand::SnoozeChat {
        until: until.map(at),
        by: ANA,
        at: at(100),
    }
}

fn snoozed(until: Option<i64>) -> ChatEvent {
    ChatEvent::ChatSnoozed {
        until: until.map(at),
        was: None,
        by: Actor::Agent { id: ANA },
        at: at(100),
    }
}

fn unsnoozed(until: Option<i64>, by: Actor, cause: UnsnoozeCause) -> ChatEvent {
    ChatEvent::ChatUnsnoozed {
        was: Snooze {
            until: until.map(at),
        },
        by,
        cause,
    }
}

fn end(until: i64, second: i64) -> ChatCommand {
    ChatCommand::EndSnooze {
        rests_on: at(until),
        policy: "a_rule".to_owned(),
        at: at(second),
    }
}

fn contact() -> Actor {
    Actor::Contact { id: CONTACT }
}

fn policy() -> Actor {
    Actor::Policy {
        name: "a_rule".to_owned(),
    }
}

#[test]
fn p13_a_chat_is_put_aside_once_and_for_another_time() {
    for until in [None, Some(400)] {
        story(start())
            .when(snooze(until))
            .then_expect_events(vec![snoozed(until)]);
        story(start())
            .and(vec![snoozed(until)])
            .when(snooze(until))
            .then_expect_events(vec![]);
    }
    let again = ChatEvent::ChatSnoozed {
        until: Some(at(500)),
        was: Some(Snooze {
            until: Some(at(400)),
        }),
        by: Actor::Agent { id: ANA },
        at: at(100),
    };
    story(start())
        .and(vec![snoozed(Some(400))])
        .when(snooze(Some(500)))
        .then_expect_events(vec![again]);
}

#[test]
fn p13_the_time_is_ahead_and_within_a_year() {
    let year = 366 * 24 * 3600;
    for wrong in [-1_000_000_000, 0, 100, 101 + year] {
        story(start())
            .when(snooze(Some(wrong)))
            .then_expect_error(ChatRefusal::SnoozeTimeInvalid);
    }
    for right in [101, 100 + year] {
        story(start())
            .when(snooze(Some(right)))
            .then_expect_events(vec![snoozed(Some(right))]);
    }
    for extreme in [jiff::Timestamp::MIN, jiff::Timestamp::MAX] {
        let command = ChatCommand::SnoozeChat {
            until: Some(extreme),
            by: ANA,
            at: at(100),
        };
        story(start())
            .when(command)
            .then_expect_error(ChatRefusal::SnoozeTimeInvalid);
    }
}

#[test]
fn p13_the_time_is_kept_as_the_database_keeps_it() {
    let exact = at(400) + jiff::SignedDuration::from_nanos(1_999);
    let command = ChatCommand::SnoozeChat {
        until: Some(exact),
        by: ANA,
        at: at(100),
    };
    let kept = ChatEvent::ChatSnoozed {
        until: Some(at(400) + jiff::SignedDuration::from_micros(1)),
        was: None,
        by: Actor::Agent { id: ANA },
        at: at(100),
    };
    story(start()).when(command).then_expect_events(vec![kept]);
}

#[test]
fn p13_a_chat_the_role_and_the_channel_are_needed() {
    for command in [snooze(None), ChatCommand::UnsnoozeChat { by: ANA }] {
        story([])
            .when(command.clone())
            .then_expect_error(ChatRefusal::ChatNotFound);
        with(facts_of(ANA, Role::Integrator, true), start())
            .when(command.clone())
            .then_expect_error(ChatRefusal::NoChatsRight);
        with(facts_of(ANA, Role::Agent, false), start())
            .when(command)
            .then_expect_error(ChatRefusal::NoChannelAccess);
    }
}

#[test]
fn p13_the_button_ends_it() {
    let back = unsnoozed(Some(400), Actor::Agent { id: ANA }, UnsnoozeCause::Button);
    story(start())
        .and(vec![snoozed(Some(400))])
        .when(ChatCommand::UnsnoozeChat { by: ANA })
        .then_expect_events(vec![back]);
    story(start())
        .when(ChatCommand::UnsnoozeChat { by: ANA })
        .then_expect_events(vec![]);
}

#[test]
fn p13_a_reply_ends_it_also_out_of_the_archive_but_not_a_blocked_one() {
    let back = unsnoozed(None, contact(), UnsnoozeCause::Reply);
    story(start())
        .and(vec![snoozed(None)])
        .when(receive(2, 10))
        .then_expect_events(vec![back.clone(), received(2, 2, 10)]);
    let reopened = ChatEvent::ChatReopened {
        by: contact(),
        cause: ReopenCause::ContactWrote,
        at: at(10),
    };
    story(start())
        .and(vec![snoozed(None), archived(2)])
        .when(receive(2, 10))
        .then_expect_events(vec![reopened, back, received(2, 3, 10)]);
    let blocked = ChatEvent::ContactBlocked {
        by: Actor::Agent { id: ANA },
    };
    story(start())
        .and(vec![snoozed(None), blocked])
        .when(receive(2, 10))
        .then_expect_events(vec![received(2, 2, 10)]);
}

#[test]
fn p13_its_time_ends_it_and_no_time_that_was_replaced() {
    let back = unsnoozed(Some(400), policy(), UnsnoozeCause::Time);
    for second in [400, 4_000] {
        story(start())
            .and(vec![snoozed(Some(400))])
            .when(end(400, second))
            .then_expect_events(vec![back.clone()]);
    }
    let nothing: [(Vec<ChatEvent>, ChatCommand); 5] = [
        (vec![], end(400, 400)),
        (vec![snoozed(Some(400))], end(400, 399)),
        (vec![snoozed(Some(500))], end(400, 400)),
        (vec![snoozed(None)], end(400, 400)),
        (vec![snoozed(Some(400)), back], end(400, 400)),
    ];
    for (before, command) in nothing {
        story(start())
            .and(before)
            .when(command)
            .then_expect_events(vec![]);
    }
}

#[test]
fn p13_a_deleted_chat_is_put_aside_no_more() {
    let deleted = ChatEvent::ChatDeleted {
        by: Actor::Agent { id: ANA },
        at: at(200),
    };
    story(start())
        .and(vec![snoozed(Some(400)), deleted])
        .when(end(400, 400))
        .then_expect_events(vec![]);
}
