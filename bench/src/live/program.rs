//! The real `hilo serve` as a child process, with a database and a data folder of its own. Ends with its handle.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::postgres;

/// How long the program may take to come up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running Hilo.
pub(crate) struct Program {
    address: String,
    setup_token: String,
    child: Child,
    _data: TempDir,
}

impl Program {
    /// Starts it on an empty database; returns once it listens.
    pub(crate) async fn start() -> Result<Self> {
        let data = tempfile::Builder::new().prefix("hilo-bench-").tempdir()?;
        let mut command = Command::new(binary()?);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("HILO_") {
                command.env_remove(name);
            }
        }
        // Visitors name an address of their own in X-Forwarded-For, as behind a proxy: limits are theirs alone.
        let mut child = command
            .arg("serve")
            .env("HILO_LISTEN", "127.0.0.1:0")
            .env("HILO_DATABASE_URL", postgres::create().await?)
            .env("HILO_DATA", data.path())
            .env("HILO_TRUSTED_PROXIES", "127.0.0.1/32")
            .current_dir(data.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("no stdout")?).lines();
        let welcome = tokio::time::timeout(PATIENCE, welcome(&mut lines));
        let (address, setup_token) = welcome.await.context("hilo does not come up")??;
        Ok(Self {
            address,
            setup_token,
            child,
            _data: data,
        })
    }

    /// Such as `127.0.0.1:40001`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The one-time token that it printed.
    pub(crate) fn setup_token(&self) -> &str {
        &self.setup_token
    }

    /// Its resident memory now, in MB of a million bytes.
    pub(super) fn memory_mb(&self) -> Result<f64> {
        self.status("VmRSS:")
    }

    /// The most it ever had.
    pub(super) fn peak_memory_mb(&self) -> Result<f64> {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> Result<f64> {
        let id = self.child.id().context("hilo has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|rest| rest.split_whitespace().next());
        let kib: f64 = kib.context("no such line in /proc")?.parse()?;
        Ok(kib * 1_024.0 / 1_000_000.0)
    }
}

/// Address and set-up token from what it prints when it is ready.
async fn welcome(lines: &mut Lines<BufReader<ChildStdout>>) -> Result<(String, String)> {
    let mut address = None;
    while let Some(line) = lines.next_line().await? {
        if let Some((_, url)) = line.split_once("Hilo listens on http://") {
            address = Some(url.trim().trim_end_matches('/').to_owned());
        }
        if let Some((_, token)) = line.split_once("/set-up?token=") {
            let address = address.context("a set-up token before the address")?;
            return Ok((address, token.trim().to_owned()));
        }
    }
    bail!("hilo ended before it was ready")
}

/// Beside this bench unless `HILO_BIN` names it.
fn binary() -> Result<PathBuf> {
    let path = match std::env::var_os("HILO_BIN") {
        Some(path) => PathBuf::from(path),
        None => std::env::current_exe()?.with_file_name("hilo"),
    };
    if !path.exists() {
        bail!("{} is missing: use `just bench`", path.display());
    }
    Ok(path)
}
