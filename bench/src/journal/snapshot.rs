//! Appends beside a snapshot that stays open, as a running pg_dump keeps one: whatever is updated meanwhile leaves dead
//! rows that nothing can clear away.

use std::time::Duration;

use anyhow::Result;
use sqlx::Executor as _;

use super::callers::Rate;
use super::chats::Chats;
use crate::report::Report;

/// Callers; few enough for many small appends, which leave more dead rows than few large ones.
const CALLERS: usize = 32;
/// In how many parts the time is cut.
const PARTS: u32 = 5;

/// Rates with and without.
#[derive(Default)]
pub struct Beside {
    with: Rate,
    last: Rate,
    without: Rate,
}

/// Measures without, with, and without again: twice a fifth beside the whole of `held`.
pub async fn measure(chats: &Chats, held: Duration) -> Result<Beside> {
    let (mut found, part) = (Beside::default(), held / PARTS);
    found.without.add(chats.run(CALLERS, part).await?);
    let mut holder = chats.pool().acquire().await?;
    holder
        .execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await?;
    holder.execute("SELECT count(*) FROM checkpoints").await?;
    for _ in 0..PARTS {
        found.last = chats.run(CALLERS, part).await?;
        found.with.add(found.last.clone());
    }
    holder.execute("COMMIT").await?;
    found.without.add(chats.run(CALLERS, part).await?);
    Ok(found)
}

impl Beside {
    /// The rate over the whole time with, over that without.
    pub fn ratio(&self) -> f64 {
        self.with.per_second() / self.without.per_second()
    }

    /// The rates, and that of the last part, when most has piled up.
    pub fn notes(&self, report: &mut Report) {
        report.note("without_snapshot_per_second", self.without.per_second());
        report.note("beside_snapshot_per_second", self.with.per_second());
        report.note("beside_snapshot_last_per_second", self.last.per_second());
    }
}
