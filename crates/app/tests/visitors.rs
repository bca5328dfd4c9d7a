//! Visitors of a website: sessions, events in order and once, what they are shown.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

mod support;

use futures_util::StreamExt as _;
use hilo_app::receive::{EventResult, EventStatus, Shown, Visitor, VisitorError};
use hilo_app::{App, AppError, ConnectWebChat, SignedIn, Widget};
use hilo_channels::webchat::event::parse_events;
use hilo_channels::webchat::session::{SessionRequest, parse_session};
use hilo_read::ChannelScope;
use serde_json::{Value, json};
use support::{HERE, set_up, until};
use uuid::Uuid;

const SECRET: &str = "hilo-test-widget-identity-secret";
const HASH: &str = "ef17b5770ea6e39c1509c87b12e7be30e99eba9828de8473522b4a9e860fe209";

struct World {
    app: App,
    admin: SignedIn,
    widget: Widget,
    _database: support::Database,
}

async fn world() -> World {
    let (app, database, admin) = set_up().await;
    let connect = ConnectWebChat {
        name: "Shop".to_owned(),
        key: Some("shop".to_owned()),
        identity_secret: Some(SECRET.to_owned()),
        ..ConnectWebChat::default()
    };
    app.connect_web_chat(&admin.caller, connect).await.unwrap();
    assert!(app.widget("shop").await.is_ok());
    let widget = app.widget("shop").await.unwrap();
    World {
        app,
        admin,
        widget,
        _database: database,
    }
}

impl World {
    async fn session(&self, body: Value) -> Result<(Uuid, Visitor), VisitorError> {
        let request = parse_session(body.to_string().as_bytes()).unwrap();
        let opened = self
            .app
            .open_visitor_session(&self.widget, request, &HERE)
            .await?;
        let visitor = self.app.visitor(&opened.token, &self.widget).unwrap();
        assert_eq!(visitor.visitor_id, opened.visitor_id);
        Ok((opened.visitor_id, visitor))
    }

    async fn visitor(&self) -> Visitor {
        self.session(json!({})).await.unwrap().1
    }

    async fn send(&self, visitor: &Visitor, body: Value) -> Vec<EventResult> {
        let events = parse_events(body.to_string().as_bytes()).unwrap();
        self.app
            .receive_visitor_events(visitor, events)
            .await
            .unwrap()
    }

    async fn send_one(&self, visitor: &Visitor, kind: &str, data: Value) -> EventResult {
        self.send(visitor, event(Uuid::now_v7(), kind, data))
            .await
            .remove(0)
    }

    async fn writes(&self, visitor: &Visitor, text: &str) -> EventResult {
        self.send_one(visitor, "message.text", json!({"text": text}))
            .await
    }

    async fn items(&self, visitor: &Visitor, after: u64, count: usize) -> Vec<(i64, String)> {
        let stream = self.app.visitor_stream(visitor, after).unwrap();
        let kinds = stream.filter_map(|shown| async move {
            match shown {
                Shown::Item(item) => Some((item.seq, item.kind)),
                Shown::Typing(_) => None,
            }
        });
        let found = kinds.take(count).collect::<Vec<_>>();
        let patience = std::time::Duration::from_secs(10);
        tokio::time::timeout(patience, found).await.unwrap()
    }
}

fn event(id: Uuid, kind: &str, data: Value) -> Value {
    json!({"client_event_id": id, "type": kind, "data": data})
}

fn code(result: &EventResult) -> &str {
    match &result.status {
        EventStatus::Rejected(error) => &error.code,
        EventStatus::Accepted => "accepted",
        EventStatus::Duplicate => "duplicate",
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_happens_once_and_answers_the_same_again() {
    let world = world().await;
    let visitor = world.visitor().await;
    let id = Uuid::new_v4();
    let first = world
        .send(&visitor, event(id, "message.text", json!({"text": "hola"})))
        .await
        .remove(0);
    assert_eq!((code(&first), first.seq), ("accepted", Some(1)));
    let again = world
        .send(&visitor, event(id, "message.text", json!({"text": "hola"})))
        .await
        .remove(0);
    assert_eq!((code(&again), again.seq), ("duplicate", Some(1)));
    assert_eq!(again.message_id, first.message_id);
    let other = world
        .send(
            &visitor,
            event(id, "message.text", json!({"text": "adiós"})),
        )
        .await
        .remove(0);
    assert_eq!(code(&other), "conflict");
    world.items(&visitor, 0, 1).await;
    let rows = world
        .app
        .read()
        .contact_items(visitor.chat_id, 0, 10)
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_one_request_keep_their_order_and_are_judged_alone() {
    let world = world().await;
    let visitor = world.visitor().await;
    let batch = json!({"events": [
        event(Uuid::new_v4(), "page_view", json!({"url": "https://shop.example/precios", "title": "Precios"})),
        event(Uuid::new_v4(), "message.text", json!({"text": "uno"})),
        event(Uuid::new_v4(), "message.text", json!({"text": " "})),
        event(Uuid::new_v4(), "message.audio", json!({"upload_id": "u", "duration_ms": 1})),
        event(Uuid::new_v4(), "message.text", json!({"text": "dos"})),
    ]});
    let results = world.send(&visitor, batch).await;
    let codes: Vec<_> = results.iter().map(code).collect();
    assert_eq!(
        codes,
        [
            "accepted",
            "accepted",
            "empty",
            "file_not_found",
            "accepted"
        ]
    );
    assert_eq!((results[1].seq, results[4].seq), (Some(1), Some(2)));
    world.items(&visitor, 0, 2).await;
    let found = world
        .app
        .read()
        .chats_by_ids(&ChannelScope::All, &[visitor.chat_id])
        .await
        .unwrap();
    assert_eq!(found[0].page_title.as_deref(), Some("Precios"));
    assert_eq!(found[0].unread, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_is_proven_or_refused_and_told_once() {
    let world = world().await;
    let claim =
        |hash: &str| json!({"identity": {"user_id": "cust-4711", "name": "Paweł", "hash": hash}});
    let refused = world.session(claim(&"0".repeat(64))).await;
    assert!(matches!(refused, Err(VisitorError::IdentityInvalid)));
    let (id, visitor) = world.session(claim(HASH)).await.unwrap();
    let head = world.app.journal().confirmed_head().await.unwrap();
    let (again, _) = world.session(claim(HASH)).await.unwrap();
    assert_eq!(id, again);
    assert_eq!(world.app.journal().confirmed_head().await.unwrap(), head);

    world.writes(&visitor, "cześć").await;
    world.items(&visitor, 0, 1).await;
    let head = world.app.journal().confirmed_head().await.unwrap();
    world.session(claim(HASH)).await.unwrap();
    assert_eq!(world.app.journal().confirmed_head().await.unwrap(), head);
    let found = world
        .app
        .read()
        .chats_by_ids(&ChannelScope::All, &[visitor.chat_id])
        .await
        .unwrap();
    assert_eq!(found[0].contact_name.as_deref(), Some("Paweł"));
    assert!(found[0].contact_verified);

    // Nobody becomes that customer by knowing their visitor id.
    let (stranger, _) = world.session(json!({"visitor_id": id})).await.unwrap();
    assert_ne!(stranger, id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_a_claim_and_shows_as_one() {
    let world = world().await;
    let visitor = world.visitor().await;
    let form = json!({"name": "Chloé", "email": "chloe@courrier.example", "fields": {"sujet": "Livraison"}});
    assert_eq!(
        code(&world.send_one(&visitor, "form.submit", form).await),
        "accepted"
    );
    world.writes(&visitor, "bonjour").await;
    world.items(&visitor, 0, 1).await;
    let found = world
        .app
        .read()
        .chats_by_ids(&ChannelScope::All, &[visitor.chat_id])
        .await
        .unwrap();
    assert_eq!(found[0].contact_name.as_deref(), Some("Chloé"));
    assert!(!found[0].contact_verified);
}

#[tokio::test(flavor = "multi_thread")]
async fn own_messages_change_and_receipts_never_run_ahead() {
    let world = world().await;
    let visitor = world.visitor().await;
    let id = Uuid::new_v4();
    let none = world
        .send_one(
            &visitor,
            "message.edit",
            json!({"client_message_id": id, "text": "x"}),
        )
        .await;
    assert!(matches!(none.status, EventStatus::Rejected(_)));
    world
        .send(&visitor, event(id, "message.text", json!({"text": "una"})))
        .await;
    let edit = json!({"client_message_id": id, "text": "otra"});
    let edited = world.send_one(&visitor, "message.edit", edit).await;
    assert_eq!((code(&edited), edited.seq), ("accepted", Some(2)));
    let deleted = world
        .send_one(&visitor, "message.delete", json!({"client_message_id": id}))
        .await;
    assert_eq!(deleted.seq, Some(3));
    assert_eq!(
        code(
            &world
                .send_one(&visitor, "read", json!({"up_to_seq": 3}))
                .await
        ),
        "accepted"
    );
    assert_eq!(
        code(
            &world
                .send_one(&visitor, "read", json!({"up_to_seq": 4}))
                .await
        ),
        "seq_ahead"
    );
    world.app.acknowledge(&visitor, 3).await.unwrap();
    let ahead = world.app.acknowledge(&visitor, 9).await;
    assert!(matches!(
        ahead,
        Err(VisitorError::App(AppError::Refused(_)))
    ));
    let kinds = world.items(&visitor, 0, 3).await;
    let kinds: Vec<_> = kinds
        .iter()
        .map(|(seq, kind)| (*seq, kind.as_str()))
        .collect();
    assert_eq!(
        kinds,
        [
            (1, "message"),
            (2, "message.updated"),
            (3, "message.deleted")
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_goes_on_behind_any_number_and_names_the_agent() {
    let world = world().await;
    let visitor = world.visitor().await;
    world.writes(&visitor, "hola").await;
    world.items(&visitor, 0, 1).await;
    let caller = &world.admin.caller;
    let chat = visitor.chat_id;
    until(|| async { world.app.chat(caller, chat).await.is_ok() }).await;
    world
        .app
        .send_message(
            caller,
            chat,
            ("buenas", None, Vec::new()),
            Default::default(),
            Uuid::now_v7(),
        )
        .await
        .unwrap();
    world.app.mark_chat_read(caller, chat).await.unwrap();
    let all = world.items(&visitor, 0, 4).await;
    for after in 0..4 {
        let rest = world.items(&visitor, after, 4 - after as usize).await;
        assert_eq!(rest, all[after as usize..]);
    }
    let shown = world.app.visitor_items(&visitor, 1).await.unwrap();
    assert_eq!(shown[0].kind, "agent.joined");
    assert_eq!(shown[0].data["agent"]["name"], "Eva");
    assert_eq!(shown[1].data["agent"]["name"], "Eva");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_twenty_first_message_of_a_minute_waits_and_the_rest_keeps_its_order() {
    let world = world().await;
    let visitor = world.visitor().await;
    let ids: Vec<_> = (0..23).map(|_| Uuid::new_v4()).collect();
    let batch: Vec<_> = ids
        .iter()
        .map(|id| event(*id, "message.text", json!({"text": id})))
        .collect();
    let results = world.send(&visitor, json!(batch)).await;
    let taken = results
        .iter()
        .filter(|result| code(result) == "accepted")
        .count();
    assert!((20..22).contains(&taken), "{taken}");
    assert!(
        results[taken..]
            .iter()
            .all(|result| code(result) == "rate_limited")
    );
    let events = parse_events(json!(batch[22]).to_string().as_bytes()).unwrap();
    let alone = world.app.receive_visitor_events(&visitor, events).await;
    assert!(matches!(alone, Err(VisitorError::RateLimited { .. })));
    // What was taken can be sent again at any time.
    assert_eq!(
        code(&world.send(&visitor, batch[0].clone()).await[0]),
        "duplicate"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_worth_nothing_elsewhere() {
    let world = world().await;
    let other = support::web_chat(&world.app, &world.admin, "Other").await;
    let other = world.app.facts().channel(other).unwrap().widget.unwrap();
    let other = world.app.widget(&other.key).await.unwrap();
    let opened = world
        .app
        .open_visitor_session(&world.widget, SessionRequest::default(), &HERE)
        .await
        .unwrap();
    assert!(matches!(
        world.app.visitor(&opened.token, &other),
        Err(VisitorError::TokenInvalid)
    ));
    assert!(world.app.visitor("nonsense", &world.widget).is_err());
    assert!(matches!(
        world.app.widget("nobody").await,
        Err(VisitorError::UnknownWidget)
    ));
}
