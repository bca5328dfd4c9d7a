//! The SQL of channels' secrets and widget keys. Secrets are sealed with the master key, bound to channel and name.

use hilo_domain::ChannelId;
use hilo_journal::pool::Connection;
use hilo_journal::{Journal, MasterKey, Pool};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::error::{AppError, database};
use crate::storage::StorageError;

/// Name of the secret that a site signs its users' ids with.
pub(super) const WIDGET_IDENTITY: &str = "widget_identity";
/// A claim whose channel never came (a crash in between) is free again after that.
const CLAIM: SignedDuration = SignedDuration::from_mins(1);

fn sealed_name(channel: ChannelId, name: &str) -> String {
    format!("channel:{channel}:{name}")
}

/// Stores a secret, once: the same channel and name again keeps the first.
pub(super) async fn put(
    conn: &mut Connection,
    journal: &Journal,
    channel: ChannelId,
    name: &str,
    secret: &[u8],
    at: Timestamp,
) -> Result<(), AppError> {
    let sealed = journal.seal_secret(&sealed_name(channel, name), secret)?;
    sqlx::query(
        "INSERT INTO channel_secrets (channel_id, name, sealed, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (channel_id, name) DO NOTHING",
    )
    .bind(channel.as_uuid())
    .bind(name)
    .bind(sealed)
    .bind(at.to_sqlx())
    .execute(conn)
    .await
    .map_err(database)?;
    Ok(())
}

/// A secret in clear, if the channel has one of that name.
pub(super) async fn get(
    pool: &Pool,
    journal: &Journal,
    channel: ChannelId,
    name: &str,
) -> Result<Option<Zeroizing<Vec<u8>>>, AppError> {
    let sealed: Option<Vec<u8>> = sqlx::query_scalar(
        "SELECT sealed FROM channel_secrets WHERE channel_id = $1 AND name = $2",
    )
    .bind(channel.as_uuid())
    .bind(name)
    .fetch_optional(pool)
    .await
    .map_err(database)?;
    let opened = sealed
        .map(|sealed| journal.open_secret(&sealed_name(channel, name), &sealed))
        .transpose()?;
    Ok(opened)
}

/// Seals every secret with the present master key where it is sealed with the one before; says how many there were.
pub(crate) async fn rewrap(owner: &PgPool, master: &MasterKey) -> Result<u64, StorageError> {
    let kept = sqlx::query_as::<_, (Uuid, String, Vec<u8>)>(
        "SELECT channel_id, name, sealed FROM channel_secrets",
    )
    .fetch_all(owner)
    .await?;
    let mut rewrapped = 0;
    for (channel, name, sealed) in kept {
        let place = sealed_name(ChannelId::from_uuid(channel), &name);
        let Some(fresh) = master.rewrap_secret(&place, &sealed)? else {
            continue;
        };
        let done = sqlx::query(
            "UPDATE channel_secrets SET sealed = $4 WHERE channel_id = $1 AND name = $2 AND sealed = $3",
        )
        .bind(channel)
        .bind(&name)
        .bind(&sealed)
        .bind(fresh)
        .execute(owner)
        .await?;
        rewrapped += done.rows_affected();
    }
    Ok(rewrapped)
}

/// Claims a widget key for a channel. `Some` is the channel that has it already, and since when it claims it.
pub(super) async fn claim_key(
    conn: &mut Connection,
    key: &str,
    channel: ChannelId,
    at: Timestamp,
) -> Result<Option<Claim>, AppError> {
    let claimed = sqlx::query("INSERT INTO widget_keys (key, channel_id, claimed_at) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING")
        .bind(key)
        .bind(channel.as_uuid())
        .bind(at.to_sqlx())
        .execute(&mut *conn)
        .await
        .map_err(database)?;
    if claimed.rows_affected() == 1 {
        return Ok(None);
    }
    let holder: Option<(uuid::Uuid, jiff_sqlx::Timestamp)> =
        sqlx::query_as("SELECT channel_id, claimed_at FROM widget_keys WHERE key = $1")
            .bind(key)
            .fetch_optional(conn)
            .await
            .map_err(database)?;
    Ok(holder
        .map(|(channel, since)| Claim {
            channel: ChannelId::from_uuid(channel),
            since: since.to_jiff(),
        })
        .filter(|holder| holder.channel != channel))
}

/// Who holds a key.
pub(super) struct Claim {
    pub(super) channel: ChannelId,
    since: Timestamp,
}

impl Claim {
    /// Whether its channel had its time to come into being.
    pub(super) fn is_stale(&self, now: Timestamp) -> bool {
        now.duration_since(self.since) > CLAIM
    }
}

/// Takes a key over from a claim whose channel never came; `false` when somebody else was faster.
pub(super) async fn take_over_key(
    conn: &mut Connection,
    key: &str,
    stale: &Claim,
    channel: ChannelId,
    at: Timestamp,
) -> Result<bool, AppError> {
    let taken = sqlx::query(
        "UPDATE widget_keys SET channel_id = $3, claimed_at = $4 WHERE key = $1 AND channel_id = $2 AND claimed_at = $5",
    )
    .bind(key)
    .bind(stale.channel.as_uuid())
    .bind(channel.as_uuid())
    .bind(at.to_sqlx())
    .bind(stale.since.to_sqlx())
    .execute(conn)
    .await
    .map_err(database)?;
    Ok(taken.rows_affected() == 1)
}

/// Gives a key back that a channel did not get to use.
pub(super) async fn release_key(
    pool: &Pool,
    key: &str,
    channel: ChannelId,
) -> Result<(), AppError> {
    sqlx::query("DELETE FROM widget_keys WHERE key = $1 AND channel_id = $2")
        .bind(key)
        .bind(channel.as_uuid())
        .execute(pool)
        .await
        .map_err(database)?;
    sqlx::query("DELETE FROM channel_secrets WHERE channel_id = $1")
        .bind(channel.as_uuid())
        .execute(pool)
        .await
        .map_err(database)?;
    Ok(())
}
