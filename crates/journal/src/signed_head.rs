//! The journal's head, signed, for keeping outside the database: whoever rewrites all rows and the whole chain cannot
//! rewrite that. The key is made once a database and wrapped by the master key; its public half stands in the text.

use jiff::Timestamp;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::chain::{GENESIS, framed};
use crate::keys::Key;
use crate::verify::Anchor;
use crate::{Journal, JournalError, Position};

/// Name of the key's seed in the vault.
const SEED: &str = "signing";
/// What these signatures are for, and how the signed bytes are laid out.
const PURPOSE: &[u8] = b"hilo checkpoint 1";

/// Where the journal stood once, and who says so. As JSON, the file that `hilo checkpoint` writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedHead {
    /// The epoch of the journal.
    pub epoch: Uuid,
    /// The last position.
    pub position: Position,
    /// The link on the event there.
    #[serde(with = "hex::serde")]
    pub chain: [u8; 32],
    /// When that event was recorded; 1970 while there was none.
    pub recorded_at: Timestamp,
    /// The Ed25519 key that signed.
    #[serde(with = "hex::serde")]
    pub public_key: [u8; 32],
    /// Ed25519 over a purpose (`hilo checkpoint 1`), the epoch's 16 bytes, position, chain, microseconds of
    /// `recorded_at` since 1970 and public key, each behind its length, numbers as 8 bytes, big-endian.
    #[serde(with = "hex::serde")]
    signature: [u8; 64],
}

/// Why a signed head is not to be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSigned {
    /// It was changed, or never signed.
    #[error("the checkpoint's signature does not fit: it was changed after it was written")]
    Signature,
    /// Another key signed it than the one expected.
    #[error("the checkpoint was signed by another key")]
    OtherKey,
}

impl SignedHead {
    /// The place in the chain that it vouches for. `public_key` is the key that must have signed; without one, whoever
    /// wrote the text may have made its key as well.
    ///
    /// # Errors
    /// When the signature or the key does not fit.
    pub fn anchor(&self, public_key: Option<&[u8; 32]>) -> Result<Anchor, NotSigned> {
        if public_key.is_some_and(|expected| *expected != self.public_key) {
            return Err(NotSigned::OtherKey);
        }
        UnparsedPublicKey::new(&ED25519, &self.public_key)
            .verify(&self.signed(), &self.signature)
            .map_err(|_| NotSigned::Signature)?;
        Ok(Anchor {
            position: self.position,
            chain: self.chain,
        })
    }

    fn signed(&self) -> Vec<u8> {
        framed(&[
            PURPOSE,
            self.epoch.as_bytes(),
            &self.position.0.to_be_bytes(),
            &self.chain,
            &self.recorded_at.as_microsecond().to_be_bytes(),
            &self.public_key,
        ])
    }

    fn sign(mut self, seed: &Key) -> Result<Self, JournalError> {
        let damaged = || JournalError::Damaged {
            what: "the signing key".to_owned(),
        };
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).map_err(|_| damaged())?;
        self.public_key = pair
            .public_key()
            .as_ref()
            .try_into()
            .map_err(|_| damaged())?;
        let signature = pair.sign(&self.signed());
        self.signature = signature.as_ref().try_into().map_err(|_| damaged())?;
        Ok(self)
    }
}

impl Journal {
    /// Signs the head as it is now. That the rows before it are whole is for [`crate::verify`] to say.
    ///
    /// # Errors
    /// When the database fails, or its head is not that of the last event.
    pub async fn sign_head(&self) -> Result<SignedHead, JournalError> {
        let (epoch, position, chain, recorded_at, last) =
            sqlx::query_as::<_, (Uuid, i64, Vec<u8>, jiff_sqlx::Timestamp, Option<Vec<u8>>)>(
                "SELECT h.epoch, h.position, h.chain, h.recorded_at, e.chain
                 FROM journal_head AS h LEFT JOIN events AS e ON e.position = h.position",
            )
            .fetch_one(&self.0.pool)
            .await
            .map_err(JournalError::database("reading the head to be signed"))?;
        let expected = if position == 0 {
            Some(GENESIS.to_vec())
        } else {
            last
        };
        let chain = <[u8; 32]>::try_from(chain.as_slice())
            .ok()
            .filter(|link| expected.as_deref() == Some(link.as_slice()))
            .ok_or_else(|| JournalError::Damaged {
                what: "the head, which is not that of the last event,".to_owned(),
            })?;
        let seed = crate::keys::from_vault(&self.0.pool, &self.0.master_key, SEED).await?;
        let head = SignedHead {
            epoch,
            position: Position(position),
            chain,
            recorded_at: recorded_at.to_jiff(),
            public_key: [0; 32],
            signature: [0; 64],
        };
        head.sign(&seed)
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    fn signed(seed: u8) -> SignedHead {
        let head = SignedHead {
            epoch: Uuid::from_u128(1),
            position: Position(7),
            chain: [2; 32],
            recorded_at: "2026-11-20T10:00:00.000001Z".parse().unwrap(),
            public_key: [0; 32],
            signature: [0; 64],
        };
        head.sign(&Zeroizing::new([seed; 32])).unwrap()
    }

    #[test]
    fn a_signed_head_is_believed_under_its_key_only() {
        let (head, other) = (signed(1), signed(2));
        let text = serde_json::to_string(&head).unwrap();
        let read: SignedHead = serde_json::from_str(&text).unwrap();
        let anchor = Anchor {
            position: Position(7),
            chain: [2; 32],
        };
        assert_eq!(read.anchor(None), Ok(anchor));
        assert_eq!(read.anchor(Some(&head.public_key)), Ok(anchor));
        assert_eq!(
            read.anchor(Some(&other.public_key)),
            Err(NotSigned::OtherKey)
        );
    }

    #[test]
    fn whatever_is_changed_takes_the_signature_away() {
        let head = signed(1);
        let mut changed = [(); 6].map(|()| head.clone());
        changed[0].epoch = Uuid::from_u128(2);
        changed[1].position = Position(8);
        changed[2].chain[0] ^= 1;
        changed[3].recorded_at = "2026-11-20T10:00:00.000002Z".parse().unwrap();
        changed[4].public_key = signed(2).public_key;
        changed[5].signature[0] ^= 1;
        for head in changed {
            assert_eq!(head.anchor(None), Err(NotSigned::Signature), "{head:?}");
        }
    }
}
