//! The inbox with a million chats and five million events: a page, a page a thousand pages deep, every filter, the counters
//! and the opening of a chat, through the queries that screens use. The rows are made by SQL; how they got there is not measured.

pub mod fill;
mod plans;

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use hilo_domain::chat::Priority;
use hilo_domain::{AgentId, ChannelId, ChatId};
use hilo_read::{
    AssigneeFilter, ChannelScope, ChatFilter, ChatOrder, ChatStateFilter, Key, Page, ReadModel,
    WriterFilter,
};
use jiff::SignedDuration;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use uuid::Uuid;

use crate::postgres;
use crate::report::{Aim, Report};
use crate::samples::Samples;

const AIM: Aim = Aim::AtMost(10.0);
/// Rows of a page, and how many pages deep the deep one lies.
const PAGE: usize = 50;
const DEEP: i64 = 1_000;

/// Fills a read model with `chats` chats, then asks for `duration` a query.
pub async fn run(chats: i64, duration: Duration, plans: bool) -> Result<Report> {
    let options = postgres::as_the_server(&postgres::create().await?)?;
    let pool = PgPoolOptions::new()
        .max_connections(4)
        .connect_with(options.clone())
        .await?;
    let model = ReadModel::attach(pool.clone()).await?;
    fill::run(&pool, &model.name(), chats).await?;
    let asked = Asked::new(&pool, model.name(), chats).await?;
    let mut report = Report::new("inbox");
    for (name, query) in QUERIES {
        let samples = asked.measure(&model, query, duration).await?;
        report.note(format!("{name}_p50_ms"), samples.percentile_ms(0.5));
        report.aim(format!("{name}_p99_ms"), samples.percentile_ms(0.99), AIM);
    }
    if plans {
        plans::print(&options, &asked).await?;
    }
    Ok(report)
}

/// What is asked, each as a screen asks it.
#[derive(Clone, Copy)]
pub enum Query {
    /// The inbox of somebody who sees every channel.
    Page,
    /// The same a thousand pages down.
    DeepPage,
    /// The inbox of somebody who sees three quiet channels of many.
    FewChannels,
    /// The inbox of somebody who sees all channels but one, deep down: the most pieces to merge.
    ManyChannels,
    /// The badges.
    Counters,
    /// A chat's row, its newest messages and its acts.
    OpenChat,
    /// Chats with activity in the last 24 hours, as the next ones.
    Recent,
    /// A list by one condition or several, as somebody sees it who sees every channel, or all but one.
    Filtered(fn(&mut ChatFilter)),
}

/// Whose lists are asked for.
fn me() -> AgentId {
    AgentId::from_uuid(fill::agent_id(7))
}

/// Every query with the name of its figures.
pub const QUERIES: [(&str, Query); 25] = [
    ("page", Query::Page),
    ("deep_page", Query::DeepPage),
    ("few_channels_page", Query::FewChannels),
    ("many_channels_page", Query::ManyChannels),
    ("counters", Query::Counters),
    ("open_chat", Query::OpenChat),
    ("unread", Query::Filtered(|it| it.unread = true)),
    ("unanswered", Query::Filtered(|it| it.unanswered = true)),
    ("recent", Query::Recent),
    (
        "mine",
        Query::Filtered(|it| it.assignee = Some(AssigneeFilter::Is(me()))),
    ),
    (
        "unassigned",
        Query::Filtered(|it| it.assignee = Some(AssigneeFilter::Nobody)),
    ),
    ("starred", Query::Filtered(|it| it.starred_by = Some(me()))),
    ("snoozed", Query::Filtered(|it| it.snoozed = true)),
    (
        "priority",
        Query::Filtered(|it| it.priorities = vec![Priority::High, Priority::Urgent]),
    ),
    (
        "tag_common",
        Query::Filtered(|it| it.tags = vec!["common".to_owned()]),
    ),
    (
        "tag_rare",
        Query::Filtered(|it| it.tags = vec!["rare".to_owned()]),
    ),
    (
        "tags",
        Query::Filtered(|it| it.tags = ["common", "rare"].map(str::to_owned).to_vec()),
    ),
    (
        "registered",
        Query::Filtered(|it| it.writer = WriterFilter::RegisteredClients),
    ),
    (
        "my_clients",
        Query::Filtered(|it| it.writer = WriterFilter::ClientsOf(me())),
    ),
    ("owner", Query::Filtered(|it| it.owner = Some(me()))),
    (
        "oldest_first",
        Query::Filtered(|it| it.order = ChatOrder::Oldest),
    ),
    (
        "mine_unread",
        Query::Filtered(|it| {
            it.unread = true;
            it.assignee = Some(AssigneeFilter::Is(me()));
        }),
    ),
    (
        "mine_tagged",
        Query::Filtered(|it| {
            it.tags = vec!["common".to_owned()];
            it.assignee = Some(AssigneeFilter::Is(me()));
        }),
    ),
    (
        "my_clients_unread",
        Query::Filtered(|it| {
            it.unread = true;
            it.writer = WriterFilter::ClientsOf(me());
        }),
    ),
    (
        "nothing",
        Query::Filtered(|it| {
            it.tags = vec!["rare".to_owned()];
            it.unread = true;
            it.owner = Some(me());
            it.priorities = vec![Priority::Low];
        }),
    ),
];

/// What queries are asked with.
pub struct Asked {
    deep: Page,
    chats: i64,
}

impl Asked {
    async fn new(pool: &PgPool, schema: String, chats: i64) -> Result<Self> {
        // Only where the page begins is found by counting; the query itself goes by the key.
        let statement = [
            "SELECT last_activity, id FROM ",
            &schema,
            ".chats WHERE state = 'archived' ORDER BY last_activity DESC, id DESC OFFSET $1 LIMIT 1",
        ]
        .concat();
        let depth = (DEEP * PAGE as i64).min(chats / 2);
        let (position, id) = sqlx::query_as::<_, (i64, Uuid)>(&statement)
            .bind(depth)
            .fetch_one(pool)
            .await
            .context("there are too few chats for a deep page")?;
        let deep = Page {
            first: Some(PAGE),
            after: Some(Key { position, id }),
            ..Page::default()
        };
        Ok(Self { deep, chats })
    }

    async fn measure(
        &self,
        model: &ReadModel,
        query: Query,
        duration: Duration,
    ) -> Result<Samples> {
        let (mut samples, mut turn) = (Samples::default(), 0);
        // The first ones prepare statements and fill caches.
        for _ in 0..20 {
            self.ask(model, query, turn).await?;
            turn += 1;
        }
        let began = Instant::now();
        while began.elapsed() < duration {
            let asked = Instant::now();
            self.ask(model, query, turn).await?;
            samples.add(asked.elapsed());
            turn += 1;
        }
        Ok(samples)
    }

    /// Asks once; `turn` varies what can vary.
    pub async fn ask(&self, model: &ReadModel, query: Query, turn: i64) -> Result<()> {
        let front = Page {
            first: Some(PAGE),
            ..Page::default()
        };
        let state = match turn % 2 {
            0 => ChatStateFilter::Active,
            _ => ChatStateFilter::All,
        };
        match query {
            Query::Page => page(model, &ChannelScope::All, state, front).await,
            Query::DeepPage => {
                page(model, &ChannelScope::All, ChatStateFilter::All, self.deep).await
            }
            Query::FewChannels => page(model, &channels(0..3), state, front).await,
            Query::ManyChannels => {
                let most = channels(1..fill::CHANNELS);
                page(model, &most, ChatStateFilter::All, self.deep).await
            }
            Query::Counters => {
                let scope = channels(0..fill::CHANNELS / 2);
                model.counted(&scope, me()).await?;
                Ok(())
            }
            Query::OpenChat => self.open_chat(model, turn).await,
            Query::Recent => {
                let day = SignedDuration::from_hours(24);
                let filter = ChatFilter {
                    state,
                    active_since: Some(fill::at(self.chats) - day),
                    ..ChatFilter::default()
                };
                filtered(model, filter, front, turn).await
            }
            Query::Filtered(condition) => {
                let mut filter = ChatFilter {
                    state,
                    ..ChatFilter::default()
                };
                condition(&mut filter);
                filtered(model, filter, front, turn).await
            }
        }
    }

    async fn open_chat(&self, model: &ReadModel, turn: i64) -> Result<()> {
        let number = 1 + turn.wrapping_mul(7_919) % self.chats;
        let id = ChatId::from_uuid(fill::chat_id(number));
        let chat = model.chat(&ChannelScope::All, id).await?;
        chat.context("the chat is not there")?;
        model
            .messages(&ChannelScope::All, id, Page::default())
            .await?;
        model.acts(&ChannelScope::All, id).await?;
        Ok(())
    }
}

/// A list of somebody who sees every channel, or all but one, in turn.
async fn filtered(model: &ReadModel, filter: ChatFilter, page: Page, turn: i64) -> Result<()> {
    let scope = match turn % 4 {
        0 | 1 => ChannelScope::All,
        _ => channels(1..fill::CHANNELS),
    };
    model.chats(&scope, filter, page).await?;
    Ok(())
}

async fn page(
    model: &ReadModel,
    scope: &ChannelScope,
    state: ChatStateFilter,
    page: Page,
) -> Result<()> {
    let filter = ChatFilter {
        state,
        ..ChatFilter::default()
    };
    let found = model.chats(scope, filter, page).await?;
    anyhow::ensure!(found.rows.len() == PAGE, "a page of {}", found.rows.len());
    Ok(())
}

fn channels(numbers: std::ops::Range<i64>) -> ChannelScope {
    ChannelScope::Only(
        numbers
            .map(|n| ChannelId::from_uuid(fill::channel_id(n)))
            .collect(),
    )
}
