//! Every secret that was ever seen, by what the security model calls it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use rollcall_store::token;

use super::needles::Needles;

pub(super) const PASSWORD: &str = "password of a member";
pub(super) const SEED: &str = "seed of one-time codes";
pub(super) const RECOVERY_CODE: &str = "recovery code";
pub(super) const SETUP_CODE: &str = "setup code of the first account";
pub(super) const MAIL: &str = "text of a mail that was written elsewhere";
pub(super) const KEY: &str = "secret key";
pub(super) const TLS_KEY: &str = "key of the TLS certificate";
pub(super) const OPERATORS: &str = "password of the database, of the mail server";
/// Not of ours: what a provider sends as the password of a person.
pub(super) const PUSHED: &str = "password that a provider pushes";

/// What a secret begins with, and what that makes it.
const PREFIXES: [(&str, &str); 8] = [
    ("rc_session_", "session (cookie)"),
    ("rc_device_", "known browser (cookie)"),
    ("rc_link_", "mailed link"),
    ("rc_invite_", "link of an invitation"),
    ("rc_scim_", "bearer token of a directory"),
    ("sk_", "API key"),
    ("whsec_", "secret that signs webhooks"),
    (
        "rollcall_signing_in=rc_link_",
        "way between password and code (cookie)",
    ),
];
/// No secret is shorter; examples on pages are.
const SHORTEST: usize = 30;

#[derive(Debug, Default)]
pub(super) struct Vault(Mutex<BTreeMap<String, &'static str>>);

impl Vault {
    pub(super) fn keep(&self, kind: &'static str, secret: &str) {
        assert!(secret.len() >= 16, "found by chance: {kind} {secret}");
        self.0.lock().unwrap().insert(secret.to_owned(), kind);
    }

    /// A new secret of somebody's choice. In any text it stands as it is, whatever is done to what surrounds it.
    pub(super) fn invent(&self, kind: &'static str) -> String {
        let secret = format!("q{:x}", rand::random::<u128>());
        self.keep(kind, &secret);
        secret
    }

    /// Keeps what looks like a secret of ours in a text.
    pub(super) fn harvest(&self, text: &str) {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && !"_=".contains(c));
        for word in words {
            for (prefix, kind) in PREFIXES {
                let found = word.find(prefix).map(|start| &word[start..]);
                if let Some(found) = found.filter(|found| found.len() >= SHORTEST) {
                    let secret = found.rsplit('=').next().unwrap_or_default();
                    self.keep(kind, secret);
                }
            }
        }
    }

    /// The kinds of which there is one.
    pub(super) fn kinds(&self) -> BTreeSet<&'static str> {
        self.0.lock().unwrap().values().copied().collect()
    }

    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// What to look for, without a kind that may be where it is looked for.
    pub(super) fn needles(&self, but: Option<&str>) -> Needles {
        let mut needles = Needles::default();
        for (secret, kind) in &*self.0.lock().unwrap() {
            if Some(*kind) == but {
                continue;
            }
            needles.add(kind, secret.as_bytes());
            match *kind {
                // A fast hash of what somebody chose can be guessed.
                PASSWORD | OPERATORS | PUSHED => {
                    needles.add_bare(kind, token::hash(secret).as_bytes());
                }
                SEED => needles.add(kind, &base32(secret)),
                KEY | TLS_KEY => needles.add(kind, &base64(secret)),
                _ => {}
            }
        }
        needles
    }
}

/// The bytes of a text in base 32 (RFC 4648 §6).
fn base32(text: &str) -> Vec<u8> {
    let (mut bits, mut count, mut bytes) = (0_u64, 0, Vec::new());
    for character in text.bytes().filter(|byte| *byte != b'=') {
        let value = match character {
            b'A'..=b'Z' => character - b'A',
            digit => digit - b'2' + 26,
        };
        bits = bits << 5 | u64::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap());
        }
    }
    bytes
}

fn base64(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .unwrap()
}

#[test]
fn a_seed_is_read_as_its_bytes() {
    assert_eq!(base32("MZXW6YTBOI"), b"foobar");
}
