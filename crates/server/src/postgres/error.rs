//! Why there is no private PostgreSQL. Each is one line that says what to do.

use std::io;
use std::path::Path;

/// Why the private PostgreSQL is not there.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// Nothing installed that could run it.
    #[error(
        "no PostgreSQL 15 or newer is installed (looked in {looked}): install one (Debian: apt install postgresql), or set HILO_DATABASE_URL"
    )]
    NotInstalled {
        /// The folders looked into.
        looked: String,
    },
    /// The cluster was made by a major version that is not installed.
    #[error(
        "the database in {path} was made by PostgreSQL {made_by}, but here is only PostgreSQL {installed}: install PostgreSQL {made_by}, or move the data over with pg_upgrade"
    )]
    OtherVersion {
        /// The cluster.
        path: String,
        /// Its major version.
        made_by: String,
        /// The installed major versions.
        installed: String,
    },
    /// The cluster belongs to somebody this process cannot act for.
    #[error(
        "the database in {path} belongs to user {owner}, and hilo runs as user {user}: run hilo as that user"
    )]
    ForeignOwner {
        /// The cluster.
        path: String,
        /// Its owner's numeric id.
        owner: u32,
        /// Our numeric id.
        user: u32,
    },
    /// `postgres.location` names a folder that is gone.
    #[error(
        "{file} says that the database is in {location}, but it is not there: bring it back, or restore a backup"
    )]
    Lost {
        /// The file that names it.
        file: String,
        /// The place named.
        location: String,
    },
    /// The folder for the socket is somebody else's.
    #[error(
        "{path} is needed for the database's socket, but it is not a private folder of user {user}: remove it"
    )]
    SocketFolderTaken {
        /// The folder.
        path: String,
        /// Who should own it (numeric id).
        user: u32,
    },
    /// A program of PostgreSQL did not do its work.
    #[error("{program} failed: {cause}")]
    Program {
        /// Its name.
        program: &'static str,
        /// Its last words.
        cause: String,
    },
    /// It started and did not answer.
    #[error("PostgreSQL did not start: {cause} (see {log})")]
    NotStarted {
        /// Its last words.
        cause: String,
        /// Its log file.
        log: String,
    },
    /// It answered and refused.
    #[error("the private PostgreSQL refused {what}: {cause}")]
    Refused {
        /// What was asked.
        what: &'static str,
        /// Its words.
        cause: sqlx::Error,
    },
    /// The system said no.
    #[error("{path}: {cause}")]
    Io {
        /// File or folder.
        path: String,
        /// The system's words.
        cause: io::Error,
    },
}

/// For `map_err`: an error of the system, with the path it is about.
pub fn at(path: &Path) -> impl FnOnce(io::Error) -> PostgresError {
    let path = path.display().to_string();
    move |cause| PostgresError::Io { path, cause }
}
