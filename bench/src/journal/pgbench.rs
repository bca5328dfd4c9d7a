//! What PostgreSQL itself does: pgbench inserts one row of the size of an event in a transaction of its own.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, Executor as _, PgConnection};
use tempfile::NamedTempFile;
use tokio::process::Command;

use super::callers::Rate;
use crate::postgres;
use crate::samples::Samples;

/// What a row takes beside its body: header and number.
const OTHER_BYTES: i64 = 32;

/// A database with a plain table, and the script that fills it.
pub struct Pgbench {
    address: PgConnectOptions,
    script: NamedTempFile,
    body: i64,
}

impl Pgbench {
    /// Makes the table for rows of so many bytes.
    pub async fn create(row_bytes: i64) -> Result<Self> {
        let address: PgConnectOptions = postgres::create().await?.parse()?;
        let mut connection = PgConnection::connect_with(&address).await?;
        connection
            .execute(
                "CREATE TABLE plain (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL)",
            )
            .await?;
        connection.close().await?;
        let script = NamedTempFile::new()?;
        std::fs::write(
            script.path(),
            "INSERT INTO plain (body) VALUES (repeat('x', :body));\n",
        )?;
        Ok(Self {
            address,
            script,
            body: row_bytes - OTHER_BYTES,
        })
    }

    /// Transactions of `clients` at once; at least a second.
    pub async fn run(&self, clients: usize, span: Duration) -> Result<Rate> {
        let socket = self.address.get_socket().context("no socket")?;
        let database = self.address.get_database().context("no database")?;
        let seconds = span.as_secs().max(1);
        let output = Command::new(program())
            .arg("-h")
            .arg(socket)
            .args(["-p", &self.address.get_port().to_string()])
            .args(["-U", self.address.get_username()])
            .args([
                "-n",
                "-M",
                "prepared",
                "-j",
                if clients > 1 { "2" } else { "1" },
            ])
            .args(["-c", &clients.to_string(), "-T", &seconds.to_string()])
            .args(["-D", &format!("body={}", self.body)])
            .arg("-f")
            .arg(self.script.path())
            .arg(database)
            .output()
            .await
            .context("starting pgbench")?;
        if !output.status.success() {
            bail!("pgbench: {}", String::from_utf8_lossy(&output.stderr));
        }
        let text = String::from_utf8(output.stdout)?;
        let rate = text
            .lines()
            .find_map(|line| line.strip_prefix("tps = "))
            .and_then(|line| line.split_whitespace().next())
            .context("pgbench says no rate")?
            .parse::<f64>()?;
        let span = Duration::from_secs(seconds);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count of far less than 2^52"
        )]
        let calls = (rate * span.as_secs_f64()) as u64;
        Ok(Rate::new(calls, span, Samples::default()))
    }
}

/// That of the newest installed PostgreSQL, else the one in the path.
fn program() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    installed
        .filter_map(|version| {
            let version = version.ok()?;
            let number: u32 = version.file_name().to_str()?.parse().ok()?;
            let program = version.path().join("bin/pgbench");
            program.exists().then_some((number, program))
        })
        .max()
        .map_or_else(|| PathBuf::from("pgbench"), |(_, program)| program)
}
