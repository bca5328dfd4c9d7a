//! Passwords: argon2id (19 MiB, two passes) off the async threads, a few at a time. Never logs, never compares in clear.

use std::sync::Arc;
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
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

/// Hashes and verifies, on half of the processors at most: messages go on while everybody signs in.
pub(crate) struct Passwords {
    turns: Arc<Semaphore>,
    /// Hash of a random password: verified against when there is no such account, so that both take the same time.
    nobody: String,
}

impl Passwords {
    /// # Errors
    /// `Unexpected` without randomness.
    pub(crate) fn new() -> Result<Self, AppError> {
        let turns = std::thread::available_parallelism().map_or(1, |count| count.get() / 2);
        let nobody = hash_now(&crate::clock::random_bytes::<16>()?)?;
        Ok(Self {
            turns: Arc::new(Semaphore::new(turns.max(1))),
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

/// By default 19 MiB, two passes, one lane: what OWASP asks for at least.
fn hash_now(password: &[u8]) -> Result<String, AppError> {
    let salt = crate::clock::random_bytes::<16>()?;
    let hash = Argon2::default()
        .hash_password_with_salt(password, &salt)
        .map_err(|error| AppError::Unexpected(anyhow::anyhow!("argon2: {error}")))?;
    Ok(hash.to_string())
}

fn matches(password: &str, stored: &str) -> Result<bool, AppError> {
    let stored = PasswordHash::new(stored)
        .map_err(|error| AppError::Unexpected(anyhow::anyhow!("stored password hash: {error}")))?;
    Ok(Argon2::default()
        .verify_password(password.as_bytes(), &stored)
        .is_ok())
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
    fn a_hash_of_other_costs_verifies_by_its_own() {
        // Made by the reference implementation.
        let stored = "$argon2id$v=19$m=64,t=3,p=1$c2l4dGVlbiBieXRlcyBvaw$VhCJLRa82LOi5v0689NMhrtUn3800Qz0mEmpTQHPrdk";
        assert!(matches("correct horse", stored).unwrap());
        assert!(!matches("correct horsf", stored).unwrap());
        assert!(matches("correct horse", "argon").is_err());
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
