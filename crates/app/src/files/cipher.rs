//! How the bytes of a file are sealed: piece by piece, each with its number and whether it is the last one in its nonce, so
//! that pieces cannot be swapped, left out or cut off. Every file has a key of its own, which seals nothing else.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hilo_domain::FileId;
use zeroize::Zeroizing;

/// Length of a key, in bytes.
pub(super) const KEY: usize = 32;
/// Content of a piece, in bytes; the last one may have less.
pub(super) const PIECE: usize = 64 * 1024;
/// What sealing adds to a piece.
pub(super) const TAG: usize = 16;

/// Seals and opens the pieces of one file.
pub(super) struct FileCipher {
    cipher: XChaCha20Poly1305,
    /// The file's id, which every piece is bound to.
    file: [u8; 16],
}

/// Where a piece stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// From 0.
    pub number: u64,
    /// Whether none comes after it.
    pub is_last: bool,
}

impl FileCipher {
    pub(super) fn new(file: FileId, key: &[u8; KEY]) -> Self {
        Self {
            cipher: XChaCha20Poly1305::new(&(*key).into()),
            file: file.as_uuid().into_bytes(),
        }
    }

    /// None only when the piece is larger than the cipher takes, which no piece is.
    pub(super) fn seal(&self, place: Place, piece: &[u8]) -> Option<Vec<u8>> {
        let payload = Payload {
            msg: piece,
            aad: &self.file,
        };
        self.cipher.encrypt(&nonce(place), payload).ok()
    }

    /// None when the piece was changed, or is of another file or place.
    pub(super) fn open(&self, place: Place, piece: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let payload = Payload {
            msg: piece,
            aad: &self.file,
        };
        let opened = self.cipher.decrypt(&nonce(place), payload).ok()?;
        Some(Zeroizing::new(opened))
    }
}

/// Each place of a file has another nonce, and each file another key: no nonce comes twice under one key.
fn nonce(place: Place) -> XNonce {
    let mut nonce = [0; 24];
    let (number, rest) = nonce.split_at_mut(8);
    number.copy_from_slice(&place.number.to_be_bytes());
    if let Some(last) = rest.first_mut() {
        *last = u8::from(place.is_last);
    }
    XNonce::from(nonce)
}

/// How many pieces a content of so many bytes has: one at least.
pub(super) const fn pieces(size: u64) -> u64 {
    let pieces = size.div_ceil(PIECE as u64);
    if pieces == 0 { 1 } else { pieces }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(number: u64, is_last: bool) -> Place {
        Place { number, is_last }
    }

    #[test]
    fn a_piece_opens_only_in_its_place_of_its_file_and_unchanged() {
        let file = FileId::from_uuid(Uuid::from_u128(1));
        let cipher = FileCipher::new(file, &[7; KEY]);
        let sealed = cipher.seal(at(3, false), b"zdanie").unwrap();
        assert_eq!(sealed.len(), 6 + TAG);
        assert_eq!(
            cipher.open(at(3, false), &sealed).unwrap().as_slice(),
            b"zdanie"
        );
        assert!(cipher.open(at(2, false), &sealed).is_none(), "moved");
        assert!(cipher.open(at(3, true), &sealed).is_none(), "cut off");
        let other = FileCipher::new(FileId::from_uuid(Uuid::from_u128(2)), &[7; KEY]);
        assert!(other.open(at(3, false), &sealed).is_none(), "another file");
        let other = FileCipher::new(file, &[8; KEY]);
        assert!(other.open(at(3, false), &sealed).is_none(), "another key");
        let mut changed = sealed;
        changed[0] ^= 1;
        assert!(cipher.open(at(3, false), &changed).is_none(), "changed");
    }

    #[test]
    fn no_place_shares_its_nonce() {
        let mut nonces = std::collections::BTreeSet::new();
        for number in [0, 1, 255, 256, u64::MAX] {
            for is_last in [false, true] {
                assert!(nonces.insert(nonce(at(number, is_last)).to_vec()));
            }
        }
    }

    #[test]
    fn a_content_has_one_piece_at_least() {
        let piece = PIECE as u64;
        for (size, expected) in [(0, 1), (1, 1), (piece, 1), (piece + 1, 2), (2 * piece, 2)] {
            assert_eq!(pieces(size), expected, "{size}");
        }
    }
}
