//! An erasure leaves the rows as a rebuild makes them once the keys are gone, and nothing personal in them.

use std::sync::Arc;

use hilo_domain::chat::{ChatCommand, ContactDescription, PageView};
use hilo_domain::text::NoteText;
use hilo_domain::{ChatId, ContactId, MessageText};
use hilo_journal::{Position, RecordedEvent, SubjectEvent};
use hilo_read::{ChannelScope, MessageRow, Page, ReadModel};
use serde_json::{Value, json};

use crate::database::{dump, project, read_model};
use crate::history::{History, agent_id, channel_id, chat_id};

impl History {
    /// Everything written in the chat so far is to be destroyed.
    pub fn erase(&mut self, chat: ChatId) {
        let erased = Arc::make_mut(&mut self.erased);
        let generation = erased.entry(ContactId::of(chat)).or_default();
        *generation += 1;
        let event = SubjectEvent::ErasureBegun {
            subject: chat.as_uuid(),
            generation: *generation,
        };
        self.about(chat, &event);
    }

    /// The keys are gone; what is in the chat may be newer.
    pub fn erasure_done(&mut self, chat: ChatId) {
        let generation = self.erased.get(&ContactId::of(chat)).copied();
        let event = SubjectEvent::Erased {
            subject: chat.as_uuid(),
            generation: generation.unwrap_or_default(),
        };
        self.about(chat, &event);
    }

    fn about(&mut self, chat: ChatId, event: &SubjectEvent) {
        self.elsewhere();
        let recorded = self.events.last_mut().unwrap();
        recorded.aggregate_type = "subject".to_owned();
        recorded.aggregate_id = chat.to_string();
        recorded.payload = serde_json::to_value(event).unwrap();
        recorded.event_type = recorded.payload["type"].as_str().unwrap().to_owned();
    }
}

/// The same events as they open after the erasures in them.
pub fn opened_afterwards(events: &[RecordedEvent]) -> Vec<RecordedEvent> {
    let mut opened = events.to_vec();
    for at in 0..opened.len() {
        if let Some(SubjectEvent::ErasureBegun { subject, .. }) = opened[at].about_a_subject() {
            for event in &mut opened[..at] {
                erase(&mut event.payload, &subject.to_string());
            }
        }
    }
    opened
}

fn erase(value: &mut Value, subject: &str) {
    if value["$personal"]["subject"] == subject {
        *value = json!({ "$erased": { "subject": subject } });
    } else if let Value::Object(fields) = value {
        fields.values_mut().for_each(|inner| erase(inner, subject));
    } else if let Value::Array(items) = value {
        items.iter_mut().for_each(|inner| erase(inner, subject));
    }
}

async fn rows(events: &[RecordedEvent], batch: usize) -> String {
    let (pool, model) = read_model().await;
    project(&pool, &model, events, batch).await;
    dump(&pool, &model).await
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_after_erasures_are_those_of_a_rebuild_without_the_keys() {
    for seed in 1..=4 {
        let mut history = History::new(seed);
        for _ in 0..60 {
            for _ in 0..10 {
                history.live(5);
            }
            let chat = chat_id(history.dice.below(6));
            match history.dice.below(4) {
                0 => history.erase(chat),
                1 => history.erasure_done(chat),
                _ => {}
            }
        }
        let erasures = history
            .events
            .iter()
            .filter(|event| event.aggregate_type == "subject");
        assert!(erasures.count() > 15);
        let cold = rows(&opened_afterwards(&history.events), 1000).await;
        for batch in [1, 9, 1000] {
            let hot = rows(&history.events, batch).await;
            assert_eq!(hot, cold, "seed {seed}, batches of {batch}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_is_left_what_comes_later_is_shown_and_live_views_are_told() {
    let mut history = History::new(1);
    let (chat, other, by) = (chat_id(1), chat_id(2), agent_id(1));
    let at = "2026-11-01T09:00:00Z".parse().unwrap();
    let describe = |name: &str, verified| ChatCommand::DescribeContact {
        chat_id: chat,
        description: ContactDescription {
            name: Some(format!("planted {name}")),
            email: Some("planted@example.com".to_owned()),
            phone: Some("+34 600 planted".to_owned()),
            ..ContactDescription::default()
        },
        verified,
    };
    let message = history.receive(chat, channel_id(0), "planted one");
    history.receive(other, channel_id(0), "of another");
    history.command(chat, describe("Ana", true));
    history.command(
        chat,
        ChatCommand::EditReceivedMessage {
            message_id: message,
            text: MessageText::parse("planted edited").unwrap(),
            at,
        },
    );
    history.send(chat, by, "planted answer");
    let note = ChatCommand::AddNote {
        note_id: history.message_id(),
        text: NoteText::parse("planted note").unwrap(),
        mentions: vec![agent_id(2)],
        by,
        at,
    };
    history.command(chat, note);
    let comment = Some("planted comment".to_owned());
    history.command(chat, ChatCommand::RateChat { score: 4, comment });
    let page = PageView {
        url: "https://planted.example/".to_owned(),
        title: Some("planted title".to_owned()),
    };
    history.command(chat, ChatCommand::RecordPageView { page });
    let before = history.events.len();
    history.erase(chat);
    let (pool, model) = read_model().await;
    project(&pool, &model, &history.events[..before], 100).await;
    let planted = dump(&pool, &model).await.matches("planted").count();
    assert!(planted > 8, "{planted} planted texts are shown");
    project(&pool, &model, &history.events[before..], 100).await;
    let rows = dump(&pool, &model).await;
    assert!(!rows.contains("planted"), "{rows}");
    assert!(rows.contains("of another"));

    let begun = Position(i64::try_from(history.events.len()).unwrap());
    let thread = messages(&model, chat).await;
    assert_eq!(thread.len(), 3);
    for message in thread {
        assert!(message.erased);
        assert_eq!(message.changed, begun);
    }
    let row = model.chat(&ChannelScope::All, chat).await.unwrap();
    let row = row.unwrap().value;
    assert!(row.contact_erased);
    let mention = row.own.get(&agent_id(2)).and_then(|own| own.mention());
    assert!(mention.is_some_and(|mention| mention.text.is_none() && !mention.seen));
    let before = Position(begun.0 - 1);
    assert!(
        row.changed_for(agent_id(4), before),
        "whoever looks is told"
    );
    // Who proved an identity before has not proven this one.
    let after = history.events.len();
    history.receive(chat, channel_id(0), "new");
    history.command(chat, describe("Eva", false));
    project(&pool, &model, &history.events[after..], 100).await;
    let row = model.chat(&ChannelScope::All, chat).await.unwrap();
    let row = row.unwrap().value;
    assert!(!row.contact_erased, "they write again");
    assert_eq!(row.contact_name.as_deref(), Some("planted Eva"));
    assert!(!row.contact_verified);
    assert_eq!(row.last_message.unwrap().preview, "new");
    let last = messages(&model, chat).await.pop().unwrap();
    assert_eq!((last.text.as_deref(), last.erased), (Some("new"), false));
}

async fn messages(model: &ReadModel, chat: ChatId) -> Vec<MessageRow> {
    let page = Page::default();
    let found = model.messages(&ChannelScope::All, chat, page).await;
    let rows = found.unwrap().rows;
    rows.into_iter().map(|(_, row)| row).collect()
}

#[tokio::test]
async fn what_waits_to_be_told_holds_nothing_that_is_erased() {
    let (pool, model) = read_model().await;
    let mut history = History::new(15);
    history.receive(chat_id(0), channel_id(0), "hola");
    project(&pool, &model, &history.events, 1).await;
    let done = history.events.len();
    history.erase(chat_id(0));
    project(&pool, &model, &history.events[done..], 1).await;
    assert!(model.written(Position::START).is_none());
}
