//! Chats that are found by the client or the colleague in them, and clients that are found by what they are called.

use std::collections::BTreeMap;

use hilo_domain::ChatId;
use hilo_domain::chat::ChatCommand;
use hilo_domain::client::ClientEvent;
use hilo_journal::RecordedEvent;
use hilo_read::{ChannelScope, ChatHit, ContactField, ReadModel};
use sqlx::PgPool;

use crate::clients::{by, client_id};
use crate::database::{project, read_model};
use crate::history::{History, agent_id, channel_id, chat_id};
use crate::search::for_people;

/// A history that is projected as it goes on.
struct Found {
    pool: PgPool,
    model: ReadModel,
    history: History,
    done: usize,
}

impl Found {
    async fn begin() -> Self {
        let (pool, model) = read_model().await;
        let history = History::new(1);
        Self {
            pool,
            model,
            history,
            done: 0,
        }
    }

    async fn hits(&mut self, scope: &ChannelScope, text: &str) -> Vec<ChatHit> {
        let new: &[RecordedEvent] = &self.history.events[self.done..];
        project(&self.pool, &self.model, new, 10).await;
        self.done = self.history.events.len();
        let found = self.model.search_chats(scope, &for_people(text)).await;
        found.unwrap().value
    }

    async fn chats(&mut self, text: &str) -> Vec<ChatId> {
        let hits = self.hits(&ChannelScope::All, text).await;
        hits.into_iter().map(|hit| hit.chat.id).collect()
    }

    async fn clients(&mut self, text: &str) -> Vec<u64> {
        self.hits(&ChannelScope::All, text).await;
        let found = self.model.search_clients(text, 50).await.unwrap().value;
        let number = |id: hilo_domain::ClientId| (0..9).find(|n| client_id(*n) == id).unwrap();
        found.into_iter().map(|hit| number(hit.client.id)).collect()
    }
}

#[tokio::test]
async fn b13_a_chat_is_found_by_the_client_behind_it() {
    let mut found = Found::begin().await;
    let none = Vec::<ChatId>::new();
    for n in 1..=3 {
        found.history.receive(chat_id(n), channel_id(n % 2), "hola");
    }
    found
        .history
        .make_client(1, "Żaneta Nowak", "+48 600 111 222");
    assert_eq!(found.chats("zaneta").await, none, "linked to nobody");
    found.history.link(chat_id(1), 1);
    found.history.link(chat_id(3), 1);
    let both = [chat_id(3), chat_id(1)];
    for typed in [
        "zaneta",
        "ZANETA now",
        "zanetta ",
        "600111",
        "nowak żaneta ",
    ] {
        assert_eq!(found.chats(typed).await, both, "{typed}");
    }
    assert_eq!(found.chats("nowak kowal").await, none);
    let hit = found.hits(&ChannelScope::All, "nowak ").await.remove(0);
    let matched = &hit.matches[0];
    let place = (matched.ranges[0].start, matched.ranges[0].end);
    assert_eq!((matched.field, place), (ContactField::ClientName, (7, 12)));
    assert_eq!(matched.text, "Żaneta Nowak");
    let mine = ChannelScope::Only(vec![channel_id(0)]);
    assert_eq!(found.hits(&mine, "nowak").await, [], "of another channel");
    found
        .history
        .command(chat_id(3), ChatCommand::UnlinkClient { by: agent_id(1) });
    assert_eq!(found.chats("nowak").await, [chat_id(1)]);
}

#[tokio::test]
async fn g1_g12_clients_are_found_by_any_of_their_names_also_after_a_merge() {
    let mut found = Found::begin().await;
    found.history.make_client(1, "Eva Old", "+34 600 333 444");
    found.history.make_client(2, "Eva González", "");
    found.history.make_client(3, "Evaristo", "");
    assert_eq!(found.clients("eva").await, [2, 1, 3], "whole words first");
    assert_eq!(found.clients("gonsalez ").await, [2]);
    assert_eq!(found.clients("333 444").await, [1]);
    assert_eq!(found.clients("eva zzz").await, Vec::<u64>::new());
    found.history.receive(chat_id(1), channel_id(0), "hola");
    found.history.link(chat_id(1), 1);
    found.history.merge(1, 2);
    assert_eq!(
        found.clients("old").await,
        [2],
        "given as who stands for it"
    );
    assert_eq!(found.clients("eva ").await, [2]);
    for typed in ["old", "gonzalez"] {
        assert_eq!(found.chats(typed).await, [chat_id(1)], "{typed}");
    }
    found
        .history
        .of_client(2, &ClientEvent::ClientDeleted { by: by() });
    assert_eq!(found.clients("eva ").await, Vec::<u64>::new());
    assert_eq!(found.chats("old").await, Vec::<ChatId>::new());
}

#[tokio::test]
async fn n12_an_erased_client_is_found_by_nothing() {
    let mut found = Found::begin().await;
    found.history.make_client(1, "Cormorán", "+34 600 333 444");
    found.history.receive(chat_id(1), channel_id(0), "hola");
    found.history.link(chat_id(1), 1);
    assert_eq!(found.chats("cormoran").await, [chat_id(1)]);
    found
        .history
        .erase(ChatId::from_uuid(client_id(1).as_uuid()));
    for typed in ["cormoran", "600333444"] {
        assert_eq!(found.chats(typed).await, Vec::<ChatId>::new());
        assert_eq!(found.clients(typed).await, Vec::<u64>::new());
    }
}

#[tokio::test]
async fn a13_a_chat_among_colleagues_is_found_by_their_names() {
    let mut found = Found::begin().await;
    found.history.receive(chat_id(1), channel_id(1), "hola");
    found.history.receive(chat_id(2), channel_id(0), "hola");
    found.chats("").await;
    let mut search = for_people("lis");
    search.colleagues = BTreeMap::from([
        (
            channel_id(0),
            vec!["Marek Nowy".to_owned(), "Ola Lis".to_owned()],
        ),
        (channel_id(1), vec!["Marek Nowy".to_owned()]),
    ]);
    let asked = async |search: &hilo_read::ChatSearch, scope: &ChannelScope| {
        let hits = found.model.search_chats(scope, search).await.unwrap().value;
        hits.into_iter().map(|hit| hit.chat.id).collect::<Vec<_>>()
    };
    let all = ChannelScope::All;
    assert_eq!(asked(&search, &all).await, [chat_id(2)]);
    search.text = "nowyy ".to_owned();
    assert_eq!(
        asked(&search, &all).await,
        [chat_id(2), chat_id(1)],
        "mistyped"
    );
    search.channel_ids = Some(vec![channel_id(1)]);
    assert_eq!(asked(&search, &all).await, [chat_id(1)]);
    let others = ChannelScope::Only(vec![channel_id(0)]);
    assert_eq!(asked(&search, &others).await, [], "never beyond the scope");
    search.channel_ids = None;
    search.text = "marek lis ".to_owned();
    assert_eq!(
        asked(&search, &all).await,
        [],
        "one's first and another's last name"
    );
}
