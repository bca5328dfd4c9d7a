//! Random tokens: shown once, stored as SHA-256 only. They carry 256 random bits, so a fast hash is enough.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::clock;
use crate::error::AppError;

/// A fresh token, 43 characters of base64url.
///
/// # Errors
/// `Unexpected` without randomness.
pub(crate) fn fresh() -> Result<String, AppError> {
    Ok(URL_SAFE_NO_PAD.encode(clock::random_bytes::<32>()?))
}

/// A token of 32 bytes that nobody can guess.
pub(crate) fn of(bytes: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What is stored of a token, and what a presented one is looked up by.
pub(crate) fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_url_safe_and_never_the_same() {
        let (one, two) = (fresh().unwrap(), fresh().unwrap());
        assert_eq!(one.len(), 43);
        assert!(
            one.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        );
        assert_ne!(one, two);
        assert_ne!(hash(&one), hash(&two));
    }
}
