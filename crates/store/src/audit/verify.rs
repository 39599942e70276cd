//! Whether the log is whole: every chain numbered without a gap, every entry as it was written.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::row::{BEGINNING, Entry};
use crate::db::connection::{DbConnection as Connection, Purpose};
use crate::db::schema::{audit_entries, audit_heads};
use crate::error::Result;
use crate::{DatabaseUrl, OpenError};

/// Entries read at once.
const PIECE: i64 = 1_000;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// How many chains were read.
    pub chains: usize,
    /// How many entries were as they were written.
    pub entries: i64,
    /// The first thing wrong in each chain where anything is.
    pub broken: Vec<Broken>,
}

/// Where a chain is not what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The workspace's id, or `installation`.
    pub chain: String,
    /// The number of the entry.
    pub number: i64,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// Reads the whole log and checks it.
pub fn verify(conn: &mut Connection) -> Result<Verdict> {
    // The chains, then their heads, then the entries: what is added meanwhile is not held against anybody.
    let chains: Vec<String> = audit_entries::table
        .select(audit_entries::chain)
        .distinct()
        .load(conn)?;
    let heads: Vec<(String, i64, String)> = audit_heads::table
        .select((
            audit_heads::chain,
            audit_heads::last_number,
            audit_heads::last_hash,
        ))
        .load(conn)?;
    let without_head = chains.into_iter().map(|chain| (chain, None));
    let mut all: BTreeMap<String, Option<(i64, String)>> = without_head.collect();
    for (chain, number, hash) in heads {
        all.insert(chain, Some((number, hash)));
    }
    let mut verdict = Verdict {
        chains: all.len(),
        ..Verdict::default()
    };
    for (chain, head) in all {
        let mut walk = Walk::new(&chain, head);
        let broken = walk.run(conn)?;
        verdict.entries += walk.last_number;
        verdict.broken.extend(broken);
    }
    Ok(verdict)
}

/// The same for the database of that URL, which is only read.
pub fn verify_database(url: &DatabaseUrl) -> Result<Verdict, OpenError> {
    let mut conn = Connection::open(url, Purpose::Read)?;
    verify(&mut conn).map_err(|error| OpenError::Unreachable {
        url: url.to_string(),
        reason: error.to_string(),
    })
}

/// One chain, read from its beginning.
struct Walk<'a> {
    chain: &'a str,
    head: Option<(i64, String)>,
    last_number: i64,
    last_hash: String,
}

impl<'a> Walk<'a> {
    fn new(chain: &'a str, head: Option<(i64, String)>) -> Self {
        Self {
            chain,
            head,
            last_number: 0,
            last_hash: BEGINNING.to_owned(),
        }
    }

    fn run(&mut self, conn: &mut Connection) -> Result<Option<Broken>> {
        let Some((number, _)) = self.head else {
            return Ok(Some(self.broken(1, "its chain has no head")));
        };
        loop {
            let piece: Vec<Entry> = audit_entries::table
                .filter(audit_entries::chain.eq(self.chain))
                .filter(audit_entries::number.gt(self.last_number))
                .order(audit_entries::number)
                .limit(PIECE)
                .select(Entry::as_select())
                .load(conn)?;
            if piece.is_empty() {
                let missing = self.last_number < number;
                return Ok(missing.then(|| self.broken(self.last_number + 1, "it is missing")));
            }
            for entry in piece {
                if let Err(reason) = self.step(entry) {
                    return Ok(Some(self.broken(self.last_number + 1, reason)));
                }
            }
        }
    }

    fn step(&mut self, entry: Entry) -> Result<(), &'static str> {
        if entry.number != self.last_number + 1 {
            return Err("it is missing");
        }
        if entry.hash != entry.expected_hash() {
            return Err("it was changed after it was written");
        }
        if entry.previous_hash != self.last_hash {
            return Err("it does not follow the entry before it");
        }
        let head = self.head.as_ref();
        if head.is_some_and(|(number, hash)| entry.number == *number && entry.hash != *hash) {
            return Err("it is not the entry that was written last");
        }
        self.last_number = entry.number;
        self.last_hash = entry.hash;
        Ok(())
    }

    fn broken(&self, number: i64, reason: &'static str) -> Broken {
        Broken {
            chain: self.chain.to_owned(),
            number,
            reason,
        }
    }
}
