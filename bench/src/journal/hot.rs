//! Several callers on one chat, beside pgbench with one client. None of what was answered may be missing, and no caller
//! may hear of a conflict: either fails the bench.

use std::time::Duration;

use anyhow::{Result, ensure};
use uuid::Uuid;

use super::ROUNDS;
use super::callers::{Rate, drive};
use super::chats::{Chats, Delivery};
use super::pgbench::Pgbench;
use crate::report::Report;

/// Callers on the one chat.
const CALLERS: usize = 8;
/// Events that it starts with.
const EVENTS: u64 = 500;

/// Rates of both.
#[derive(Default)]
pub struct Hot {
    ours: Rate,
    pgbench: Rate,
}

/// Measures both in turns and counts afterwards.
pub async fn measure(chats: &Chats, pgbench: &Pgbench, turn: Duration) -> Result<Hot> {
    let (mut found, door, chat) = (Hot::default(), chats.door(), Uuid::new_v4());
    door.fill(chat, EVENTS).await?;
    let before = chats.events_of(chat).await?;
    for _ in 0..ROUNDS {
        found.pgbench.add(pgbench.run(1, turn).await?);
        let calls = drive(CALLERS, turn, |_| {
            let door = door.clone();
            move || {
                let door = door.clone();
                async move { door.receive(Delivery::new(chat)).await.map(drop) }
            }
        });
        found.ours.add(calls.await?);
    }
    let stored = chats.events_of(chat).await? - before;
    ensure!(
        stored == found.ours.calls(),
        "{} commands were answered and {stored} stored",
        found.ours.calls()
    );
    Ok(found)
}

impl Hot {
    /// Commands over pgbench's transactions.
    pub fn ratio(&self) -> f64 {
        self.ours.per_second() / self.pgbench.per_second()
    }

    /// The rates.
    pub fn notes(&self, report: &mut Report) {
        report.note("hot_chat_per_second", self.ours.per_second());
        report.note("hot_chat_p99_ms", self.ours.samples.percentile_ms(0.99));
        report.note("hot_chat_pgbench_per_second", self.pgbench.per_second());
    }
}
