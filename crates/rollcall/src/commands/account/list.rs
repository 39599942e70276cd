//! `rollcall account list`.

use std::io::{self, Write};

use rollcall_store::account::{self, Account};
use rollcall_store::ids::Id as _;
use serde_json::{Value, json};

use super::{Done, open, plain};
use crate::settings::DatabaseArgs;

/// Accounts read at once.
const PIECE: i64 = 500;

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: DatabaseArgs,
}

pub(super) async fn print(args: &Args) -> Done {
    let store = open(&args.database)?;
    let mut after = None;
    loop {
        let from = after.clone();
        let piece = store
            .read(move |conn| account::list(conn, from.as_ref(), PIECE))
            .await?;
        let Some(last) = piece.last() else {
            return Ok(());
        };
        after = Some(last.member.id.clone());
        write(&piece, args.json, &mut io::stdout().lock())?;
    }
}

fn write(accounts: &[Account], json: bool, out: &mut impl Write) -> io::Result<()> {
    for account in accounts {
        if json {
            writeln!(out, "{}", object(account))?;
        } else {
            writeln!(out, "{}", plain(&line(account)))?;
        }
    }
    Ok(())
}

fn object(account: &Account) -> Value {
    let member = &account.member;
    let workspaces = account.workspaces.iter();
    let workspaces: Vec<Value> = workspaces
        .map(|(slug, role)| json!({"slug": slug, "role": role.as_str()}))
        .collect();
    json!({
        "id": member.id.as_str(),
        "email": member.email,
        "name": member.name,
        "created_at": member.created_at,
        "email_verified_at": member.email_verified_at,
        "second_factor_enabled_at": member.totp_enabled_at,
        "disabled_at": member.disabled_at,
        "workspaces": workspaces,
    })
}

fn line(account: &Account) -> String {
    let member = &account.member;
    let mut facts = Vec::new();
    if member.is_disabled() {
        facts.push("DISABLED".to_owned());
    }
    if member.email_verified_at.is_none() {
        facts.push("address not confirmed".to_owned());
    }
    if member.has_second_factor() {
        facts.push("two factors".to_owned());
    }
    let workspaces = account.workspaces.iter();
    facts.extend(workspaces.map(|(slug, role)| format!("{} of {slug}", role.as_str())));
    if account.workspaces.is_empty() {
        facts.push("in no workspace".to_owned());
    }
    format!("{}  {}  {}", member.email, member.name, facts.join(", "))
}
