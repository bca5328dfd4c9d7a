//! Durable commands per second through `execute`, beside what PostgreSQL does with one row a transaction and beside stock
//! cqrs-es on postgres-es, all on the same server in the same run. The competitors take turns, so that a machine that
//! gets slower or faster meanwhile does so for all.

mod callers;
mod chats;
mod cost;
mod history;
mod hot;
mod pgbench;
mod redelivery;
mod snapshot;
mod stock;

use std::time::Duration;

use anyhow::Result;
use clap::ValueEnum;

use crate::report::{Aim, Report};
use callers::Rate;
use chats::Chats;
use pgbench::Pgbench;
use stock::Stock;

/// Concurrent callers of the three measured loads.
const CALLERS: [usize; 3] = [1, 32, 256];
/// How often each competitor has its turn.
const ROUNDS: u32 = 2;

/// What a part of the bench takes.
#[derive(Clone, Copy)]
struct Spans {
    /// One turn of one competitor.
    turn: Duration,
    /// How long the old snapshot stays open.
    held: Duration,
}

impl Spans {
    /// Up to ten seconds a part; more only stretches how long the snapshot is held.
    fn of(seconds: Duration) -> Self {
        let most = Duration::from_secs(10);
        Self {
            turn: (seconds.min(most) / ROUNDS).max(Duration::from_secs(1)),
            held: if seconds > most { seconds } else { seconds * 3 },
        }
    }
}

/// What can be measured alone.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Many chats at 1, 32 and 256 callers, beside the others.
    Throughput,
    /// Long chats beside short ones.
    History,
    /// One chat with several callers.
    Hot,
    /// Beside an old snapshot.
    Snapshot,
    /// Commands that came before.
    Redelivery,
    /// CPU time of a command.
    Cost,
}

/// Runs all parts, or one; about three minutes with parts of ten seconds.
pub async fn run(seconds: Duration, only: Option<Part>) -> Result<Report> {
    let wanted = |part| only.is_none_or(|only| only == part);
    let spans = Spans::of(seconds);
    let chats = Chats::open().await?;
    let pgbench = Pgbench::create(chats.row_bytes().await?).await?;
    let mut report = Report::new("journal");
    if wanted(Part::Throughput) {
        let stock = Stock::open(chats.payload_bytes().await?).await?;
        let found = Throughput::measure(&chats, &pgbench, &stock, spans.turn).await?;
        found.aims(&mut report);
        found.notes(&mut report);
    }
    if wanted(Part::History) {
        let found = history::measure(&chats).await?;
        report.aim("history_cost_ratio", found.ratio(), Aim::AtMost(1.3));
        found.notes(&mut report);
    }
    if wanted(Part::Hot) {
        let found = hot::measure(&chats, &pgbench, spans.turn).await?;
        report.aim("hot_chat_ratio", found.ratio(), Aim::AtLeast(0.7));
        found.notes(&mut report);
    }
    if wanted(Part::Snapshot) {
        let found = snapshot::measure(&chats, spans.held).await?;
        report.aim("beside_snapshot_ratio", found.ratio(), Aim::AtLeast(0.8));
        found.notes(&mut report);
    }
    if wanted(Part::Redelivery) {
        let found = redelivery::measure(&chats, spans.turn).await?;
        report.aim("redelivery_ratio", found.ratio(), Aim::AtLeast(0.8));
        found.notes(&mut report);
    }
    if wanted(Part::Cost) {
        cost::measure(&chats, spans.turn).await?.notes(&mut report);
    }
    report.aims_first();
    Ok(report)
}

/// Rates of the competitors by number of callers, in the order of [`CALLERS`].
#[derive(Default)]
struct Throughput {
    ours: [Rate; 3],
    pgbench: [Rate; 3],
    stock: [Rate; 3],
}

impl Throughput {
    async fn measure(
        chats: &Chats,
        pgbench: &Pgbench,
        stock: &Stock,
        turn: Duration,
    ) -> Result<Self> {
        let mut found = Self::default();
        for _ in 0..ROUNDS {
            let (ours, theirs) = (&mut found.ours, &mut found.pgbench);
            let loads = CALLERS.into_iter().zip(ours).zip(theirs);
            for (((callers, ours), rows), stocks) in loads.zip(&mut found.stock) {
                rows.add(pgbench.run(callers, turn).await?);
                ours.add(chats.run(callers, turn).await?);
                stocks.add(stock.run(callers, turn).await?);
            }
        }
        Ok(found)
    }

    fn aims(&self, report: &mut Report) {
        let [ours_alone, _, ours_many] = self.ours.each_ref().map(Rate::per_second);
        let [rows_alone, ..] = self.pgbench.each_ref().map(Rate::per_second);
        let best = |rates: &[Rate; 3]| rates.iter().map(Rate::per_second).fold(0.0, f64::max);
        let (rows, stock) = (best(&self.pgbench), best(&self.stock));
        report.aim("ratio_to_pgbench", ours_many / rows, Aim::AtLeast(2.0));
        report.aim("ratio_to_stock", ours_many / stock, Aim::AtLeast(10.0));
        report.aim(
            "ratio_one_caller",
            ours_alone / rows_alone,
            Aim::AtLeast(0.7),
        );
    }

    fn notes(&self, report: &mut Report) {
        let all = [
            ("commands", &self.ours),
            ("pgbench", &self.pgbench),
            ("stock", &self.stock),
        ];
        for (name, rates) in all {
            for (callers, rate) in CALLERS.iter().zip(rates) {
                report.note(
                    format!("{name}_{callers}_callers_per_second"),
                    rate.per_second(),
                );
            }
        }
        for (callers, rate) in CALLERS.iter().zip(&self.ours) {
            report.note(
                format!("commands_{callers}_callers_p50_ms"),
                rate.samples.percentile_ms(0.5),
            );
            report.note(
                format!("commands_{callers}_callers_p99_ms"),
                rate.samples.percentile_ms(0.99),
            );
        }
    }
}
