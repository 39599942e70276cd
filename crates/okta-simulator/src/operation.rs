use std::fmt;

use serde::Serialize;

/// What Okta was doing when it sent a request: the jobs of its provisioning engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// "Test API Credentials" in the admin console.
    TestCredentials,
    /// Saving the integration, which reads users and groups.
    Save,
    /// "Import Now": reads everything by pages.
    Import,
    /// Assigning a person who is not in the directory: lookup and create.
    Create,
    /// Assigning a person who is in the directory and active.
    Adopt,
    /// Assigning a person who is in the directory and inactive.
    Reactivate,
    /// Pushing a changed profile.
    PushProfile,
    /// Pushing a changed `userName`.
    ChangeUserName,
    /// Pushing attributes that were emptied in Okta.
    EmptyAttributes,
    /// Unassigning a person.
    Deactivate,
    /// Pushing a password.
    PushPassword,
    /// Pushing a group for the first time.
    PushGroup,
    /// Linking an Okta group to a group that is already in the directory.
    LinkGroup,
    /// Pushing a new name of a group.
    RenameGroup,
    /// Pushing people who joined or left a group.
    ChangeMembers,
    /// "Push Now": the whole membership of a group.
    PushNow,
    /// Unlinking a group and deleting it in the directory.
    DeleteGroup,
    /// Looking somebody up, as before each assignment.
    Lookup,
    /// Creating the same person twice at once, as after a timeout.
    CreateTwice,
    /// Asking for something that is not there.
    UnknownId,
    /// Comparing the directory with what was pushed.
    Compare,
}

impl Operation {
    /// The name shown in summaries and surprises.
    pub fn label(self) -> &'static str {
        match self {
            Self::TestCredentials => "test credentials",
            Self::Save => "save integration",
            Self::Import => "import",
            Self::Create => "assign new person",
            Self::Adopt => "assign known person",
            Self::Reactivate => "reactivate person",
            Self::PushProfile => "push profile",
            Self::ChangeUserName => "change userName",
            Self::EmptyAttributes => "empty attributes",
            Self::Deactivate => "deactivate person",
            Self::PushPassword => "push password",
            Self::PushGroup => "push group",
            Self::LinkGroup => "link group",
            Self::RenameGroup => "rename group",
            Self::ChangeMembers => "change members",
            Self::PushNow => "push group now",
            Self::DeleteGroup => "unlink and delete group",
            Self::Lookup => "look up",
            Self::CreateTwice => "create twice at once",
            Self::UnknownId => "ask for unknown id",
            Self::Compare => "compare",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}
