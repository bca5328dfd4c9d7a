//! Where the bytes of files lie: a folder, each under the SHA-256 of what is stored. Knows nothing of whose they are;
//! what it is given is sealed already. What it says is stored is on the disk.

use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use sha2::{Digest as _, Sha256};
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt as _;

use crate::clock;

/// Folder of what is still coming in.
const INCOMING: &str = "incoming";
/// What came in and was not finished for so long is of a process that ended in between.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// The folder. Cheap to clone.
#[derive(Clone, Debug)]
pub struct FileStore(Arc<PathBuf>);

impl FileStore {
    /// The store in a folder, which is made when it is first written to.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self(Arc::new(folder))
    }

    /// Begins a file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) async fn begin(&self) -> io::Result<Incoming> {
        let folder = self.0.join(INCOMING);
        make(folder.clone()).await?;
        let path = folder.join(clock::new_id().to_string());
        let file = File::options()
            .write(true)
            .create_new(true)
            .open(&path)
            .await?;
        Ok(Incoming {
            file,
            path,
            digest: Sha256::new(),
            is_placed: false,
        })
    }

    /// Puts a file that is on the disk in its place.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) async fn place(&self, mut incoming: Synced) -> io::Result<()> {
        let path = self.path(&incoming.name)?;
        let folder = path.parent().unwrap_or(&self.0).to_owned();
        make(folder.clone()).await?;
        fs::rename(&incoming.incoming.path, &path).await?;
        incoming.incoming.is_placed = true;
        // The file's name, and its folder's, must be on the disk as well.
        File::open(&folder).await?.sync_all().await?;
        File::open(&*self.0).await?.sync_all().await
    }

    /// The stored bytes; none when they are not there.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(super) async fn open(&self, name: &str) -> io::Result<Option<File>> {
        found(File::open(self.path(name)?).await)
    }

    /// Removes stored bytes; also when they are gone already.
    ///
    /// # Errors
    /// When they cannot be removed.
    pub(super) async fn remove(&self, name: &str) -> io::Result<()> {
        found(fs::remove_file(self.path(name)?).await).map(drop)
    }

    /// Removes what a process that ended left half written.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub(super) async fn remove_abandoned(&self) -> io::Result<()> {
        let Some(mut folder) = found(fs::read_dir(self.0.join(INCOMING)).await)? else {
            return Ok(());
        };
        while let Some(entry) = folder.next_entry().await? {
            let Some(about) = found(entry.metadata().await)? else {
                continue;
            };
            let age = SystemTime::now().duration_since(about.modified()?);
            if age.is_ok_and(|age| age > ABANDONED) {
                found(fs::remove_file(entry.path()).await)?;
            }
        }
        Ok(())
    }

    /// Two levels, so that no folder holds everything. Only a name of this store's own making is a path.
    fn path(&self, name: &str) -> io::Result<PathBuf> {
        let is_digest = name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit());
        let folder = name.get(..2).filter(|_| is_digest);
        let folder = folder.ok_or(ErrorKind::InvalidInput)?;
        Ok(self.0.join(folder).join(name))
    }
}

/// A file that is being written; gone again unless it is placed.
pub(super) struct Incoming {
    file: File,
    path: PathBuf,
    digest: Sha256,
    is_placed: bool,
}

/// A file whose bytes are on the disk, under no name yet.
pub(super) struct Synced {
    incoming: Incoming,
    /// The name it will have.
    pub name: String,
}

impl Incoming {
    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.digest.update(bytes);
        self.file.write_all(bytes).await
    }

    pub(super) async fn sync(mut self) -> io::Result<Synced> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        let digest = std::mem::take(&mut self.digest).finalize();
        let name = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Synced {
            incoming: self,
            name,
        })
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.is_placed {
            // Whatever is left is removed as abandoned.
            drop(std::fs::remove_file(&self.path));
        }
    }
}

/// A folder that nobody else can look into.
async fn make(folder: PathBuf) -> io::Result<()> {
    if fs::try_exists(&folder).await? {
        return Ok(());
    }
    let made = tokio::task::spawn_blocking(move || private_folder(&folder));
    made.await.map_err(io::Error::other)?
}

fn private_folder(folder: &Path) -> io::Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

fn found<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    fn store() -> (tempfile::TempDir, FileStore) {
        let folder = tempfile::tempdir().unwrap();
        let store = FileStore::new(folder.path().join("files"));
        (folder, store)
    }

    fn incoming(folder: &tempfile::TempDir) -> usize {
        let incoming = folder.path().join("files").join(INCOMING);
        std::fs::read_dir(incoming).map_or(0, Iterator::count)
    }

    #[tokio::test]
    async fn what_is_placed_is_read_under_its_digest_until_it_is_removed() {
        let (folder, store) = store();
        let mut file = store.begin().await.unwrap();
        file.write(b"ab").await.unwrap();
        file.write(b"c").await.unwrap();
        let synced = file.sync().await.unwrap();
        let name = synced.name.clone();
        assert_eq!(
            name,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert!(store.open(&name).await.unwrap().is_none());
        store.place(synced).await.unwrap();
        assert_eq!(incoming(&folder), 0);
        let mut bytes = Vec::new();
        let mut file = store.open(&name).await.unwrap().unwrap();
        file.read_to_end(&mut bytes).await.unwrap();
        assert_eq!(bytes, b"abc");
        store.remove(&name).await.unwrap();
        store.remove(&name).await.unwrap();
        assert!(store.open(&name).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn what_is_given_up_leaves_nothing() {
        let (folder, store) = store();
        let mut file = store.begin().await.unwrap();
        file.write(b"abc").await.unwrap();
        assert_eq!(incoming(&folder), 1);
        drop(file);
        assert_eq!(incoming(&folder), 0);
    }

    #[tokio::test]
    async fn only_what_was_left_long_ago_is_abandoned() {
        let (folder, store) = store();
        let mut file = store.begin().await.unwrap();
        file.write(b"abc").await.unwrap();
        store.remove_abandoned().await.unwrap();
        assert_eq!(incoming(&folder), 1);
        let long_ago = SystemTime::now() - ABANDONED - Duration::from_secs(60);
        let opened = std::fs::File::open(&file.path).unwrap();
        opened.set_modified(long_ago).unwrap();
        store.remove_abandoned().await.unwrap();
        assert_eq!(incoming(&folder), 0);
    }

    #[tokio::test]
    async fn no_other_name_is_a_path() {
        let (_folder, store) = store();
        for name in ["", "../../etc/passwd", &"g".repeat(64), &"a".repeat(63)] {
            assert!(store.open(name).await.is_err(), "{name}");
        }
    }
}
