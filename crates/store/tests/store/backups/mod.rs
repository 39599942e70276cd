//! Backups: everything comes back, in either database, or nothing does.

mod complete;
mod everything;
mod living;
mod refusals;

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use rollcall_store::audit::{Actor, Context};
use rollcall_store::backup::{self, Error, Summary};
use rollcall_store::{Clock, Options};
use rollcall_testkit::TestStore;
use serde_json::Value;

/// The rows of each table, in an order of their own, since no table promises one.
type Rows = BTreeMap<String, Vec<String>>;

fn options(test: &TestStore) -> Options {
    Options {
        clock: Clock::fixed(test.store.now()),
        ..Options::new(test.url.clone())
    }
}

async fn take(test: &TestStore) -> Vec<u8> {
    let options = options(test);
    let taken = tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        let context = Context::local(Actor::CommandLine);
        backup::take(&options, context, &mut bytes).map(|_| bytes)
    });
    taken.await.unwrap().unwrap()
}

async fn restore(test: &TestStore, bytes: Vec<u8>) -> Result<Summary, Error> {
    let options = options(test);
    let restored = tokio::task::spawn_blocking(move || {
        let context = Context::local(Actor::CommandLine);
        backup::restore(&options, context, bytes.as_slice())
    });
    restored.await.unwrap()
}

/// The lines of a backup.
fn text(bytes: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

fn compressed(text: &str) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(text.as_bytes()).unwrap();
    out.finish().unwrap()
}

/// The rows of each table, value by column.
fn parsed(bytes: &[u8]) -> BTreeMap<String, Vec<BTreeMap<String, Value>>> {
    let mut all: BTreeMap<String, Vec<_>> = BTreeMap::new();
    let (mut table, mut columns) = (String::new(), Vec::<String>::new());
    for line in text(bytes).lines().skip(1) {
        match serde_json::from_str(line).unwrap() {
            Value::Array(values) => {
                let row = columns.iter().cloned().zip(values).collect();
                all.entry(table.clone()).or_default().push(row);
            }
            mark if mark["table"].is_string() => {
                mark["table"].as_str().unwrap().clone_into(&mut table);
                columns = serde_json::from_value(mark["columns"].clone()).unwrap();
            }
            _ => {}
        }
    }
    all
}

/// What a backup holds, but for who publishes and what the audit log says of backups.
fn rows(bytes: &[u8]) -> Rows {
    let sorted = |(table, rows): (String, Vec<BTreeMap<String, Value>>)| {
        let rows = rows.into_iter().filter_map(|mut row| {
            row.retain(|column, _| !is_of_the_moment(&table, column));
            let of_backups = row
                .get("chain")
                .is_some_and(|chain| chain == "installation");
            (!of_backups).then(|| format!("{row:?}"))
        });
        let mut rows: Vec<String> = rows.collect();
        rows.sort();
        (table, rows)
    };
    parsed(bytes).into_iter().map(sorted).collect()
}

fn is_of_the_moment(table: &str, column: &str) -> bool {
    table == "publisher" && ["holder", "lease_expires_at"].contains(&column)
}
