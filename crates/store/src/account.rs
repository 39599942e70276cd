//! What the operator of an installation does with accounts, whatever workspaces they are in: look,
//! disable, end sessions, help back in who is locked out. Each is told in the installation's audit
//! log and in those of the workspaces.

use diesel::prelude::*;
use secrecy::SecretString;

use crate::account_link::{self, Purpose};
use crate::audit::{self, Action, Chain, Difference, Target};
use crate::db::schema::{members, sessions, workspace_members, workspaces};
use crate::error::Result;
use crate::ids::{Id as _, MemberId, WorkspaceId};
use crate::mail::{self, Kind};
use crate::member::Member;
use crate::second_factor;
use crate::workspace::Role;
use crate::workspace_member::stored_role;
use crate::{Connection, Tx, invitation, session};

/// An account with the workspaces it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Whose it is.
    pub member: Member,
    /// The workspaces, oldest first: their slugs and the role in each.
    pub workspaces: Vec<(String, Role)>,
}

/// Accounts by age, from the one after `after` on.
pub fn list(conn: &mut Connection, after: Option<&MemberId>, limit: i64) -> Result<Vec<Account>> {
    let from = after.map_or("", |id| id.as_str()).to_owned();
    let found: Vec<Member> = members::table
        .filter(members::id.gt(from))
        .order(members::id)
        .limit(limit)
        .select(Member::as_select())
        .load(conn)?;
    let ids = found.iter().map(|member| &member.id);
    let rows: Vec<(MemberId, String, String)> = workspace_members::table
        .inner_join(workspaces::table)
        .filter(workspace_members::member_id.eq_any(ids))
        .order(workspaces::id)
        .select((
            workspace_members::member_id,
            workspaces::slug,
            workspace_members::role,
        ))
        .load(conn)?;
    let mut accounts: Vec<Account> = found.into_iter().map(without_workspaces).collect();
    for (id, slug, role) in rows {
        let role = stored_role(&role, "workspace_members", &id)?;
        // Both are in the order of ids.
        if let Ok(at) = accounts.binary_search_by(|account| account.member.id.cmp(&id)) {
            accounts[at].workspaces.push((slug, role));
        }
    }
    Ok(accounts)
}

fn without_workspaces(member: Member) -> Account {
    Account {
        member,
        workspaces: Vec::new(),
    }
}

/// The names of the workspaces that nobody owns who can sign in, but for this member.
pub fn owned_alone(conn: &mut Connection, id: &MemberId) -> Result<Vec<String>> {
    let owned: Vec<(WorkspaceId, String)> = workspace_members::table
        .inner_join(workspaces::table)
        .filter(workspace_members::member_id.eq(id))
        .filter(workspace_members::role.eq(Role::Owner.as_str()))
        .order(workspaces::id)
        .select((workspaces::id, workspaces::name))
        .load(conn)?;
    let mut alone = Vec::new();
    for (workspace_id, name) in owned {
        if crate::workspace_member::is_last_owner(conn, &workspace_id, id)? {
            alone.push(name);
        }
    }
    Ok(alone)
}

/// Refuses the account to sign in and ends its sessions and links at once, those of its open invitations too; `false` when it is
/// disabled already. What else it made in workspaces, API keys too, belongs to these and stays.
pub fn disable(tx: &mut Tx<'_>, member: &Member) -> Result<bool> {
    let enabled = members::id
        .eq(&member.id)
        .and(members::disabled_at.is_null());
    let changed = diesel::update(members::table.filter(enabled))
        .set((
            members::disabled_at.eq(tx.now()),
            members::updated_at.eq(tx.now()),
        ))
        .execute(&mut **tx)?;
    shut_out(tx, member)?;
    invitation::revoke_all_of(tx, &member.id)?;
    if changed == 1 {
        note(tx, member, Action::AccountDisabled, &Difference::none())?;
    }
    Ok(changed == 1)
}

/// Lets the account sign in again; `false` when it could.
pub fn enable(tx: &mut Tx<'_>, member: &Member) -> Result<bool> {
    let disabled = members::id
        .eq(&member.id)
        .and(members::disabled_at.is_not_null());
    let changed = diesel::update(members::table.filter(disabled))
        .set((
            members::disabled_at.eq(None::<i64>),
            members::updated_at.eq(tx.now()),
        ))
        .execute(&mut **tx)?;
    if changed == 1 {
        // A session that began while the account was being disabled must not come alive.
        shut_out(tx, member)?;
        note(tx, member, Action::AccountEnabled, &Difference::none())?;
    }
    Ok(changed == 1)
}

/// Ends the sessions and links of an account; the answer is how many sessions there were.
fn shut_out(tx: &mut Tx<'_>, member: &Member) -> Result<usize> {
    let ended = session::end_all(tx, &member.id, None)?;
    account_link::revoke_all(tx, &member.id)?;
    Ok(ended)
}

/// Ends all sessions of an account; the answer is how many there were.
pub fn end_sessions(tx: &mut Tx<'_>, member: &Member) -> Result<usize> {
    let ended = shut_out(tx, member)?;
    note(tx, member, Action::AllSessionsEnded, &counted(ended))?;
    Ok(ended)
}

/// Ends all sessions of all accounts; the answer is how many there were.
pub fn end_sessions_of_all(tx: &mut Tx<'_>) -> Result<usize> {
    let ended = diesel::delete(sessions::table).execute(&mut **tx)?;
    let (chain, action) = (Chain::Installation, Action::AllSessionsEnded);
    audit::record(tx, chain, action, Target::none(), &counted(ended))?;
    Ok(ended)
}

fn counted(sessions: usize) -> Difference {
    Difference::none().set("sessions", sessions)
}

/// Switches off the second factor of somebody who lost it, ends their sessions and tells them;
/// `false` when there was none.
pub fn reset_second_factor(tx: &mut Tx<'_>, member: &Member) -> Result<bool, second_factor::Error> {
    if !member.has_second_factor() {
        return Ok(false);
    }
    second_factor::disable(tx, &member.id)?;
    shut_out(tx, member)?;
    mail::ask(tx, Kind::SecondFactorOff, &member.email, Some(&member.id))?;
    note(tx, member, Action::SecondFactorReset, &Difference::none())?;
    Ok(true)
}

/// Makes a link for a new password, for the operator to hand over; it works as a mailed one does.
pub fn reset_password_link(tx: &mut Tx<'_>, member: &Member) -> Result<SecretString> {
    let purpose = Purpose::ResetPassword;
    let secret = account_link::issue(tx, purpose, Some(&member.id), &member.email)?;
    note(tx, member, Action::ResetLinkMade, &Difference::none())?;
    Ok(secret)
}

fn note(tx: &mut Tx<'_>, member: &Member, action: Action, difference: &Difference) -> Result<()> {
    let actor = tx.context().actor.clone();
    let who = (&member.id, member.email.as_str());
    audit::record_of_member(tx, actor, action, who, difference)?;
    let workspaces: i64 = workspace_members::table
        .filter(workspace_members::member_id.eq(&member.id))
        .count()
        .get_result(&mut **tx)?;
    if workspaces == 0 {
        // Then it stands in the installation's chain already.
        return Ok(());
    }
    let target = Target::new(&member.id, &member.email);
    audit::record(tx, Chain::Installation, action, target, difference)
}
