//! Waiting for something to become true: asks again and again until a deadline, never sleeps blindly.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How long anything may take on two busy cores.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Asks until the answer is `Some`.
///
/// # Errors
/// When an ask fails, or nothing came within [`PATIENCE`].
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let end = Instant::now() + PATIENCE;
    let mut pause = Duration::from_millis(5);
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if Instant::now() > end {
            bail!("waited {PATIENCE:?} in vain: {what}");
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(200));
    }
}
