//! The master key, the lookup key it wraps, and the one cipher everything is sealed with. Keys never leave through Debug.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::chain::framed;
use crate::{JournalError, Pool};

/// Length of every key, in bytes.
pub(crate) const KEY: usize = 32;
/// Length of a nonce of XChaCha20-Poly1305, in bytes: long enough to be random.
pub(crate) const NONCE: usize = 24;

pub(crate) type Key = Zeroizing<[u8; KEY]>;

/// The key that wraps all others, and maybe the one before it, which opens what is not wrapped anew yet. It is never
/// stored by the journal.
#[derive(Clone)]
pub struct MasterKey {
    present: Key,
    previous: Option<Key>,
}

impl MasterKey {
    /// A key from its 32 bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; KEY]) -> Self {
        Self {
            present: Zeroizing::new(bytes),
            previous: None,
        }
    }

    /// The same key, which also opens what `previous` wrapped. Nothing is wrapped with that one any more.
    #[must_use]
    pub fn with_previous(self, previous: &Self) -> Self {
        Self {
            previous: Some(previous.present.clone()),
            ..self
        }
    }

    /// A key from 64 hex digits or from base64, surrounding white space ignored.
    ///
    /// # Errors
    /// When the text is neither, or not of 32 bytes.
    pub fn parse(text: &str) -> Result<Self, JournalError> {
        let text = text.trim();
        let bytes = Zeroizing::new(match from_hex(text) {
            Some(bytes) => bytes,
            None => STANDARD
                .decode(text)
                .map_err(|_| JournalError::MalformedMasterKey)?,
        });
        let key: [u8; KEY] = bytes
            .as_slice()
            .try_into()
            .map_err(|_| JournalError::MalformedMasterKey)?;
        Ok(Self::from_bytes(key))
    }

    /// Seals `plain` for the place that `parts` name; only the same place opens it. Gives nonce and data in one.
    pub(crate) fn wrap(&self, parts: &[&[u8]], plain: &[u8]) -> Result<Vec<u8>, JournalError> {
        let (nonce, data) = encrypt(&self.present, &framed(parts), plain)?;
        let mut wrapped = nonce.to_vec();
        wrapped.extend_from_slice(&data);
        Ok(wrapped)
    }

    /// Opens what [`Self::wrap`] sealed; nothing when it was sealed with another key, for another place, or changed.
    pub(crate) fn unwrap(&self, parts: &[&[u8]], wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, data) = wrapped.split_first_chunk::<NONCE>()?;
        let bound_to = framed(parts);
        decrypt(&self.present, nonce, &bound_to, data).or_else(|| {
            let previous = self.previous.as_ref()?;
            decrypt(previous, nonce, &bound_to, data)
        })
    }

    /// What the key before wrapped, wrapped with the present one; nothing when it is already.
    pub(crate) fn rewrap(
        &self,
        parts: &[&[u8]],
        wrapped: &[u8],
        what: impl FnOnce() -> String,
    ) -> Result<Option<Vec<u8>>, JournalError> {
        let present = Self {
            present: self.present.clone(),
            previous: None,
        };
        if present.unwrap(parts, wrapped).is_some() {
            return Ok(None);
        }
        let plain = self
            .unwrap(parts, wrapped)
            .ok_or_else(|| JournalError::Tampered { what: what() })?;
        self.wrap(parts, &plain).map(Some)
    }

    /// What [`crate::Journal::seal_secret`] sealed with the key before, sealed with the present one; nothing when it is
    /// already.
    ///
    /// # Errors
    /// When it opens with neither key under this name.
    pub fn rewrap_secret(
        &self,
        name: &str,
        sealed: &[u8],
    ) -> Result<Option<Vec<u8>>, JournalError> {
        let what = || format!("the secret {name}");
        self.rewrap(&[b"secret", name.as_bytes()], sealed, what)
    }

    pub(crate) fn unwrap_key(&self, parts: &[&[u8]], wrapped: &[u8]) -> Option<Key> {
        let plain = self.unwrap(parts, wrapped)?;
        plain.as_slice().try_into().ok().map(Zeroizing::new)
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey")
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if text.len() != KEY * 2 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..KEY)
        .map(|at| text.get(at * 2..at * 2 + 2))
        .map(|digits| u8::from_str_radix(digits?, 16).ok())
        .collect()
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], JournalError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| JournalError::Random)?;
    Ok(bytes)
}

pub(crate) fn random_uuid() -> Result<uuid::Uuid, JournalError> {
    Ok(uuid::Builder::from_random_bytes(random()?).into_uuid())
}

/// XChaCha20-Poly1305 under a fresh random nonce.
pub(crate) fn encrypt(
    key: &[u8; KEY],
    bound_to: &[u8],
    plain: &[u8],
) -> Result<([u8; NONCE], Vec<u8>), JournalError> {
    let nonce = random::<NONCE>()?;
    let payload = Payload {
        msg: plain,
        aad: bound_to,
    };
    let data = XChaCha20Poly1305::new(&(*key).into())
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| JournalError::Random)?;
    Ok((nonce, data))
}

/// The way back; nothing when key, nonce, data or what it is bound to differ.
pub(crate) fn decrypt(
    key: &[u8; KEY],
    nonce: &[u8; NONCE],
    bound_to: &[u8],
    data: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let payload = Payload {
        msg: data,
        aad: bound_to,
    };
    XChaCha20Poly1305::new(&(*key).into())
        .decrypt(&XNonce::from(*nonce), payload)
        .ok()
        .map(Zeroizing::new)
}

/// The random key called `name` of this database, made when it is asked for the first time.
pub(crate) async fn from_vault(
    pool: &Pool,
    master: &MasterKey,
    name: &str,
) -> Result<Key, JournalError> {
    let place = vault_place(name);
    let fresh = master.wrap(&place, &*Zeroizing::new(random::<KEY>()?))?;
    sqlx::query("INSERT INTO vault (name, wrapped) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
        .bind(name)
        .bind(fresh)
        .execute(pool)
        .await
        .map_err(JournalError::database("making a key of the vault"))?;
    let wrapped: Vec<u8> = sqlx::query_scalar("SELECT wrapped FROM vault WHERE name = $1")
        .bind(name)
        .fetch_one(pool)
        .await
        .map_err(JournalError::database("reading a key of the vault"))?;
    master
        .unwrap_key(&place, &wrapped)
        .ok_or(JournalError::WrongMasterKey)
}

/// Keyed hashes by which things are found again without their names being stored. The key is random, made once a
/// database, and wrapped by the master key: losing it would lose every id made from it.
#[derive(Clone)]
pub(crate) struct LookupKey(Hmac<Sha256>);

const LOOKUP: &str = "lookup";

/// What a key of the vault is bound to when it is wrapped.
pub(crate) fn vault_place(name: &str) -> [&[u8]; 2] {
    [b"vault", name.as_bytes()]
}

impl LookupKey {
    /// Reads the key, or makes it on the first start of a database.
    ///
    /// Being the first thing opened with the master key, it also tells a wrong one.
    pub(crate) async fn open(pool: &Pool, master: &MasterKey) -> Result<Self, JournalError> {
        Ok(Self::new(&from_vault(pool, master, LOOKUP).await?))
    }

    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    fn new(key: &Key) -> Self {
        Self(Hmac::new_from_slice(key.as_slice()).expect("any length fits"))
    }

    pub(crate) fn mac(&self, domain: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(&framed(&[domain.as_bytes()]));
        mac.update(&framed(parts));
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_master_key_is_read_from_hex_and_from_base64() {
        let hex = MasterKey::parse(&"0f".repeat(32)).unwrap();
        let base64 = MasterKey::parse(&format!(" {}\n", STANDARD.encode([0x0f; 32]))).unwrap();
        assert_eq!(hex.present, base64.present);
        for bad in ["", "0f", &"zz".repeat(32), &STANDARD.encode([1; 31])] {
            assert!(MasterKey::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_wrapped_opens_only_in_its_place_and_unchanged() {
        let key = MasterKey::from_bytes([1; 32]);
        let mut wrapped = key.wrap(&[b"secret", b"a"], b"plain").unwrap();
        assert_eq!(
            key.unwrap(&[b"secret", b"a"], &wrapped).unwrap().as_slice(),
            b"plain"
        );
        assert!(key.unwrap(&[b"secret", b"b"], &wrapped).is_none());
        assert!(
            MasterKey::from_bytes([2; 32])
                .unwrap(&[b"secret", b"a"], &wrapped)
                .is_none()
        );
        wrapped[NONCE] ^= 1;
        assert!(key.unwrap(&[b"secret", b"a"], &wrapped).is_none());
        assert!(key.unwrap(&[b"secret", b"a"], b"short").is_none());
    }

    #[test]
    fn a_rotated_key_opens_both_and_wraps_with_the_new_one() {
        let (old, new) = (
            MasterKey::from_bytes([1; 32]),
            MasterKey::from_bytes([2; 32]),
        );
        let both = new.clone().with_previous(&old);
        let place: [&[u8]; 1] = [b"place"];
        let what = || "it".to_owned();
        let by_old = old.wrap(&place, b"plain").unwrap();
        assert!(new.unwrap(&place, &by_old).is_none());
        assert_eq!(both.unwrap(&place, &by_old).unwrap().as_slice(), b"plain");
        let by_new = both.rewrap(&place, &by_old, what).unwrap().unwrap();
        assert_eq!(new.unwrap(&place, &by_new).unwrap().as_slice(), b"plain");
        assert!(both.rewrap(&place, &by_new, what).unwrap().is_none());
        let by_other = MasterKey::from_bytes([3; 32]).wrap(&place, b"x").unwrap();
        assert!(both.rewrap(&place, &by_other, what).is_err());
    }

    #[test]
    fn lookups_differ_by_domain_and_by_where_the_parts_end() {
        let key = LookupKey::new(&Zeroizing::new([3; 32]));
        assert_ne!(key.mac("chat", &[b"a"]), key.mac("message", &[b"a"]));
        assert_ne!(
            key.mac("chat", &[b"ab", b"c"]),
            key.mac("chat", &[b"a", b"bc"])
        );
    }
}
