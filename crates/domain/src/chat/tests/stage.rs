//! Archiving and reopening (F1-F4), by agents and by the contact.

use super::*;

fn start() -> [ChatEvent; 2] {
    [opened(), received(1, 1, 0)]
}

mod archive_chat {
    use super::*;

    fn archive() -> ChatCommand {
        ChatCommand::ArchiveChat {
            by: ANA,
            at: at(300),
        }
    }

    #[test]
    fn an_active_chat_is_put_away_with_time_and_name() {
        story(start())
            .when(archive())
            .then_expect_events(vec![archived(2)]);
    }

    #[test]
    fn archiving_an_archived_chat_changes_nothing() {
        story(start())
            .and(vec![archived(2)])
            .when(archive())
            .then_expect_events(vec![]);
    }

    #[test]
    fn an_unopened_chat_is_not_there() {
        story([])
            .when(archive())
            .then_expect_error(ChatRefusal::ChatNotFound);
    }

    #[test]
    fn the_role_and_the_channel_are_needed() {
        with(facts_of(ANA, Role::Integrator, true), start())
            .when(archive())
            .then_expect_error(ChatRefusal::NoChatsRight);
        with(facts_of(ANA, Role::Agent, false), start())
            .when(archive())
            .then_expect_error(ChatRefusal::NoChannelAccess);
    }
}

mod reopen_chat {
    use super::*;

    fn reopen() -> ChatCommand {
        ChatCommand::ReopenChat {
            by: ANA,
            at: at(310),
        }
    }

    #[test]
    fn the_button_takes_an_archived_chat_out() {
        let reopened = ChatEvent::ChatReopened {
            by: Actor::Agent { id: ANA },
            cause: ReopenCause::Button,
            at: at(310),
        };
        story(start())
            .and(vec![archived(2)])
            .when(reopen())
            .then_expect_events(vec![reopened]);
    }

    #[test]
    fn an_active_chat_stays_active() {
        story(start()).when(reopen()).then_expect_events(vec![]);
    }

    #[test]
    fn an_unopened_chat_is_not_there() {
        story([])
            .when(reopen())
            .then_expect_error(ChatRefusal::ChatNotFound);
    }

    #[test]
    fn access_is_needed() {
        with(facts_of(ANA, Role::Agent, false), start())
            .and(vec![archived(2)])
            .when(reopen())
            .then_expect_error(ChatRefusal::NoChannelAccess);
    }
}

mod end_chat {
    use super::*;

    #[test]
    fn the_contact_can_close_the_conversation_once() {
        let ended = ChatEvent::ChatArchived {
            by: Actor::Contact { id: CONTACT },
            contact_seq: 2,
            at: at(320),
        };
        let end = ChatCommand::EndChat { at: at(320) };
        story(start())
            .when(end.clone())
            .then_expect_events(vec![ended.clone()]);
        story(start())
            .and(vec![ended])
            .when(end.clone())
            .then_expect_events(vec![]);
        story([]).when(end).then_expect_events(vec![]);
    }
}

#[test]
fn refusals_survive_storage_and_have_code_field_and_limit() {
    let all = [
        ChatRefusal::ChatNotFound,
        ChatRefusal::AgentInactive,
        ChatRefusal::NoChatsRight,
        ChatRefusal::NoChannelAccess,
        ChatRefusal::ChannelDisconnected,
        ChatRefusal::MessageNotFound,
        ChatRefusal::NotOwnMessage,
        ChatRefusal::MessageDeleted,
        ChatRefusal::EditWindowClosed { minutes: 15 },
        ChatRefusal::EmojiInvalid,
        ChatRefusal::ScoreOutOfRange,
        ChatRefusal::CommentTooLong {
            limit: 1000,
            length: 1001,
        },
        ChatRefusal::SeqAhead { last: 7 },
        ChatRefusal::TagInvalid { limit: 50 },
        ChatRefusal::TooManyTags { limit: 20 },
        ChatRefusal::MentionedWithoutAccess,
        ChatRefusal::TooManyMentions { limit: 50 },
        ChatRefusal::DraftTooLong {
            limit: 10_000,
            length: 10_001,
        },
        ChatRefusal::QuotedMessageNotFound,
        ChatRefusal::CommentsNotReceived,
        ChatRefusal::CommentNotFound,
        ChatRefusal::CommentRemoved,
        ChatRefusal::OnlyReplyToComment,
        ChatRefusal::ChannelCannot {
            action: crate::channel::capabilities::MessageAction::Quote,
        },
        ChatRefusal::ContactBlocked,
        ChatRefusal::ContactErased,
        ChatRefusal::ChangedSince,
        ChatRefusal::NotUndoable,
        ChatRefusal::AssignedToAnother {
            assignee: crate::actor::Assignee::Agent { id: ANA },
        },
        ChatRefusal::NotAssignee,
        ChatRefusal::AssigneeInactive,
        ChatRefusal::AssigneeWithoutChatsRight,
        ChatRefusal::AssigneeWithoutChannelAccess,
        ChatRefusal::ClientNotFound,
        ChatRefusal::SnoozeTimeInvalid,
        ChatRefusal::MessageEmpty,
        ChatRefusal::FilesNotTaken,
        ChatRefusal::TooManyFiles { limit: 10 },
        ChatRefusal::FileTooLarge { limit: 5_242_880 },
        ChatRefusal::FileKindNotTaken {
            kind: crate::attachment::FileKind::Sticker,
        },
        ChatRefusal::CaptionNotTaken,
    ];
    for refusal in all {
        let json = serde_json::to_value(&refusal).unwrap();
        assert_eq!(
            json["code"].as_str().unwrap().to_uppercase(),
            refusal.code()
        );
        assert_eq!(
            serde_json::from_value::<ChatRefusal>(json).unwrap(),
            refusal
        );
    }
    assert_eq!(ChatRefusal::SeqAhead { last: 7 }.limit(), Some(7));
    assert_eq!(ChatRefusal::EmojiInvalid.field(), Some("emoji"));
}
