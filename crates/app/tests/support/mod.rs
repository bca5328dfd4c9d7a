//! A Hilo on a database of its own: migrated, opened, started. Needs `HILO_TEST_POSTGRES`.

#![expect(dead_code, reason = "each test binary uses its own part")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot be set up must fail"
)]

use std::time::Duration;

use hilo_app::files::FileStore;
use hilo_app::{App, AppError, AppOptions, ConnectWebChat, NewAccount, Peer, SetUp, SignedIn};
use hilo_domain::agent::Role;
use hilo_domain::channel::ChannelKind;
use hilo_domain::chat::ChatCommand;
use hilo_domain::{Actor, AgentId, ChannelId, ChatId, ContactId, MessageText};
use hilo_journal::{Journal, JournalOptions, MasterKey};
use hilo_read::ReadModel;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// The password of everybody here.
pub const PASSWORD: &str = "a good password";
/// This machine.
pub const HERE: Peer = Peer {
    ip: std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
    loopback: true,
};

/// Somewhere else.
pub fn from(ip: &str) -> Peer {
    Peer {
        ip: ip.parse().unwrap(),
        loopback: false,
    }
}

/// A database and the way into it.
pub struct Database {
    pub options: PgConnectOptions,
    pub pool: PgPool,
    /// Where the bytes of its files lie.
    pub files: tempfile::TempDir,
}

impl Database {
    /// A fresh one, migrated.
    pub async fn migrated() -> Self {
        let server =
            std::env::var("HILO_TEST_POSTGRES").expect("HILO_TEST_POSTGRES names the server");
        let server: PgConnectOptions = server.parse().unwrap();
        let name = format!("test_{}", Uuid::now_v7().simple());
        let admin = PgPoolOptions::new()
            .max_connections(1)
            .connect_with(server.clone())
            .await
            .unwrap();
        sqlx::raw_sql(&format!("CREATE DATABASE {name}"))
            .execute(&admin)
            .await
            .unwrap();
        let options = server.database(&name);
        let pool = PgPoolOptions::new()
            .max_connections(6)
            .connect_with(options.clone())
            .await
            .unwrap();
        hilo_app::storage::prepare(&pool, None).await.unwrap();
        let files = tempfile::tempdir().unwrap();
        Self {
            options,
            pool,
            files,
        }
    }

    /// A process on it.
    pub async fn start(&self) -> App {
        let pool = PgPoolOptions::new()
            .max_connections(6)
            .connect_with(self.options.clone())
            .await
            .unwrap();
        let options = JournalOptions {
            pool: pool.clone().into(),
            append: self.options.clone(),
            listen: self.options.clone(),
            master_key: MasterKey::from_bytes([7; 32]),
            process: Uuid::now_v7(),
            erasure_ledger: None,
        };
        let journal = Journal::open_with(options, hilo_app::program())
            .await
            .unwrap();
        let read = ReadModel::open(pool.clone(), &journal).await.unwrap();
        let public_url = Some("https://chat.example.com/".to_owned());
        let stop = CancellationToken::new();
        let options = AppOptions {
            pool: pool.into(),
            journal,
            read,
            public_url,
            files: FileStore::new(self.files.path().to_owned()),
            consumers: true,
            stop,
        };
        App::start(options).await.unwrap()
    }
}

/// A started Hilo on a fresh database.
pub async fn hilo() -> (App, Database) {
    let database = Database::migrated().await;
    (database.start().await, database)
}

/// A started Hilo with a workspace and its signed-in administrator.
pub async fn set_up() -> (App, Database, SignedIn) {
    let (app, database) = hilo().await;
    let token = app.set_up_token().await.unwrap().unwrap();
    let admin = app.set_up(first_run(token), &HERE).await.unwrap();
    (app, database, admin)
}

/// What the first administrator types.
pub fn first_run(token: String) -> SetUp {
    SetUp {
        token,
        workspace_name: "Taller".to_owned(),
        name: "Eva".to_owned(),
        email: "Eva@Example.com".to_owned(),
        password: PASSWORD.to_owned(),
        language: "es".to_owned(),
    }
}

/// Adds somebody and signs them in.
pub async fn agent(app: &App, email: &str, role: Role) -> SignedIn {
    let account = NewAccount {
        agent_id: AgentId::from_uuid(Uuid::now_v7()),
        name: email.split('@').next().unwrap().to_owned(),
        email: email.to_owned(),
        role,
        password: PASSWORD.to_owned(),
        demo: false,
    };
    app.add_account(account, hilo_app::Act::by(Actor::System))
        .await
        .unwrap();
    app.sign_in(email, PASSWORD, &HERE, None).await.unwrap()
}

/// Connects a web chat.
pub async fn web_chat(app: &App, admin: &SignedIn, name: &str) -> ChannelId {
    let connect = ConnectWebChat {
        name: name.to_owned(),
        ..ConnectWebChat::default()
    };
    app.connect_web_chat(&admin.caller, connect)
        .await
        .unwrap()
        .0
}

/// A visitor writes; the chat is in the read model when this returns.
pub async fn visitor_writes(app: &App, channel: ChannelId, chat: ChatId, text: &str) {
    let client_message_id = Uuid::now_v7();
    let act = hilo_app::Act::by(Actor::Contact {
        id: ContactId::of(chat),
    });
    let command = ChatCommand::ReceiveMessage {
        chat_id: chat,
        message_id: app.message_id(chat, client_message_id),
        client_message_id: Some(client_message_id),
        channel_id: channel,
        channel_kind: ChannelKind::WebChat,
        handle: "visitor".to_owned(),
        text: MessageText::parse(text).unwrap(),
        page: None,
        locale: None,
        advert_until: None,
        comment: None,
        at: act.at,
        attachments: Vec::new(),
    };
    let committed = app.execute_chat(chat, channel, command, act).await.unwrap();
    until(|| async { !app.acted(committed.position).await.pending }).await;
}

/// The SCREAMING_SNAKE code of a refusal.
pub fn refusal<T>(answer: Result<T, AppError>) -> &'static str {
    match answer {
        Err(AppError::Refused(refusal)) => refusal.code(),
        Err(other) => panic!("another error: {other:?}"),
        Ok(_) => panic!("not refused"),
    }
}

/// Waits up to ten seconds for something to come true.
pub async fn until<F: Future<Output = bool>>(check: impl Fn() -> F) {
    for _ in 0..200 {
        if check().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("did not come true in ten seconds");
}
