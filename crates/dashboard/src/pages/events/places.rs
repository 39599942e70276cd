//! Where the wanted events happened: in an organization, in one of its directories.

use rollcall_store::Connection;
use rollcall_store::directory::{self, Directory};
use rollcall_store::ids::{DirectoryId, Id as _, OrganizationId, WorkspaceId};
use rollcall_store::organization::{self, Organization};

use crate::error::PageError;
use crate::forms::FormState;

/// The places. Events outlive what they tell of, so an id is enough to ask for them.
#[derive(Debug, Default)]
pub(super) struct Places {
    pub(super) organization_id: Option<OrganizationId>,
    pub(super) directory_id: Option<DirectoryId>,
    organization: Option<Organization>,
    /// The organization's directories, to choose from.
    pub(super) directories: Vec<Directory>,
}

impl Places {
    /// What was typed for an organization (an id or a name) and for a directory (an id).
    pub(super) fn find(
        conn: &mut Connection,
        workspace_id: &WorkspaceId,
        (organization, directory): (&str, &str),
        form: &mut FormState,
    ) -> Result<Self, PageError> {
        let mut places = Self {
            directory_id: DirectoryId::parse(directory),
            ..Self::default()
        };
        if places.directory_id.is_none() && !directory.is_empty() {
            form.refuse("directory", "This is not the id of a directory.");
        }
        let known = match &places.directory_id {
            Some(id) => directory::find(conn, workspace_id, id)?,
            None => None,
        };
        if organization.is_empty() {
            places.organization_id = known.map(|directory| directory.organization_id);
        } else {
            places.organization_id = named(conn, workspace_id, organization)?;
            let elsewhere = known
                .is_some_and(|directory| Some(directory.organization_id) != places.organization_id);
            if elsewhere {
                // The organization was changed after the directory was chosen.
                places.directory_id = None;
            }
            if places.organization_id.is_none() {
                let nobody = "There is no organization of that name or id.";
                form.refuse("organization", nobody);
            }
        }
        if let Some(id) = &places.organization_id {
            places.organization = organization::find(conn, workspace_id, id)?;
        }
        if let Some(organization) = &places.organization {
            places.directories = directory::for_organization(conn, &organization.id)?;
        }
        Ok(places)
    }

    /// What stands in the organization's field; what was typed where nothing is known of it.
    pub(super) fn label(&self, typed: &str) -> String {
        let known = self.organization.as_ref().map(|known| known.name.clone());
        let id = self.organization_id.as_ref().map(ToString::to_string);
        known.or(id).unwrap_or_else(|| typed.to_owned())
    }

    /// Whether the directory is one that can be chosen no more.
    pub(super) fn is_gone(&self, id: &DirectoryId) -> bool {
        self.directories.iter().all(|directory| directory.id != *id)
    }
}

fn named(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    text: &str,
) -> Result<Option<OrganizationId>, PageError> {
    if let Some(id) = OrganizationId::parse(text) {
        return Ok(Some(id));
    }
    let found = organization::find_by_name(conn, workspace_id, text)?;
    Ok(found.map(|organization| organization.id))
}
