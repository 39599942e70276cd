//! The table of the OWASP ASVS 5.0.0 in `docs/ASVS.md`: that it is complete, and that every test it
//! names is there.

mod sections;
mod sources;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use self::sections::{Requirement, requirements};
use crate::support::report;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    let text = std::fs::read_to_string(root().join(path));
    text.unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// How a row says that a requirement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Met,
    Partly,
    NotMet,
    DoesNotApply,
}

/// A row of the document.
#[derive(Debug)]
struct Row {
    id: String,
    level: String,
    verdict: Verdict,
    how: String,
    proofs: Vec<String>,
}

fn rows() -> Vec<Row> {
    let document = read("docs/ASVS.md");
    let lines = document.lines().filter(|line| line.starts_with("| "));
    let cells = lines.map(|line| line.trim_matches('|').split(" | ").map(str::trim));
    let rows = cells.map(Iterator::collect::<Vec<_>>);
    let rows = rows.filter(|row| row[0].starts_with(|first: char| first.is_ascii_digit()));
    rows.map(|row| {
        let [id, level, verdict, how, proof] = row[..] else {
            panic!("not five cells: {row:?}")
        };
        let verdict = match verdict {
            "met" => Verdict::Met,
            "partly" => Verdict::Partly,
            "not met" => Verdict::NotMet,
            "does not apply" => Verdict::DoesNotApply,
            other => panic!("{id} is {other:?}"),
        };
        let proofs = proof.split("<br>").map(str::trim);
        let proofs = proofs.filter(|proof| !proof.is_empty());
        Row {
            id: id.to_owned(),
            level: level.to_owned(),
            verdict,
            how: how.to_owned(),
            proofs: proofs.map(str::to_owned).collect(),
        }
    })
    .collect()
}

/// The requirements that a row stands for: one, or all of a section or a chapter.
fn covered<'a>(row: &Row, all: &'a [Requirement]) -> Vec<&'a Requirement> {
    let prefix = row.id.strip_suffix(".*");
    let is_covered = |one: &&Requirement| match prefix {
        Some(prefix) => one.id.starts_with(&format!("{prefix}.")),
        None => one.id == row.id,
    };
    all.iter().filter(is_covered).collect()
}

#[test]
fn every_requirement_of_level_two_stands_in_the_table_once() {
    let all = requirements();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows() {
        let covered = covered(&row, &all);
        assert!(!covered.is_empty(), "there is no {}", row.id);
        for one in covered {
            let is_group = row.id.ends_with(".*");
            assert!(is_group || row.level == one.level.to_string(), "{}", row.id);
            *seen.entry(&one.id).or_default() += 1;
        }
        assert!(!row.how.is_empty(), "{} says nothing", row.id);
    }
    let wanted = all.iter().filter(|one| one.level <= 2);
    let missing: Vec<&str> = wanted
        .map(|one| one.id.as_str())
        .filter(|id| !seen.contains_key(id))
        .collect();
    assert_eq!(missing, [] as [&str; 0]);
    let twice = seen.iter().filter(|(_, count)| **count > 1);
    assert_eq!(twice.count(), 0, "{seen:?}");
}

/// What is met is proved by a test, or said in a document where a document is what is asked for.
#[test]
fn every_proof_in_the_table_exists() {
    let mut counted: BTreeMap<Verdict, usize> = BTreeMap::new();
    let mut tests = Vec::new();
    for row in rows() {
        *counted.entry(row.verdict).or_default() += 1;
        let wants_proof = matches!(row.verdict, Verdict::Met | Verdict::Partly);
        assert_eq!(
            wants_proof,
            !row.proofs.is_empty(),
            "{}: {:?}",
            row.id,
            row.proofs
        );
        for proof in &row.proofs {
            check(&row.id, proof);
            tests.push(proof.clone());
        }
    }
    tests.sort();
    tests.dedup();
    tests.retain(|proof| proof.starts_with('`'));
    report(&format!(
        "ASVS 5.0.0: rows by verdict {counted:?}, proved by {} different tests",
        tests.len()
    ));
}

fn check(id: &str, proof: &str) {
    if let Some(test) = proof
        .strip_prefix('`')
        .and_then(|rest| rest.strip_suffix('`'))
    {
        let (file, name) = test
            .split_once("::")
            .unwrap_or_else(|| panic!("{id}: {proof} names no test"));
        let source = read(file);
        let forms = [format!("test('{name}'"), format!("fn {name}(")];
        let defined = forms.iter().any(|form| source.contains(form));
        assert!(defined, "{id}: there is no {test}");
        return;
    }
    let (_, target) = proof
        .split_once("](")
        .unwrap_or_else(|| panic!("{id}: {proof} is neither a test nor a link"));
    let target = target.trim_end_matches(')');
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let document = read(&format!("docs/{file}"));
    let has_anchor = document.lines().any(|line| is_heading(line, anchor));
    assert!(
        anchor.is_empty() || has_anchor,
        "{id}: no #{anchor} in {file}"
    );
}

/// Whether a line is the heading of that anchor, as code hosts make anchors.
fn is_heading(line: &str, anchor: &str) -> bool {
    let Some(heading) = line.strip_prefix('#') else {
        return false;
    };
    let heading = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = heading
        .chars()
        .filter(|one| one.is_alphanumeric() || " -_".contains(*one));
    kept.collect::<String>().replace(' ', "-") == anchor
}
