//! The key outside the database.

use std::fmt;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::process;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use rand::RngExt as _;
use secrecy::{ExposeSecret as _, SecretBox};
use sha2::{Digest as _, Sha256};

use super::files::sync_folder;
use crate::token;

/// Bytes of a key.
const LENGTH: usize = 32;
/// Characters of a key's id, of its hash in hex.
const ID: usize = 12;

/// 256 bits that open what is sealed. Written as 64 hex digits or in base64.
pub struct SecretKey(SecretBox<[u8; LENGTH]>);

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The text is no key.
    #[error(
        "a secret key is 32 bytes, as 64 hex digits or in base64; `openssl rand -hex 32` makes one"
    )]
    Form,
    /// The file cannot be read or made.
    #[error("cannot read or make the key file {path}: {source}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
}

impl SecretKey {
    fn new(bytes: [u8; LENGTH]) -> Self {
        Self(SecretBox::new(Box::new(bytes)))
    }

    /// Reads the key in a file; `None` when there is no such file.
    pub fn read(path: &Path) -> Result<Option<Self>, KeyError> {
        match fs::read_to_string(path) {
            Ok(text) => text.parse().map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(failed(path, source)),
        }
    }

    /// Reads the key in a file, or makes one there, readable by this user alone.
    pub fn read_or_make(path: &Path) -> Result<Self, KeyError> {
        if let Some(key) = Self::read(path)? {
            return Ok(key);
        }
        let key = Self::new(random());
        match key.write(path) {
            // Another process was quicker.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Self::read(path)?.ok_or_else(|| failed(path, error))
            }
            result => result.map(|()| key).map_err(|source| failed(path, source)),
        }
    }

    /// A name for the key that does not give it away.
    pub fn id(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(b"rollcall key id");
        hash.update(self.bytes());
        let mut id = token::hex(&hash.finalize());
        id.truncate(ID);
        id
    }

    pub(super) fn bytes(&self) -> &[u8; LENGTH] {
        self.0.expose_secret()
    }

    fn write(&self, path: &Path) -> io::Result<()> {
        let mut folder = DirBuilder::new();
        let mut file = OpenOptions::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
            folder.mode(0o700);
            file.mode(0o600);
        }
        if let Some(parent) = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
        {
            folder.recursive(true).create(parent)?;
        }
        // Written beside and then linked, so that no other process ever reads half a key.
        let draft = path.with_extension(format!("{}.new", process::id()));
        let mut file = file.write(true).create_new(true).open(&draft)?;
        let written = writeln!(file, "{}", BASE64.encode(self.bytes()))
            .and_then(|()| file.sync_all())
            .and_then(|()| fs::hard_link(&draft, path));
        fs::remove_file(&draft)?;
        written.and_then(|()| sync_folder(path))
    }
}

pub(super) fn failed(path: &Path, source: io::Error) -> KeyError {
    KeyError::File {
        path: path.display().to_string(),
        source,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "made once in the life of an installation, and never from a test's seed"
)]
fn random() -> [u8; LENGTH] {
    rand::rng().random()
}

impl FromStr for SecretKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        let bytes = if text.len() == 2 * LENGTH {
            from_hex(text)
        } else {
            BASE64.decode(text).ok()
        };
        bytes
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self::new)
            .ok_or(KeyError::Form)
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    digits?
        .chunks(2)
        .map(|pair| u8::try_from(pair[0] * 16 + pair[1]).ok())
        .collect()
}

impl Clone for SecretKey {
    fn clone(&self) -> Self {
        Self::new(*self.bytes())
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SecretKey").field(&self.id()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_hex_and_base64_and_nothing_shorter() {
        let hex: SecretKey = "ff".repeat(32).parse().unwrap();
        let base64: SecretKey = format!("{}\n", BASE64.encode([255; 32])).parse().unwrap();
        assert_eq!(hex.id(), base64.id());
        for text in ["", "hunter2", &"f".repeat(63), &"g".repeat(64), "AAAA"] {
            assert!(text.parse::<SecretKey>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_key_file_is_made_once_and_readable_by_this_user_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data").join("secret.key");
        assert!(SecretKey::read(&path).unwrap().is_none());
        let first = SecretKey::read_or_make(&path).unwrap();
        assert_eq!(SecretKey::read_or_make(&path).unwrap().id(), first.id());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let permissions = fs::metadata(&path).unwrap().permissions();
            assert_eq!(permissions.mode() & 0o777, 0o600);
        }
    }
}
