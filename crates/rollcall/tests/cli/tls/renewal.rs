//! A certificate that changes while the server runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use openssl::pkey::PKey;
use openssl::rsa::Rsa;
use reqwest::{Certificate, Client, StatusCode};

use super::authority::{replace, shown};
use super::{Secured, ask};
use crate::support::report;

/// What is logged when a new certificate is taken.
const TAKEN: &str = "new connections get the certificate";
/// What is logged when none is.
const KEPT: &str = "stays in use";

#[tokio::test(flavor = "multi_thread")]
async fn a_new_certificate_is_taken_while_requests_go_on() {
    let mut secured = Secured::start(90).await;
    let mut open = secured.authority.connect(secured.address());
    let first = shown(&open);
    ask(&mut open);
    let (stop, answers) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let clients: Vec<_> = (0..4)
        .map(|_| {
            let (stop, answers) = (Arc::clone(&stop), Arc::clone(&answers));
            let url = format!("{}/healthz", secured.server.url);
            let trusting = secured.client();
            let trusted = Certificate::from_pem(&secured.authority.pem()).unwrap();
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    // One on a connection that is kept, one on a new one.
                    let new = Client::builder().tls_certs_only([trusted.clone()]);
                    let new = new.build().unwrap();
                    for client in [&trusting, &new] {
                        let answer = client.get(&url).send().await.unwrap();
                        assert_eq!(answer.status(), StatusCode::OK);
                        answers.fetch_add(1, Ordering::Relaxed);
                    }
                }
            })
        })
        .collect();
    let key_of_rsa = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    let new = [
        secured.authority.issue(80),
        secured.authority.issue_for(key_of_rsa, 80),
        secured.authority.issue(70),
    ];
    for issued in new {
        issued.write(secured.folder.path());
        secured.hang_up();
        secured.server.process.line_after(TAKEN);
        let fresh = secured.authority.connect(secured.address());
        assert_eq!(shown(&fresh), issued.serial());
        assert_ne!(shown(&fresh), first);
        // What was open is served on.
        assert!(ask(&mut open).starts_with("HTTP/1.1 200"));
    }
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.unwrap();
    }
    let answers = answers.load(Ordering::Relaxed);
    assert!(answers > 0);
    report(&format!(
        "requests answered, none failed, over three changes of the certificate: {answers}"
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_files_are_noticed_without_a_signal() {
    let mut secured = Secured::start(90).await;
    let issued = secured.authority.issue(80);
    issued.write(secured.folder.path());
    // Between the two files it may have found a pair that does not fit; then it looks again.
    secured.server.process.line_after(TAKEN);
    let fresh = secured.authority.connect(secured.address());
    assert_eq!(shown(&fresh), issued.serial());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_new_certificate_leaves_the_old_one() {
    let mut secured = Secured::start(90).await;
    let first = shown(&secured.authority.connect(secured.address()));
    let folder = secured.folder.path().to_owned();
    let other = secured.authority.issue(80);
    let half = other.certificate.to_pem().unwrap();
    for (name, content) in [
        ("certificate.pem", Some(&b"nothing"[..])),
        ("certificate.pem", Some(&half)),
        ("key.pem", None),
        ("certificate.pem", None),
    ] {
        match content {
            Some(content) => drop(replace(&folder, name, content)),
            None => std::fs::remove_file(folder.join(name)).unwrap(),
        }
        secured.hang_up();
        secured.server.process.line_after(KEPT);
        let mut connection = secured.authority.connect(secured.address());
        assert_eq!(shown(&connection), first);
        ask(&mut connection);
    }
    other.write(&folder);
    secured.hang_up();
    secured.server.process.line_after(TAKEN);
    let fresh = secured.authority.connect(secured.address());
    assert_eq!(shown(&fresh), other.serial());
}
