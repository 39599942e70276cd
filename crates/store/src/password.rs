//! Passwords of members: Argon2id, away from the request's thread and a few at a time, since each
//! takes 19 MiB and a burst of sign-ins must not take the machine.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::error::{Error, Result};

const AT_A_TIME: usize = 2;
/// OWASP's recommendation: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The hash of a password in PHC form. Debug does not show it.
#[derive(Clone)]
pub struct PasswordHash(SecretString);

impl PasswordHash {
    pub(crate) fn from_stored(text: String) -> Self {
        Self(SecretString::from(text))
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.expose_secret()
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// Hashes and checks passwords. Cheap to clone; all clones share one bound.
#[derive(Clone, Debug)]
pub struct Hasher {
    places: Arc<Semaphore>,
    dummy: PasswordHash,
}

impl Hasher {
    /// A hasher. Takes as long as one hash, for the dummy that unknown accounts are checked against.
    pub fn new() -> Result<Self> {
        let dummy = hash(&SecretString::from("nobody has this password"))?;
        Ok(Self {
            places: Arc::new(Semaphore::new(AT_A_TIME)),
            dummy,
        })
    }

    /// Hashes a password of any length.
    pub async fn hash(&self, password: SecretString) -> Result<PasswordHash> {
        self.in_turn(move || hash(&password)).await?
    }

    /// Checks a password. Without a hash (the account is unknown) it works as long and says `false`.
    pub async fn verify(&self, password: SecretString, hash: Option<PasswordHash>) -> Result<bool> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.dummy.clone());
        self.in_turn(move || known & verify(&password, &hash)).await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(|error| unavailable(&error))?;
        spawn_blocking(move || {
            let result = work();
            drop(place);
            result
        })
        .await
        .map_err(|error| unavailable(&error))
    }
}

fn unavailable(error: &dyn std::error::Error) -> Error {
    Error::Unavailable(format!("a password could not be checked: {error}"))
}

fn argon2() -> Result<Argon2<'static>> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| unavailable(&error))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &SecretString) -> Result<PasswordHash> {
    let hash: phc::PasswordHash = argon2()?
        .hash_password(password.expose_secret().as_bytes())
        .map_err(|error| unavailable(&error))?;
    Ok(PasswordHash::from_stored(hash.to_string()))
}

fn verify(password: &SecretString, hash: &PasswordHash) -> bool {
    let Ok(parsed) = phc::PasswordHash::new(hash.as_str()) else {
        return false;
    };
    Argon2::default()
        .verify_password(password.expose_secret().as_bytes(), &parsed)
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_account_passes() {
        let hasher = Hasher::new().unwrap();
        let hash = hasher
            .hash(SecretString::from("correct horse"))
            .await
            .unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let check = |password: &str, hash| hasher.verify(SecretString::from(password), hash);
        assert!(check("correct horse", Some(hash.clone())).await.unwrap());
        assert!(!check("wrong horse", Some(hash)).await.unwrap());
        assert!(!check("nobody has this password", None).await.unwrap());
    }
}
