//! `bench spa`: what an agent's browser does with a full inbox: 2,000 chats, one of them with 500 messages, and 40 new
//! messages a minute. A real `hilo serve` and a real Chromium share the machine, so every figure has both in it.

mod company;
mod page;

use std::time::Duration;

use anyhow::Result;
use hilo_tests::browser::Browser;

use crate::live::program::Program;
use crate::report::{Aim, Report};
use company::Company;

const CHATS: usize = 2_000;
const MESSAGES: usize = 500;
/// Chats that are switched to, one after another.
const SWITCHES: usize = 40;
const LOADS: usize = 10;
/// Between two messages: 40 a minute.
const PACE: Duration = Duration::from_millis(1_500);

/// All parts, in one window.
pub async fn run(length: Duration, switches: usize) -> Result<Report> {
    let mut report = Report::new("spa");
    let program = Program::start().await?;
    let mut company = Company::found(program.address(), program.setup_token()).await?;
    company.fill(CHATS, MESSAGES).await?;

    let browser = Browser::open("en", 1440, 900).await?;
    let url = format!("http://{}", program.address());
    page::prepare(&browser).await?;
    page::sign_in(&browser, &url).await?;
    let bytes = page::first_load(&browser, &url).await?;
    report.aim("first_load_kb", bytes / 1_000.0, Aim::AtMost(450.0));

    let rows = page::first_rows(&browser, &url, LOADS).await?;
    report.aim(
        "first_row_p50_ms",
        rows.percentile_ms(0.5),
        Aim::AtMost(1_000.0),
    );
    report.note("first_row_worst_ms", rows.percentile_ms(1.0));

    let switched = page::switch(&browser, SWITCHES).await?;
    report.aim(
        "switch_p50_ms",
        switched.percentile_ms(0.5),
        Aim::AtMost(50.0),
    );
    report.note("switch_p95_ms", switched.percentile_ms(0.95));

    page::open_fullest(&browser, &url, MESSAGES).await?;
    let typed = page::type_while(&browser, &mut company, length, PACE).await?;
    report.aim(
        "key_p50_ms",
        typed.keys.percentile_ms(0.5),
        Aim::AtMost(16.0),
    );
    report.note("key_p95_ms", typed.keys.percentile_ms(0.95));
    report.aim("message_scripting_ms", typed.scripting_ms, Aim::AtMost(4.0));
    report.note("message_task_ms", typed.task_ms);

    let memory = page::memory(&browser, switches).await?;
    report.note("heap_before_mb", memory.before_mb);
    report.note("heap_growth_mb", memory.growth_mb);
    report.note("nodes_growth", memory.nodes_growth);
    browser.close().await?;
    Ok(report)
}
