//! `/directories`. WorkOS makes and renames directories in its dashboard alone; here that is an extension of ours.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod show;
pub(crate) mod sync;
pub(crate) mod update;

use rollcall_store::Connection;
use rollcall_store::directory::{self, Directory};
use rollcall_store::ids::{DirectoryId, WorkspaceId};

use crate::error::ApiError;
use crate::path::Named as _;

/// As long as the dashboard takes.
const LONGEST_NAME: usize = 200;

/// The directory of that id in the workspace, or the refusal that says there is none.
pub(crate) fn find(
    conn: &mut Connection,
    workspace_id: &WorkspaceId,
    id: &DirectoryId,
) -> Result<Directory, ApiError> {
    directory::find(conn, workspace_id, id)?.ok_or_else(|| id.not_found())
}
