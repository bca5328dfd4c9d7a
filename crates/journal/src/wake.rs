//! Wakes the other processes after an append and is woken by them. Only ever a hint: losing every one of them costs the
//! interval of a poll and nothing else.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sqlx::{ConnectOptions, PgConnection};
use tokio::sync::{Notify, watch};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::Position;

const CHANNEL: &str = "hilo_journal";
/// Appends within this time after a wake-up share the next one: NOTIFY takes a lock that all commits of a server share.
const COALESCE: Duration = Duration::from_millis(30);
/// Pause after a failure.
const PAUSE: Duration = Duration::from_millis(500);

/// Tells the others, at once and then at most every [`COALESCE`], from a connection of its own and after the commit.
pub(crate) async fn tell(
    options: PgConnectOptions,
    process: Uuid,
    mut appended: watch::Receiver<Position>,
    stop: CancellationToken,
) {
    let mut conn = None;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            changed = appended.changed() => if changed.is_err() { return },
        }
        appended.mark_unchanged();
        let pause = match notify(&options, &mut conn, process).await {
            Ok(()) => COALESCE,
            Err(error) => {
                tracing::debug!(%error, "other processes could not be woken");
                conn = None;
                PAUSE
            }
        };
        sleep(pause).await;
    }
}

async fn notify(
    options: &PgConnectOptions,
    conn: &mut Option<PgConnection>,
    process: Uuid,
) -> Result<(), sqlx::Error> {
    let conn = match conn {
        Some(conn) => conn,
        None => conn.insert(
            options
                .clone()
                .disable_statement_logging()
                .connect()
                .await?,
        ),
    };
    sqlx::query("SELECT pg_notify($1, $2)")
        .bind(CHANNEL)
        .bind(process.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Wakes the follower whenever another process says so.
pub(crate) async fn hear(
    options: PgConnectOptions,
    process: Uuid,
    woken: Arc<Notify>,
    stop: CancellationToken,
) {
    let own = process.to_string();
    loop {
        let ended = tokio::select! {
            () = stop.cancelled() => return,
            ended = listen(&options, &own, &woken) => ended,
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "wake-ups are not heard just now");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(PAUSE) => {}
        }
    }
}

async fn listen(options: &PgConnectOptions, own: &str, woken: &Notify) -> Result<(), sqlx::Error> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .connect_with(options.clone().disable_statement_logging())
        .await?;
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.listen(CHANNEL).await?;
    // Whatever was said before we listened.
    woken.notify_one();
    while let Some(notification) = listener.try_recv().await? {
        if notification.payload() != own {
            woken.notify_one();
        }
    }
    Ok(())
}
