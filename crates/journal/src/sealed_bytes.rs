//! Seals bytes that lie outside of events under a subject's key, so that they go with everything else of that subject.
//! Stores nothing: where the sealed bytes are is the caller's matter.

use std::collections::HashMap;

use uuid::Uuid;
use zeroize::Zeroizing;

use crate::chain::framed;
use crate::keys::{NONCE, decrypt, encrypt};
use crate::{Journal, JournalError, Position};

/// Keys named at once.
const PAGE: i64 = 1_000;

/// Bytes that one generation of a subject's key opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedBytes {
    /// Whose key.
    pub subject: Uuid,
    /// Which generation of it.
    pub generation: i32,
    /// Nonce and data in one.
    pub data: Vec<u8>,
}

/// The last generation of a subject's key that one erasure destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErasedKey {
    /// Whose key it was.
    pub subject: Uuid,
    /// Which generation.
    pub generation: i32,
    /// Where the journal says so.
    pub erased: Position,
}

fn place(subject: Uuid, name: &str) -> Vec<u8> {
    framed(&[b"bytes", subject.as_bytes(), name.as_bytes()])
}

impl Journal {
    /// Seals `plain` with the newest key of the subject, bound to `name`. While an erasure of the subject is under way
    /// they may be sealed with what is destroyed next: then they never open.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn seal_bytes(
        &self,
        subject: Uuid,
        name: &str,
        plain: &[u8],
    ) -> Result<SealedBytes, JournalError> {
        let closings = self.0.head.closings();
        let keys = self
            .0
            .keys
            .for_sealing(std::iter::once(subject), closings)
            .await?;
        let with = keys.get(&subject).ok_or(JournalError::Contended)?;
        let (nonce, sealed) = encrypt(&with.key, &place(subject, name), plain)?;
        let mut data = nonce.to_vec();
        data.extend_from_slice(&sealed);
        Ok(SealedBytes {
            subject,
            generation: with.generation,
            data,
        })
    }

    /// Opens what [`Journal::seal_bytes`] sealed under the same name; nothing when the key is gone.
    ///
    /// # Errors
    /// When the database fails, or the bytes were changed or sealed under another name.
    pub async fn open_bytes(
        &self,
        sealed: &SealedBytes,
        name: &str,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, JournalError> {
        let id = (sealed.subject, sealed.generation);
        let keys: HashMap<_, _> = self.0.keys.for_opening(&[id]).await?;
        let Some(key) = keys.get(&id) else {
            return Ok(None);
        };
        let tampered = || JournalError::Tampered {
            what: format!("the sealed bytes {name} of subject {}", sealed.subject),
        };
        let (nonce, data) = sealed
            .data
            .split_first_chunk::<NONCE>()
            .ok_or_else(tampered)?;
        let bound_to = place(sealed.subject, name);
        let plain = decrypt(key, nonce, &bound_to, data).ok_or_else(tampered)?;
        Ok(Some(plain))
    }

    /// Keys that were destroyed behind a position, in the order in which they were; at most a thousand.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn erased_keys(&self, after: Position) -> Result<Vec<ErasedKey>, JournalError> {
        let rows = sqlx::query_as::<_, (Uuid, i32, i64)>(
            "SELECT subject, max(generation), erased FROM subject_keys WHERE erased > $1
             GROUP BY subject, erased ORDER BY erased LIMIT $2",
        )
        .bind(after.0)
        .bind(PAGE)
        .fetch_all(&self.0.pool)
        .await
        .map_err(JournalError::database("reading which keys were destroyed"))?;
        let keys = rows
            .into_iter()
            .map(|(subject, generation, erased)| ErasedKey {
                subject,
                generation,
                erased: Position(erased),
            });
        Ok(keys.collect())
    }
}
