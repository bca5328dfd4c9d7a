//! The ledger of erasures: a file outside the database that names every destroyed key, so that a restored backup does not
//! bring one back. Holds no personal content and no key.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use uuid::Uuid;

use crate::JournalError;

/// How long to wait for a ledger that another process has.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is tried.
const ASK: Duration = Duration::from_millis(25);

/// Where the ledger of erasures is, and in whose name it is carried out.
#[derive(Clone, Debug)]
pub struct ErasureLedger {
    /// The file, made when it is missing. It must lie outside of what a backup of the database restores.
    pub path: PathBuf,
    /// Who acts, as the domain writes it, where a restored database is erased again.
    pub actor: Value,
}

/// An open ledger. A line is `<subject> <generation>`: every key of the subject up to that generation is destroyed.
pub(crate) struct Ledger(Mutex<Lines>);

struct Lines {
    file: File,
    path: PathBuf,
    /// The highest generation of each subject.
    known: BTreeMap<Uuid, i32>,
}

impl Ledger {
    pub(crate) async fn open(path: &Path) -> Result<Arc<Self>, JournalError> {
        let path = path.to_owned();
        let lines = blocking(move || Lines::open(path)).await?;
        Ok(Arc::new(Self(Mutex::new(lines))))
    }

    /// Everything in it.
    pub(crate) fn all(&self) -> Vec<(Uuid, i32)> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines
            .known
            .iter()
            .map(|(subject, generation)| (*subject, *generation))
            .collect()
    }

    /// Adds what is not in it yet; on the disk when this returns.
    pub(crate) async fn add(self: &Arc<Self>, erased: &[(Uuid, i32)]) -> Result<(), JournalError> {
        if erased.is_empty() {
            return Ok(());
        }
        let (ledger, erased) = (Arc::clone(self), erased.to_vec());
        blocking(move || {
            let mut lines = ledger.0.lock().unwrap_or_else(PoisonError::into_inner);
            lines.add(&erased)
        })
        .await
    }
}

impl Lines {
    fn open(path: PathBuf) -> Result<Self, JournalError> {
        let fault = |error: std::io::Error| unavailable(&path, &error);
        let made = !path.exists();
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(&path)
            .map_err(fault)?;
        if made && let Some(folder) = path.parent().filter(|folder| folder.is_dir()) {
            // The file's name must be on the disk as well.
            File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(fault)?;
        }
        if !file.metadata().map_err(fault)?.is_file() {
            return Err(fault(std::io::ErrorKind::InvalidInput.into()));
        }
        lock(&file).map_err(fault)?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(fault)?;
        // A line without an end was cut off while it was written: no key was destroyed for it.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        if whole < text.len() {
            file.set_len(whole as u64).map_err(fault)?;
            file.seek(SeekFrom::End(0)).map_err(fault)?;
        }
        let mut known = BTreeMap::new();
        for (at, line) in text.get(..whole).unwrap_or_default().lines().enumerate() {
            let (subject, generation) = parse(line).ok_or_else(|| JournalError::Damaged {
                what: format!("line {} of the ledger {}", at + 1, path.display()),
            })?;
            let highest = known.entry(subject).or_insert(generation);
            *highest = generation.max(*highest);
        }
        Ok(Self { file, path, known })
    }

    fn add(&mut self, erased: &[(Uuid, i32)]) -> Result<(), JournalError> {
        let new: Vec<_> = erased
            .iter()
            .filter(|(subject, generation)| {
                self.known
                    .get(subject)
                    .is_none_or(|highest| highest < generation)
            })
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        let text: String = new
            .iter()
            .map(|(subject, generation)| format!("{subject} {generation}\n"))
            .collect();
        let length = self
            .file
            .metadata()
            .map_err(|error| unavailable(&self.path, &error))?
            .len();
        let written = self
            .file
            .write_all(text.as_bytes())
            .and_then(|()| self.file.sync_all());
        if let Err(error) = written {
            // Half a line must not stand before the next one.
            drop(self.file.set_len(length));
            return Err(unavailable(&self.path, &error));
        }
        for (subject, generation) in new {
            let highest = self.known.entry(*subject).or_insert(*generation);
            *highest = (*generation).max(*highest);
        }
        Ok(())
    }
}

/// One process writes a ledger. The one before may just be ending.
fn lock(file: &File) -> std::io::Result<()> {
    let since = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if since.elapsed() > PATIENCE => {
                return Err(std::io::ErrorKind::ResourceBusy.into());
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(ASK),
        }
    }
}

fn parse(line: &str) -> Option<(Uuid, i32)> {
    let (subject, generation) = line.split_once(' ')?;
    let generation = generation.parse().ok().filter(|number| *number > 0)?;
    Some((Uuid::try_parse(subject).ok()?, generation))
}

fn unavailable(path: &Path, error: &std::io::Error) -> JournalError {
    JournalError::Unavailable(format!(
        "the ledger of erasures {}: {error}",
        path.display()
    ))
}

async fn blocking<T: Send + 'static>(
    act: impl FnOnce() -> Result<T, JournalError> + Send + 'static,
) -> Result<T, JournalError> {
    tokio::task::spawn_blocking(act)
        .await
        .map_err(|_| JournalError::Unavailable("the program is ending".to_owned()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    #[tokio::test]
    async fn what_was_added_is_there_again_each_line_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("erased.ledger");
        let ledger = Ledger::open(&path).await.unwrap();
        ledger
            .add(&[(subject(1), 1), (subject(2), 3)])
            .await
            .unwrap();
        ledger
            .add(&[(subject(1), 1), (subject(2), 2), (subject(1), 2)])
            .await
            .unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 3);
        drop(ledger);
        let again = Ledger::open(&path).await.unwrap();
        assert_eq!(again.all(), [(subject(1), 2), (subject(2), 3)]);
    }

    #[tokio::test]
    async fn a_line_that_was_cut_off_is_dropped_and_a_wrong_one_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("erased.ledger");
        std::fs::write(&path, format!("{} 1\n{} 1", subject(1), subject(2))).unwrap();
        let ledger = Ledger::open(&path).await.unwrap();
        assert_eq!(ledger.all(), [(subject(1), 1)]);
        ledger.add(&[(subject(3), 1)]).await.unwrap();
        drop(ledger);
        let again = Ledger::open(&path).await.unwrap();
        assert_eq!(again.all(), [(subject(1), 1), (subject(3), 1)]);
        drop(again);
        assert!(Ledger::open(Path::new("/dev/full")).await.is_err());
        for wrong in ["x 1\n", "\n", "00000000-0000-0000-0000-000000000001 0\n"] {
            std::fs::write(&path, wrong).unwrap();
            assert!(Ledger::open(&path).await.is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn what_could_not_be_written_is_not_taken_for_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("erased.ledger");
        let ledger = Ledger::open(&path).await.unwrap();
        ledger.0.lock().unwrap().file = File::open(&path).unwrap();
        assert!(ledger.add(&[(subject(1), 1)]).await.is_err());
        assert!(ledger.all().is_empty());
        ledger.0.lock().unwrap().file = OpenOptions::new().append(true).open(&path).unwrap();
        ledger.add(&[(subject(1), 1)]).await.unwrap();
        assert_eq!(ledger.all(), [(subject(1), 1)]);
    }
}
