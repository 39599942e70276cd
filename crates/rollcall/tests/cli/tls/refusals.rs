//! Certificates and keys that a server does not start with, each said in words.

use openssl::pkey::PKey;
use openssl::rsa::Rsa;
use openssl::symm::Cipher;
use rstest::rstest;
use tempfile::TempDir;

use super::arguments;
use super::authority::{Authority, Issued, curve_key, replace};
use crate::support::{refusal, run};

/// A good pair in its files, to be spoiled.
struct Pair {
    folder: TempDir,
    authority: Authority,
    issued: Issued,
}

impl Pair {
    fn certificate(&self) -> Vec<u8> {
        self.issued.certificate.to_pem().unwrap()
    }

    fn key(&self) -> Vec<u8> {
        self.issued.key.private_key_to_pem_pkcs8().unwrap()
    }

    fn put(&self, name: &str, content: &[u8]) {
        replace(self.folder.path(), name, content);
    }

    fn remove(&self, name: &str) {
        std::fs::remove_file(self.folder.path().join(name)).unwrap();
    }
}

fn no_certificate_file(pair: &Pair) {
    pair.remove("certificate.pem");
}

fn no_key_file(pair: &Pair) {
    pair.remove("key.pem");
}

fn an_empty_certificate(pair: &Pair) {
    pair.put("certificate.pem", b"");
}

fn a_key_for_a_certificate(pair: &Pair) {
    pair.put("certificate.pem", &pair.key());
}

fn a_broken_certificate(pair: &Pair) {
    let mut pem = pair.certificate();
    let body = pem.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    pem[body..body + 4].copy_from_slice(b"AAAA");
    pair.put("certificate.pem", &pem);
}

fn half_a_certificate(pair: &Pair) {
    let pem = pair.certificate();
    pair.put("certificate.pem", &pem[..pem.len() / 2]);
}

fn no_key(pair: &Pair) {
    pair.put("key.pem", b"nothing");
}

fn another_key(pair: &Pair) {
    let other = curve_key().private_key_to_pem_pkcs8().unwrap();
    pair.put("key.pem", &other);
}

fn the_authority_first(pair: &Pair) {
    let chain = [pair.authority.pem(), pair.certificate()].concat();
    pair.put("certificate.pem", &chain);
}

fn a_passphrase(pair: &Pair) {
    let cipher = Cipher::aes_256_cbc();
    let key = &pair.issued.key;
    let key = key.private_key_to_pem_pkcs8_passphrase(cipher, b"a secret");
    pair.put("key.pem", &key.unwrap());
}

fn a_short_key(pair: &Pair) {
    let short = PKey::from_rsa(Rsa::generate(1024).unwrap()).unwrap();
    let issued = pair.authority.issue_for(short, 90);
    issued.write(pair.folder.path());
}

#[rstest]
#[case::no_certificate_file(no_certificate_file, "cannot read", "certificate.pem")]
#[case::no_key_file(no_key_file, "cannot read", "key.pem")]
#[case::an_empty_certificate(an_empty_certificate, "holds no certificate", "certificate.pem")]
#[case::a_key_for_a_certificate(a_key_for_a_certificate, "holds no certificate", "certificate.pem")]
#[case::a_broken_certificate(a_broken_certificate, "cannot be read", "certificate.pem")]
#[case::half_a_certificate(half_a_certificate, "cannot be read", "certificate.pem")]
#[case::no_key(no_key, "holds no private key", "key.pem")]
#[case::another_key(another_key, "does not belong to the first", "key.pem")]
#[case::the_authority_first(the_authority_first, "own must come before", "certificate.pem")]
#[case::a_passphrase(a_passphrase, "asks for a passphrase", "key.pem")]
#[case::a_short_key(a_short_key, "key too small", "certificate")]
fn a_server_does_not_start(#[case] spoil: fn(&Pair), #[case] words: &str, #[case] file: &str) {
    let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new());
    let issued = authority.issue(90);
    let files = issued.write(folder.path());
    let pair = Pair {
        folder,
        authority,
        issued,
    };
    spoil(&pair);
    let database = pair.folder.path().join("rollcall.db");
    let url = format!("sqlite://{}", database.display());
    let serve = ["serve", "--listen", "127.0.0.1:0", "--database-url", &url];
    let printed = refusal(&run(&[&serve[..], &arguments(&files)].concat()), 1);
    assert!(
        printed.contains(words) && printed.contains(file),
        "{printed}"
    );
    assert!(
        !printed.contains("setup code") && !database.exists(),
        "{printed}"
    );
}
