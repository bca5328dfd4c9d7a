//! Our side: a journal with many chats, to which contacts write about 150 bytes at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result};
use hilo_domain::channel::ChannelKind;
use hilo_domain::chat::{Chat, ChatCommand, ChatFacts};
use hilo_domain::ids::{ChannelId, ChatId, MessageId};
use hilo_domain::text::MessageText;
use hilo_journal::{
    Cause, Committed, Context, Dedupe, FactSource, Fixed, Journal, JournalOptions, MasterKey,
    Program, migrate,
};
use jiff::Timestamp;
use serde_json::json;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use uuid::Uuid;

use super::callers::{Rate, drive};
use crate::postgres;

/// Chats that the callers share out among themselves.
const CHATS: usize = 2_048;
/// What a contact writes.
const TEXT: &str = "Hello, I ordered a pair of walking boots on Monday and the parcel service says that it was \
     handed over, but nobody here has seen it. Can you look?";

/// A journal on a database of its own, with chats that are open already.
pub struct Chats {
    address: PgConnectOptions,
    journal: Journal,
    facts: Arc<dyn FactSource<ChatFacts>>,
    ids: Vec<Uuid>,
    pool: PgPool,
}

/// A message as a channel delivers it; delivered again, it is the same.
#[derive(Clone, Copy)]
pub struct Delivery {
    chat: Uuid,
    message: Uuid,
    at: Timestamp,
}

impl Delivery {
    /// A new message in `chat`.
    pub fn new(chat: Uuid) -> Self {
        Self {
            chat,
            message: Uuid::new_v4(),
            at: Timestamp::now(),
        }
    }
}

impl Chats {
    /// Makes the database and opens the chats.
    pub async fn open() -> Result<Self> {
        let address: PgConnectOptions = postgres::create().await?.parse()?;
        let pool = connect(&address).await?;
        migrate(&pool).await?;
        let chats = Self {
            journal: journal(&address).await?,
            facts: Arc::new(Fixed(ChatFacts::default())),
            ids: (0..CHATS).map(|_| Uuid::new_v4()).collect(),
            address,
            pool,
        };
        let (callers, next) = (32, Arc::new(AtomicUsize::new(0)));
        let openers = (0..callers).map(|_| {
            let (ids, next, door) = (chats.ids.clone(), Arc::clone(&next), chats.door());
            tokio::spawn(async move {
                while let Some(chat) = ids.get(next.fetch_add(1, Ordering::Relaxed)) {
                    door.receive(Delivery::new(*chat)).await?;
                }
                anyhow::Ok(())
            })
        });
        for opener in openers.collect::<Vec<_>>() {
            opener.await??;
        }
        Ok(chats)
    }

    /// The way in for a caller.
    pub fn door(&self) -> Door {
        Door {
            journal: self.journal.clone(),
            facts: Arc::clone(&self.facts),
        }
    }

    /// The way in through a journal that was opened just now and knows nothing.
    pub async fn new_door(&self) -> Result<Door> {
        Ok(Door {
            journal: journal(&self.address).await?,
            facts: Arc::clone(&self.facts),
        })
    }

    /// New messages from `callers` at once, each in chats of its own.
    pub async fn run(&self, callers: usize, span: Duration) -> Result<Rate> {
        drive(callers, span, |number| {
            let (door, mut chats) = (self.door(), self.of_caller(number, callers));
            move || {
                let (door, chat) = (door.clone(), chats.next());
                async move {
                    let chat = chat.context("a caller has no chat")?;
                    door.receive(Delivery::new(chat)).await.map(drop)
                }
            }
        })
        .await
    }

    /// The chats of one of `callers`, over and over.
    pub fn of_caller(
        &self,
        number: usize,
        callers: usize,
    ) -> impl Iterator<Item = Uuid> + Send + use<> {
        let own: Vec<Uuid> = self
            .ids
            .iter()
            .copied()
            .skip(number)
            .step_by(callers)
            .collect();
        own.into_iter().cycle()
    }

    /// What a stored event takes in its table, on average.
    pub async fn row_bytes(&self) -> Result<i64> {
        let average = "SELECT avg(pg_column_size(e))::bigint FROM events AS e
                       WHERE event_type = 'message_received'";
        Ok(sqlx::query_scalar(average).fetch_one(&self.pool).await?)
    }

    /// What a stored payload takes, on average.
    pub async fn payload_bytes(&self) -> Result<i64> {
        let average = "SELECT avg(octet_length(payload::text))::bigint FROM events
                       WHERE event_type = 'message_received'";
        Ok(sqlx::query_scalar(average).fetch_one(&self.pool).await?)
    }

    /// How many events a chat has.
    pub async fn events_of(&self, chat: Uuid) -> Result<u64> {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM events WHERE aggregate_id = $1")
            .bind(chat.to_string())
            .fetch_one(&self.pool)
            .await?;
        Ok(u64::try_from(count)?)
    }

    /// For statements beside the journal.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }
}

/// Takes messages in.
#[derive(Clone)]
pub struct Door {
    journal: Journal,
    facts: Arc<dyn FactSource<ChatFacts>>,
}

impl Door {
    /// Carries out what a delivered message asks for.
    pub async fn receive(
        &self,
        delivery: Delivery,
    ) -> Result<Committed<hilo_domain::chat::ChatEvent>> {
        let Delivery { chat, message, at } = delivery;
        let command = ChatCommand::ReceiveMessage {
            chat_id: ChatId::from_uuid(chat),
            message_id: MessageId::from_uuid(message),
            client_message_id: None,
            channel_id: ChannelId::from_uuid(Uuid::nil()),
            channel_kind: ChannelKind::WebChat,
            handle: "visitor".to_owned(),
            text: MessageText::parse(TEXT)?,
            page: None,
            locale: None,
            advert_until: None,
            comment: None,
            at,
            attachments: Vec::new(),
        };
        let context = Context {
            actor: json!({ "kind": "contact", "id": chat }),
            cause: Cause::Request(message.to_string()),
            correlation_id: message,
            occurred_at: at,
            dedupe: Some(Dedupe {
                scope: "channel".to_owned(),
                key: message.as_bytes().to_vec(),
                content: TEXT.as_bytes().to_vec(),
            }),
        };
        let facts = Arc::clone(&self.facts);
        Ok(self
            .journal
            .execute::<Chat>(&chat.to_string(), command, facts, context)
            .await?)
    }

    /// Writes into `chat` from several callers until it has at least `events`.
    pub async fn fill(&self, chat: Uuid, events: u64) -> Result<()> {
        let callers = if events > 1_000 { 256 } else { 8 };
        let writers = (0..callers).map(|_| {
            let door = self.clone();
            tokio::spawn(async move {
                while door.receive(Delivery::new(chat)).await?.sequence + callers < events {}
                anyhow::Ok(())
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await??;
        }
        while self.receive(Delivery::new(chat)).await?.sequence < events {}
        Ok(())
    }
}

async fn connect(address: &PgConnectOptions) -> Result<PgPool> {
    let options = PgPoolOptions::new().max_connections(16);
    Ok(options.connect_with(address.clone()).await?)
}

async fn journal(address: &PgConnectOptions) -> Result<Journal> {
    let options = JournalOptions {
        pool: connect(address).await?.into(),
        append: address.clone(),
        listen: address.clone(),
        master_key: MasterKey::from_bytes([7; 32]),
        process: Uuid::new_v4(),
        erasure_ledger: None,
    };
    // As Hilo opens it, with snapshots.
    let program = Program {
        states: Some(hilo_domain::CODE),
        ..Program::default()
    };
    Ok(Journal::open_with(options, program).await?)
}
