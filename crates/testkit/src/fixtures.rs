//! Rows that most tests begin with.

use rollcall_store::directory::{self, Directory};
use rollcall_store::directory_token::TokenError;
use rollcall_store::directory_user::{self, DirectoryUser, Sent};
use rollcall_store::ids::DirectoryUserId;
use rollcall_store::organization::{self, Organization};
use rollcall_store::workspace::{self, Changes, DeactivatedUsers, Workspace};
use rollcall_store::{Error, provider};
use secrecy::ExposeSecret as _;

use crate::TestStore;

/// A directory that waits for its provider, with a token that opens it.
#[derive(Clone, Debug)]
pub struct TestDirectory {
    /// The tenant.
    pub workspace: Workspace,
    /// The customer.
    pub organization: Organization,
    /// The directory.
    pub directory: Directory,
    /// The bearer token.
    pub token: String,
}

impl TestStore {
    /// A workspace of that name.
    pub async fn workspace(&self, name: &str) -> Workspace {
        let name = name.to_owned();
        self.store
            .write(move |tx| workspace::create(tx, &name))
            .await
            .expect("the workspace can be made")
    }

    /// Has a workspace decide what becomes of people whom a provider deactivates.
    pub async fn decide(&self, workspace: &Workspace, deactivated: DeactivatedUsers) {
        let changes = Changes {
            deactivated_users: Some(deactivated),
            ..Changes::default()
        };
        self.change_workspace(workspace, changes).await;
    }

    /// Changes a workspace.
    pub async fn change_workspace(&self, workspace: &Workspace, changes: Changes) -> Workspace {
        let id = workspace.id.clone();
        self.store
            .write(move |tx| workspace::update(tx, &id, changes))
            .await
            .expect("the workspace can be changed")
    }

    /// Switches a person on or off as their provider does, in a directory as its workspace decided until now.
    pub async fn set_active(
        &self,
        of: &Directory,
        id: &DirectoryUserId,
        active: bool,
    ) -> DirectoryUser {
        let (workspace_id, of, id) = (of.workspace_id.clone(), of.id.clone(), id.clone());
        let sent = Sent {
            active: Some(active),
            ..Sent::default()
        };
        let changed: Result<_, directory_user::Error> = self
            .store
            .write(move |tx| {
                let directory = directory::find(tx, &workspace_id, &of)?.expect("it is there");
                let held = directory_user::lock_to_change(tx, &of, &id, &sent)?;
                let current = held.expect("the person is there");
                let mut wanted = current.profile.clone();
                wanted.active = active;
                directory_user::replace(tx, &directory, current, wanted)
            })
            .await;
        changed.expect("the person can be changed")
    }

    /// An organization of that name in a workspace.
    pub async fn organization(&self, workspace: &Workspace, name: &str) -> Organization {
        let (id, name) = (workspace.id.clone(), name.to_owned());
        let made: Result<_, Error> = self
            .store
            .write(move |tx| organization::create(tx, &id, &name))
            .await;
        made.expect("the organization can be made")
    }

    /// A directory for Okta in a workspace and an organization of its own.
    pub async fn directory(&self, name: &str) -> TestDirectory {
        let workspace = self.workspace(name).await;
        let organization = self.organization(&workspace, name).await;
        self.directory_of(&workspace, &organization, name).await
    }

    /// A directory for Okta in an organization.
    pub async fn directory_of(
        &self,
        workspace: &Workspace,
        organization: &Organization,
        name: &str,
    ) -> TestDirectory {
        let (owner, name) = (organization.clone(), name.to_owned());
        let made: Result<_, TokenError> = self
            .store
            .write(move |tx| directory::create(tx, &owner, &provider::PROVIDERS[0], &name))
            .await;
        let (directory, token) = made.expect("the directory can be made");
        TestDirectory {
            workspace: workspace.clone(),
            organization: organization.clone(),
            directory,
            token: token.secret.expose_secret().to_owned(),
        }
    }
}
