//! What the contact does: writes, changes, takes back, reacts, says who they are, rates.

use super::*;

mod receive_message {
    use super::*;

    #[test]
    fn the_first_message_opens_the_chat_by_itself() {
        story([])
            .when(receive(1, 0))
            .then_expect_events(vec![opened(), received(1, 1, 0)]);
    }

    #[test]
    fn a_further_message_gets_the_next_number() {
        story([opened(), received(1, 1, 0)])
            .when(receive(2, 5))
            .then_expect_events(vec![received(2, 2, 5)]);
    }

    #[test]
    fn the_same_message_again_changes_nothing() {
        story([opened(), received(1, 1, 0)])
            .when(receive(1, 9))
            .then_expect_events(vec![]);
    }

    #[test]
    fn it_takes_an_archived_chat_out_again() {
        let reopened = ChatEvent::ChatReopened {
            by: Actor::Contact { id: CONTACT },
            cause: ReopenCause::ContactWrote,
            at: at(400),
        };
        story([opened(), received(1, 1, 0), archived(2)])
            .when(receive(2, 400))
            .then_expect_events(vec![reopened, received(2, 3, 400)]);
    }

    #[test]
    fn it_is_never_refused_for_a_lost_channel() {
        with(ChatFacts::default(), [])
            .when(receive(1, 0))
            .then_expect_events(vec![opened(), received(1, 1, 0)]);
    }

    #[test]
    fn page_and_handle_lose_their_nul_characters() {
        let ChatCommand::ReceiveMessage {
            chat_id,
            message_id,
            channel_id,
            channel_kind,
            text,
            at,
            ..
        } = receive(1, 0)
        else {
            panic!("receive makes another command");
        };
        let command = ChatCommand::ReceiveMessage {
            chat_id,
            message_id,
            client_message_id: None,
            channel_id,
            channel_kind,
            handle: "a\0b".to_owned(),
            text,
            page: Some(PageView {
                url: "https://x/\0".to_owned(),
                title: Some("\0".to_owned()),
            }),
            locale: Some("\0".to_owned()),
            advert_until: None,
            comment: None,
            at,
            attachments: Vec::new(),
        };
        let events = story([]).when(command).inspect_result().unwrap();
        let ChatEvent::ChatOpened {
            handle,
            page,
            locale,
            ..
        } = &events[0]
        else {
            panic!("the chat was not opened");
        };
        assert_eq!(handle.open().unwrap(), "ab");
        let page = page.as_ref().unwrap().open().unwrap();
        assert_eq!(
            (page.url.as_str(), page.title.as_deref()),
            ("https://x/", None)
        );
        assert_eq!(*locale, None);
    }
}

mod edit_received_message {
    use super::*;

    fn edited(contact_seq: u64, second: i64) -> ChatEvent {
        ChatEvent::MessageEdited {
            message_id: message(1),
            text: personal("hola!"),
            contact_seq,
            at: at(second),
            by: None,
        }
    }

    #[test]
    fn an_own_message_can_be_changed_for_fifteen_minutes() {
        story([opened(), received(1, 1, 0)])
            .when(edit(message(1), 15 * 60))
            .then_expect_events(vec![edited(2, 15 * 60)]);
    }

    #[test]
    fn one_second_later_it_cannot() {
        story([opened(), received(1, 1, 0)])
            .when(edit(message(1), 15 * 60 + 1))
            .then_expect_error(ChatRefusal::EditWindowClosed { minutes: 15 });
    }

    #[test]
    fn an_agents_message_is_not_the_contacts() {
        story([opened(), received(1, 1, 0), joined(ANA, 2), queued(2, 3)])
            .when(edit(message(2), 1))
            .then_expect_error(ChatRefusal::NotOwnMessage);
    }

    #[test]
    fn a_deleted_message_stays_deleted() {
        let deleted = ChatEvent::MessageDeleted {
            message_id: message(1),
            contact_seq: 2,
            at: at(1),
            by: None,
        };
        story([opened(), received(1, 1, 0), deleted])
            .when(edit(message(1), 2))
            .then_expect_error(ChatRefusal::MessageDeleted);
    }

    #[test]
    fn an_unknown_message_is_refused() {
        story([opened(), received(1, 1, 0)])
            .when(edit(message(7), 1))
            .then_expect_error(ChatRefusal::MessageNotFound);
    }

    #[test]
    fn there_is_nothing_to_change_before_the_chat_is_opened() {
        story([])
            .when(edit(message(1), 1))
            .then_expect_error(ChatRefusal::ChatNotFound);
    }
}

mod delete_received_message {
    use super::*;

    fn delete(second: i64) -> ChatCommand {
        ChatCommand::DeleteReceivedMessage {
            message_id: message(1),
            at: at(second),
        }
    }

    fn deleted() -> ChatEvent {
        ChatEvent::MessageDeleted {
            message_id: message(1),
            contact_seq: 2,
            at: at(60),
            by: None,
        }
    }

    #[test]
    fn an_own_message_can_be_taken_back() {
        story([opened(), received(1, 1, 0)])
            .when(delete(60))
            .then_expect_events(vec![deleted()]);
    }

    #[test]
    fn twice_is_once_even_after_the_window() {
        story([opened(), received(1, 1, 0), deleted()])
            .when(delete(9999))
            .then_expect_events(vec![]);
    }

    #[test]
    fn after_fifteen_minutes_it_stays() {
        story([opened(), received(1, 1, 0)])
            .when(delete(15 * 60 + 1))
            .then_expect_error(ChatRefusal::EditWindowClosed { minutes: 15 });
    }
}

mod react_to_message {
    use super::*;

    fn react(emoji: Option<&str>) -> ChatCommand {
        ChatCommand::ReactToMessage {
            message_id: message(1),
            emoji: emoji.map(str::to_owned),
            at: at(5),
        }
    }

    fn reacted(emoji: Option<&str>, contact_seq: u64) -> ChatEvent {
        ChatEvent::MessageReactionChanged {
            message_id: message(1),
            by: Actor::Contact { id: CONTACT },
            emoji: emoji.map(str::to_owned),
            contact_seq,
        }
    }

    #[test]
    fn a_reaction_is_put_changed_and_taken_away() {
        let put = reacted(Some("❤️"), 2);
        let changed = reacted(Some("👍🏽"), 3);
        let start = [opened(), received(1, 1, 0)];
        story(start.clone())
            .when(react(Some("❤️")))
            .then_expect_events(vec![put.clone()]);
        story(start.clone())
            .and(vec![put.clone()])
            .when(react(Some("👍🏽")))
            .then_expect_events(vec![changed.clone()]);
        story(start)
            .and(vec![put, changed])
            .when(react(None))
            .then_expect_events(vec![reacted(None, 4)]);
    }

    #[test]
    fn the_same_reaction_again_changes_nothing() {
        let start = [opened(), received(1, 1, 0), reacted(Some("👍"), 2)];
        story(start)
            .when(react(Some("👍")))
            .then_expect_events(vec![]);
        story([opened(), received(1, 1, 0)])
            .when(react(None))
            .then_expect_events(vec![]);
    }

    #[test]
    fn only_an_emoji_passes_so_that_no_words_are_stored_unsealed() {
        for good in [
            "👍",
            "❤️",
            "👩‍👩‍👧‍👦",
            "🇵🇱",
            "1️⃣",
            "☺",
            "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
        ] {
            let result = story([opened(), received(1, 1, 0)]).when(react(Some(good)));
            assert!(result.inspect_result().is_ok(), "{good} was refused");
        }
        for bad in [
            "",
            "a",
            "ok",
            "7",
            "600111222",
            "é",
            "ñ👍",
            "👍 ",
            "\u{200D}",
            "愛",
            "👍\0",
            "12345\u{20E3}",
        ] {
            story([opened(), received(1, 1, 0)])
                .when(react(Some(bad)))
                .then_expect_error(ChatRefusal::EmojiInvalid);
        }
    }

    #[test]
    fn a_message_that_is_not_there_takes_no_reaction() {
        story([opened()])
            .when(react(Some("👍")))
            .then_expect_error(ChatRefusal::MessageNotFound);
        story([])
            .when(react(Some("👍")))
            .then_expect_error(ChatRefusal::ChatNotFound);
    }
}

mod describe_contact {
    use super::*;

    fn described(description: ContactDescription, verified: bool) -> ChatEvent {
        ChatEvent::ContactDescribed {
            contact_id: CONTACT,
            description: Personal::new(CONTACT, description),
            verified,
        }
    }

    #[test]
    fn it_is_allowed_before_the_chat_is_opened_and_does_not_open_it() {
        let description = ContactDescription {
            name: Some("Chloé".to_owned()),
            ..Default::default()
        };
        story([])
            .when(ChatCommand::DescribeContact {
                chat_id: CHAT,
                description: description.clone(),
                verified: true,
            })
            .then_expect_events(vec![described(description.clone(), true)]);
        story([described(description, true)])
            .when(receive(1, 0))
            .then_expect_events(vec![opened(), received(1, 1, 0)]);
    }

    #[test]
    fn what_is_said_is_cleaned_and_cut_rather_than_refused() {
        let description = ContactDescription {
            name: Some(format!(" A\0{} ", "b".repeat(300))),
            email: Some("  ".to_owned()),
            phone: None,
            fields: [
                ("a".to_owned(), "1\0".to_owned()),
                ("\0".to_owned(), "x".to_owned()),
            ]
            .into(),
        };
        let clean = ContactDescription {
            name: Some(format!("A{}", "b".repeat(199))),
            email: None,
            phone: None,
            fields: [("a".to_owned(), "1".to_owned())].into(),
        };
        story([])
            .when(ChatCommand::DescribeContact {
                chat_id: CHAT,
                description,
                verified: false,
            })
            .then_expect_events(vec![described(clean, false)]);
    }

    #[test]
    fn an_empty_form_says_nothing() {
        story([])
            .when(ChatCommand::DescribeContact {
                chat_id: CHAT,
                description: ContactDescription::default(),
                verified: false,
            })
            .then_expect_events(vec![]);
    }
}

mod record_page_view {
    use super::*;

    #[test]
    fn a_page_is_recorded_in_an_opened_chat_only() {
        let page = PageView {
            url: "https://x.example/precios".to_owned(),
            title: Some("P".to_owned()),
        };
        let command = ChatCommand::RecordPageView { page: page.clone() };
        story([]).when(command.clone()).then_expect_events(vec![]);
        story([opened()])
            .when(command)
            .then_expect_events(vec![ChatEvent::ContactPageViewed {
                page: Personal::new(CONTACT, page),
            }]);
    }
}

mod rate_chat {
    use super::*;

    fn rate(score: u8, comment: Option<&str>) -> ChatCommand {
        ChatCommand::RateChat {
            score,
            comment: comment.map(str::to_owned),
        }
    }

    #[test]
    fn one_to_five_pass_with_or_without_words() {
        for score in 1..=5 {
            story([opened()])
                .when(rate(score, Some(" gracias ")))
                .then_expect_events(vec![ChatEvent::ChatRated {
                    score,
                    comment: Some(personal("gracias")),
                }]);
        }
        story([opened()])
            .when(rate(5, Some("  ")))
            .then_expect_events(vec![ChatEvent::ChatRated {
                score: 5,
                comment: None,
            }]);
    }

    #[test]
    fn the_same_score_without_words_changes_nothing() {
        story([
            opened(),
            ChatEvent::ChatRated {
                score: 4,
                comment: None,
            },
        ])
        .when(rate(4, None))
        .then_expect_events(vec![]);
    }

    #[test]
    fn other_scores_are_refused() {
        for score in [0, 6, 255] {
            story([opened()])
                .when(rate(score, None))
                .then_expect_error(ChatRefusal::ScoreOutOfRange);
        }
    }

    #[test]
    fn a_comment_has_the_limit_of_a_message() {
        story([opened()])
            .when(rate(3, Some(&"x".repeat(1001))))
            .then_expect_error(ChatRefusal::CommentTooLong {
                limit: 1000,
                length: 1001,
            });
    }

    #[test]
    fn what_was_never_opened_cannot_be_rated() {
        story([])
            .when(rate(3, None))
            .then_expect_error(ChatRefusal::ChatNotFound);
    }
}
