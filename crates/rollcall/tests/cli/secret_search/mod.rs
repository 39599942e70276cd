//! Every kind of secret is made and used, in an installation of its own; then every byte that was written down is
//! searched for each of them: the database's files and its logs of writes, the most talkative log of the server, backups.

mod accounts;
mod browser;
mod installation;
mod machines;
mod needles;
mod places;
mod vault;

use std::collections::BTreeSet;

use rollcall_testkit::{Database, TestStore};
use rstest::rstest;

use self::installation::Installation;
use self::needles::{Needles, Searcher};
use self::places::Place;
use self::vault::{PASSWORD, SETUP_CODE};
use crate::support::report;

/// What is no secret, in every place: whoever does not find this does not look.
const KNOWN: &str = "organization-ef5b3a0c8d1e";
/// Six digits are found by chance wherever there are numbers.
const NOT_SEARCHED: [&str; 1] = ["one-time code"];
const SECURITY_MODEL: &str = include_str!("../../../../../docs/SECURITY-MODEL.md");

#[rstest]
#[case::sqlite(Database::Sqlite)]
#[case::postgres(Database::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_written_down(#[case] database: Database) {
    let Some(test) = TestStore::new(database).await else {
        return;
    };
    let mut at = Installation::start(&test);
    let ada = accounts::first(&at).await;
    accounts::newcomer(&at).await;
    accounts::invited(&at, &ada).await;
    let machines = machines::make(&at, &ada, KNOWN).await;
    machines::provider(&at, &machines, KNOWN).await;
    drop(ada);
    operate(&at);
    let encrypted = at.serve_encrypted();
    assert_every_kind_was_made(&at.vault.kinds());

    let mut hunt = Hunt::new(&at);
    hunt.search("database", &places::database(&test).await);
    for name in ["first.backup", "second.backup"] {
        hunt.search(name, &places::backup(&at.file(name)));
    }
    let log = at.stop();
    // What was still in memory is written by now.
    let mut places = places::database(&test).await;
    places.extend(places::files(&at.file("")));
    hunt.search("database at rest and working folder", &places);
    // The code of the first account is printed; that is how it is given.
    hunt.searcher = at.vault.needles(Some(SETUP_CODE)).searcher();
    for (log, known_text) in [(log, "webhook sent"), (encrypted, "listening on")] {
        hunt.known = known(known_text);
        hunt.search("log", &[Place::text("log", log)]);
    }
    report(&format!(
        "{} secrets in {:.1} MB of {database:?}: none found",
        at.vault.len(),
        hunt.megabytes
    ));
}

/// What the operator does on the command line.
fn operate(at: &Installation) {
    let file = at.operators_file("password");
    std::fs::write(&file, at.vault.invent(PASSWORD)).unwrap();
    let names = [
        "--workspace",
        "Contoso",
        "--organization",
        "Contoso",
        "--directory",
        "Okta",
    ];
    let owner = [
        "bootstrap",
        "--email",
        "dan@example.com",
        "--password-file",
        file.to_str().unwrap(),
    ];
    at.run(&[&owner[..], &names].concat());
    at.run(&["account", "reset-password-link", "dan@example.com"]);
    at.run(&["account", "disable", "dan@example.com"]);
    at.run(&["backup", "first.backup"]);
    at.run(&["rotate-key"]);
    at.keep_key();
    at.run(&["backup", "second.backup"]);
    at.run(&["doctor", "--public-url", &at.url]);
}

/// The secrets of the security model, row by row, are those that were made.
fn assert_every_kind_was_made(made: &BTreeSet<&str>) {
    let (_, table) = SECURITY_MODEL.split_once("\n| secret |").unwrap();
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let kinds: Vec<_> = rows
        .map(|row| row.split('|').nth(1).unwrap().trim())
        .collect();
    assert!(kinds.len() >= 15, "{kinds:?}");
    for kind in kinds {
        assert!(
            made.contains(kind) || NOT_SEARCHED.contains(&kind),
            "no {kind} was made: {made:?}"
        );
    }
}

/// A search in several places.
struct Hunt {
    searcher: Searcher,
    known: Searcher,
    megabytes: f64,
}

impl Hunt {
    fn new(at: &Installation) -> Self {
        Self {
            searcher: at.vault.needles(None).searcher(),
            known: known(KNOWN),
            megabytes: 0.0,
        }
    }

    /// There is no secret, and there is what is known to be there.
    fn search(&mut self, name: &str, places: &[Place]) {
        let (found, bytes) = places::search(&self.searcher, places);
        assert!(found.is_empty(), "{name}: {found:#?}");
        let (known, _) = places::search(&self.known, places);
        assert!(!known.is_empty(), "{name}: nothing is found there at all");
        #[expect(clippy::cast_precision_loss, reason = "a figure to be read")]
        let megabytes = bytes as f64 / 1e6;
        self.megabytes += megabytes;
    }
}

fn known(text: &str) -> Searcher {
    let mut needles = Needles::default();
    needles.add_bare("known", text.as_bytes());
    needles.searcher()
}
