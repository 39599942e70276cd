//! What the program's own sources must not hold, since it would undo what other tests prove.

use std::fs;
use std::path::{Path, PathBuf};

use super::root;

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|ending| ending == extension) {
            found.push(path);
        }
    }
    found
}

/// The sources of the program, by their names: what is compiled into it, without its tests.
fn program() -> Vec<(String, String)> {
    let crates = root().join("crates");
    let mut sources = Vec::new();
    for folder in fs::read_dir(&crates).unwrap() {
        let folder = folder.unwrap().path();
        if folder.ends_with("testkit") {
            continue;
        }
        for file in files(&folder.join("src"), "rs") {
            let text = fs::read_to_string(&file).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap().to_owned();
            let name = file.strip_prefix(&crates).unwrap().display().to_string();
            sources.push((name, code));
        }
    }
    assert!(sources.len() > 200, "only {}", sources.len());
    sources
}

/// The sources that hold one of these words.
fn holding(words: &[&str]) -> Vec<String> {
    let found = program().into_iter().filter(|(_, code)| {
        let lines = code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let code: Vec<&str> = lines.collect();
        code.iter()
            .any(|line| words.iter().any(|word| line.contains(word)))
    });
    found.map(|(name, _)| name).collect()
}

#[test]
fn no_program_is_started_and_no_memory_is_handled_by_hand() {
    let words = [
        "process::Command",
        "Command::new(",
        "unsafe {",
        "unsafe fn",
        "libloading",
    ];
    assert_eq!(holding(&words), [] as [String; 0]);
}

#[test]
fn no_sql_is_put_together_from_text() {
    let written_out = holding(&[
        "sql_query(format!",
        "batch_execute(&format!",
        "sql::<Text>(&",
    ]);
    // Opening a database, and backups: they write constants and the names of our own tables.
    let places = ["store/src/db/", "store/src/backup/"];
    let elsewhere = written_out
        .iter()
        .filter(|name| !places.iter().any(|at| name.starts_with(at)));
    assert_eq!(elsewhere.count(), 0, "{written_out:?}");
}

#[test]
fn weak_algorithms_are_not_used() {
    // SHA-1 is in one-time codes alone, as RFC 6238 and every app have it, and in the library for them.
    let words = [
        "md5::", "Md5", "sha1::", "Sha1", " des::", " rc4::", " ecb::", " cbc::",
    ];
    assert_eq!(holding(&words), [] as [String; 0]);
}

#[test]
fn chance_comes_from_the_operating_system_through_one_place() {
    let words = [
        "thread_rng",
        "rand::rng()",
        "SmallRng",
        "StepRng",
        "fastrand",
    ];
    let found = holding(&words);
    // The generator of all secrets, and the key that is there before any store is.
    let places = [
        "store/src/db/store.rs",
        "store/src/seal/key.rs",
        "okta-simulator/",
    ];
    let elsewhere = found
        .iter()
        .filter(|name| !places.iter().any(|at| name.starts_with(at)));
    assert_eq!(elsewhere.count(), 0, "{found:?}");
}

/// Own scripts put text where text belongs, run no text, and keep nothing in the browser.
#[test]
fn no_script_builds_markup_runs_text_or_stores_anything() {
    let scripts = files(&root().join("static/js"), "js");
    assert!(!scripts.is_empty());
    for script in scripts {
        let source = fs::read_to_string(&script).unwrap();
        for word in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "createContextualFragment",
            "eval(",
            "new Function",
            "localStorage",
            "sessionStorage",
            "indexedDB",
            "document.cookie",
            "postMessage",
            "__proto__",
            "prototype",
        ] {
            assert!(!source.contains(word), "{word} in {}", script.display());
        }
        assert!(source.contains("'use strict'"), "{}", script.display());
    }
}
