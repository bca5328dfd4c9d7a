//! What a search finds, in which order, and what it must never find.

use hilo_domain::chat::{ChatCommand, ContactDescription};
use hilo_domain::{ChatId, MessageText};
use hilo_read::{
    ChannelScope, ChatHit, ChatSearch, ContactField, Direction, FoundKey, MessageHit,
    MessageSearch, ReadModel,
};

use crate::database::{project, read_model};
use crate::history::{History, agent_id, channel_id, chat_id};

fn for_text(text: &str) -> MessageSearch {
    MessageSearch {
        text: text.to_owned(),
        ..MessageSearch::default()
    }
}

async fn found_in(model: &ReadModel, scope: &ChannelScope, text: &str) -> Vec<MessageHit> {
    let asked = for_text(text);
    let found = model.search_messages(scope, &asked, 100, None).await;
    let rows = found.unwrap().rows;
    rows.into_iter().map(|(_, hit)| hit).collect()
}

async fn texts(model: &ReadModel, text: &str) -> Vec<String> {
    let hits = found_in(model, &ChannelScope::All, text).await;
    hits.into_iter().map(|hit| hit.snippet.text).collect()
}

pub fn for_people(text: &str) -> ChatSearch {
    ChatSearch {
        text: text.to_owned(),
        first: 50,
        ..ChatSearch::default()
    }
}

async fn people(model: &ReadModel, scope: &ChannelScope, text: &str) -> Vec<ChatHit> {
    let found = model.search_chats(scope, &for_people(text)).await;
    found.unwrap().value
}

async fn names(model: &ReadModel, text: &str) -> Vec<String> {
    let hits = people(model, &ChannelScope::All, text).await;
    let names = hits.into_iter().map(|hit| hit.chat.contact_name);
    names.map(Option::unwrap).collect()
}

#[tokio::test]
async fn b12_messages_are_found_in_every_language_whatever_the_accents() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    let said = [
        "Quería una camiseta AZUL mañana",
        "Chciałbym żółtą koszulkę",
        "Je voudrais une chemise d’été",
        "I would like a blue shirt tomorrow",
        "أريد قميصًا أزرق غدًا",
        "אני רוצה חולצה כחולה מָחָר",
    ];
    for (n, text) in said.iter().enumerate() {
        history.receive(chat_id(n as u64), channel_id(0), text);
    }
    project(&pool, &model, &history.events, 100).await;
    for (typed, n) in [
        ("manana", 0),
        ("QUERIA camiseta", 0),
        ("zolta", 1),
        ("żółtą", 1),
        ("ete", 2),
        ("chemise d'été", 2),
        ("tomorrow shirt", 3),
        ("shir", 3),
        ("ازرق", 4),
        ("مخر", usize::MAX),
        ("מחר", 5),
        ("חולצ", 5),
    ] {
        let expected = said.get(n).map(|text| vec![(*text).to_owned()]);
        assert_eq!(
            texts(&model, typed).await,
            expected.unwrap_or_default(),
            "{typed}"
        );
    }
    assert_eq!(texts(&model, "shirt azul").await.len(), 0, "every word");
    assert_eq!(texts(&model, "irt").await.len(), 0, "from the beginning");
    assert_eq!(texts(&model, "shir ").await.len(), 0, "the word is ended");
    assert_eq!(texts(&model, "'); DROP | & !").await.len(), 0);
}

#[tokio::test]
async fn b12_whole_words_come_first_the_newest_first_and_pages_meet_each_once() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    for n in 0..60 {
        let text = if n % 3 == 0 { "mar" } else { "marzo" };
        history.receive(chat_id(n % 7), channel_id(n % 2), &format!("{text} {n}"));
    }
    project(&pool, &model, &history.events, 7).await;
    let whole = texts(&model, "mar").await;
    let expected = (0..60)
        .rev()
        .filter(|n| n % 3 == 0)
        .map(|n| format!("mar {n}"));
    let expected = expected.chain(
        (0..60)
            .rev()
            .filter(|n| n % 3 != 0)
            .map(|n| format!("marzo {n}")),
    );
    assert_eq!(whole, expected.collect::<Vec<_>>());
    for first in [1, 7, 20, 59, 60] {
        let (mut walked, mut after) = (Vec::new(), None::<FoundKey>);
        loop {
            let asked = for_text("mar");
            let page = model.search_messages(&ChannelScope::All, &asked, first, after);
            let page = page.await.unwrap();
            after = page.rows.last().map(|(key, _)| *key);
            walked.extend(page.rows.into_iter().map(|(_, hit)| hit.snippet.text));
            if !page.has_next {
                break;
            }
        }
        assert_eq!(walked, whole, "pages of {first}");
    }
    let mine = ChannelScope::Only(vec![channel_id(1)]);
    assert_eq!(found_in(&model, &mine, "mar").await.len(), 26);
    let asked = MessageSearch {
        channel_ids: Some(vec![channel_id(0)]),
        ..for_text("mar")
    };
    let foreign = model
        .search_messages(&mine, &asked, 10, None)
        .await
        .unwrap();
    assert!(foreign.rows.is_empty());
    let of_chat = MessageSearch {
        chat_id: Some(chat_id(3)),
        ..for_text("mar")
    };
    let of_chat = model.search_messages(&ChannelScope::All, &of_chat, 100, None);
    let of_chat = of_chat.await.unwrap().rows;
    assert_eq!(of_chat.len(), 9);
    assert!(of_chat.iter().all(|(_, hit)| hit.chat.id == chat_id(3)));
}

/// More messages than are looked through before the index is asked, and more positions than a window holds.
#[tokio::test]
async fn b12_what_is_rare_old_or_in_a_quiet_channel_is_found_by_the_index() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    history.receive(chat_id(1), channel_id(0), "an old word: cormorán");
    history.receive(chat_id(2), channel_id(1), "hola from the quiet channel");
    for n in 0..4_200 {
        history.receive(chat_id(10 + n % 40), channel_id(0), "hola otra vez");
    }
    project(&pool, &model, &history.events, 1_000).await;
    assert_eq!(texts(&model, "cormoran").await.len(), 1);
    assert_eq!(texts(&model, "corm").await.len(), 1);
    assert_eq!(texts(&model, "hola cormoran").await.len(), 0);
    let quiet = ChannelScope::Only(vec![channel_id(1)]);
    assert_eq!(found_in(&model, &quiet, "hola").await.len(), 1);
    assert_eq!(found_in(&model, &quiet, "hol").await.len(), 1);
    assert_eq!(found_in(&model, &quiet, "otra").await.len(), 0);
    assert_eq!(found_in(&model, &quiet, "cormoran").await.len(), 0);
    let none = ChannelScope::Only(Vec::new());
    assert_eq!(found_in(&model, &none, "hola").await.len(), 0);
}

#[tokio::test]
async fn b12_the_message_is_named_with_the_words_found() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    let message = history.receive(chat_id(1), channel_id(0), "¿Tienen LANA merina?");
    project(&pool, &model, &history.events, 100).await;
    let hit = found_in(&model, &ChannelScope::All, "lana mer")
        .await
        .remove(0);
    assert_eq!((hit.chat.id, hit.message_id), (chat_id(1), message));
    let ranges = hit
        .snippet
        .ranges
        .iter()
        .map(|range| (range.start, range.end));
    assert_eq!(ranges.collect::<Vec<_>>(), [(8, 12), (13, 19)]);
}

#[tokio::test]
async fn what_was_edited_taken_back_or_erased_is_never_found() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    let at = "2026-11-01T08:25:00Z".parse().unwrap();
    let edited = history.receive(chat_id(1), channel_id(0), "before azul");
    let deleted = history.receive(chat_id(1), channel_id(0), "deleted azul");
    history.receive(chat_id(2), channel_id(0), "erased azul");
    history.command(
        chat_id(2),
        ChatCommand::DescribeContact {
            chat_id: chat_id(2),
            description: ContactDescription {
                name: Some("Eva Azul".to_owned()),
                ..ContactDescription::default()
            },
            verified: false,
        },
    );
    project(&pool, &model, &history.events, 100).await;
    assert_eq!(texts(&model, "azul").await.len(), 3);
    assert_eq!(names(&model, "azul").await.len(), 1);
    let before = history.events.len();
    history.command(
        chat_id(1),
        ChatCommand::EditReceivedMessage {
            message_id: edited,
            text: MessageText::parse("now verde").unwrap(),
            at: "2026-11-01T08:10:00Z".parse().unwrap(),
        },
    );
    history.command(
        chat_id(1),
        ChatCommand::DeleteReceivedMessage {
            message_id: deleted,
            at,
        },
    );
    history.erase(chat_id(2));
    project(&pool, &model, &history.events[before..], 100).await;
    assert_eq!(texts(&model, "azul").await, Vec::<String>::new());
    assert_eq!(texts(&model, "verde").await, ["now verde"]);
    assert_eq!(names(&model, "azul").await, Vec::<String>::new());
    let after = history.events.len();
    history.receive(chat_id(2), channel_id(0), "again azul");
    project(&pool, &model, &history.events[after..], 100).await;
    assert_eq!(texts(&model, "azul").await, ["again azul"]);
}

#[tokio::test]
async fn b12_messages_older_than_the_newest_500_are_found_until_they_are_erased() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    history.receive(chat_id(1), channel_id(0), "cormorán");
    for n in 0..520 {
        history.receive(chat_id(1), channel_id(0), &format!("{n}"));
    }
    project(&pool, &model, &history.events, 300).await;
    assert_eq!(texts(&model, "cormoran").await, ["cormorán"]);
    let before = history.events.len();
    history.erase(chat_id(1));
    project(&pool, &model, &history.events[before..], 300).await;
    assert_eq!(texts(&model, "cormoran").await, Vec::<String>::new());
}

fn described(history: &mut History, chat: ChatId, name: &str, email: &str, phone: &str) {
    history.receive(
        chat,
        channel_id(chat.as_uuid().as_u128() as u64 % 2),
        "hola",
    );
    let description = ContactDescription {
        name: Some(name.to_owned()),
        email: Some(email.to_owned()),
        phone: Some(phone.to_owned()),
        ..ContactDescription::default()
    };
    history.command(
        chat,
        ChatCommand::DescribeContact {
            chat_id: chat,
            description,
            verified: false,
        },
    );
}

#[tokio::test]
async fn b13_contacts_are_found_by_name_address_and_number() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    for (n, (name, email, phone)) in [
        ("Łukasz Kowalski", "lukasz@poczta.pl", "+48 600 111 222"),
        ("Eva González", "eva.g@example.com", "+34 600 333 444"),
        ("Kowal Anna", "anna@example.com", "600-555-666"),
        ("شيماء أحمد", "shaima@example.com", ""),
    ]
    .into_iter()
    .enumerate()
    {
        described(&mut history, chat_id(n as u64), name, email, phone);
    }
    project(&pool, &model, &history.events, 100).await;
    let (lukasz, eva, anna) = ("Łukasz Kowalski", "Eva González", "Kowal Anna");
    for (typed, expected) in [
        ("lukasz", vec![lukasz]),
        ("kowal", vec![anna, lukasz]),
        ("kowalsky", vec![lukasz]),
        ("gonzalez eva", vec![eva]),
        ("gonsalez ", vec![eva]),
        ("gonsales ", vec![]),
        ("eva.g@exa", vec![eva]),
        ("333 444", vec![eva]),
        ("34600333444", vec![eva]),
        ("600555", vec![anna]),
        ("احمد", vec!["شيماء أحمد"]),
        ("zzz", vec![]),
    ] {
        assert_eq!(names(&model, typed).await, expected, "{typed}");
    }
    let hit = people(&model, &ChannelScope::All, "600333").await.remove(0);
    assert_eq!(hit.matches[0].field, ContactField::Phone);
    let mine = ChannelScope::Only(vec![channel_id(1)]);
    assert_eq!(
        people(&model, &mine, "lukasz").await.len(),
        0,
        "of another channel"
    );
    assert_eq!(people(&model, &mine, "gonzalez").await.len(), 1);
}

#[tokio::test]
async fn b13_who_is_not_among_the_newest_is_found_by_the_index() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    described(
        &mut history,
        chat_id(0),
        "Łukasz Kowalski",
        "l@poczta.pl",
        "+48 600 111 222",
    );
    history.command(
        chat_id(0),
        ChatCommand::ArchiveChat {
            by: agent_id(1),
            at: "2026-11-01T09:00:00Z".parse().unwrap(),
        },
    );
    for n in 0..1_600 {
        history.receive(chat_id(1 + n), channel_id(0), "hola");
    }
    project(&pool, &model, &history.events, 1_000).await;
    for typed in ["lukasz", "kowal", "kowalsky", "600 111", "l@poczta"] {
        assert_eq!(names(&model, typed).await, ["Łukasz Kowalski"], "{typed}");
    }
}

/// P3, B12: notes are found as messages are, as long as they are there.
#[tokio::test]
async fn b12_p3_notes_are_found_until_they_are_changed_or_taken_back() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    let (chat, by) = (chat_id(1), agent_id(1));
    let at = "2026-11-01T09:00:00Z".parse().unwrap();
    let note = |n: u128| hilo_domain::MessageId::from_uuid(uuid::Uuid::from_u128(n));
    let text = |text: &str| hilo_domain::text::NoteText::parse(text).unwrap();
    history.receive(chat, channel_id(0), "hola");
    for (n, words) in [(1, "pide factura"), (2, "es amable"), (3, "siempre tarde")] {
        let command = ChatCommand::AddNote {
            note_id: note(n),
            text: text(words),
            mentions: Vec::new(),
            by,
            at,
        };
        history.command(chat, command);
    }
    project(&pool, &model, &history.events, 2).await;
    let hits = found_in(&model, &ChannelScope::All, "factura").await;
    assert_eq!(hits.len(), 1);
    assert_eq!(
        (hits[0].message_id, hits[0].direction),
        (note(1), Direction::Internal)
    );
    let foreign = ChannelScope::Only(vec![channel_id(1)]);
    assert!(found_in(&model, &foreign, "factura").await.is_empty());
    let done = history.events.len();
    let (note_id, words) = (note(2), text("es muy puntual"));
    history.command(
        chat,
        ChatCommand::EditNote {
            note_id,
            text: words,
            mentions: Vec::new(),
            by,
            at,
        },
    );
    let note_id = note(3);
    history.command(chat, ChatCommand::DeleteNote { note_id, by, at });
    project(&pool, &model, &history.events[done..], 100).await;
    for (typed, expected) in [("amable", 0), ("puntual", 1), ("tarde", 0)] {
        assert_eq!(texts(&model, typed).await.len(), expected, "{typed}");
    }
}

/// H4: what is deleted is found by auditors alone, also when the contact has written again.
#[tokio::test]
async fn h4_nothing_of_a_deleted_chat_is_found() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    let chat = chat_id(2);
    let at = "2026-11-01T09:00:00Z".parse().unwrap();
    described(&mut history, chat, "Eva", "eva@example.com", "+34600123456");
    history.receive(chat, channel_id(0), "secreto de antes");
    let by = agent_id(1);
    history.command(chat, ChatCommand::DeleteChat { by, at });
    project(&pool, &model, &history.events, 100).await;
    assert!(texts(&model, "secreto").await.is_empty());
    assert!(names(&model, "eva").await.is_empty());
    let auditor = ChannelScope::Audited((0..3).map(channel_id).collect());
    assert_eq!(found_in(&model, &auditor, "secreto").await.len(), 1);
    assert_eq!(people(&model, &auditor, "eva").await.len(), 1);
    let done = history.events.len();
    history.receive(chat, channel_id(0), "secreto de ahora");
    project(&pool, &model, &history.events[done..], 100).await;
    assert_eq!(texts(&model, "secreto").await, ["secreto de ahora"]);
    assert_eq!(names(&model, "eva").await, ["Eva"]);
    assert_eq!(found_in(&model, &auditor, "secreto").await.len(), 2);
}

#[tokio::test]
async fn words_that_wait_are_found_before_they_are_merged_and_after() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    for n in 0..50 {
        history.receive(chat_id(n % 7), channel_id(0), &format!("ordinary word{n}"));
    }
    history.receive(chat_id(1), channel_id(0), "camiseta azul");
    project(&pool, &model, &history.events, 100).await;
    assert_eq!(texts(&model, "camiseta").await, ["camiseta azul"]);
    assert!(model.merge_waiting_words().await.unwrap() > 0);
    assert_eq!(model.merge_waiting_words().await.unwrap(), 0);
    assert_eq!(texts(&model, "camiseta").await, ["camiseta azul"]);
}
