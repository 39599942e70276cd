//! The written table: what every route answers to everybody.

use std::collections::BTreeMap;

const TABLE: &str = include_str!("table.txt");

/// Method and path.
pub(super) type Key = (String, String);

/// Who may call a route, and its status for each identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) statuses: Vec<u16>,
}

/// The rows by route.
pub(super) fn read() -> BTreeMap<Key, Row> {
    let lines = TABLE
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines
        .map(|line| {
            let mut words = line.split_whitespace();
            let method = words.next().unwrap().to_owned();
            let path = words.next().unwrap().to_owned();
            let statuses = words.map(|word| word.parse().unwrap()).collect();
            ((method, path), Row { statuses })
        })
        .collect()
}

/// A row as it is written.
pub(super) fn line((method, path): &Key, row: &Row) -> String {
    let statuses: Vec<String> = row.statuses.iter().map(u16::to_string).collect();
    format!("{method:<6} {path:<76} {}", statuses.join(" "))
}
