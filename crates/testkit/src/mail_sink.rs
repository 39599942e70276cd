//! An SMTP server that keeps what it is sent: RFC 5321 as far as a client needs it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// Longer than any test waits for a mail.
const PATIENCE: Duration = Duration::from_secs(30);

/// A mail as it arrived.
#[derive(Clone, Debug)]
pub struct ReceivedMail {
    /// Whom the envelope named.
    pub recipient: String,
    /// Headers and body, quoted-printable undone.
    pub text: String,
}

impl ReceivedMail {
    /// The first link in it.
    pub fn link(&self) -> &str {
        let start = self.text.find("http").expect("the mail holds a link");
        let end = self.text[start..].find(char::is_whitespace);
        &self.text[start..end.map_or(self.text.len(), |end| start + end)]
    }
}

/// A server on a free port that runs until the process ends.
#[derive(Debug)]
pub struct MailSink {
    /// Its address, for example `smtp://127.0.0.1:40125`.
    pub url: String,
    mails: Receiver<ReceivedMail>,
}

impl MailSink {
    /// Starts it.
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("a bound address");
        let (sender, mails) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sender = sender.clone();
                std::thread::spawn(move || converse(&stream, &sender));
            }
        });
        Self {
            url: format!("smtp://{address}"),
            mails,
        }
    }

    /// Waits for the next mail.
    pub fn next(&self) -> ReceivedMail {
        let mail = self.mails.recv_timeout(PATIENCE);
        mail.expect("a mail arrives")
    }

    /// What has arrived meanwhile.
    pub fn arrived(&self) -> Vec<ReceivedMail> {
        self.mails.try_iter().collect()
    }
}

/// One connection. A client that hangs up ends it.
fn converse(stream: &TcpStream, sender: &Sender<ReceivedMail>) -> Option<()> {
    let mut lines = BufReader::new(stream).lines();
    let mut out = stream;
    let mut answer = |text: &str| out.write_all(format!("{text}\r\n").as_bytes()).ok();
    let mut recipient = String::new();
    answer("220 sink")?;
    loop {
        let line = lines.next()?.ok()?;
        match line.split_once(':').map_or(line.as_str(), |(verb, _)| verb) {
            "RCPT TO" => {
                let named = line.split(['<', '>']).nth(1);
                named.unwrap_or_default().clone_into(&mut recipient);
                answer("250 ok")?;
            }
            "DATA" => {
                answer("354 go on")?;
                let mut text = String::new();
                loop {
                    let line = lines.next()?.ok()?;
                    if line == "." {
                        break;
                    }
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    text.push('\n');
                }
                let mail = ReceivedMail {
                    recipient: recipient.clone(),
                    text: unquoted(&text),
                };
                sender.send(mail).ok()?;
                answer("250 kept")?;
            }
            "QUIT" => return answer("221 bye"),
            // Whoever has a password may show it (RFC 4954).
            _ if line.starts_with("EHLO") => answer("250-sink\r\n250 AUTH PLAIN")?,
            _ if line.starts_with("AUTH PLAIN ") => answer("235 believed")?,
            _ => answer("250 ok")?,
        }
    }
}

/// Undoes quoted-printable (RFC 2045 §6.7); other text passes unchanged.
fn unquoted(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_str();
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend_from_slice(before.as_bytes());
        let coded = after
            .get(..2)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(byte) = coded {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(b'=');
            rest = after;
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}
