//! Clients and what chats show of them: whatever the batches, after merges in any order, and after an erasure.

use std::collections::BTreeMap;

use cqrs_es::DomainEvent;
use hilo_domain::chat::ChatCommand;
use hilo_domain::client::{
    ClientDetails, ClientEvent, ClientFlags, ClientMark, DetailsChange, parse_phone,
};
use hilo_domain::{Actor, ChatId, ClientId, Personal};
use hilo_read::{ChannelScope, ChatRow, ClientPage, Page, ReadModel};
use uuid::Uuid;

use crate::database::{dump, project, read_model};
use crate::erased::opened_afterwards;
use crate::history::{History, agent_id, channel_id, chat_id};
use crate::live_changes::what_was_told_is_found;

pub fn client_id(n: u64) -> ClientId {
    ClientId::from_uuid(Uuid::from_u128(0xd000_0000 + u128::from(n)))
}

pub fn by() -> Actor {
    Actor::Agent { id: agent_id(1) }
}

fn details(name: &str, phone: &str) -> ClientDetails {
    ClientDetails {
        first_name: Some(name.to_owned()),
        phones: parse_phone(phone).into_iter().collect(),
        ..ClientDetails::default()
    }
}

impl History {
    pub fn of_client(&mut self, n: u64, event: &ClientEvent) {
        self.elsewhere();
        let recorded = self.events.last_mut().unwrap();
        recorded.aggregate_type = "client".to_owned();
        recorded.aggregate_id = client_id(n).to_string();
        recorded.payload = serde_json::to_value(event).unwrap();
        recorded.event_type = event.event_type();
    }

    pub fn make_client(&mut self, n: u64, name: &str, phone: &str) {
        let client_id = client_id(n);
        self.of_client(
            n,
            &ClientEvent::ClientCreated {
                client_id,
                details: Personal::new(client_id, details(name, phone)),
                by: by(),
                at: "2026-11-01T09:00:00Z".parse().unwrap(),
            },
        );
    }

    pub fn merge(&mut self, n: u64, into: u64) {
        let into = client_id(into);
        self.of_client(n, &ClientEvent::ClientMerged { into, by: by() });
    }

    fn unmerge(&mut self, n: u64) {
        let from = client_id(0);
        self.of_client(n, &ClientEvent::ClientUnmerged { from, by: by() });
    }

    pub fn link(&mut self, chat: ChatId, n: u64) {
        let command = ChatCommand::LinkClient {
            client_id: client_id(n),
            by: agent_id(1),
        };
        self.command(chat, command);
    }

    /// One random act on one of eight clients.
    fn act_on_client(&mut self) {
        let (n, other) = (self.dice.below(8), self.dice.below(8));
        let id = client_id(n);
        match self.dice.below(9) {
            0 | 1 => self.merge(n, other),
            2 => self.unmerge(n),
            3 => {
                let change = DetailsChange {
                    last_name: Some(format!("Sol {}", self.dice.below(100))),
                    ..DetailsChange::default()
                };
                let change = Personal::new(id, change);
                self.of_client(n, &ClientEvent::ClientDetailsChanged { change, by: by() });
            }
            4 => {
                let mark = (other < 4).then_some(ClientMark::Bad);
                self.of_client(n, &ClientEvent::ClientMarked { mark, by: by() });
            }
            5 => {
                let owner = Some(agent_id(other));
                self.of_client(n, &ClientEvent::ClientOwnerChanged { owner, by: by() });
            }
            6 if n == 7 => self.of_client(n, &ClientEvent::ClientDeleted { by: by() }),
            7 => {
                let unlink = ChatCommand::UnlinkClient { by: agent_id(1) };
                self.command(chat_id(other), unlink);
            }
            _ => self.link(chat_id(other), n),
        }
    }
}

fn random_history(seed: u64) -> History {
    let mut history = History::new(seed);
    for n in 0..8 {
        history.make_client(n, &format!("Cliente {n}"), "600100200");
        history.receive(chat_id(n), channel_id(n % 2), "hola");
    }
    for _ in 0..300 {
        match history.dice.below(3) {
            0 => history.live(8),
            _ => history.act_on_client(),
        }
    }
    history
}

async fn rows(events: &[hilo_journal::RecordedEvent], batch: usize) -> String {
    let (pool, model) = read_model().await;
    project(&pool, &model, events, batch).await;
    dump(&pool, &model).await
}

async fn chat(model: &ReadModel, n: u64) -> ChatRow {
    let found = model.chat(&ChannelScope::All, chat_id(n)).await.unwrap();
    found.unwrap().value
}

#[tokio::test(flavor = "multi_thread")]
async fn n7_rows_are_the_same_whatever_the_batches_and_follow_merges_as_the_domain_does() {
    for seed in 1..=3 {
        let history = random_history(seed);
        let (pool, model) = read_model().await;
        project(&pool, &model, &history.events, 1).await;
        let one_by_one = dump(&pool, &model).await;
        for batch in [5, 1000] {
            let at_once = rows(&history.events, batch).await;
            assert_eq!(one_by_one, at_once, "seed {seed}, batches of {batch}");
        }
        let mut flags = ClientFlags::default();
        for event in &history.events {
            if event.aggregate_type == "client" {
                let client = event.aggregate_id.parse().unwrap();
                flags.apply(client, &event.decode::<ClientEvent>().unwrap());
            }
        }
        let mut linked = 0;
        for (id, state) in &history.states {
            let Some(row) = model.chat(&ChannelScope::All, *id).await.unwrap() else {
                continue;
            };
            let expected = state.client.and_then(|client| flags.effective(client));
            let shown = row.value.client.map(|client| client.id);
            assert_eq!(shown, expected, "seed {seed}, chat {id}");
            linked += usize::from(expected.is_some());
        }
        assert!(linked > 0, "seed {seed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn n12_rows_after_erasing_clients_are_those_of_a_rebuild_without_the_keys() {
    for seed in 1..=3 {
        let mut history = random_history(seed);
        for n in 0..4 {
            history.erase(ChatId::from_uuid(client_id(n).as_uuid()));
            for _ in 0..20 {
                history.act_on_client();
            }
        }
        let cold = rows(&opened_afterwards(&history.events), 1000).await;
        for batch in [1, 9] {
            assert_eq!(rows(&history.events, batch).await, cold, "seed {seed}");
        }
    }
    let mut history = History::new(1);
    history.make_client(1, "planted", "+34 600 555 444");
    history.receive(chat_id(1), channel_id(0), "hola");
    history.link(chat_id(1), 1);
    let before = rows(&history.events, 10).await;
    assert!(before.matches("planted").count() > 2, "{before}");
    history.erase(ChatId::from_uuid(client_id(1).as_uuid()));
    let after = rows(&history.events, 10).await;
    assert!(
        !after.contains("planted") && !after.contains("555"),
        "{after}"
    );
}

#[tokio::test]
async fn g6_g12_a_mark_is_on_all_chats_of_a_client_and_goes_with_a_merge_taken_back() {
    let mut history = History::new(1);
    history.make_client(1, "Ana", "600100200");
    history.make_client(2, "Ana Sol", "+34600100200");
    for n in 1..=3 {
        history.receive(chat_id(n), channel_id(n % 2), "hola");
    }
    history.link(chat_id(1), 1);
    history.link(chat_id(2), 2);
    history.link(chat_id(3), 2);
    let mark = Some(ClientMark::Vip);
    history.of_client(2, &ClientEvent::ClientMarked { mark, by: by() });
    let (pool, model) = read_model().await;
    project(&pool, &model, &history.events, 3).await;
    let marked = |row: &ChatRow| {
        let client = row.client.as_ref().unwrap();
        (client.id, client.mark.is_some())
    };
    let seen = |rows: [&ChatRow; 3]| rows.map(marked);
    let shown = [
        chat(&model, 1).await,
        chat(&model, 2).await,
        chat(&model, 3).await,
    ];
    assert_eq!(
        seen(shown.each_ref()),
        [
            (client_id(1), false),
            (client_id(2), true),
            (client_id(2), true)
        ]
    );

    let done = history.events.len();
    history.merge(1, 2);
    history.receive(chat_id(1), channel_id(1), "after the merge");
    let position = model.position().await.unwrap();
    project(&pool, &model, &history.events[done..], 1).await;
    let shown = chat(&model, 1).await;
    assert_eq!(marked(&shown), (client_id(2), true));
    let changes = model.changes(position, 100).await.unwrap();
    assert!(changes.chats.iter().any(|row| row.id == chat_id(1)));
    let all = model
        .client_chats(&ChannelScope::All, client_id(2), Page::default())
        .await
        .unwrap();
    assert_eq!(all.rows.len(), 3);
    let some = ChannelScope::Only(vec![channel_id(1)]);
    let page = Page::default();
    let visible = model.client_chats(&some, client_id(2), page).await.unwrap();
    assert_eq!(visible.rows.len(), 2);
    let counts = model.client_chat_counts(&some, &[client_id(2)]).await;
    assert_eq!(counts.unwrap(), [(client_id(2), 2)]);

    let done = history.events.len();
    history.unmerge(1);
    project(&pool, &model, &history.events[done..], 1).await;
    assert_eq!(marked(&chat(&model, 1).await), (client_id(1), false));
}

#[tokio::test]
async fn what_the_projector_tells_of_clients_is_what_a_query_finds() {
    let (pool, model) = read_model().await;
    let mut history = random_history(5);
    project(&pool, &model, &history.events, 64).await;
    let mut told = 0;
    for round in 0..60 {
        let done = history.events.len();
        // What happens to clients is asked of the database; what follows is told again.
        if round % 3 == 0 {
            history.act_on_client();
        }
        history.live(8);
        if done == history.events.len() {
            continue;
        }
        let position = model.position().await.unwrap();
        project(&pool, &model, &history.events[done..], 100).await;
        told += usize::from(what_was_told_is_found(&model, position).await);
    }
    assert!(told > 20, "{told}");
}

#[tokio::test]
async fn g16_clients_are_listed_by_name_and_found_by_phone_with_or_without_a_country() {
    let mut history = History::new(1);
    for (n, name, phone) in [
        (1, "ana", "+34 600 100 200"),
        (2, "Berta", "600100200"),
        (3, "Ángel", "+48 600 100 200"),
        (4, "Anaïs", "912 345 678"),
        (5, "ana", "12345"),
    ] {
        history.make_client(n, name, phone);
    }
    history.merge(5, 4);
    let (pool, model) = read_model().await;
    project(&pool, &model, &history.events, 100).await;
    let ids = |rows: Vec<hilo_read::ClientRow>| rows.iter().map(|row| row.id).collect::<Vec<_>>();
    let by_phone = async |phone: &str| ids(model.clients_by_phone(phone).await.unwrap());
    let numbered = |all: &[u64]| all.iter().map(|n| client_id(*n)).collect::<Vec<_>>();
    assert_eq!(by_phone("+34600100200").await, numbered(&[1, 2]));
    assert_eq!(by_phone("0034 600-100-200").await, numbered(&[1, 2]));
    assert_eq!(by_phone("600 100 200").await, numbered(&[1, 2, 3]));
    assert_eq!(
        by_phone("12345").await,
        numbered(&[]),
        "merged ones are not found"
    );
    assert_eq!(by_phone("% _").await, numbered(&[]));

    let page = |prefix: &str, first, after| ClientPage {
        first: Some(first),
        after,
        name_prefix: Some(prefix.to_owned()),
    };
    let first = model.clients(page("AN", 1, None)).await.unwrap();
    assert!(first.has_next);
    let after = first.rows.first().map(|row| row.key());
    let second = model.clients(page("AN", 1, after)).await.unwrap();
    assert!(!second.has_next);
    assert_eq!(ids(first.rows), numbered(&[1]));
    assert_eq!(ids(second.rows), numbered(&[4]));
    let all = model.clients(ClientPage::default()).await.unwrap();
    let names: BTreeMap<_, _> = all
        .rows
        .iter()
        .map(|row| (row.key().name, row.id))
        .collect();
    assert_eq!(names.len(), 4);
    assert_eq!(ids(all.rows), numbered(&[1, 4, 2, 3]));
}
