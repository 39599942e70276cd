//! A certificate with its key, read from files and checked before anybody is shown it.

use std::net::IpAddr;
use std::path::Path;

use openssl::asn1::{Asn1Time, Asn1TimeRef};
use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Private};
use openssl::sha::Sha256;
use openssl::ssl::SslContextBuilder;
use openssl::x509::{GeneralNameRef, X509, X509Ref};
use secrecy::{ExposeSecret as _, SecretSlice};

use super::Files;

/// A certificate, those that vouch for it, and its key.
pub(crate) struct Pair {
    certificate: X509,
    chain: Vec<X509>,
    key: PKey<Private>,
}

/// What the two files held.
pub(super) struct Content {
    certificate: Vec<u8>,
    key: SecretSlice<u8>,
}

/// Why there is no certificate to serve with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PairError {
    #[error("cannot read {path}: {source}")]
    Read {
        path: String,
        source: std::io::Error,
    },
    #[error("{0} holds no certificate; a PEM file has one after -----BEGIN CERTIFICATE-----")]
    NoCertificate(String),
    #[error("{path} holds a certificate that cannot be read: {reason}")]
    BrokenCertificate { path: String, reason: String },
    #[error(
        "{0} holds no private key that can be read; a PEM file has it after -----BEGIN PRIVATE KEY-----"
    )]
    NoKey(String),
    #[error("the key in {0} asks for a passphrase; it must be there without one")]
    EncryptedKey(String),
    #[error(
        "the key in {key} does not belong to the first certificate in {certificate}; the server's own must come \
         before those that vouch for it"
    )]
    Mismatch { certificate: String, key: String },
    #[error("the certificate cannot be used: {0}")]
    Refused(#[from] ErrorStack),
}

impl Content {
    /// Reads both files.
    pub(super) fn read(files: &Files) -> Result<Self, PairError> {
        Ok(Self {
            certificate: read(&files.certificate)?,
            key: SecretSlice::from(read(&files.key)?),
        })
    }

    /// Tells contents apart.
    pub(super) fn digest(&self) -> [u8; 32] {
        let mut digest = Sha256::new();
        digest.update(&self.certificate.len().to_be_bytes());
        digest.update(&self.certificate);
        digest.update(self.key.expose_secret());
        digest.finish()
    }
}

fn read(file: &Path) -> Result<Vec<u8>, PairError> {
    std::fs::read(file).map_err(|source| PairError::Read {
        path: file.display().to_string(),
        source,
    })
}

impl Pair {
    /// Reads and checks the files.
    pub(crate) fn load(files: &Files) -> Result<Self, PairError> {
        Self::parse(&Content::read(files)?, files)
    }

    /// Checks what stands in the files.
    pub(super) fn parse(content: &Content, files: &Files) -> Result<Self, PairError> {
        let path = files.certificate.display().to_string();
        let mut chain = match X509::stack_from_pem(&content.certificate) {
            Ok(chain) if chain.is_empty() => return Err(PairError::NoCertificate(path)),
            Ok(chain) => chain,
            Err(error) => {
                let reason = error.to_string();
                return Err(PairError::BrokenCertificate { path, reason });
            }
        };
        let certificate = chain.remove(0);
        let key = private_key(&content.key, &files.key)?;
        if !certificate.public_key()?.public_eq(&key) {
            let key = files.key.display().to_string();
            let certificate = path;
            return Err(PairError::Mismatch { certificate, key });
        }
        let pair = Self {
            certificate,
            chain,
            key,
        };
        // OpenSSL refuses some more here, such as keys that are too short.
        super::acceptor(&pair)?;
        Ok(pair)
    }

    /// Sets a context up to show the certificate.
    pub(super) fn put_into(&self, context: &mut SslContextBuilder) -> Result<(), ErrorStack> {
        context.set_certificate(&self.certificate)?;
        for certificate in &self.chain {
            context.add_extra_chain_cert(certificate.clone())?;
        }
        context.set_private_key(&self.key)?;
        context.check_private_key()
    }

    /// The names and addresses that the certificate is for.
    pub(crate) fn names(&self) -> Vec<String> {
        names(&self.certificate)
    }

    /// Whether a client that asked for this host takes the certificate (RFC 9525, section 6).
    pub(crate) fn is_for(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let parent = host.split_once('.').map(|(_, parent)| parent);
        self.names()
            .iter()
            .any(|name| match name.strip_prefix("*.") {
                Some(suffix) => parent == Some(suffix),
                None => *name == host,
            })
    }

    /// Its last moment, for people.
    pub(crate) fn valid_until(&self) -> &Asn1TimeRef {
        self.certificate.not_after()
    }

    /// Days until its last moment; below zero when that is past.
    pub(crate) fn days_left(&self) -> Result<i32, ErrorStack> {
        let left = Asn1Time::days_from_now(0)?.diff(self.certificate.not_after())?;
        Ok(if left.secs < 0 {
            left.days - 1
        } else {
            left.days
        })
    }
}

fn names(certificate: &X509Ref) -> Vec<String> {
    let Some(names) = certificate.subject_alt_names() else {
        return Vec::new();
    };
    let name = |name: &GeneralNameRef| {
        let host = name.dnsname().map(str::to_ascii_lowercase);
        host.or_else(|| Some(address(name.ipaddress()?)?.to_string()))
    };
    names.iter().filter_map(name).collect()
}

/// The address of these octets.
fn address(octets: &[u8]) -> Option<IpAddr> {
    let of_v4 = <[u8; 4]>::try_from(octets).map(IpAddr::from);
    let of_v6 = || <[u8; 16]>::try_from(octets).map(IpAddr::from);
    of_v4.or_else(|_| of_v6()).ok()
}

fn private_key(pem: &SecretSlice<u8>, file: &Path) -> Result<PKey<Private>, PairError> {
    let path = || file.display().to_string();
    let mut asked = false;
    // Without a callback OpenSSL would ask for the passphrase at the terminal.
    let key = PKey::private_key_from_pem_callback(pem.expose_secret(), |_| {
        asked = true;
        Ok(0)
    });
    key.map_err(|_| {
        if asked {
            PairError::EncryptedKey(path())
        } else {
            PairError::NoKey(path())
        }
    })
}
