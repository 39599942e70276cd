//! A listener that remembers at which of this machine's addresses it was reached.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Who comes and says nothing is not waited for.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) struct Trap {
    pub(super) port: u16,
    reached: Arc<Mutex<Vec<IpAddr>>>,
}

impl Trap {
    /// At every address of this machine. It answers 200.
    pub(super) fn start() -> Self {
        // The unspecified address of IPv6 takes IPv4 as well, where there is IPv6.
        let listener = TcpListener::bind((Ipv6Addr::UNSPECIFIED, 0));
        let listener = listener.or_else(|_| TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)));
        Self::of(listener.unwrap(), |_| "HTTP/1.1 200 OK\r\n".to_owned())
    }

    /// At one address only.
    pub(super) fn at(address: &str) -> Self {
        let listener = TcpListener::bind((address, 0)).unwrap();
        Self::of(listener, |_| "HTTP/1.1 200 OK\r\n".to_owned())
    }

    /// At every address; it sends whoever comes on to its own port at `host`.
    pub(super) fn redirecting(status: u16, host: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
        Self::of(listener, |port| {
            format!("HTTP/1.1 {status} On\r\nLocation: http://{host}:{port}/\r\n")
        })
    }

    fn of(listener: TcpListener, head: impl FnOnce(u16) -> String) -> Self {
        let port = listener.local_addr().unwrap().port();
        let answer = format!(
            "{}Content-Length: 0\r\nConnection: close\r\n\r\n",
            head(port)
        );
        let reached = Arc::<Mutex<Vec<_>>>::default();
        let noted = Arc::clone(&reached);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let address = stream.local_addr().unwrap().ip().to_canonical();
                noted.lock().unwrap().push(address);
                let answer = answer.clone();
                std::thread::spawn(move || reply(&stream, &answer));
            }
        });
        Self { port, reached }
    }

    /// The addresses at which it was reached, in order.
    pub(super) fn reached(&self) -> Vec<IpAddr> {
        self.reached.lock().unwrap().clone()
    }
}

/// Answers what is HTTP; who greets with TLS is hung up on.
fn reply(mut stream: &TcpStream, answer: &str) -> Option<()> {
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let mut request = BufReader::new(stream);
    let mut line = Vec::new();
    request.read_until(b'\n', &mut line).ok()?;
    if !line.starts_with(b"POST ") {
        return None;
    }
    stream.write_all(answer.as_bytes()).ok()?;
    stream.shutdown(Shutdown::Write).ok()?;
    // Hanging up on what was not read would take the answer back.
    request.read_to_end(&mut line).ok().map(drop)
}
