//! The server with all that it writes in one folder, and the commands beside it.

use std::path::PathBuf;
use std::process::Command;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Body, Client, Method};
use rollcall_testkit::{MailSink, SECRET_KEY, TestStore, WebhookSink};
use serde_json::Value;
use tempfile::TempDir;

use super::browser::Browser;
use super::vault::{KEY, OPERATORS, SETUP_CODE, TLS_KEY, Vault};
use crate::support::{Process, rollcall, stderr_of, stdout};
use crate::tls::authority::Authority;

/// Where it stands.
struct Ground {
    /// Where commands and the server run.
    folder: TempDir,
    /// What only the operator reads.
    keys: TempDir,
    database_url: String,
}

impl Ground {
    fn key_file(&self) -> PathBuf {
        self.keys.path().join("secret.key")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = rollcall(args);
        command
            .current_dir(self.folder.path())
            .env("TMPDIR", self.folder.path())
            .env("ROLLCALL_DATABASE_URL", &self.database_url)
            .env("ROLLCALL_SECRET_KEY_FILE", self.key_file());
        command
    }

    /// A server that says all it can.
    fn serve(&self) -> Command {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command
            .args([
                "--sign-up",
                "open",
                "--webhook-allow-networks",
                "127.0.0.0/8",
            ])
            .env("ROLLCALL_LOG", "trace");
        command
    }
}

pub(super) struct Installation {
    pub(super) vault: Vault,
    pub(super) url: String,
    pub(super) setup_code: String,
    pub(super) receiver: WebhookSink,
    mails: MailSink,
    ground: Ground,
    process: Process,
}

impl Installation {
    pub(super) fn start(test: &TestStore) -> Self {
        let (vault, mails) = (Vault::default(), MailSink::start());
        let ground = Ground {
            folder: tempfile::tempdir().unwrap(),
            keys: tempfile::tempdir().unwrap(),
            database_url: with_password(&test.url_text, &vault.invent(OPERATORS)),
        };
        // The tests' own key is known to everybody.
        std::fs::write(ground.key_file(), SECRET_KEY).unwrap();
        stdout(&ground.command(&["rotate-key"]).output().unwrap());
        let login = format!("rollcall:{}@", vault.invent(OPERATORS));
        let smtp_url = mails.url.replace("://", &format!("://{login}"));
        let mut serve = ground.serve();
        serve.env("ROLLCALL_SMTP_URL", smtp_url);
        let mut process = Process::start(serve, stderr_of);
        process.line_after("with this setup code:");
        let setup_code = process.line_after("      ");
        vault.keep(SETUP_CODE, &setup_code);
        let made = Self {
            vault,
            url: process.line_after("reached at "),
            setup_code,
            receiver: WebhookSink::start(),
            mails,
            ground,
            process,
        };
        made.keep_key();
        made
    }

    pub(super) fn browser(&self) -> Browser<'_> {
        Browser::new(&self.url, &self.vault)
    }

    /// Runs a command, and keeps the secrets that it prints.
    pub(super) fn run(&self, args: &[&str]) {
        let output = self.ground.command(args).output().unwrap();
        self.vault.harvest(&stdout(&output));
    }

    /// A file where the server writes.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.ground.folder.path().join(name)
    }

    /// A file that only the operator reads.
    pub(super) fn operators_file(&self, name: &str) -> PathBuf {
        self.ground.keys.path().join(name)
    }

    /// Keeps the secret key as it is now.
    pub(super) fn keep_key(&self) {
        let key = std::fs::read_to_string(self.ground.key_file()).unwrap();
        self.vault.keep(KEY, key.trim());
    }

    /// A call of a program, with a bearer token or an API key; gives the status and what came back.
    pub(super) async fn call(
        &self,
        (method, path): (Method, &str),
        bearer: &str,
        body: impl Into<Body>,
    ) -> (u16, Value) {
        let request = Client::new().request(method, format!("{}{path}", self.url));
        let request = request
            .header(AUTHORIZATION, format!("Bearer {bearer}"))
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        self.vault.harvest(&text);
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    /// The path of the link in the next mail to somebody that has one.
    pub(super) fn mailed_link(&self, recipient: &str) -> String {
        loop {
            let mail = tokio::task::block_in_place(|| self.mails.next());
            self.vault.harvest(&mail.text);
            if mail.recipient == recipient && mail.text.contains("/links/") {
                return mail.link().replace(&self.url, "");
            }
        }
    }

    /// Serves over TLS for a moment; gives the log of that.
    pub(super) fn serve_encrypted(&self) -> String {
        let authority = Authority::new();
        let [certificate, key] = authority.issue(30).write(self.ground.keys.path());
        let text = std::fs::read_to_string(&key).unwrap();
        self.vault.keep(TLS_KEY, text.lines().nth(2).unwrap());
        let mut serve = self.ground.serve();
        serve.arg("--tls-certificate").arg(certificate);
        serve.arg("--tls-key").arg(key);
        let mut process = Process::start(serve, stderr_of);
        let url = process.line_after("reached at ");
        authority.connect(url.strip_prefix("https://").unwrap());
        process.stop()
    }

    /// Stops the server; gives its log.
    pub(super) fn stop(&mut self) -> String {
        self.process.stop()
    }
}

/// PostgreSQL's test server believes any password; SQLite has none.
fn with_password(url: &str, password: &str) -> String {
    if url.starts_with("postgres") {
        format!("{url}&password={password}")
    } else {
        url.to_owned()
    }
}
