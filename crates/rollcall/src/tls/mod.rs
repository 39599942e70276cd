//! TLS of the server's own: a certificate and its key, from files that may change while it runs.

mod pair;
mod renewal;

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use openssl::error::ErrorStack;
use openssl::ssl::{
    AlpnError, ClientHelloResponse, SslAcceptor, SslAcceptorBuilder, SslContext, SslMethod,
    select_next_proto,
};

pub(crate) use pair::{Pair, PairError};
pub(crate) use renewal::{SHORT, TlsError};

use renewal::Renewal;

/// Forward secret and authenticated ones alone, for the clients that do not know TLS 1.3, whose own are
/// all like this. Diffie-Hellman without curves is left out: it costs a server far more than its client.
const CIPHERS_OF_TLS_1_2: &str = "ECDHE+AESGCM:ECDHE+CHACHA20";
/// The protocols, the one that is rather taken first, each after its length (RFC 7301, section 3.1).
const PROTOCOLS: &[u8] = b"\x02h2\x08http/1.1";

/// Where the certificate is.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct TlsArgs {
    /// Serve https with this certificate, a PEM file with the chain behind it; it is read again when it changes
    #[arg(
        long,
        env = "ROLLCALL_TLS_CERTIFICATE",
        value_name = "FILE",
        requires = "tls_key"
    )]
    tls_certificate: Option<PathBuf>,
    /// The key of this certificate, a PEM file without a passphrase
    #[arg(
        long,
        env = "ROLLCALL_TLS_KEY",
        value_name = "FILE",
        requires = "tls_certificate"
    )]
    tls_key: Option<PathBuf>,
}

/// The two files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Files {
    /// The certificate, and those that vouch for it.
    pub(crate) certificate: PathBuf,
    /// Its key.
    pub(crate) key: PathBuf,
}

impl TlsArgs {
    /// The files, if they are named. The command line takes both or none.
    pub(crate) fn files(&self) -> Option<Files> {
        Some(Files {
            certificate: self.tls_certificate.clone()?,
            key: self.tls_key.clone()?,
        })
    }
}

/// TLS, ready to begin.
pub(crate) struct Tls {
    acceptor: SslAcceptorBuilder,
    renewal: Renewal,
}

impl Tls {
    /// Reads the files, and listens for SIGHUP from now on.
    pub(crate) fn prepare(files: Files) -> Result<Self, TlsError> {
        let (renewal, pair) = Renewal::begin(files)?;
        let acceptor = renewal.shown().acceptor(&pair);
        Ok(Self {
            acceptor: acceptor.map_err(PairError::Refused)?,
            renewal,
        })
    }

    /// What accepts connections. From now on the files are watched.
    pub(crate) fn start(self) -> SslAcceptorBuilder {
        tokio::spawn(self.renewal.run());
        self.acceptor
    }
}

/// The certificate that new connections are shown. Cheap to clone.
#[derive(Clone)]
struct Shown(Arc<RwLock<SslContext>>);

impl Shown {
    /// Shows this one to begin with.
    fn new(pair: &Pair) -> Result<Self, ErrorStack> {
        let context = acceptor(pair)?.build().into_context();
        Ok(Self(Arc::new(RwLock::new(context))))
    }

    /// From now on shows this one; connections that are open keep theirs.
    fn replace(&self, pair: &Pair) -> Result<(), ErrorStack> {
        let context = acceptor(pair)?.build().into_context();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = context;
        Ok(())
    }

    fn context(&self) -> SslContext {
        let shown = self.0.read().unwrap_or_else(PoisonError::into_inner);
        shown.clone()
    }

    /// What accepts connections, each with what is shown when it begins.
    fn acceptor(&self, first: &Pair) -> Result<SslAcceptorBuilder, ErrorStack> {
        let mut builder = acceptor(first)?;
        let shown = self.clone();
        builder.set_client_hello_callback(move |connection, _| {
            connection.set_ssl_context(&shown.context())?;
            Ok(ClientHelloResponse::SUCCESS)
        });
        Ok(builder)
    }
}

/// TLS 1.2 and 1.3 with one certificate.
fn acceptor(pair: &Pair) -> Result<SslAcceptorBuilder, ErrorStack> {
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server())?;
    builder.set_cipher_list(CIPHERS_OF_TLS_1_2)?;
    builder.set_alpn_select_callback(|_, offered| {
        select_next_proto(PROTOCOLS, offered).ok_or(AlpnError::NOACK)
    });
    pair.put_into(&mut builder)?;
    Ok(builder)
}
