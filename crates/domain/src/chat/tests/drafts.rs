//! Unsent text (F8-F10).

use super::*;

fn start() -> [ChatEvent; 2] {
    [opened(), received(1, 1, 0)]
}

fn save(words: &str, quotes: Option<MessageId>) -> ChatCommand {
    ChatCommand::SaveDraft {
        text: words.to_owned(),
        quotes,
        by: ANA,
        at: at(90),
    }
}

fn saved(words: &str, quotes: Option<MessageId>) -> ChatEvent {
    ChatEvent::DraftSaved {
        by: ANA,
        text: personal(words),
        quotes,
        at: at(90),
    }
}

fn discarded() -> ChatEvent {
    ChatEvent::DraftDiscarded { by: ANA }
}

#[test]
fn f8_unsent_text_is_kept_as_it_was_typed() {
    story(start())
        .when(save(" le digo que\n", None))
        .then_expect_events(vec![saved(" le digo que\n", None)]);
    story(start())
        .when(save("a\0b", Some(message(1))))
        .then_expect_events(vec![saved("ab", Some(message(1)))]);
    let over = "x".repeat(10_001);
    story(start())
        .when(save(&over, None))
        .then_expect_error(ChatRefusal::DraftTooLong {
            limit: 10_000,
            length: 10_001,
        });
    story(start())
        .when(save("x", Some(message(77))))
        .then_expect_error(ChatRefusal::QuotedMessageNotFound);
}

#[test]
fn an_emptied_draft_is_gone() {
    let given = [&start()[..], &[saved("x", None)]].concat();
    for command in [
        save(" \u{200b}", None),
        ChatCommand::DiscardDraft { by: ANA },
    ] {
        story(given.clone())
            .when(command.clone())
            .then_expect_events(vec![discarded()]);
        story(start()).when(command).then_expect_events(vec![]);
    }
}

#[test]
fn sending_takes_the_senders_draft_away_in_the_same_unit() {
    let given = [&start()[..], &[saved("x", None), joined(ANA, 2)]].concat();
    story(given.clone())
        .when(send(ANA, 2))
        .then_expect_events(vec![queued(2, 3), discarded()]);
    with(facts_of(MAREK, Role::Agent, true), given)
        .when(send(MAREK, 2))
        .then_expect_events(vec![joined(MAREK, 3), queued_by(MAREK, 2, 4)]);
}

#[test]
fn a_draft_needs_the_chat_to_be_the_agents() {
    for command in [save("x", None), ChatCommand::DiscardDraft { by: ANA }] {
        with(facts_of(ANA, Role::Agent, false), start())
            .when(command.clone())
            .then_expect_error(ChatRefusal::NoChannelAccess);
        story([])
            .when(command)
            .then_expect_error(ChatRefusal::ChatNotFound);
    }
}
