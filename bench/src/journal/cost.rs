//! CPU time that a command takes, here and in PostgreSQL. Hardly moved by what else the machine does, so it tells what a
//! change is worth where rates do not.

use std::time::Duration;

use anyhow::{Context as _, Result};
use sqlx::PgPool;

use super::chats::Chats;
use crate::report::Report;

/// Callers of the two loads.
const CALLERS: [usize; 2] = [1, 256];
/// Ticks of `/proc` in a second: the same on every Linux.
const TICKS: f64 = 100.0;

/// CPU microseconds a command, in the order of [`CALLERS`].
#[derive(Default)]
pub struct Cost {
    ours: [f64; 2],
    postgres: [f64; 2],
    rate: [f64; 2],
}

/// Lets callers call and looks at the clocks of all processes before and after.
pub async fn measure(chats: &Chats, turn: Duration) -> Result<Cost> {
    let mut cost = Cost::default();
    let places = cost.ours.iter_mut().zip(&mut cost.postgres);
    for ((callers, (ours, postgres)), rate) in CALLERS.into_iter().zip(places).zip(&mut cost.rate) {
        // Warm, and with nothing left over from what came before.
        chats.run(callers, turn / 5).await?;
        let before = (seconds("self")?, of_postgres(chats.pool()).await?);
        let run = chats.run(callers, turn).await?;
        let after = (seconds("self")?, of_postgres(chats.pool()).await?);
        #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
        let calls = run.calls() as f64;
        *ours = (after.0 - before.0) * 1e6 / calls;
        *postgres = (after.1 - before.1) * 1e6 / calls;
        *rate = run.per_second();
    }
    Ok(cost)
}

impl Cost {
    /// The times, and the rates they were taken at.
    pub fn notes(&self, report: &mut Report) {
        let all = CALLERS.iter().zip(&self.ours).zip(&self.postgres);
        for (((callers, ours), postgres), rate) in all.zip(&self.rate) {
            report.note(format!("cpu_us_a_command_{callers}_callers"), *ours);
            report.note(
                format!("postgres_cpu_us_a_command_{callers}_callers"),
                *postgres,
            );
            report.note(format!("cost_{callers}_callers_per_second"), *rate);
        }
    }
}

/// Those of every process of the server that is there now; ended ones count no more.
async fn of_postgres(pool: &PgPool) -> Result<f64> {
    let pids: Vec<i32> = sqlx::query_scalar("SELECT pid FROM pg_stat_activity ORDER BY pid")
        .fetch_all(pool)
        .await?;
    // One that ended since has nothing to do with us.
    let clocks = pids.iter().filter_map(|pid| seconds(&pid.to_string()).ok());
    Ok(clocks.sum())
}

/// CPU seconds of a process until now.
fn seconds(process: &str) -> Result<f64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name before it may hold anything, brackets and spaces too.
    let (_, fields) = text.rsplit_once(") ").context("a process without a name")?;
    let ticks: Vec<f64> = fields
        .split(' ')
        .skip(11)
        .take(2)
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() / TICKS)
}
