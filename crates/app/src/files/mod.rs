//! Files that messages carry (C16): taken in, kept sealed, handed out, removed. Each has a key of its own, which the
//! contact's key seals: with that one goes every file of the contact. Decides nothing about a message.

mod cipher;
mod claim;
mod content;
mod open;
mod receive;
pub(crate) mod rows;
mod store;
mod sweep;

use std::sync::Arc;

use hilo_domain::attachment::FileDetails;
use hilo_domain::{ChatId, ContactId, FileId};
use hilo_journal::SealedBytes;
use moka::sync::Cache;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zeroize::Zeroizing;

use crate::App;
use crate::error::AppError;
use cipher::KEY;
use rows::Sealed;

pub use claim::WantedFile;
pub(crate) use claim::{Claim, Claimed};
pub use content::is_shown;
pub use open::OpenedFile;
pub use receive::{Upload, UploadError, Uploaded};
pub use store::FileStore;
pub(crate) use sweep::run as sweep;

/// Largest file of an agent or a program, in bytes.
pub const LARGEST_FILE: u64 = 25 * 1024 * 1024;
/// Largest file of a visitor, in bytes.
pub const LARGEST_VISITOR_FILE: u64 = 20 * 1024 * 1024;
/// Files that one caller may be sending at once.
const AT_ONCE: usize = 5;
/// Callers whose uploads are counted; about 200 bytes each.
const CALLERS: u64 = 100_000;

/// Files as one process keeps them.
pub(crate) struct Files {
    store: FileStore,
    /// Uploads under way, by whose they are.
    under_way: Cache<String, Arc<Semaphore>>,
}

impl Files {
    pub(crate) fn new(store: FileStore) -> Self {
        Self {
            store,
            under_way: Cache::new(CALLERS),
        }
    }

    /// One of the uploads that a caller may have under way; free again when dropped.
    fn begin(&self, by: &str) -> Option<OwnedSemaphorePermit> {
        let under_way = self
            .under_way
            .get_with_by_ref(by, || Arc::new(Semaphore::new(AT_ONCE)));
        under_way.try_acquire_owned().ok()
    }
}

/// What only who may read the message may know of a file.
struct Secret {
    key: Zeroizing<[u8; KEY]>,
    details: FileDetails,
}

/// What a file's secret is bound to.
fn sealed_name(file: FileId) -> String {
    format!("file:{file}")
}

impl Secret {
    fn plain(&self) -> Result<Zeroizing<Vec<u8>>, AppError> {
        let mut plain = Zeroizing::new(self.key.to_vec());
        let details = serde_json::to_vec(&self.details)
            .map_err(|error| AppError::Unexpected(anyhow::Error::new(error)))?;
        plain.extend_from_slice(&details);
        Ok(plain)
    }

    fn read(plain: &[u8]) -> Option<Self> {
        let (key, details) = plain.split_first_chunk::<KEY>()?;
        Some(Self {
            key: Zeroizing::new(*key),
            details: serde_json::from_slice(details).ok()?,
        })
    }
}

impl App {
    /// Seals a secret for a contact.
    async fn seal_for(
        &self,
        chat: ChatId,
        file: FileId,
        secret: &Secret,
    ) -> Result<SealedBytes, AppError> {
        let subject = ContactId::of(chat).as_uuid();
        let plain = secret.plain()?;
        let name = sealed_name(file);
        Ok(self.journal().seal_bytes(subject, &name, &plain).await?)
    }

    /// Opens a secret; nothing when the contact was erased.
    async fn secret(&self, file: FileId, sealed: &Sealed) -> Result<Option<Secret>, AppError> {
        let name = sealed_name(file);
        let plain = match sealed {
            Sealed::Nobody(sealed) => Some(self.journal().open_secret(&name, sealed)?),
            Sealed::Contact(sealed) => self.journal().open_bytes(sealed, &name).await?,
        };
        let Some(plain) = plain else { return Ok(None) };
        let secret = Secret::read(&plain);
        let broken =
            || AppError::Unexpected(anyhow::anyhow!("the secret of file {file} is broken"));
        secret.ok_or_else(broken).map(Some)
    }
}

/// A failed read or write of the store.
fn store_failed(error: std::io::Error) -> AppError {
    AppError::Unexpected(anyhow::Error::new(error).context("the store of files"))
}
