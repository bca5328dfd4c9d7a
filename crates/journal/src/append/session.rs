//! The appender's own connection: checked to be durable, and with limits on every wait, since it holds the one lock.

use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor as _, PgConnection};
use tokio::time::timeout;

use super::fault::Fault;
use crate::JournalError;
use crate::head::Head;

/// How long to wait for a connection, and for an answer of the server; longer than the server's own limits below.
pub(super) const PATIENCE: Duration = Duration::from_secs(4);

/// PostgreSQL 15, as the server numbers its versions.
const OLDEST: u32 = 150_000;

/// Limits of every wait on the server's side, and what is pinned so that a changed default does not reach this session.
/// The one statement is planned once: its arrays of one or 256 events want the same plan.
const LIMITS: &str = "SELECT set_config('lock_timeout', '1500ms', false),
    set_config('statement_timeout', '2000ms', false),
    set_config('idle_in_transaction_session_timeout', '2000ms', false),
    set_config('tcp_user_timeout', '2000ms', false),
    set_config('application_name', 'hilo appender', false),
    set_config('plan_cache_mode', 'force_generic_plan', false),
    set_config('synchronous_commit', current_setting('synchronous_commit'), false)";

/// One transaction, since it is sent as one message. The rows are too short to be compressed.
const PROBE: &str = "CREATE TEMPORARY TABLE appender_probe (filler text) ON COMMIT DROP;
    INSERT INTO appender_probe SELECT repeat(md5(n::text), 32) FROM generate_series(1, 256) AS n";

pub(super) struct Session {
    pub(super) conn: PgConnection,
}

impl Session {
    /// Connects, and refuses a server on which acknowledged would not mean durable.
    pub(super) async fn open(options: &PgConnectOptions) -> Result<Self, JournalError> {
        let connecting = async {
            let mut conn = options
                .clone()
                .disable_statement_logging()
                .connect()
                .await
                .map_err(JournalError::database("connecting the appender"))?;
            check(&mut conn).await?;
            sqlx::query(LIMITS)
                .execute(&mut conn)
                .await
                .map_err(JournalError::database("setting the appender's limits"))?;
            Ok(Self { conn })
        };
        timeout(PATIENCE, connecting).await.unwrap_or_else(|_| {
            Err(JournalError::Unavailable(
                "connecting took too long".to_owned(),
            ))
        })
    }

    /// Reads the head on this connection.
    pub(super) async fn look(&mut self, head: &Head) -> Result<(), JournalError> {
        match timeout(PATIENCE, head.look(&mut self.conn)).await {
            Ok(looked) => looked.map(|_| ()),
            Err(_) => Err(JournalError::Unavailable(
                "reading the head took too long".to_owned(),
            )),
        }
    }

    /// Writes a little to the disk, where nothing keeps it: fails as an append would on a full disk.
    pub(super) async fn probe(&mut self) -> Result<(), Fault> {
        let probing = self.conn.execute(PROBE);
        match timeout(PATIENCE, probing).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => match Fault::from(error) {
                // A role that may not do this learns nothing from it: the next append will tell.
                Fault::Culprit(_) => Ok(()),
                fault => Err(fault),
            },
            Err(_) => Err(Fault::Lost("no answer in time".to_owned())),
        }
    }

    /// Says goodbye, so that the server need not find out.
    pub(super) async fn close(self) {
        if let Ok(Err(error)) = timeout(PATIENCE, self.conn.close()).await {
            tracing::debug!(%error, "the appender's connection did not close cleanly");
        }
    }
}

async fn check(conn: &mut PgConnection) -> Result<(), JournalError> {
    let settings = sqlx::query_as::<_, (String, String)>(
        "SELECT name, setting FROM pg_settings
         WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'server_version_num')
         UNION ALL SELECT 'standby', pg_is_in_recovery()::text",
    )
    .fetch_all(conn)
    .await
    .map_err(JournalError::database("reading the server's settings"))?;
    for (setting, value) in settings {
        match (setting.as_str(), value.as_str()) {
            ("server_version_num", number) if number.parse().is_ok_and(|n: u32| n < OLDEST) => {
                return Err(JournalError::TooOld { found: value });
            }
            ("standby", "true") => {
                return Err(JournalError::Unavailable(
                    "the server is a standby".to_owned(),
                ));
            }
            (_, "off") => return Err(JournalError::Unsafe { setting, value }),
            (_, _) => {}
        }
    }
    Ok(())
}
