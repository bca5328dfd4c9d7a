//! The real `hilo` program as a child process. Ends it by its own process id, however the test ends.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};

use crate::json::At as _;
use crate::wait::PATIENCE;
use crate::{database, until};

/// A running Hilo with a database and a data folder of its own.
pub struct Hilo {
    /// Where it listens, such as `http://127.0.0.1:40001`.
    pub url: String,
    options: Vec<String>,
    environment: Vec<(String, String)>,
    database_url: String,
    data: TempDir,
    child: Child,
    said: Said,
}

/// Everything the program wrote to its console, line by line.
#[derive(Clone, Default)]
pub struct Said(Arc<Mutex<Vec<String>>>);

impl Said {
    /// The lines so far.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().map(|lines| lines.clone()).unwrap_or_default()
    }

    fn listen(&self, stream: impl AsyncRead + Unpin + Send + 'static) {
        let said = Arc::clone(&self.0);
        tokio::spawn(async move {
            let mut lines = BufReader::new(stream).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                if let Ok(mut said) = said.lock() {
                    said.push(line);
                }
            }
        });
    }
}

impl Hilo {
    /// `hilo serve` on an empty database.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start() -> Result<Self> {
        Self::start_with(&[]).await
    }

    /// `hilo serve --demo` on an empty database.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start_demo() -> Result<Self> {
        Self::start_with(&["--demo"]).await
    }

    /// `hilo serve` on a database that is there, with a data folder of its own and more in its environment.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start_on(database_url: &str, environment: &[(&str, &str)]) -> Result<Self> {
        Self::start_in(folder()?, database_url, environment, &[]).await
    }

    /// A second `hilo serve` on the same database: with a data folder of its own and the same master key.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn beside(&self) -> Result<Self> {
        self.start_elsewhere(&self.database_url, &[]).await
    }

    /// `hilo serve` on another database with a new data folder and copies of this one's master key and ledger
    /// of erasures, as after a restore.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start_elsewhere(&self, database_url: &str, options: &[&str]) -> Result<Self> {
        let data = folder()?;
        for kept in ["master.key", "erased.ledger"] {
            let file = self.data.path().join(kept);
            if file.exists() {
                std::fs::copy(file, data.path().join(kept))?;
            }
        }
        Self::start_in(data, database_url, &[], options).await
    }

    async fn start_with(options: &[&str]) -> Result<Self> {
        Self::start_in(folder()?, &database::create().await?, &[], options).await
    }

    async fn start_in(
        data: TempDir,
        database_url: &str,
        environment: &[(&str, &str)],
        options: &[&str],
    ) -> Result<Self> {
        let options: Vec<String> = options.iter().map(|&option| option.to_owned()).collect();
        let environment: Vec<_> = environment
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let mut command = program(database_url, &data, &environment)?;
        command
            .arg("serve")
            .args(&options)
            .env("HILO_LISTEN", "127.0.0.1:0");
        let (child, said, url) = listen(command).await?;
        Ok(Self {
            url,
            options,
            environment,
            database_url: database_url.to_owned(),
            data,
            child,
            said,
        })
    }

    /// SIGKILL, as from a power cut. Returns once the process is gone.
    ///
    /// # Errors
    /// When the process cannot be waited for.
    pub async fn kill(&mut self) -> Result<()> {
        self.child
            .kill()
            .await
            .context("the process was gone already")
    }

    /// SIGTERM, as from an operator; gives the exit code once the process is gone.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn stop(&mut self) -> Result<Option<i32>> {
        signal(self.child.id(), "TERM").await?;
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        Ok(ended.context("hilo does not stop")??.code())
    }

    /// Sends it a signal such as `STOP` or `CONT`.
    ///
    /// # Errors
    /// When the process is gone.
    pub async fn signal(&self, name: &str) -> Result<()> {
        signal(self.child.id(), name).await
    }

    /// Uses another database from the next start on.
    pub fn move_to(&mut self, database_url: &str) {
        database_url.clone_into(&mut self.database_url);
    }

    /// Takes other options from the next start on.
    pub fn set_options(&mut self, options: &[&str]) {
        self.options = options.iter().map(|&option| option.to_owned()).collect();
    }

    /// Starts again at the same address with the same database and data.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start_again(&mut self) -> Result<()> {
        let address = self.url.trim_start_matches("http://").to_owned();
        let mut command = program(&self.database_url, &self.data, &self.environment)?;
        command
            .arg("serve")
            .args(&self.options)
            .env("HILO_LISTEN", address);
        let (child, said, url) = listen(command).await?;
        (self.child, self.said, self.url) = (child, said, url);
        Ok(())
    }

    /// Runs another `hilo` command on the same database and data, and gives what it printed.
    ///
    /// # Errors
    /// When it ends with anything but 0.
    pub async fn run(&self, arguments: &[&str]) -> Result<String> {
        let output = self.output(arguments).await?;
        if !output.status.success() {
            let reason = String::from_utf8_lossy(&output.stderr);
            bail!("hilo {arguments:?} ended with {}: {reason}", output.status);
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// The same, however it ends.
    ///
    /// # Errors
    /// When it cannot be started.
    pub async fn output(&self, arguments: &[&str]) -> Result<std::process::Output> {
        let mut program = program(&self.database_url, &self.data, &self.environment)?;
        Ok(program.args(arguments).output().await?)
    }

    /// What it wrote to its console since its last start.
    #[must_use]
    pub fn said(&self) -> Vec<String> {
        self.said.lines()
    }

    /// The address of its database.
    #[must_use]
    pub fn database_url(&self) -> &str {
        &self.database_url
    }

    /// Its data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Status and body of `/readyz`; no status when nobody listens.
    ///
    /// # Errors
    /// When the client cannot be made.
    pub async fn readiness(&self) -> Result<(Option<u16>, Value)> {
        readiness(&self.url).await
    }
}

async fn readiness(url: &str) -> Result<(Option<u16>, Value)> {
    let http = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(5))
        .build()?;
    let Ok(answer) = http.get(format!("{url}/readyz")).send().await else {
        return Ok((None, Value::Null));
    };
    let status = answer.status().as_u16();
    Ok((Some(status), answer.json().await.unwrap_or_default()))
}

/// Waits until the Hilo at this address has taken in everything that was recorded: rows, timers and policies know of it.
///
/// # Errors
/// When something stays behind.
pub async fn settled(url: &str) -> Result<()> {
    // Not by `until`: what awaits this is spawned, and the future of a closure that borrows is not `Send` enough.
    let end = Instant::now() + PATIENCE;
    while !has_taken_everything_in(&readiness(url).await?.1) {
        if Instant::now() > end {
            bail!("waited {PATIENCE:?} in vain for every consumer to take everything in");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

fn has_taken_everything_in(ready: &Value) -> bool {
    let consumers = ready.list("/consumers");
    !consumers.is_empty() && consumers.iter().all(|it| it.number("/lag") == 0)
}

fn folder() -> Result<TempDir> {
    Ok(tempfile::Builder::new().prefix("hilo-data-").tempdir()?)
}

/// Sends a signal by its name to one process.
///
/// # Errors
/// When there is no such process.
pub async fn signal(pid: Option<u32>, name: &str) -> Result<()> {
    let pid = pid.context("the process is gone")?.to_string();
    let sent = Command::new("kill")
        .args(["-s", name, &pid])
        .status()
        .await?;
    if !sent.success() {
        bail!("process {pid} could not be sent SIG{name}");
    }
    Ok(())
}

/// The program, found beside the test's own executable unless `HILO_BIN` names it.
fn program(
    database_url: &str,
    data: &TempDir,
    environment: &[(String, String)],
) -> Result<Command> {
    let path = match std::env::var_os("HILO_BIN") {
        Some(path) => PathBuf::from(path),
        None => {
            let test = std::env::current_exe()?;
            let folder = test.parent().and_then(|deps| deps.parent());
            folder
                .context("the test's executable has no folder")?
                .join("hilo")
        }
    };
    if !path.exists() {
        bail!(
            "{} is missing: cargo build -p hilo-server --bin hilo",
            path.display()
        );
    }
    let mut command = Command::new(path);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("HILO_") {
            command.env_remove(name);
        }
    }
    // Visitors name an address of their own in X-Forwarded-For, so that limits are theirs alone.
    command
        .env("HILO_DATABASE_URL", database_url)
        .env("HILO_DATA", data.path())
        .env("HILO_TRUSTED_PROXIES", "127.0.0.1/32")
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .current_dir(data.path())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    Ok(command)
}

async fn listen(mut command: Command) -> Result<(Child, Said, String)> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let said = Said::default();
    said.listen(child.stdout.take().context("no stdout")?);
    said.listen(child.stderr.take().context("no stderr")?);
    let url = until("Hilo listens", async || {
        let lines = said.lines();
        let url = lines
            .iter()
            .find_map(|line| line.split_once("Hilo listens on "));
        if let Some((_, url)) = url {
            return Ok(Some(url.trim().trim_end_matches('/').to_owned()));
        }
        if let Some(status) = child.try_wait()? {
            // The readers may be a moment behind the end of the process.
            tokio::time::sleep(Duration::from_millis(100)).await;
            bail!("hilo ended with {status}:\n{}", said.lines().join("\n"));
        }
        Ok(None)
    })
    .await
    .with_context(|| said.lines().join("\n"))?;
    Ok((child, said, url))
}
