//! Every byte that was written down, read back.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use rollcall_testkit::TestStore;

use super::needles::Searcher;
use crate::support::report;

/// Where bytes are.
pub(super) enum Place {
    File(PathBuf),
    Bytes(String, Vec<u8>),
}

impl Place {
    pub(super) fn text(name: &str, text: impl Into<Vec<u8>>) -> Self {
        Self::Bytes(name.to_owned(), text.into())
    }

    fn read(&self) -> (String, Vec<u8>) {
        match self {
            // A file may go away between two looks, such as a log of writes.
            Self::File(path) => (
                path.display().to_string(),
                fs::read(path).unwrap_or_default(),
            ),
            Self::Bytes(name, bytes) => (name.clone(), bytes.clone()),
        }
    }
}

/// A file, or all files in a folder and below it.
pub(super) fn files(path: &Path) -> Vec<Place> {
    match fs::read_dir(path) {
        Ok(entries) => entries
            .flatten()
            .flat_map(|entry| files(&entry.path()))
            .collect(),
        Err(_) => vec![Place::File(path.to_owned())],
    }
}

/// The files of the database, and its rows, since a database compresses what is long.
pub(super) async fn database(test: &TestStore) -> Vec<Place> {
    let mut places = Vec::new();
    match test.data_files().await {
        Some(paths) => places.extend(paths.iter().flat_map(|path| files(path))),
        None => {
            report("LEFT OUT: the files of this PostgreSQL cannot be read; its rows are searched");
        }
    }
    for (table, rows) in test.contents(&[]).await {
        places.push(Place::text(&format!("table {table}"), rows.join("\n")));
    }
    places
}

/// A backup as it is and unpacked.
pub(super) fn backup(path: &Path) -> Vec<Place> {
    let mut lines = Vec::new();
    let packed = fs::File::open(path).unwrap();
    GzDecoder::new(packed).read_to_end(&mut lines).unwrap();
    let unpacked = Place::text(&format!("{}, unpacked", path.display()), lines);
    vec![Place::File(path.to_owned()), unpacked]
}

/// Searches all places; gives what was found and where, and how many bytes there were.
pub(super) fn search(searcher: &Searcher, places: &[Place]) -> (Vec<String>, usize) {
    let (mut found, mut count) = (Vec::new(), 0);
    for place in places {
        let (name, bytes) = place.read();
        let here = searcher.find(&bytes).into_iter();
        found.extend(here.map(|what| format!("{what}: in {name}")));
        count += bytes.len();
    }
    (found, count)
}
