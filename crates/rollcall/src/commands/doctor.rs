//! `rollcall doctor`: says what is wrong with settings, database and schema.

mod audit;
mod backups;
mod key;
mod mail;
mod tls;
mod worker;

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use rollcall_store::{Backend, DatabaseUrl, migrations};
use serde::Serialize;

use super::fail;
use crate::account_settings::MailArgs;
use crate::cli;
use crate::secret_key::KeyArgs;
use crate::settings::{self, DatabaseArgs, Scheme};
use crate::tls::TlsArgs;

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    key: KeyArgs,
    /// The address that `serve` listens on
    #[arg(long, env = "ROLLCALL_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where browsers and identity providers reach the server
    #[arg(long, env = "ROLLCALL_PUBLIC_URL")]
    public_url: Option<String>,
    #[command(flatten)]
    tls: TlsArgs,
    #[command(flatten)]
    mail: MailArgs,
    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Good,
    Warning,
    Problem,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    subject: &'static str,
    verdict: Verdict,
    message: String,
}

fn finding(subject: &'static str, verdict: Verdict, message: impl Into<String>) -> Finding {
    Finding {
        subject,
        verdict,
        message: message.into(),
    }
}

/// Whether somebody else on this machine may read a file that holds a key.
#[cfg(unix)]
fn open_to_others(subject: &'static str, key: &Path) -> Option<Finding> {
    use std::os::unix::fs::PermissionsExt as _;

    const OTHERS: u32 = 0o007;
    let mode = std::fs::metadata(key).ok()?.permissions().mode();
    (mode & OTHERS != 0).then(|| {
        let message = format!(
            "every user of this machine may read the key in {0}; chmod o= {0}",
            key.display()
        );
        finding(subject, Verdict::Warning, message)
    })
}

#[cfg(not(unix))]
fn open_to_others(_: &'static str, _: &Path) -> Option<Finding> {
    None
}

pub(crate) async fn run(args: &Args) -> ExitCode {
    let findings = examine(args).await;
    if args.json {
        match serde_json::to_string_pretty(&findings) {
            Ok(json) => println!("{json}"),
            Err(error) => return fail(&error),
        }
    } else {
        for found in &findings {
            let word = match found.verdict {
                Verdict::Good => "ok",
                Verdict::Warning => "warning",
                Verdict::Problem => "PROBLEM",
            };
            println!("{word:<8} {:<10} {}", found.subject, found.message);
        }
    }
    let sick = findings
        .iter()
        .any(|found| found.verdict == Verdict::Problem);
    if sick {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

async fn examine(args: &Args) -> Vec<Finding> {
    let mut findings = settings_findings(std::env::vars().map(|(name, _)| name));
    let files = args.tls.files();
    let scheme = files.as_ref().map_or(Scheme::Http, |_| Scheme::Https);
    let public_url = settings::public_url(args.public_url.as_deref(), args.listen, scheme);
    findings.push(public_url_finding(&public_url));
    if let Some(files) = &files {
        findings.extend(tls::findings(files, &public_url));
    }
    match args.database.url() {
        Ok(url) => {
            let of_database = database_findings(&url);
            let usable = of_database
                .last()
                .is_some_and(|last| last.subject == "schema" && last.verdict == Verdict::Good);
            findings.extend(of_database);
            if usable {
                findings.extend(worker::findings(&url, &args.key).await);
                findings.push(audit::finding_of(&url));
            }
        }
        Err(error) => findings.push(finding("database", Verdict::Problem, error.to_string())),
    }
    findings.push(mail::finding_of(&args.mail).await);
    findings
}

fn settings_findings(variables: impl Iterator<Item = String>) -> Vec<Finding> {
    let unknown = cli::unknown_variables(variables);
    if unknown.is_empty() {
        return vec![finding(
            "settings",
            Verdict::Good,
            "every ROLLCALL_ variable is known",
        )];
    }
    let misspelt = |name| {
        finding(
            "settings",
            Verdict::Warning,
            format!("{name} is not a setting; is it misspelt?"),
        )
    };
    unknown.into_iter().map(misspelt).collect()
}

fn public_url_finding(url: &str) -> Finding {
    let host = url.split_once("://").map_or("", |(_, rest)| rest);
    let local = ["127.", "localhost", "[::1]"]
        .iter()
        .any(|prefix| host.starts_with(prefix));
    match url.split_once("://") {
        Some(("https", _)) => finding("public URL", Verdict::Good, url),
        Some(("http", _)) if local => finding(
            "public URL",
            Verdict::Warning,
            format!("{url} is reached from this machine only; Okta needs https"),
        ),
        Some(("http", _)) => finding(
            "public URL",
            Verdict::Problem,
            format!("{url} is not https: Okta and session cookies need it"),
        ),
        _ => finding(
            "public URL",
            Verdict::Problem,
            format!("{url} is not a URL; it starts with https://"),
        ),
    }
}

fn database_findings(url: &DatabaseUrl) -> Vec<Finding> {
    if let Some(path) = url.sqlite_path().filter(|path| !path.exists()) {
        let message = format!(
            "{} does not exist yet; `rollcall serve` makes it",
            path.display()
        );
        return vec![finding("database", Verdict::Warning, message)];
    }
    let reached = finding("database", Verdict::Good, format!("{url} answers"));
    match migrations::missing(url) {
        Ok(0) => vec![reached, finding("schema", Verdict::Good, "is up to date")],
        Ok(count) if url.backend() == Backend::Sqlite => {
            let message =
                format!("{count} migration(s) are missing; `rollcall serve` runs them at start");
            vec![reached, finding("schema", Verdict::Warning, message)]
        }
        Ok(count) => {
            let message = format!("{count} migration(s) are missing; run `rollcall migrate`");
            vec![reached, finding("schema", Verdict::Problem, message)]
        }
        Err(error) => vec![finding("database", Verdict::Problem, error.to_string())],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_must_be_https_or_local() {
        let verdict = |url| public_url_finding(url).verdict;
        assert_eq!(verdict("https://sync.example.com"), Verdict::Good);
        assert_eq!(verdict("http://127.0.0.1:8080"), Verdict::Warning);
        assert_eq!(verdict("http://sync.example.com"), Verdict::Problem);
        assert_eq!(verdict("sync.example.com"), Verdict::Problem);
    }

    #[test]
    fn a_database_that_is_not_there_is_said_so_and_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("none.db");
        let url: DatabaseUrl = format!("sqlite://{}", file.display()).parse().unwrap();
        assert_eq!(database_findings(&url)[0].verdict, Verdict::Warning);
        assert!(!file.exists());
        let gone: DatabaseUrl = "postgres://127.0.0.1:1/none".parse().unwrap();
        assert_eq!(database_findings(&gone)[0].verdict, Verdict::Problem);
    }
}
