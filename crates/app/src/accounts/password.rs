//! Passwords: argon2id (19 MiB, two passes) off the async threads, a few at a time. Never logs, never compares in clear.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::password_hash::{
    CustomizedPasswordHasher, Error as HashError, PasswordVerifier, Result as HashResult,
};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use super::refusal::AccountRefusal;
use crate::error::AppError;

/// Fewest characters of a password.
pub const PASSWORD_MIN: usize = 10;
/// Most characters of a password: more would only cost time to hash.
pub const PASSWORD_MAX: usize = 200;

/// How long a hash may wait for its turn before the caller is told to come again.
const PATIENCE: Duration = Duration::from_secs(5);

/// A password of allowed length, not yet hashed.
pub(crate) struct NewPassword(SecretString);

impl NewPassword {
    /// Takes what somebody chose.
    ///
    /// # Errors
    /// Too short or too long, counted in Unicode scalar values.
    pub(crate) fn parse(chosen: &str) -> Result<Self, AccountRefusal> {
        match chosen.chars().count() {
            0..PASSWORD_MIN => Err(AccountRefusal::PasswordTooShort),
            PASSWORD_MIN..=PASSWORD_MAX => Ok(Self(SecretString::from(chosen))),
            _ => Err(AccountRefusal::PasswordTooLong),
        }
    }
}

/// Hashes and verifies, at most as many at once as there are processors.
pub(crate) struct Passwords {
    turns: Arc<Semaphore>,
    /// Hash of a random password: verified against when there is no such account, so that both take the same time.
    nobody: String,
}

impl Passwords {
    /// # Errors
    /// `Unexpected` without randomness.
    pub(crate) fn new() -> Result<Self, AppError> {
        let turns = std::thread::available_parallelism().map_or(2, |count| count.get());
        let nobody = hash_now(&crate::clock::random_bytes::<16>()?)?;
        Ok(Self {
            turns: Arc::new(Semaphore::new(turns)),
            nobody,
        })
    }

    /// The PHC string to store.
    ///
    /// # Errors
    /// `Unavailable` when too many wait.
    pub(crate) async fn hash(&self, password: NewPassword) -> Result<String, AppError> {
        self.in_turn(move || hash_now(password.0.expose_secret().as_bytes()))
            .await?
    }

    /// Whether `password` is the one behind `stored`. Without `stored` it takes as long and says no.
    ///
    /// # Errors
    /// `Unavailable` when too many wait.
    pub(crate) async fn verify(
        &self,
        password: &str,
        stored: Option<&str>,
    ) -> Result<bool, AppError> {
        // Nothing longer was ever accepted, so nothing longer is hashed.
        let possible = password.chars().count() <= PASSWORD_MAX;
        let candidate = SecretString::from(if possible { password } else { "" });
        let known = stored.is_some() && possible;
        let stored = stored.unwrap_or(&self.nobody).to_owned();
        let right = self
            .in_turn(move || matches(candidate.expose_secret(), &stored))
            .await??;
        Ok(right && known)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AppError> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned())
            .await
            .map_err(|_| AppError::Unavailable)?
            .map_err(|_| AppError::Unavailable)?;
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        })
        .await
        .map_err(|error| {
            AppError::Unexpected(anyhow::Error::new(error).context("password hashing"))
        })
    }
}

/// `Params::default()` is 19 MiB, two passes, one lane: what OWASP asks for at least.
fn hash_now(password: &[u8]) -> Result<String, AppError> {
    let salt = crate::clock::random_bytes::<16>()?;
    let hash = Hasher
        .hash_password_with_params(password, &salt, Params::default())
        .map_err(|error| AppError::Unexpected(anyhow::anyhow!("argon2: {error}")))?;
    Ok(hash.to_string())
}

fn matches(password: &str, stored: &str) -> Result<bool, AppError> {
    let stored = PasswordHash::new(stored)
        .map_err(|error| AppError::Unexpected(anyhow::anyhow!("stored password hash: {error}")))?;
    Ok(Hasher.verify_password(password.as_bytes(), &stored).is_ok())
}

/// What is reserved for a hash, in blocks of 1 KiB; only what the hash needs is touched. glibc returns memory to the
/// system for certain above 32 MiB (`DEFAULT_MMAP_THRESHOLD_MAX`). The 19 MiB alone would stay with each thread that
/// ever hashed.
const RESERVED: usize = 33 * 1_024;

/// argon2 as its crate does it, except for where its memory comes from.
struct Hasher;

impl CustomizedPasswordHasher<PasswordHash> for Hasher {
    type Params = Params;

    fn hash_password_customized(
        &self,
        password: &[u8],
        salt: &[u8],
        algorithm: Option<&str>,
        version: Option<u32>,
        params: Params,
    ) -> HashResult<PasswordHash> {
        let algorithm = algorithm.map_or(Ok(Algorithm::default()), Algorithm::try_from)?;
        let version = version.map_or(Ok(Version::default()), Version::try_from)?;
        let salt = Salt::new(salt)?;
        let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        let mut buffer = [0; Output::MAX_LENGTH];
        let hash = buffer.get_mut(..length).ok_or(HashError::OutputSize)?;
        let mut blocks = Vec::with_capacity(RESERVED);
        blocks.resize(params.block_count(), Block::new());
        Argon2::new(algorithm, version, params.clone())
            .hash_password_into_with_memory(password, &salt, hash, blocks)?;
        Ok(PasswordHash {
            algorithm: algorithm.ident(),
            version: Some(version.into()),
            params: ParamsString::try_from(&params)?,
            salt: Some(salt),
            hash: Some(Output::new(hash)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_verifies_against_its_own_hash_only() {
        let passwords = Passwords::new().unwrap();
        let stored = passwords
            .hash(NewPassword::parse("correct horse").unwrap())
            .await
            .unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        assert!(
            passwords
                .verify("correct horse", Some(&stored))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify("correct horsf", Some(&stored))
                .await
                .unwrap()
        );
        assert!(!passwords.verify("correct horse", None).await.unwrap());
    }

    #[test]
    fn a_hash_that_the_crate_itself_made_verifies() {
        let stored: PasswordHash = argon2::password_hash::PasswordHasher::hash_password(
            &Argon2::default(),
            b"correct horse",
        )
        .unwrap();
        assert!(matches("correct horse", &stored.to_string()).unwrap());
        assert!(!matches("correct horsf", &stored.to_string()).unwrap());
        let ours = PasswordHash::new(&hash_now(b"correct horse").unwrap()).unwrap();
        assert!(
            Argon2::default()
                .verify_password(b"correct horse", &ours)
                .is_ok()
        );
    }

    #[test]
    fn nine_characters_are_too_few_and_201_too_many() {
        let refusal = |count: usize| NewPassword::parse(&"ñ".repeat(count)).err();
        assert_eq!(refusal(9), Some(AccountRefusal::PasswordTooShort));
        assert_eq!(refusal(10), None);
        assert_eq!(refusal(200), None);
        assert_eq!(refusal(201), Some(AccountRefusal::PasswordTooLong));
    }
}
