//! `bench live`: from a visitor's POST to an agent's socket, through a real `hilo serve`. The load is made of bare
//! sockets, because it shares the machine with what it measures.

mod closed_loop;
pub(crate) mod company;
mod fan_out;
pub(crate) mod http;
mod idle;
mod loaded;
mod marks;
mod paced;
mod pair;
pub(crate) mod program;
mod socket;
mod visitors;
mod watcher;

use std::time::Duration;

use anyhow::Result;

use crate::report::{Aim, Report};
use company::Company;
use program::Program;

/// Channels of the company, each with one agent who sees only it.
const CHANNELS: usize = 32;

/// What was counted while messages went by.
#[derive(Clone, Copy, Default)]
struct Tally {
    /// Messages that a socket should have shown and did not.
    lost: u64,
    /// Messages that a socket showed more than once.
    duplicated: u64,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.lost += other.lost;
        self.duplicated += other.duplicated;
    }
}

/// Every part, in two servers: one for idle sockets, whose memory nothing else should blur, one for the rest.
pub async fn run(length: Duration) -> Result<Report> {
    let mut report = Report::new("live");
    let idle_socket_kb = idle::measure().await?;

    let program = Program::start().await?;
    let company = Company::found(program.address(), program.setup_token(), CHANNELS).await?;
    report.aim("rss_idle_mb", program.memory_mb()?, Aim::AtMost(120.0));

    let paced = paced::run(&company, length).await?;
    report.aim(
        "paced_p50_ms",
        paced.times.percentile_ms(0.5),
        Aim::AtMost(3.0),
    );
    report.aim(
        "paced_p99_ms",
        paced.times.percentile_ms(0.99),
        Aim::AtMost(10.0),
    );
    report.note("paced_post_p50_ms", paced.posts.percentile_ms(0.5));

    let loaded = loaded::run(&company, length).await?;
    report.aim("p50_ms", loaded.times.percentile_ms(0.5), Aim::AtMost(15.0));
    report.aim(
        "p99_ms",
        loaded.times.percentile_ms(0.99),
        Aim::AtMost(100.0),
    );
    report.note("loaded_post_p99_ms", loaded.posts.percentile_ms(0.99));

    let closed = closed_loop::run(&company, length).await?;
    let opened = closed_loop::open_chats(&company).await?;
    let mut tally = paced.tally;
    for other in [loaded.tally, closed.tally, opened.tally] {
        tally.add(other);
    }

    let fanned = fan_out::run(&company, length).await?;
    tally.add(fanned.tally);
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    for (key, count) in [("lost", tally.lost), ("duplicated", tally.duplicated)] {
        report.aim(key, count as f64, Aim::AtMost(0.0));
    }
    report.aim(
        "pairs_per_second",
        closed.per_second,
        Aim::AtLeast(10_000.0),
    );
    report.aim(
        "closed_loop_p99_ms",
        closed.times.percentile_ms(0.99),
        Aim::AtMost(10.0),
    );
    report.note("closed_loop_p50_ms", closed.times.percentile_ms(0.5));
    report.note("chats_opened_per_second", opened.per_second);
    report.aim(
        "fanout_per_second",
        fanned.per_second,
        Aim::AtLeast(150_000.0),
    );
    report.note("fanout_frames_per_second", fanned.frames_per_second);
    report.aim("idle_socket_kb", idle_socket_kb, Aim::AtMost(30.0));
    report.aim("rss_live_mb", program.peak_memory_mb()?, Aim::AtMost(120.0));
    Ok(report)
}
