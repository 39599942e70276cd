//! `rollcall okta`: acts as Okta towards a SCIM endpoint.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;
use clap::builder::{NonEmptyStringValueParser, RangedU64ValueParser, TypedValueParser};
use indicatif::{ProgressBar, ProgressStyle};
use rollcall_okta_simulator::{AppKind, Progress, Report, Scenario, Settings, Simulator};
use secrecy::SecretString;

/// Act as Okta does: connect an app to a SCIM endpoint, provision a company, and compare.
///
/// Exits with 0 if every answer and the whole directory were as Okta wants them, with 1 if there was any surprise,
/// with 2 if the settings are unusable.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// SCIM base URL, as it would be pasted into Okta.
    #[arg(long, env = "ROLLCALL_OKTA_ENDPOINT", value_name = "URL")]
    endpoint: String,
    /// Bearer token of the directory.
    #[arg(long, env = "ROLLCALL_OKTA_TOKEN", hide_env_values = true, value_parser = token())]
    token: SecretString,
    /// People who work at the company.
    #[arg(long, default_value_t = 50)]
    users: usize,
    /// Groups that are pushed.
    #[arg(long, default_value_t = 5)]
    groups: usize,
    /// What to play.
    #[arg(long, value_enum, default_value_t)]
    scenario: ScenarioName,
    /// People, groups and their fates follow from this number.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Requests under way at once where Okta works in parallel.
    #[arg(long, default_value_t = 8, value_parser = RangedU64ValueParser::<usize>::new().range(1..))]
    concurrency: usize,
    /// Kind of Okta app: they differ in the methods they use.
    #[arg(long, value_enum, default_value_t)]
    app: AppName,
    /// Print the summary as one JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum ScenarioName {
    /// Every operation that Okta has.
    #[default]
    Full,
    /// A big group assigned at once.
    Burst,
    /// A working day: a random mix of everything.
    Churn,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum AppName {
    /// "SCIM 1.1 Test App (OAuth Bearer Token)": PATCH for activation, passwords and groups.
    #[default]
    Catalog,
    /// An app made in the App Integration Wizard: PUT for everything.
    Wizard,
}

fn token() -> impl TypedValueParser<Value = SecretString> {
    NonEmptyStringValueParser::new().map(SecretString::from)
}

/// Plays the scenario and prints the summary.
pub(crate) async fn run(args: Args) -> ExitCode {
    let (scenario, json) = (args.scenario.into(), args.json);
    let bar = Arc::new(Bar::new());
    let simulator =
        Simulator::new(args.into()).with_progress(Arc::clone(&bar) as Arc<dyn Progress>);
    let played = simulator.run(scenario).await;
    bar.0.finish_and_clear();
    let report = match played {
        Ok(report) => report,
        Err(error) => {
            // A closed standard error leaves nobody to tell; the exit code still says it.
            let _ = writeln!(io::stderr(), "rollcall okta: {error}");
            return ExitCode::from(2);
        }
    };
    match print(&report, json) {
        Ok(()) if report.is_clean() => ExitCode::SUCCESS,
        Ok(()) | Err(_) => ExitCode::FAILURE,
    }
}

fn print(report: &Report, json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if json {
        serde_json::to_writer(&mut out, report)?;
        writeln!(out)
    } else {
        write!(out, "{report}")
    }
}

impl From<Args> for Settings {
    fn from(args: Args) -> Self {
        Self {
            endpoint: args.endpoint,
            token: args.token,
            app: args.app.into(),
            users: args.users,
            groups: args.groups,
            seed: args.seed,
            concurrency: args.concurrency,
        }
    }
}

impl From<ScenarioName> for Scenario {
    fn from(name: ScenarioName) -> Self {
        match name {
            ScenarioName::Full => Self::Full,
            ScenarioName::Burst => Self::Burst,
            ScenarioName::Churn => Self::Churn,
        }
    }
}

impl From<AppName> for AppKind {
    fn from(name: AppName) -> Self {
        match name {
            AppName::Catalog => Self::Catalog,
            AppName::Wizard => Self::Wizard,
        }
    }
}

/// A progress bar on standard error, or nothing where that is no terminal.
struct Bar(ProgressBar);

impl Bar {
    fn new() -> Self {
        if !io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::new(0);
        let template = "{msg:<32} {bar:30} {pos:>6}/{len} {per_sec:>10} {elapsed:>5}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(bar)
    }
}

impl Progress for Bar {
    fn stage(&self, name: &str, total: usize) {
        self.0.reset();
        self.0.set_length(total as u64);
        self.0.set_message(name.to_owned());
    }

    fn advance(&self) {
        self.0.inc(1);
        // Some totals are estimates: the bar grows rather than overflows.
        if self
            .0
            .length()
            .is_some_and(|length| self.0.position() > length)
        {
            self.0.inc_length(1);
        }
    }

    fn paused(&self, wait: Duration) {
        self.0
            .println(format!("answered 429: waiting {} s", wait.as_secs()));
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Okta {
        #[command(flatten)]
        args: Args,
    }

    fn parse(args: &[&str]) -> Result<Args, String> {
        let always = [
            "okta",
            "--endpoint",
            "http://127.0.0.1:8080/scim",
            "--token",
            "s3cret",
        ];
        let parsed = Okta::try_parse_from(always.iter().chain(args));
        parsed
            .map(|okta| okta.args)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_are_a_small_company_and_everything() {
        let args = parse(&[]).unwrap();
        let shown = format!("{args:?}");
        assert!(!shown.contains("s3cret"), "{shown}");
        let (scenario, settings): (Scenario, Settings) = (args.scenario.into(), args.into());
        assert_eq!((scenario, settings.app), (Scenario::Full, AppKind::Catalog));
        assert_eq!(
            (settings.users, settings.groups, settings.concurrency),
            (50, 5, 8)
        );
    }

    #[test]
    fn every_scenario_and_app_has_its_name() {
        for (name, wanted) in [("burst", Scenario::Burst), ("churn", Scenario::Churn)] {
            let args = parse(&["--scenario", name, "--app", "wizard"]).unwrap();
            assert_eq!(Scenario::from(args.scenario), wanted);
            assert_eq!(AppKind::from(args.app), AppKind::Wizard);
        }
    }

    #[test]
    fn nothing_at_once_is_refused() {
        assert!(
            parse(&["--concurrency", "0"])
                .unwrap_err()
                .contains("0 is not in 1..")
        );
    }
}
