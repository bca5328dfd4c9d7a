//! Sockets on which nothing happens: what each costs the server. Each is open, signed in, and shows the agent's list.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use futures_util::{StreamExt as _, TryStreamExt as _};

use super::company::Company;
use super::program::Program;

const SOCKETS: u32 = 4_000;
/// Sockets opened at the same time.
const AT_ONCE: usize = 32;
/// Time for the server to begin the last subscriptions and to put its tables in order.
const SETTLE: Duration = Duration::from_secs(3);

/// Thousands of bytes of the server's resident memory that one more idle socket takes.
pub(super) async fn measure() -> Result<f64> {
    enough_files()?;
    let program = Program::start().await?;
    let company = Company::found(program.address(), program.setup_token(), 1).await?;
    let desk = company.desks.first().context("no channel")?;
    let (_, position) = company.newest(desk).await?;
    let before = program.memory_mb()?;
    let sockets: Vec<_> = futures_util::stream::iter(0..SOCKETS)
        .map(|_| company.inbox_from(desk, &position))
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    tokio::time::sleep(SETTLE).await;
    let grown = program.memory_mb()? - before;
    drop(sockets);
    Ok(grown * 1_000.0 / f64::from(SOCKETS))
}

/// Both ends of every socket are files, the server's in the server.
fn enough_files() -> Result<()> {
    let limits = std::fs::read_to_string("/proc/self/limits")?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().next());
    match soft.map(str::parse::<u32>) {
        Some(Ok(files)) if files < SOCKETS + 200 => {
            bail!("only {files} files may be open: ulimit -n 8192")
        }
        _ => Ok(()),
    }
}
