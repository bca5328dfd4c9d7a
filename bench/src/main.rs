//! Benches of whole parts of Hilo, each beside something to compare with in the same run. Absolute numbers are the
//! machine's; the ratios are what counts.

mod chats;
mod inbox;
mod journal;
mod live;
mod postgres;
mod rebuild;
mod report;
mod samples;
mod search;
mod spa;
mod verify;

use clap::{Parser, ValueEnum};
use mimalloc::MiMalloc;

/// The one of the program, so that what runs here costs what it costs there.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Measures Hilo: `just bench NAME`.
#[derive(Parser)]
struct Arguments {
    /// What to measure.
    name: Name,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    json: bool,
    /// How long each part is measured, in seconds; short runs only show that the bench works.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// The one part of `journal` to measure; all of them without it.
    #[arg(long)]
    only: Option<journal::Part>,
    /// Events in the journal that `rebuild` reads.
    #[arg(long, default_value_t = 300_000)]
    events: usize,
    /// Chats in the read model that `inbox` asks.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(i64).range(10_000..))]
    chats: i64,
    /// Messages in the read model that `search` asks.
    #[arg(long, default_value_t = 5_000_000, value_parser = clap::value_parser!(i64).range(100_000..))]
    messages: i64,
    /// Chats that `spa` switches to before it looks what they left in memory.
    #[arg(long, default_value_t = 1_000)]
    switches: usize,
}

#[derive(Clone, Copy, ValueEnum)]
enum Name {
    /// Screens of an inbox with a million chats.
    Inbox,
    /// Durable commands through the journal, beside pgbench and stock cqrs-es.
    Journal,
    /// From a visitor's POST to an agent's socket.
    Live,
    /// What PostgreSQL itself does here, for scale.
    Postgres,
    /// The read model made anew from the journal.
    Rebuild,
    /// Messages and contacts found among millions.
    Search,
    /// What an agent's browser does with a full inbox.
    Spa,
    /// How fast the journal is verified, and in how much memory.
    Verify,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let seconds = std::time::Duration::from_secs(arguments.seconds);
    let report = match arguments.name {
        Name::Inbox => inbox::run(arguments.chats, seconds, !arguments.json).await?,
        Name::Journal => journal::run(seconds, arguments.only).await?,
        Name::Live => live::run(seconds).await?,
        Name::Postgres => postgres::run(seconds).await?,
        Name::Rebuild => rebuild::run(arguments.events).await?,
        Name::Search => search::run(arguments.messages, seconds).await?,
        Name::Spa => spa::run(seconds, arguments.switches).await?,
        Name::Verify => verify::run().await?,
    };
    report.print(arguments.json);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const AT_ONCE: Duration = Duration::from_millis(1);

    /// Few rows, but of every table and asked by every query: a column that comes must not end the benches.
    #[tokio::test]
    async fn rows_made_by_sql_are_found_by_every_query() {
        inbox::run(20_000, AT_ONCE, false).await.unwrap();
        search::run(20_000, AT_ONCE).await.unwrap();
    }
}
