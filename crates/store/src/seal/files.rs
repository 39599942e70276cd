//! A key file whose key is being changed. The new key stands beside it from before the database is
//! sealed anew until after: whenever the work is interrupted, one of the two files opens the database.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::key::failed;
use super::{KeyError, SecretKey};

/// Where the new key waits.
pub fn next_file(file: &Path) -> PathBuf {
    beside(file, "next")
}

/// Where the key of that id is kept once another has taken its place, for the backups made with it.
pub fn old_file(file: &Path, key_id: &str) -> PathBuf {
    beside(file, &format!("{key_id}.old"))
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(".");
    path.push(ending);
    path.into()
}

/// Puts the new key into the file once the database is sealed with it, and keeps the old one beside
/// it. Done already, it does nothing; several processes may do it at once.
pub fn replace(file: &Path, new_key_id: &str) -> Result<(), KeyError> {
    let next = next_file(file);
    let present = SecretKey::read(file)?.map(|key| key.id());
    let waiting = SecretKey::read(&next)?.map(|key| key.id());
    if present.as_deref() == Some(new_key_id) || waiting.as_deref() != Some(new_key_id) {
        return Ok(());
    }
    if let Some(present) = present {
        tolerant(
            fs::hard_link(file, old_file(file, &present)),
            io::ErrorKind::AlreadyExists,
        )
        .map_err(|source| failed(file, source))?;
    }
    tolerant(fs::rename(&next, file), io::ErrorKind::NotFound)
        .and_then(|()| sync_folder(file))
        .map_err(|source| failed(file, source))
}

/// An error of that kind says that another process was quicker.
fn tolerant(result: io::Result<()>, kind: io::ErrorKind) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == kind => Ok(()),
        result => result,
    }
}

/// A name outlasts a power failure once its folder is written.
pub(super) fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| *folder != Path::new(""));
    File::open(folder.unwrap_or_else(|| Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(path: &Path) -> Option<String> {
        SecretKey::read(path).unwrap().map(|key| key.id())
    }

    #[test]
    fn the_new_key_takes_the_place_of_the_old_one_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret.key");
        let old = SecretKey::read_or_make(&file).unwrap().id();
        let new = SecretKey::read_or_make(&next_file(&file)).unwrap().id();
        for _ in 0..2 {
            replace(&file, &new).unwrap();
            assert_eq!(id(&file).as_ref(), Some(&new));
            assert_eq!(id(&next_file(&file)), None);
            assert_eq!(id(&old_file(&file, &old)).as_ref(), Some(&old));
        }
    }

    #[test]
    fn a_key_that_the_database_does_not_have_waits() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret.key");
        let old = SecretKey::read_or_make(&file).unwrap().id();
        let new = SecretKey::read_or_make(&next_file(&file)).unwrap().id();
        replace(&file, "another").unwrap();
        replace(&file, &old).unwrap();
        assert_eq!((id(&file), id(&next_file(&file))), (Some(old), Some(new)));
    }
}
