//! `rollcall audit`: the log of who did what, for the shell, and for keeping it in another place.

use std::io::{self, Write};
use std::process::ExitCode;

use rollcall_store::audit::{self, Action, Actor, Chain, Context, Difference, Entry, Target};
use rollcall_store::ids::WorkspaceId;
use rollcall_store::{Error, Store, workspace};

use super::fail;
use crate::settings::{self, DatabaseArgs};

/// Entries read at once.
const PIECE: i64 = 500;

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// The log of the workspace of that slug; else of what concerns no workspace
    #[arg(long, value_name = "SLUG")]
    workspace: Option<String>,
    /// Begin after the entry of that number, for what was not read before
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    after: i64,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: DatabaseArgs,
}

pub(crate) async fn run(args: &Args) -> ExitCode {
    match print(args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

async fn print(args: &Args) -> Result<(), Box<dyn std::error::Error>> {
    let store = settings::open(&args.database)?.acting_as(Context::local(Actor::CommandLine));
    let workspace = match args.workspace.clone() {
        Some(slug) => Some(find(&store, slug).await?),
        None => None,
    };
    note(&store, workspace.clone(), args.json).await?;
    let mut after = args.after;
    loop {
        let workspace = workspace.clone();
        let piece =
            store.read(move |conn| audit::after(conn, chain(workspace.as_ref()), after, PIECE));
        let piece = piece.await?;
        let Some(last) = piece.last() else {
            return Ok(());
        };
        after = last.number;
        write(&piece, args.json, &mut io::stdout().lock())?;
    }
}

fn chain(workspace: Option<&WorkspaceId>) -> Chain<'_> {
    workspace.map_or(Chain::Installation, Chain::Workspace)
}

async fn find(store: &Store, slug: String) -> Result<WorkspaceId, Box<dyn std::error::Error>> {
    let unknown = format!("there is no workspace of the slug {slug:?}");
    let found: Result<_, Error> = store
        .read(move |conn| workspace::find_by_slug(conn, &slug))
        .await;
    Ok(found?.ok_or(unknown)?.id)
}

/// That the log was read out is written into it, before it is.
async fn note(store: &Store, workspace: Option<WorkspaceId>, json: bool) -> Result<(), Error> {
    let difference = Difference::none().set("format", if json { "json" } else { "text" });
    let noted = store.write(move |tx| {
        let target = workspace
            .as_ref()
            .map_or_else(Target::none, |id| Target::new(id, ""));
        let chain = chain(workspace.as_ref());
        audit::record(tx, chain, Action::AuditLogExported, target, &difference)
    });
    noted.await
}

fn write(entries: &[Entry], json: bool, out: &mut impl Write) -> io::Result<()> {
    for entry in entries {
        if json {
            writeln!(out, "{}", entry.to_json())?;
        } else {
            writeln!(out, "{}", line(entry))?;
        }
    }
    Ok(())
}

/// An entry for people. What others chose, such as names, cannot act on the terminal.
fn line(entry: &Entry) -> String {
    let deed = match Action::parse(&entry.action) {
        Some(action) => action.label(),
        None => entry.action.as_str(),
    };
    let place = entry.ip_address.as_deref().map(|ip| format!(" from {ip}"));
    let target = entry.target_name.as_str();
    let colon = if target.is_empty() { "" } else { ": " };
    let (number, at, actor) = (entry.number, entry.created_at, &entry.actor_name);
    let place = place.unwrap_or_default();
    plain(&format!(
        "{number:>6}  {at}  {actor}{place}  {deed}{colon}{target}"
    ))
}

/// Without what moves the cursor, changes colours or turns the direction of writing.
pub(super) fn plain(text: &str) -> String {
    let shown = |character: char| {
        let turns = matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if turns || character.is_control() {
            character.escape_unicode().to_string()
        } else {
            character.to_string()
        }
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_others_chose_cannot_act_on_the_terminal() {
        assert_eq!(
            plain("a\u{1b}[2Jb\nc\u{202e}d"),
            "a\\u{1b}[2Jb\\u{a}c\\u{202e}d"
        );
        assert_eq!(plain("Åsa 👩‍👧 محمد"), "Åsa 👩‍👧 محمد");
    }
}
