//! A PostgreSQL cluster that belongs to one test, so that it can be killed, filled up or taken back in time. Ends with
//! its owner, by its own process id.

use std::os::unix::fs::{DirBuilderExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};
use sqlx::{Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;

use crate::until;

/// The role that owns everything in it.
const OWNER: &str = "hilo_owner";

/// A cluster; its postmaster may be running or not.
pub struct Cluster {
    folder: TempDir,
    data: PathBuf,
    settings: Vec<String>,
    environment: Vec<(String, String)>,
    user: Option<(u32, u32)>,
    postmaster: Option<Child>,
}

impl Cluster {
    /// A new cluster, running.
    ///
    /// # Errors
    /// When PostgreSQL does not come up.
    pub async fn start() -> Result<Self> {
        let mut cluster = Self::bare()?;
        cluster.init()?;
        cluster.run().await?;
        Ok(cluster)
    }

    /// A folder for a cluster whose files are still to come, such as those of a backup.
    ///
    /// # Errors
    /// When there is no folder for it.
    pub fn bare() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("hilo-pg-").tempdir()?;
        let user = other_user()?;
        let cluster = Self {
            data: folder.path().join("data"),
            settings: Vec::new(),
            environment: Vec::new(),
            user,
            postmaster: None,
            folder,
        };
        for folder in [cluster.folder.path(), &cluster.socket()] {
            if !folder.exists() {
                std::fs::DirBuilder::new().mode(0o755).create(folder)?;
            }
            cluster.give(folder)?;
        }
        Ok(cluster)
    }

    /// Makes the cluster's files.
    ///
    /// # Errors
    /// When `initdb` fails.
    pub fn init(&self) -> Result<()> {
        let mut initdb = self.program("initdb")?;
        initdb.arg("-D").arg(&self.data).args(["-U", OWNER]);
        self.finish(initdb.args(["-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]))
    }

    /// Where the cluster's files are, or will be.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Puts the cluster's files elsewhere, such as on a small disk. Before [`Cluster::init`].
    pub fn lie_in(&mut self, data: PathBuf) {
        self.data = data;
    }

    /// A setting such as `wal_level=replica`, from the next start on.
    pub fn set(&mut self, setting: &str) {
        self.settings.push(setting.to_owned());
    }

    /// A variable of the postmaster's environment, from the next start on.
    pub fn environment(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// Gives a file to the user that runs PostgreSQL.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn give(&self, path: &Path) -> Result<()> {
        if let Some((user, group)) = self.user {
            chown(path, Some(user), Some(group))?;
        }
        Ok(())
    }

    /// Starts the postmaster and waits for its first answer.
    ///
    /// # Errors
    /// When it gives none.
    pub async fn run(&mut self) -> Result<()> {
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.folder.path().join("log"))?;
        let url = self.url("postgres");
        until("PostgreSQL answers", async || {
            // What the last one left in shared memory may be in the way for a moment.
            if self.has_ended()? {
                self.postmaster = Some(self.postgres()?.stderr(log.try_clone()?).spawn()?);
            }
            let Ok(mut connection) = PgConnection::connect(&url).await else {
                return Ok(None);
            };
            // One that still recovers answers, and takes nothing.
            let recovers: bool = sqlx::query_scalar("SELECT pg_is_in_recovery()")
                .fetch_one(&mut connection)
                .await?;
            connection.close().await?;
            Ok((!recovers).then_some(()))
        })
        .await
        .with_context(|| self.log())
    }

    fn postgres(&self) -> Result<Command> {
        let mut postgres = self.program("postgres")?;
        postgres.arg("-D").arg(&self.data);
        let socket = format!("unix_socket_directories={}", self.socket().display());
        for setting in ["listen_addresses=", "max_connections=120", &socket] {
            postgres.args(["-c", setting]);
        }
        for setting in &self.settings {
            postgres.args(["-c", setting]);
        }
        for (name, value) in &self.environment {
            postgres.env(name, value);
        }
        postgres.stdin(Stdio::null()).stdout(Stdio::null());
        Ok(postgres)
    }

    fn has_ended(&mut self) -> Result<bool> {
        Ok(match &mut self.postmaster {
            Some(postmaster) => postmaster.try_wait()?.is_some(),
            None => true,
        })
    }

    /// SIGKILL of the postmaster; its backends notice and end by themselves.
    ///
    /// # Errors
    /// When it does not run.
    pub fn kill(&mut self) -> Result<()> {
        let mut postmaster = self.postmaster.take().context("it does not run")?;
        postmaster.kill()?;
        postmaster.wait()?;
        Ok(())
    }

    /// A clean stop that waits for nobody.
    ///
    /// # Errors
    /// When it does not run or does not stop.
    pub fn stop(&mut self) -> Result<()> {
        let mut postmaster = self.postmaster.take().context("it does not run")?;
        let mut stop = self.program("pg_ctl")?;
        stop.arg("stop").arg("-D").arg(&self.data);
        self.finish(stop.args(["-m", "fast", "-w", "-t", "60", "-s"]))?;
        postmaster.wait()?;
        Ok(())
    }

    /// The process id of the postmaster.
    #[must_use]
    pub fn postmaster(&self) -> Option<u32> {
        self.postmaster.as_ref().map(Child::id)
    }

    /// A new, empty database; gives its address.
    ///
    /// # Errors
    /// When PostgreSQL refuses.
    pub async fn create(&self, name: &str) -> Result<String> {
        let mut connection = PgConnection::connect(&self.url("postgres")).await?;
        // The name is the test's own; PostgreSQL takes no parameters in CREATE DATABASE.
        let statement = ["CREATE DATABASE ", name].concat();
        connection.execute(statement.as_str()).await?;
        connection.close().await?;
        Ok(self.url(name))
    }

    /// The address of one of its databases.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!(
            "postgres://{OWNER}@localhost/{database}?host={}",
            self.socket().display()
        )
    }

    /// The folder of its socket.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("s")
    }

    /// A folder of its own that the cluster's user can write to.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.path().join(name);
        std::fs::DirBuilder::new().mode(0o700).create(&folder)?;
        self.give(&folder)?;
        Ok(folder)
    }

    /// A program of PostgreSQL, to be run as the user that runs the cluster, which reaches it without further words.
    ///
    /// # Errors
    /// When PostgreSQL is not installed.
    pub fn program(&self, name: &str) -> Result<Command> {
        let mut command = Command::new(programs()?.join(name));
        command
            .current_dir("/")
            .env("PGHOST", self.socket())
            .env("PGUSER", OWNER);
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        Ok(command)
    }

    /// Runs a program to its end.
    ///
    /// # Errors
    /// With its last words when it fails.
    pub fn finish(&self, command: &mut Command) -> Result<()> {
        let output = command.output()?;
        if !output.status.success() {
            let words = String::from_utf8_lossy(&output.stderr);
            bail!("{command:?} ended with {}: {words}", output.status);
        }
        Ok(())
    }

    /// What the postmaster said.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.postmaster.is_some() && self.stop().is_err() {
            // It did not want to: a test's end is no place to wait.
            drop(self.kill());
        }
    }
}

/// The folder of the newest PostgreSQL's programs.
fn programs() -> Result<PathBuf> {
    let mut found: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .filter(|bin| bin.join("postgres").exists())
        .collect();
    found.sort();
    if let Some(bin) = found.pop() {
        return Ok(bin);
    }
    let config = Command::new("pg_config").arg("--bindir").output();
    let output = config.context("PostgreSQL is not installed")?;
    Ok(String::from_utf8(output.stdout)?.trim().into())
}

/// PostgreSQL refuses to run as root: then the user and group to run it as.
fn other_user() -> Result<Option<(u32, u32)>> {
    if !is_root() {
        return Ok(None);
    }
    let known = std::fs::read_to_string("/etc/passwd")?;
    for name in ["postgres", "nobody"] {
        let line = known
            .lines()
            .find(|line| line.split(':').next() == Some(name));
        let mut fields = line.unwrap_or_default().split(':').skip(2);
        if let (Some(Ok(user)), Some(Ok(group))) =
            (fields.next().map(str::parse), fields.next().map(str::parse))
        {
            return Ok(Some((user, group)));
        }
    }
    bail!("root cannot run PostgreSQL, and there is no user postgres or nobody")
}

/// Whether this process may do anything.
#[must_use]
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}
