//! An authority of the test's own, the certificates that it gives, and who trusts it.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, MsbOption};
use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{
    HandshakeError, SslConnector, SslConnectorBuilder, SslMethod, SslStream, SslVerifyMode,
};
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::{X509, X509NameBuilder};

use crate::support::PATIENCE;

/// The name that the server's certificates are for, besides 127.0.0.1.
pub(crate) const NAME: &str = "sync.example.com";

/// Who vouches for certificates.
pub(crate) struct Authority {
    certificate: X509,
    key: PKey<Private>,
}

/// A certificate and its key.
pub(crate) struct Issued {
    pub(crate) certificate: X509,
    pub(crate) key: PKey<Private>,
}

/// A new key on the curve P-256.
pub(crate) fn curve_key() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

impl Authority {
    pub(crate) fn new() -> Self {
        let key = curve_key();
        let mut builder = certificate("Test authority", &key, 365);
        builder.set_issuer_name(&name("Test authority")).unwrap();
        let may_sign = BasicConstraints::new().critical().ca().build().unwrap();
        builder.append_extension(may_sign).unwrap();
        builder.sign(&key, MessageDigest::sha256()).unwrap();
        let certificate = builder.build();
        Self { certificate, key }
    }

    /// A certificate for the server, good for that many days from now.
    pub(crate) fn issue(&self, days: i64) -> Issued {
        self.issue_for(curve_key(), days)
    }

    /// The same, for a key that is there.
    pub(crate) fn issue_for(&self, key: PKey<Private>, days: i64) -> Issued {
        let mut builder = certificate(NAME, &key, days);
        let mut names = SubjectAlternativeName::new();
        names.dns(NAME).dns("*.hosts.example.com").ip("127.0.0.1");
        let context = builder.x509v3_context(Some(&self.certificate), None);
        let names = names.build(&context).unwrap();
        builder.append_extension(names).unwrap();
        builder
            .set_issuer_name(self.certificate.subject_name())
            .unwrap();
        builder.sign(&self.key, MessageDigest::sha256()).unwrap();
        let certificate = builder.build();
        Issued { certificate, key }
    }

    /// The authority's own certificate, as clients are given it.
    pub(crate) fn pem(&self) -> Vec<u8> {
        self.certificate.to_pem().unwrap()
    }

    /// A client that trusts the authority alone.
    pub(crate) fn client(&self) -> SslConnectorBuilder {
        let mut client = SslConnector::builder(SslMethod::tls_client()).unwrap();
        let mut trusted = X509StoreBuilder::new().unwrap();
        trusted.add_cert(self.certificate.clone()).unwrap();
        client.set_cert_store(trusted.build());
        client.set_verify(SslVerifyMode::PEER);
        client
    }

    /// A new connection to a server, on which a certificate for 127.0.0.1 was shown.
    pub(crate) fn connect(&self, address: &str) -> SslStream<TcpStream> {
        handshake(self.client(), address).unwrap()
    }
}

/// Tries to agree with a server.
pub(crate) fn handshake(
    client: SslConnectorBuilder,
    address: &str,
) -> Result<SslStream<TcpStream>, HandshakeError<TcpStream>> {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    client.build().connect("127.0.0.1", stream)
}

fn certificate(subject: &str, key: &PKey<Private>, days: i64) -> openssl::x509::X509Builder {
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    let mut serial = BigNum::new().unwrap();
    serial.rand(127, MsbOption::MAYBE_ZERO, false).unwrap();
    let serial = serial.to_asn1_integer().unwrap();
    builder.set_serial_number(&serial).unwrap();
    builder.set_subject_name(&name(subject)).unwrap();
    builder.set_pubkey(key).unwrap();
    let begin = from_now(days.min(0) - 1).unwrap();
    builder.set_not_before(&begin).unwrap();
    builder.set_not_after(&from_now(days).unwrap()).unwrap();
    builder
}

fn name(text: &str) -> openssl::x509::X509Name {
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_nid(Nid::COMMONNAME, text).unwrap();
    name.build()
}

/// Days from now, back in time when below zero. An hour is put on top, so that the days are whole ones.
#[expect(clippy::disallowed_methods, reason = "clients look at their own clock")]
fn from_now(days: i64) -> Result<Asn1Time, ErrorStack> {
    let now = SystemTime::now();
    let now = now.duration_since(UNIX_EPOCH).unwrap();
    let hour = Duration::from_hours(1).as_secs();
    Asn1Time::from_unix((now.as_secs() + hour).cast_signed() + days * 24 * 3600)
}

impl Issued {
    /// Writes both files into a folder and says where they are, certificate first. Those that were there
    /// are replaced as a whole, as tools that renew certificates do.
    pub(crate) fn write(&self, folder: &Path) -> [PathBuf; 2] {
        let certificate = self.certificate.to_pem().unwrap();
        let key = self.key.private_key_to_pem_pkcs8().unwrap();
        [
            replace(folder, "certificate.pem", &certificate),
            replace(folder, "key.pem", &key),
        ]
    }

    /// What tells certificates apart.
    pub(crate) fn serial(&self) -> String {
        serial(&self.certificate)
    }
}

/// Puts a file in the place of another at once.
pub(crate) fn replace(folder: &Path, name: &str, content: &[u8]) -> PathBuf {
    let (new, file) = (folder.join(format!("{name}.new")), folder.join(name));
    std::fs::write(&new, content).unwrap();
    std::fs::rename(&new, &file).unwrap();
    file
}

/// The certificate's number.
pub(crate) fn serial(certificate: &X509) -> String {
    let number = certificate.serial_number().to_bn().unwrap();
    number.to_hex_str().unwrap().to_string()
}

/// The number of the certificate that a connection was shown.
pub(crate) fn shown(connection: &SslStream<TcpStream>) -> String {
    serial(&connection.ssl().peer_certificate().unwrap())
}
