//! The marks of the inbox: unread, unanswered (B2, B3, B5), and what an agent's reading changes.

use super::*;

mod mark_chat_read {
    use super::*;

    fn mark() -> ChatCommand {
        ChatCommand::MarkChatRead { by: ANA }
    }

    fn chat_read(up_to_seq: u64, contact_seq: u64) -> ChatEvent {
        ChatEvent::ChatRead {
            by: ANA,
            up_to_seq,
            contact_seq,
        }
    }

    #[test]
    fn everything_inbound_is_read_and_the_contact_is_told() {
        story([opened(), received(1, 1, 0), received(2, 2, 1)])
            .when(mark())
            .then_expect_events(vec![chat_read(2, 3)]);
    }

    #[test]
    fn a_read_chat_stays_read() {
        story([opened(), received(1, 1, 0), chat_read(1, 2)])
            .when(mark())
            .then_expect_events(vec![]);
    }

    #[test]
    fn blue_turns_grey_and_a_new_message_turns_it_blue() {
        let mut events = vec![opened(), received(1, 1, 0), received(2, 2, 1)];
        let chat = fold::<Chat>(&events);
        assert_eq!((chat.unread, chat.unanswered), (2, true));
        events.push(chat_read(2, 3));
        let chat = fold::<Chat>(&events);
        assert_eq!((chat.unread, chat.unanswered), (0, true));
        events.extend([joined(ANA, 4), queued(3, 5)]);
        let chat = fold::<Chat>(&events);
        assert_eq!((chat.unread, chat.unanswered), (0, false));
        events.push(received(4, 6, 9));
        let chat = fold::<Chat>(&events);
        assert_eq!((chat.unread, chat.unanswered), (1, true));
    }

    #[test]
    fn an_auditors_look_is_not_the_teams_reading() {
        with(
            facts_of(ANA, Role::Auditor, true),
            [opened(), received(1, 1, 0)],
        )
        .when(mark())
        .then_expect_error(ChatRefusal::NoChatsRight);
    }

    #[test]
    fn without_access_or_chat_there_is_nothing_to_read() {
        with(
            facts_of(ANA, Role::Agent, false),
            [opened(), received(1, 1, 0)],
        )
        .when(mark())
        .then_expect_error(ChatRefusal::NoChannelAccess);
        story([])
            .when(mark())
            .then_expect_error(ChatRefusal::ChatNotFound);
    }

    #[test]
    fn a_lost_channel_does_not_hinder_reading() {
        let mut lost = facts();
        lost.channel.as_mut().unwrap().connected = false;
        with(lost, [opened(), received(1, 1, 0)])
            .when(mark())
            .then_expect_events(vec![chat_read(1, 2)]);
    }
}
