//! What is looked for, in every form in which it might have been written down.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use rollcall_store::token;

#[derive(Debug, Default)]
pub(super) struct Needles {
    patterns: Vec<Vec<u8>>,
    names: Vec<String>,
}

impl Needles {
    /// Looks for it as it is, in hex, in base64, percent-encoded and in UTF-16.
    pub(super) fn add(&mut self, kind: &str, secret: &[u8]) {
        self.add_bare(kind, secret);
        let hex = token::hex(secret);
        let upper = hex.to_uppercase().into_bytes();
        let pairs = upper.chunks(2);
        let percent = pairs.flat_map(|pair| [b'%', pair[0], pair[1]]).collect();
        self.push(kind, "percent-encoded", percent);
        self.push(kind, "in hex", upper);
        self.push(kind, "in hex", hex.into_bytes());
        let wide = secret.iter().flat_map(|byte| [*byte, 0]).collect();
        self.push(kind, "in UTF-16", wide);
        for alignment in 0..3 {
            for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
                let form = base64_inside(&engine, secret, alignment);
                self.push(kind, "in base64", form);
            }
        }
    }

    /// Looks for it as it is.
    pub(super) fn add_bare(&mut self, kind: &str, secret: &[u8]) {
        self.push(kind, "as it is", secret.to_vec());
    }

    fn push(&mut self, kind: &str, form: &str, pattern: Vec<u8>) {
        self.patterns.push(pattern);
        self.names.push(format!("{kind}, {form}"));
    }

    /// Ready to search.
    pub(super) fn searcher(self) -> Searcher {
        Searcher {
            automaton: AhoCorasick::new(&self.patterns).unwrap(),
            names: self.names,
        }
    }
}

pub(super) struct Searcher {
    automaton: AhoCorasick,
    names: Vec<String>,
}

impl Searcher {
    /// What is in these bytes.
    pub(super) fn find(&self, bytes: &[u8]) -> BTreeSet<&str> {
        let found = self.automaton.find_overlapping_iter(bytes);
        found
            .map(|one| &*self.names[one.pattern().as_usize()])
            .collect()
    }
}

/// What of the base64 of a longer text depends on the secret alone, when so many bytes come before it.
fn base64_inside(engine: &impl base64::Engine, secret: &[u8], before: usize) -> Vec<u8> {
    let padded = [&vec![0; before], secret].concat();
    let whole = padded.len() / 3 * 3;
    let text = engine.encode(&padded[..whole]);
    let start = if before == 0 { 0 } else { 4 };
    text.into_bytes().split_off(start)
}

#[test]
fn a_secret_is_found_in_every_form() {
    let secret = "q2b1946ef8edaad11";
    let mut needles = Needles::default();
    needles.add("secret", secret.as_bytes());
    let searcher = needles.searcher();
    let forms = |text: String| searcher.find(text.as_bytes()).len();
    assert_eq!(forms(format!("x{secret}x")), 1);
    for before in ["", "a", "ab", "abc", "\u{fb}\u{ff}"] {
        let inside = format!("{before}{secret} and more");
        assert!(forms(STANDARD_NO_PAD.encode(&inside)) > 0, "{before}");
        assert!(forms(URL_SAFE_NO_PAD.encode(&inside)) > 0, "{before}");
    }
    assert_eq!(forms(token::hex(secret.as_bytes())), 1);
    assert_eq!(forms(token::hex(secret.as_bytes()).to_uppercase()), 1);
    assert_eq!(forms(secret.replace('q', "p")), 0);
}
