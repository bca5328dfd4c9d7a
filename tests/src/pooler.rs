//! A real pgbouncer in transaction mode before the tests' PostgreSQL, as a child process; ends with its owner. With few
//! connections to the server, so that callers take turns on them all the time.

use std::io::{Error, Result};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Names its socket's file.
const PORT: u16 = 6432;
/// Connections to the server that all callers share.
const SERVERS: u16 = 4;
const PATIENCE: Duration = Duration::from_secs(20);

/// A running pooler.
pub struct Pooler {
    folder: PathBuf,
    owner: (u32, u32),
    child: Child,
}

impl Pooler {
    /// Starts one before the server whose socket lies in `server`, named `name` among others. Runs as that server's
    /// user, as it refuses to be root.
    ///
    /// # Errors
    /// When pgbouncer is not installed or does not come up.
    pub fn start(server: &Path, name: &str) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("hilo-pooler-{name}"));
        std::fs::create_dir(&folder)?;
        std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o755))?;
        let server_folder = std::fs::metadata(server)?;
        let owner = (server_folder.uid(), server_folder.gid());
        let file = folder.join("pgbouncer.ini");
        std::fs::write(&file, settings(server, &folder))?;
        chown(&folder, Some(owner.0), Some(owner.1))?;
        let child = spawn(&folder, owner)?;
        let pooler = Self {
            folder,
            owner,
            child,
        };
        pooler.answers()?;
        Ok(pooler)
    }

    /// The folder of its socket.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.folder
    }

    /// The port that its socket's file is named after.
    #[must_use]
    pub fn port(&self) -> u16 {
        PORT
    }

    /// SIGKILL: every connection through it is cut.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait().map(drop)
    }

    /// Starts it again after [`Pooler::kill`].
    ///
    /// # Errors
    /// When it does not come up.
    pub fn start_again(&mut self) -> Result<()> {
        self.child = spawn(&self.folder, self.owner)?;
        self.answers()
    }

    fn answers(&self) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        let socket = self.folder.join(format!(".s.PGSQL.{PORT}"));
        while let Err(error) = UnixStream::connect(&socket) {
            if Instant::now() > end {
                let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                return Err(Error::other(format!("no pgbouncer: {error}\n{log}")));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        drop(self.kill());
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// The folder of the server's socket in an address such as `postgres://owner@localhost/name?host=/tmp/s`.
#[must_use]
pub fn server_of(url: &str) -> PathBuf {
    url.split_once("host=")
        .map(|(_, folder)| folder.split('&').next().unwrap_or(folder))
        .unwrap_or_default()
        .into()
}

fn settings(server: &Path, folder: &Path) -> String {
    format!(
        "[databases]\n* = host={} user=hilo_owner\n\
         [pgbouncer]\npool_mode = transaction\ndefault_pool_size = {SERVERS}\nmax_client_conn = 400\n\
         auth_type = any\nlisten_addr =\nlisten_port = {PORT}\nunix_socket_dir = {}\n\
         logfile = {}/log\nserver_login_retry = 1\n",
        server.display(),
        folder.display(),
        folder.display(),
    )
}

fn spawn(folder: &Path, owner: (u32, u32)) -> Result<Child> {
    let sbin = Path::new("/usr/sbin/pgbouncer");
    let program = if sbin.exists() {
        sbin
    } else {
        Path::new("pgbouncer")
    };
    let mut command = Command::new(program);
    command
        .arg(folder.join("pgbouncer.ini"))
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if std::fs::metadata("/proc/self")?.uid() == 0 {
        command.uid(owner.0).gid(owner.1);
    }
    command
        .spawn()
        .map_err(|error| Error::new(error.kind(), format!("pgbouncer: {error}")))
}
