//! `rollcall account`: what the operator of the installation does for, or against, an account when
//! nobody in the dashboard can.

mod list;

use std::error::Error;
use std::process::ExitCode;

use clap::Subcommand;
use rollcall_store::audit::{Actor, Context};
use rollcall_store::member::{self, Member};
use rollcall_store::{Store, account, second_factor};
use secrecy::ExposeSecret as _;

use super::audit::plain;
use super::fail;
use crate::settings::{self, DatabaseArgs};

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    deed: Deed,
}

#[derive(Clone, Debug, Subcommand)]
enum Deed {
    /// List the accounts with their workspaces
    List(list::Args),
    /// Refuse an account to sign in, and end its sessions at once
    Disable(One),
    /// Let a disabled account sign in again
    Enable(One),
    /// End the sessions of an account, or of all
    EndSessions(OneOrAll),
    /// Take the second factor away from somebody who has lost it, and end their sessions
    ResetSecondFactor(One),
    /// Print a link for a new password, for somebody whom no mail reaches; it works once, for half an hour
    ResetPasswordLink(Link),
}

/// An account.
#[derive(Clone, Debug, clap::Args)]
struct One {
    /// The account's e-mail address
    email: String,
    #[command(flatten)]
    database: DatabaseArgs,
}

/// An account, or all.
#[derive(Clone, Debug, clap::Args)]
struct OneOrAll {
    /// The account's e-mail address
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    email: Option<String>,
    /// Everybody's
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    database: DatabaseArgs,
}

/// An account and where its member reaches the server.
#[derive(Clone, Debug, clap::Args)]
struct Link {
    #[command(flatten)]
    one: One,
    /// Where browsers reach the server
    #[arg(
        long,
        env = "ROLLCALL_PUBLIC_URL",
        default_value = "http://127.0.0.1:8080"
    )]
    public_url: String,
}

type Done = Result<(), Box<dyn Error>>;

pub(crate) async fn run(args: Args) -> ExitCode {
    let done = match args.deed {
        Deed::List(args) => list::print(&args).await,
        Deed::Disable(one) => disable(&one).await,
        Deed::Enable(one) => enable(&one).await,
        Deed::EndSessions(args) => end_sessions(&args).await,
        Deed::ResetSecondFactor(one) => reset_second_factor(&one).await,
        Deed::ResetPasswordLink(args) => reset_password_link(&args).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn open(database: &DatabaseArgs) -> Result<Store, Box<dyn Error>> {
    Ok(settings::open(database)?.acting_as(Context::local(Actor::CommandLine)))
}

async fn find(store: &Store, email: &str) -> Result<Member, Box<dyn Error>> {
    let (wanted, unknown) = (
        email.trim().to_owned(),
        format!("there is no account with the address {}", plain(email)),
    );
    let found = store
        .read(move |conn| member::find_by_email(conn, &wanted))
        .await?;
    Ok(found.ok_or(unknown)?.0)
}

async fn disable(one: &One) -> Done {
    let store = open(&one.database)?;
    let member = find(&store, &one.email).await?;
    let (email, id) = (plain(&member.email), member.id.clone());
    let alone = store
        .read(move |conn| account::owned_alone(conn, &id))
        .await?;
    let changed = store.write(move |tx| account::disable(tx, &member)).await?;
    println!(
        "{email} {} and is signed out everywhere.",
        if changed {
            "cannot sign in any more"
        } else {
            "was disabled already"
        }
    );
    println!(
        "Their open invitations are taken back. API keys that they made belong to their workspaces and go on working."
    );
    for name in alone {
        println!(
            "Nobody else owns the workspace “{}”; its admins cannot make an owner.",
            plain(&name)
        );
    }
    Ok(())
}

async fn enable(one: &One) -> Done {
    let store = open(&one.database)?;
    let member = find(&store, &one.email).await?;
    let email = plain(&member.email);
    let changed = store.write(move |tx| account::enable(tx, &member)).await?;
    let words = if changed {
        "can sign in again"
    } else {
        "was not disabled"
    };
    println!("{email} {words}.");
    Ok(())
}

async fn end_sessions(args: &OneOrAll) -> Done {
    let store = open(&args.database)?;
    let ended = match &args.email {
        Some(email) => {
            let member = find(&store, email).await?;
            store
                .write(move |tx| account::end_sessions(tx, &member))
                .await?
        }
        None => store.write(account::end_sessions_of_all).await?,
    };
    println!("{ended} session(s) ended.");
    Ok(())
}

async fn reset_second_factor(one: &One) -> Done {
    let store = open(&one.database)?;
    let member = find(&store, &one.email).await?;
    let email = plain(&member.email);
    let reset: Result<bool, second_factor::Error> = store
        .write(move |tx| account::reset_second_factor(tx, &member))
        .await;
    if reset? {
        println!(
            "{email} signs in with the password alone, until a second factor is set up again. Their sessions have ended, \
             and a mail tells them."
        );
    } else {
        println!("{email} has no second factor.");
    }
    Ok(())
}

async fn reset_password_link(args: &Link) -> Done {
    let store = open(&args.one.database)?;
    let member = find(&store, &args.one.email).await?;
    if member.is_disabled() {
        let email = plain(&member.email);
        return Err(format!("{email} is disabled; enable the account first").into());
    }
    let secret = store
        .write(move |tx| account::reset_password_link(tx, &member))
        .await?;
    let public_url = args.public_url.trim().trim_end_matches('/');
    println!("{public_url}/links/{}", secret.expose_secret());
    Ok(())
}
