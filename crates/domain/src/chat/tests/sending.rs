//! What an agent sends, and what becomes of it: delivered, read, failed (D1, D2, D4).

use super::*;

mod send_message {
    use super::*;

    fn start() -> [ChatEvent; 2] {
        [opened(), received(1, 1, 0)]
    }

    #[test]
    fn the_first_answer_says_who_joined() {
        story(start())
            .when(send(ANA, 2))
            .then_expect_events(vec![joined(ANA, 2), queued(2, 3)]);
    }

    #[test]
    fn the_next_answer_of_the_same_agent_does_not() {
        story(start())
            .and(vec![joined(ANA, 2), queued(2, 3)])
            .when(send(ANA, 3))
            .then_expect_events(vec![queued(3, 4)]);
    }

    #[test]
    fn another_agent_joins_in_turn() {
        with(facts_of(MAREK, Role::Agent, true), start())
            .and(vec![joined(ANA, 2), queued(2, 3)])
            .when(send(MAREK, 3))
            .then_expect_events(vec![joined(MAREK, 4), queued_by(MAREK, 3, 5)]);
    }

    #[test]
    fn the_same_message_again_changes_nothing() {
        story(start())
            .and(vec![joined(ANA, 2), queued(2, 3)])
            .when(send(ANA, 2))
            .then_expect_events(vec![]);
    }

    #[test]
    fn it_takes_an_archived_chat_out_again_and_joins_again() {
        let reopened = ChatEvent::ChatReopened {
            by: Actor::Agent { id: ANA },
            cause: ReopenCause::AgentWrote,
            at: at(100),
        };
        story(start())
            .and(vec![joined(ANA, 2), queued(2, 3), archived(4)])
            .when(send(ANA, 3))
            .then_expect_events(vec![reopened, joined(ANA, 5), queued(3, 6)]);
    }

    #[test]
    fn an_unopened_chat_is_not_there() {
        story([])
            .when(send(ANA, 2))
            .then_expect_error(ChatRefusal::ChatNotFound);
    }

    #[test]
    fn without_access_to_the_channel_it_is_refused() {
        with(facts_of(ANA, Role::Agent, false), start())
            .when(send(ANA, 2))
            .then_expect_error(ChatRefusal::NoChannelAccess);
    }

    #[test]
    fn an_administrator_needs_no_grant() {
        with(facts_of(ANA, Role::Administrator, false), start())
            .when(send(ANA, 2))
            .then_expect_events(vec![joined(ANA, 2), queued(2, 3)]);
    }

    #[test]
    fn auditors_and_integrators_do_not_write() {
        for role in [Role::Auditor, Role::Integrator] {
            with(facts_of(ANA, role, true), start())
                .when(send(ANA, 2))
                .then_expect_error(ChatRefusal::NoChatsRight);
        }
    }

    #[test]
    fn a_deactivated_agent_and_a_stranger_are_refused() {
        let mut gone = facts();
        gone.agent.as_mut().unwrap().active = false;
        let mut nobody = facts();
        nobody.agent = None;
        for facts in [gone, nobody, facts_of(MAREK, Role::Agent, true)] {
            with(facts, start())
                .when(send(ANA, 2))
                .then_expect_error(ChatRefusal::AgentInactive);
        }
    }

    #[test]
    fn a_lost_channel_closes_the_composer() {
        let mut lost = facts();
        lost.channel.as_mut().unwrap().connected = false;
        let mut unknown = facts();
        unknown.channel = None;
        for facts in [lost, unknown] {
            with(facts, start())
                .when(send(ANA, 2))
                .then_expect_error(ChatRefusal::ChannelDisconnected);
        }
    }

    #[test]
    fn facts_about_another_channel_count_as_no_access() {
        let mut other = facts();
        other.channel.as_mut().unwrap().channel_id =
            crate::ids::ChannelId::from_uuid(Uuid::from_u128(99));
        with(other, start())
            .when(send(ANA, 2))
            .then_expect_error(ChatRefusal::NoChannelAccess);
    }
}

fn answered() -> [ChatEvent; 5] {
    [
        opened(),
        received(1, 1, 0),
        joined(ANA, 2),
        queued(2, 3),
        queued(3, 4),
    ]
}

mod report_delivered {
    use super::*;

    fn report(up_to_seq: u64) -> ChatCommand {
        ChatCommand::ReportDelivered { up_to_seq }
    }

    #[test]
    fn a_receipt_covers_the_messages_up_to_its_number() {
        story(answered())
            .when(report(3))
            .then_expect_events(vec![delivered(3)]);
        story(answered())
            .when(report(4))
            .then_expect_events(vec![delivered(4)]);
    }

    #[test]
    fn late_and_repeated_receipts_change_nothing() {
        story(answered())
            .and(vec![delivered(4)])
            .when(report(3))
            .then_expect_events(vec![]);
        story(answered())
            .and(vec![delivered(4)])
            .when(report(4))
            .then_expect_events(vec![]);
    }

    #[test]
    fn a_receipt_that_covers_no_answer_changes_nothing() {
        story(answered()).when(report(2)).then_expect_events(vec![]);
        story([]).when(report(0)).then_expect_events(vec![]);
    }

    #[test]
    fn a_failed_message_is_never_delivered() {
        story(answered())
            .and(vec![failed(3)])
            .when(report(4))
            .then_expect_events(vec![delivered(3)]);
    }

    #[test]
    fn a_receipt_for_what_was_never_shown_is_refused() {
        story(answered())
            .when(report(5))
            .then_expect_error(ChatRefusal::SeqAhead { last: 4 });
        story([])
            .when(report(1))
            .then_expect_error(ChatRefusal::SeqAhead { last: 0 });
    }

    #[test]
    fn messages_beyond_the_remembered_ones_are_covered_by_the_next_receipt() {
        let mut events = vec![opened(), received(1, 1, 0), joined(ANA, 2)];
        events.extend((0..600u64).map(|n| queued(10 + u128::from(n), 3 + n)));
        assert_eq!(fold::<Chat>(&events).recent.len(), RECENT);
        story(events.clone())
            .when(report(50))
            .then_expect_events(vec![]);
        story(events.clone())
            .when(report(102))
            .then_expect_events(vec![delivered(102)]);
        story(events)
            .when(report(602))
            .then_expect_events(vec![delivered(602)]);
    }
}

mod report_read_by_contact {
    use super::*;

    fn report(up_to_seq: u64) -> ChatCommand {
        ChatCommand::ReportReadByContact {
            up_to_seq,
            at: at(200),
        }
    }

    #[test]
    fn reading_implies_delivery() {
        story(answered())
            .when(report(4))
            .then_expect_events(vec![delivered(4), seen(4)]);
        story(answered())
            .and(vec![delivered(4)])
            .when(report(4))
            .then_expect_events(vec![seen(4)]);
    }

    #[test]
    fn it_never_goes_backwards() {
        story(answered())
            .and(vec![delivered(4), seen(4)])
            .when(report(3))
            .then_expect_events(vec![]);
        story(answered())
            .and(vec![delivered(4), seen(4)])
            .when(ChatCommand::ReportDelivered { up_to_seq: 4 })
            .then_expect_events(vec![]);
    }

    #[test]
    fn a_number_ahead_is_refused() {
        story(answered())
            .when(report(9))
            .then_expect_error(ChatRefusal::SeqAhead { last: 4 });
    }
}

mod report_failed {
    use super::*;

    fn report(n: u128) -> ChatCommand {
        ChatCommand::ReportFailed {
            message_id: message(n),
            cause: cause(),
        }
    }

    #[test]
    fn a_queued_message_fails_once() {
        story(answered())
            .when(report(2))
            .then_expect_events(vec![failed(2)]);
        story(answered())
            .and(vec![failed(2)])
            .when(report(2))
            .then_expect_events(vec![]);
    }

    #[test]
    fn what_arrived_cannot_fail_any_more() {
        story(answered())
            .and(vec![delivered(3)])
            .when(report(2))
            .then_expect_events(vec![]);
    }

    #[test]
    fn only_messages_of_agents_can_fail() {
        story(answered())
            .when(report(1))
            .then_expect_error(ChatRefusal::MessageNotFound);
        story(answered())
            .when(report(9))
            .then_expect_error(ChatRefusal::MessageNotFound);
        story([])
            .when(report(1))
            .then_expect_error(ChatRefusal::ChatNotFound);
    }
}
