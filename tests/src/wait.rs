//! Waiting for something to become true: asks again and again until a deadline, never sleeps blindly.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How long anything may take on two busy cores.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// How much longer in a run of `just torture`, whose journals are long.
const LONG: u32 = 10;

/// Asks until the answer is `Some`.
///
/// # Errors
/// When an ask fails, or nothing came within [`PATIENCE`], ten times that under `just torture`.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let patience = match std::env::var_os("HILO_TORTURE") {
        Some(_) => PATIENCE * LONG,
        None => PATIENCE,
    };
    let end = Instant::now() + patience;
    let mut pause = Duration::from_millis(5);
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if Instant::now() > end {
            bail!("waited {patience:?} in vain: {what}");
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(200));
    }
}
