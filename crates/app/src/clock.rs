//! The edge where time, ids and randomness are made. Nothing below `app` may make any of them.

use jiff::Timestamp;
use uuid::Uuid;

use crate::error::AppError;

/// The instant of this call, UTC.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// A fresh id (version 7). Never order by it: positions order things.
#[must_use]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// `N` random bytes of the operating system, for tokens and secrets.
///
/// # Errors
/// `Unexpected` when the operating system has none to give.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], AppError> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| AppError::Unexpected(anyhow::anyhow!("no randomness: {error}")))?;
    Ok(bytes)
}
