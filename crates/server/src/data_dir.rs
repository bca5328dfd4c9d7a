//! The data folder: one process owns it (a lock), and it keeps what must not be in the database
//! (the master key) or must tell a copy from the original (which installation it belongs to, what it saw last).

use std::fs::{DirBuilder, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::UNIX_EPOCH;

use hilo_journal::{Cursor, MasterKey};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

const LOCK: &str = "lock";
const INSTANCE: &str = "instance";
const HEAD: &str = "head";
const PROCESS: &str = "process";
const MASTER_KEY: &str = "master.key";
const PREVIOUS_MASTER_KEY: &str = "master.key.previous";
const KEY_OF_32_BYTES: &str = "a key of 32 bytes in hexadecimal digits";

/// A data folder that exists. Whether this process owns it depends on how it was opened.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    /// Held as long as the folder is owned; the system lets go of it when the process ends, however it ends.
    _lock: Option<File>,
}

/// Why a data folder cannot be used; one line.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// Another process owns it.
    #[error(
        "the data folder {path} is in use by another hilo (process {owner}): stop that one, or set HILO_DATA to another folder"
    )]
    Owned {
        /// The folder.
        path: String,
        /// Its process id, as far as it could be read.
        owner: String,
    },
    /// Others can read the master key.
    #[error(
        "{file} can be read by others (mode {mode:03o}): it opens every sealed text, so make it yours alone with chmod 600"
    )]
    KeyNotPrivate {
        /// The file.
        file: String,
        /// Its permission bits.
        mode: u32,
    },
    /// A file whose content makes no sense.
    #[error("{file} does not hold {expected}: restore it from a backup")]
    Broken {
        /// The file.
        file: String,
        /// What should be in it.
        expected: &'static str,
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

impl DataDir {
    /// Makes the folder if it is missing and owns it until dropped.
    pub fn own(path: &Path) -> Result<Self, DataDirError> {
        // Others may pass through (the database's user, when it is another one), not look around.
        DirBuilder::new()
            .recursive(true)
            .mode(0o711)
            .create(path)
            .map_err(|cause| io_error(path, cause))?;
        let path = path.canonicalize().map_err(|cause| io_error(path, cause))?;
        let lock = take_lock(&path)?;
        Ok(Self {
            path,
            _lock: Some(lock),
        })
    }

    /// Owns the folder if nobody else does; else looks at it beside its owner. For commands that only read.
    pub fn own_or_visit(path: &Path) -> Result<Self, DataDirError> {
        let existing = path.canonicalize().map_err(|cause| io_error(path, cause))?;
        match Self::own(&existing) {
            Err(DataDirError::Owned { .. }) => Ok(Self {
                path: existing,
                _lock: None,
            }),
            other => other,
        }
    }

    /// Whether this process owns the folder.
    pub fn is_owned(&self) -> bool {
        self._lock.is_some()
    }

    /// The folder, absolute, without links.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The installation this folder belongs to. `None` for a new folder, and for a copied or restored one: the file
    /// names the very file it was written to.
    pub fn instance(&self) -> Result<Option<Uuid>, DataDirError> {
        let file = self.path.join(INSTANCE);
        let broken = || broken(&file, "an instance id");
        let Some(text) = read(&file)? else {
            return Ok(None);
        };
        let mut lines = text.lines();
        let id = lines.next().and_then(|id| id.trim().parse().ok());
        let id = id.ok_or_else(broken)?;
        let metadata = std::fs::metadata(&file).map_err(|cause| io_error(&file, cause))?;
        let is_original = lines.next() == Some(mark(&metadata).as_str());
        Ok(is_original.then_some(id))
    }

    /// Remembers which installation this folder belongs to from now on.
    pub fn set_instance(&self, id: Uuid) -> Result<(), DataDirError> {
        let text = |metadata: &Metadata| format!("{id}\n{}\n", mark(metadata));
        write_marked(&self.path.join(INSTANCE), 0o644, text)
    }

    /// The journal's last head that a process with this folder saw.
    pub fn seen(&self) -> Result<Option<Cursor>, DataDirError> {
        self.parsed(HEAD, "a position")
    }

    /// Remembers the journal's head.
    pub fn set_seen(&self, head: Cursor) -> Result<(), DataDirError> {
        write_new(&self.path.join(HEAD), 0o644, &format!("{head}\n"))
    }

    /// The journal's name for the process that owned this folder last.
    pub fn predecessor(&self) -> Result<Option<Uuid>, DataDirError> {
        self.parsed(PROCESS, "a process id of the journal")
    }

    /// Remembers the journal's name for this process.
    pub fn set_process(&self, process: Uuid) -> Result<(), DataDirError> {
        write_new(&self.path.join(PROCESS), 0o644, &format!("{process}\n"))
    }

    fn parsed<T: FromStr>(
        &self,
        name: &str,
        expected: &'static str,
    ) -> Result<Option<T>, DataDirError> {
        let file = self.path.join(name);
        let text = read(&file)?;
        let value = text.map(|text| text.trim().parse().map_err(|_| broken(&file, expected)));
        value.transpose()
    }

    /// The key that wraps all keys: the configured one, or the one kept here (made at the first call).
    pub fn master_key(&self, configured: Option<&SecretString>) -> Result<MasterKey, DataDirError> {
        let file = self.path.join(MASTER_KEY);
        if let Some(key) = configured {
            return MasterKey::parse(key.expose_secret())
                .map_err(|_| broken(&file, KEY_OF_32_BYTES));
        }
        match kept_key(&file)? {
            Some(key) => Ok(key),
            None => {
                let mut bytes = [0; 32];
                getrandom::fill(&mut bytes)
                    .map_err(|error| io_error(&file, io::Error::other(error)))?;
                write_new(&file, 0o600, &format!("{}\n", hex::encode(bytes)))?;
                Ok(MasterKey::from_bytes(bytes))
            }
        }
    }

    /// The key before it: the configured one, or the one kept here; nothing when the key was never changed.
    pub fn previous_master_key(
        &self,
        configured: Option<&SecretString>,
    ) -> Result<Option<MasterKey>, DataDirError> {
        let file = self.path.join(PREVIOUS_MASTER_KEY);
        match configured {
            Some(key) => MasterKey::parse(key.expose_secret())
                .map(Some)
                .map_err(|_| broken(&file, KEY_OF_32_BYTES)),
            None => kept_key(&file),
        }
    }
}

/// The key in a file that nobody else can read, if the file is there.
fn kept_key(file: &Path) -> Result<Option<MasterKey>, DataDirError> {
    match std::fs::metadata(file) {
        Ok(metadata) if metadata.mode() & 0o077 != 0 => Err(DataDirError::KeyNotPrivate {
            file: file.display().to_string(),
            mode: metadata.mode() & 0o777,
        }),
        Ok(_) => {
            let text = std::fs::read_to_string(file).map_err(|cause| io_error(file, cause))?;
            MasterKey::parse(text.trim())
                .map(Some)
                .map_err(|_| broken(file, KEY_OF_32_BYTES))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(io_error(file, cause)),
    }
}

fn take_lock(folder: &Path) -> Result<File, DataDirError> {
    let path = folder.join(LOCK);
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o644)
        .open(&path)
        .map_err(|cause| io_error(&path, cause))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut owner = String::new();
            // Only said to help; a file that cannot be read is as locked as any.
            let _unread = file.read_to_string(&mut owner);
            return Err(DataDirError::Owned {
                path: folder.display().to_string(),
                owner: match owner.trim() {
                    "" => "unknown".to_owned(),
                    owner => owner.to_owned(),
                },
            });
        }
        Err(TryLockError::Error(cause)) => return Err(io_error(&path, cause)),
    }
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| writeln!(file, "{}", std::process::id()))
        .map_err(|cause| io_error(&path, cause))?;
    Ok(file)
}

/// What a copy of a file has differently: its number on the disk and the moment it was made.
fn mark(metadata: &Metadata) -> String {
    let made = metadata.created().ok();
    let made = made.and_then(|made| made.duration_since(UNIX_EPOCH).ok());
    let made = made.map_or(0, |made| made.as_nanos());
    format!("{} {made}", metadata.ino())
}

fn read(file: &Path) -> Result<Option<String>, DataDirError> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(io_error(file, cause)),
    }
}

fn broken(file: &Path, expected: &'static str) -> DataDirError {
    DataDirError::Broken {
        file: file.display().to_string(),
        expected,
    }
}

fn write_new(file: &Path, mode: u32, text: &str) -> Result<(), DataDirError> {
    write_marked(file, mode, |_| text.to_owned())
}

/// Writes a file that must not be half there after a crash: beside its place, synced, then renamed. The text may name
/// the file it is written to.
fn write_marked(
    file: &Path,
    mode: u32,
    text: impl FnOnce(&Metadata) -> String,
) -> Result<(), DataDirError> {
    let draft = file.with_extension("new");
    let write = || -> io::Result<()> {
        // A draft is what a crash left; it was never used.
        match std::fs::remove_file(&draft) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut out = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(&draft)?;
        let text = text(&out.metadata()?);
        out.write_all(text.as_bytes())?;
        out.sync_all()?;
        std::fs::rename(&draft, file)?;
        match file.parent() {
            Some(folder) => File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    };
    write().map_err(|cause| io_error(file, cause))
}

fn io_error(path: &Path, cause: io::Error) -> DataDirError {
    DataDirError::Io {
        path: path.display().to_string(),
        cause,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_second_owner_is_told_who_the_first_is() {
        let folder = tempfile::tempdir().unwrap();
        let first = DataDir::own(folder.path()).unwrap();
        let error = DataDir::own(folder.path()).unwrap_err().to_string();
        assert!(
            error.contains(&format!("process {}", std::process::id())),
            "{error}"
        );
        assert!(!DataDir::own_or_visit(folder.path()).unwrap().is_owned());
        drop(first);
        assert!(DataDir::own_or_visit(folder.path()).unwrap().is_owned());
    }

    #[test]
    fn the_instance_id_stays_and_a_copy_of_the_folder_has_none() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDir::own(&folder.path().join("a/b")).unwrap();
        assert_eq!(data.instance().unwrap(), None);
        let id = Uuid::new_v4();
        data.set_instance(id).unwrap();
        assert_eq!(data.instance().unwrap(), Some(id));

        let copy = DataDir::own(&folder.path().join("copy")).unwrap();
        std::fs::copy(data.path().join(INSTANCE), copy.path().join(INSTANCE)).unwrap();
        assert_eq!(copy.instance().unwrap(), None);
        std::fs::write(data.path().join(INSTANCE), "x").unwrap();
        assert!(data.instance().is_err());
    }

    #[test]
    fn what_was_seen_last_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDir::own(folder.path()).unwrap();
        assert_eq!(data.seen().unwrap(), None);
        let head: Cursor = "1042@3f2a9c1b".parse().unwrap();
        data.set_seen(head).unwrap();
        assert_eq!(data.seen().unwrap(), Some(head));
        let process = Uuid::new_v4();
        data.set_process(process).unwrap();
        assert_eq!(data.predecessor().unwrap(), Some(process));
    }

    #[test]
    fn the_master_key_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDir::own(folder.path()).unwrap();
        data.master_key(None).unwrap();
        let file = data.path().join(MASTER_KEY);
        let first = std::fs::read_to_string(&file).unwrap();
        assert_eq!(file.metadata().unwrap().mode() & 0o777, 0o600);
        data.master_key(None).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), first);
    }

    #[test]
    fn a_master_key_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDir::own(folder.path()).unwrap();
        data.master_key(None).unwrap();
        let file = data.path().join(MASTER_KEY);
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        let error = data.master_key(None).err().unwrap().to_string();
        assert!(
            error.contains("mode 640") && error.contains("chmod 600"),
            "{error}"
        );
    }

    #[test]
    fn a_configured_key_is_not_written_down() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDir::own(folder.path()).unwrap();
        let key = SecretString::from("ab".repeat(32));
        data.master_key(Some(&key)).unwrap();
        assert!(!data.path().join(MASTER_KEY).exists());
    }
}
