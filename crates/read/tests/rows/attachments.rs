//! What messages carry, in the thread, in the list and in the contact's own window (C2, C16), until it is taken back or erased.

use hilo_domain::ChatId;
use hilo_domain::chat::ChatCommand;
use hilo_read::{AttachmentKind, ChannelScope, ChatRow, MessageRow, Page, ReadModel};

use crate::database::{dump, project, read_model};
use crate::history::{History, channel_id, chat_id};

/// Words whose length makes the message carry something.
const CARRYING: &str = "mira";

async fn message(model: &ReadModel, chat: ChatId) -> MessageRow {
    let page = model.messages(&ChannelScope::All, chat, Page::default());
    page.await.unwrap().rows.pop().unwrap().1
}

async fn row(model: &ReadModel, chat: ChatId) -> ChatRow {
    let row = model.chat(&ChannelScope::All, chat).await.unwrap();
    row.unwrap().value
}

#[tokio::test]
async fn c2_what_a_message_carries_is_in_the_thread_the_list_and_the_contacts_window() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    let chat = chat_id(1);
    let id = history.receive(chat, channel_id(0), &CARRYING[..3]);
    project(&pool, &model, &history.events, 10).await;
    let carried = message(&model, chat).await.attachments;
    assert_eq!(carried.len(), 2);
    let file = carried[0].file().unwrap();
    assert_eq!(file.details.name.as_deref(), Some("personal name.png"));
    let last = row(&model, chat).await.last_message.unwrap();
    assert_eq!(last.kind, Some(AttachmentKind::Image));
    let items = model.contact_items(chat, 0, 10).await.unwrap();
    let shown = &items[0].data["attachments"];
    assert_eq!(shown.as_array().unwrap().len(), 1, "a place is not shown");
    assert_eq!(shown[0]["filename"], "personal name.png");
    let shows = |scope| {
        let model = &model;
        async move { model.shows_message(&scope, chat, id).await.unwrap() }
    };
    assert!(shows(ChannelScope::All).await);
    assert!(shows(ChannelScope::Only(vec![channel_id(0)])).await);
    assert!(!shows(ChannelScope::Only(vec![channel_id(1)])).await);
}

#[tokio::test]
async fn what_is_taken_back_carries_nothing_any_more() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    let chat = chat_id(1);
    let id = history.receive(chat, channel_id(0), &CARRYING[..3]);
    let at = "2026-11-01T08:05:00Z".parse().unwrap();
    let text = hilo_domain::MessageText::parse("edited").unwrap();
    history.command(
        chat,
        ChatCommand::EditReceivedMessage {
            message_id: id,
            text,
            at,
        },
    );
    let edited = history.events.len();
    history.command(
        chat,
        ChatCommand::DeleteReceivedMessage { message_id: id, at },
    );
    // In one batch, and over two.
    for parts in [
        vec![&history.events[..]],
        vec![&history.events[..edited], &history.events[edited..]],
    ] {
        let (pool, model) = read_model().await;
        for part in parts {
            project(&pool, &model, part, 10).await;
        }
        assert!(message(&model, chat).await.attachments.is_empty());
        let last = row(&model, chat).await.last_message.unwrap();
        assert_eq!(last.kind, None);
        let dump = dump(&pool, &model).await;
        assert!(!dump.contains("personal name"), "{dump}");
        let shows = model.shows_message(&ChannelScope::All, chat, id).await;
        assert!(!shows.unwrap());
    }
    project(&pool, &model, &history.events[..edited], 10).await;
    let kept = message(&model, chat).await;
    assert_eq!(kept.text.as_deref(), Some("edited"));
    assert_eq!(kept.attachments.len(), 2, "an edit changes the text only");
    let items = model.contact_items(chat, 0, 10).await.unwrap();
    assert!(items[0].data["text"].is_null());
    assert!(items[0].data["attachments"].is_array());
}

#[tokio::test]
async fn what_was_erased_carries_nothing_any_more() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    let chat = chat_id(1);
    let id = history.receive(chat, channel_id(0), &CARRYING[..3]);
    history.erase(chat);
    project(&pool, &model, &history.events, 10).await;
    assert!(message(&model, chat).await.attachments.is_empty());
    assert!(!dump(&pool, &model).await.contains("personal "));
    let shows = model.shows_message(&ChannelScope::All, chat, id).await;
    assert!(!shows.unwrap());
}
