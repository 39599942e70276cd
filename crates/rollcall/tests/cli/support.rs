//! The binary as a process, and small calls to it.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use rollcall_store::api_key::{self as store_api_key, NewApiKey};
use rollcall_store::endpoint_host::{EndpointHosts, Patterns};
use rollcall_testkit::{SECRET_KEY, TestDirectory, TestStore};
use secrecy::ExposeSecret as _;
use serde_json::Value;

/// How long anything may take before the test gives up; far more than it takes.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);
/// How long to wait between two looks at something that changes by itself.
pub(crate) const PAUSE: Duration = Duration::from_millis(20);

/// The binary with arguments, and without any setting of the machine it is tested on.
pub(crate) fn rollcall(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rollcall"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ROLLCALL_")) {
        command.env_remove(name);
    }
    // What it makes beside it, such as a key, is not to lie among the sources.
    command.current_dir(env!("CARGO_TARGET_TMPDIR"));
    command.args(args).stdin(Stdio::null());
    command
}

/// Runs the binary to its end.
pub(crate) fn run(args: &[&str]) -> Output {
    rollcall(args).output().unwrap()
}

/// What a command printed on standard output, having ended well.
pub(crate) fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What a command that failed with that exit code printed on standard error.
pub(crate) fn refusal(output: &Output, code: i32) -> String {
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!text.contains("panicked"), "{text}");
    text
}

/// Prints a measured figure past the test harness, which would swallow it.
pub(crate) fn report(figure: &str) {
    let _ = writeln!(std::io::stderr(), "MEASURED: {figure}");
}

/// A process that is killed when the test is over.
pub(crate) struct Process {
    pub(crate) child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Process {
    /// Starts a command and reads the lines of one of its streams.
    pub(crate) fn start(
        mut command: Command,
        stream: fn(&mut Child) -> Box<dyn Read + Send>,
    ) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stream = stream(&mut child);
        let (sender, lines) = mpsc::channel();
        // It reads on when nobody listens any more, or the process would block on a full pipe.
        std::thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Self {
            child,
            lines,
            seen: Vec::new(),
        }
    }

    /// What stands behind `label` in the next line that has it.
    pub(crate) fn line_after(&mut self, label: &str) -> String {
        let line = self.line_with(label);
        let (_, rest) = line.split_once(label).unwrap();
        rest.trim().to_owned()
    }

    /// The lines so far.
    pub(crate) fn seen(&self) -> &[String] {
        &self.seen
    }

    /// The next line that has this.
    pub(crate) fn line_with(&mut self, label: &str) -> String {
        let end = Instant::now() + PATIENCE;
        while let Ok(line) = self
            .lines
            .recv_timeout(end.saturating_duration_since(Instant::now()))
        {
            self.seen.push(line);
            if self.seen[self.seen.len() - 1].contains(label) {
                return self.seen[self.seen.len() - 1].clone();
            }
        }
        panic!("no line with “{label}” in {:#?}", self.seen);
    }

    /// Tells it to stop, waits until it has, and gives all that it wrote.
    pub(crate) fn stop(&mut self) -> String {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status();
        assert!(told.unwrap().success());
        assert!(self.child.wait().unwrap().success());
        self.seen.extend(self.lines.iter());
        self.seen.join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The standard error of a process.
pub(crate) fn stderr_of(child: &mut Child) -> Box<dyn Read + Send> {
    Box::new(child.stderr.take().unwrap())
}

/// The standard output of a process.
pub(crate) fn stdout_of(child: &mut Child) -> Box<dyn Read + Send> {
    Box::new(child.stdout.take().unwrap())
}

/// `rollcall serve` on a free port.
pub(crate) struct Server {
    pub(crate) process: Process,
    pub(crate) url: String,
}

impl Server {
    /// Starts it on a database, with all roles.
    pub(crate) fn start(database_url: &str) -> Self {
        Self::start_with(database_url, &[])
    }

    /// Starts it on a database with more arguments. Webhooks may go to this machine.
    pub(crate) fn start_with(database_url: &str, more: &[&str]) -> Self {
        Self::of(Self::command(database_url, more))
    }

    /// Starts it by a [`command`](Self::command).
    pub(crate) fn of(command: Command) -> Self {
        let mut process = Process::start(command, stderr_of);
        let url = process.line_after("reached at ");
        Self { process, url }
    }

    /// The same, called where it listens, whatever the arguments say of its public URL.
    pub(crate) fn start_at(database_url: &str, more: &[&str]) -> Self {
        let mut process = Process::start(Self::command(database_url, more), stderr_of);
        let line = process.line_after("listening on ");
        let (address, _) = line.split_once(',').unwrap();
        let url = format!("http://{address}");
        Self { process, url }
    }

    /// What [`start_with`](Self::start_with) starts.
    pub(crate) fn command(database_url: &str, more: &[&str]) -> Command {
        let args = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--database-url",
            database_url,
        ];
        let mut command = rollcall(&[&args, more].concat());
        command
            .env("ROLLCALL_SECRET_KEY", SECRET_KEY)
            .env("ROLLCALL_WEBHOOK_ALLOW_NETWORKS", "127.0.0.0/8");
        command
    }

    /// Ends it with SIGKILL: it gets no chance to tidy up.
    pub(crate) fn kill(mut self) {
        self.process.child.kill().unwrap();
        self.process.child.wait().unwrap();
    }

    /// The SCIM endpoint of a directory.
    pub(crate) fn endpoint(&self, directory: &TestDirectory) -> String {
        EndpointHosts::new(&*self.url, Patterns::default()).endpoint_url(&directory.directory)
    }
}

/// A server on a test's database.
pub(crate) fn serve(test: &TestStore) -> Server {
    Server::start(&test.url_text)
}

/// The status of a GET without credentials.
pub(crate) async fn status(url: &str) -> StatusCode {
    Client::new().get(url).send().await.unwrap().status()
}

/// A GET of SCIM with a token: status and parsed body.
pub(crate) async fn scim_get(url: &str, token: &str) -> (StatusCode, Value) {
    let answer = Client::new()
        .get(url)
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    (answer.status(), answer.json().await.unwrap())
}

/// A key for the API, of the directory's workspace.
pub(crate) async fn api_key(test: &TestStore, directory: &TestDirectory) -> String {
    let workspace_id = directory.workspace.id.clone();
    let made = test.store.write(move |tx| {
        let new = NewApiKey {
            name: "Test".to_owned(),
            created_by: None,
            expires_at: None,
        };
        store_api_key::create(tx, &workspace_id, new)
    });
    made.await.unwrap().1.expose_secret().to_owned()
}
