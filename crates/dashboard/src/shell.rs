//! What surrounds every page: its title, the way to it, colours, messages, and who looks at it.

use rollcall_store::member::Member;
pub(crate) use rollcall_store::rights::Right;
use rollcall_store::workspace::{Role, Workspace};

use crate::flash::Flash;
use crate::format;
use crate::theme::Theme;
use crate::urls::Links;

/// One step of the way to a page.
#[derive(Clone, Debug)]
pub(crate) struct Crumb {
    pub(crate) label: String,
    pub(crate) href: String,
}

/// The parts of a workspace that the side bar leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Organizations,
    Events,
    Webhooks,
    ApiKeys,
    Members,
    AuditLog,
    Settings,
}

/// An entry of the side bar.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) label: &'static str,
    pub(crate) href: String,
    /// For `aria-current`: whether this page is the entry's own, or lies below it.
    pub(crate) current: Option<&'static str>,
}

/// Who looks at a page, and in which workspace.
#[derive(Clone, Debug)]
pub(crate) struct Viewer {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) initials: String,
    pub(crate) workspace: String,
    /// Their role in it.
    pub(crate) role: Role,
    /// The workspaces to switch to, this one among them.
    pub(crate) places: Vec<Place>,
    /// Whether they may make another.
    pub(crate) may_create_workspace: bool,
}

/// A workspace to switch to.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) current: bool,
    pub(crate) deleted: bool,
}

/// What surrounds a page. Its title is both the heading and the start of the document's title.
#[derive(Clone, Debug)]
pub(crate) struct Shell {
    pub(crate) title: String,
    /// Which of several pages of the same thing this is; the eye sees it in the tabs.
    pub(crate) part: Option<&'static str>,
    pub(crate) theme: Theme,
    pub(crate) flash: Option<Flash>,
    pub(crate) crumbs: Vec<Crumb>,
    pub(crate) viewer: Option<Viewer>,
    pub(crate) links: Links,
    pub(crate) section: Section,
    /// Where this page is, to come back to it after choosing a theme.
    pub(crate) here: String,
}

impl Shell {
    /// The surroundings of a page outside any workspace.
    pub(crate) fn plain(theme: Theme, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            part: None,
            theme,
            flash: None,
            crumbs: Vec::new(),
            viewer: None,
            links: Links::new(""),
            section: Section::Organizations,
            here: String::new(),
        }
    }

    /// The same in a member's workspace.
    #[must_use]
    pub(crate) fn of(self, member: &Member, workspace: &Workspace, role: Role) -> Self {
        let viewer = Viewer {
            name: member.name.clone(),
            email: member.email.clone(),
            initials: format::initials(&member.name),
            workspace: workspace.name.clone(),
            role,
            places: Vec::new(),
            may_create_workspace: false,
        };
        Self {
            viewer: Some(viewer),
            links: Links::new(&workspace.slug),
            ..self
        }
    }

    /// The same for somebody who can switch to these workspaces, and perhaps make another.
    #[must_use]
    pub(crate) fn among(mut self, places: &[Place], may_create: bool) -> Self {
        if let Some(viewer) = &mut self.viewer {
            viewer.places = places.to_vec();
            viewer.may_create_workspace = may_create;
        }
        self
    }

    /// The same in that part of the workspace.
    #[must_use]
    pub(crate) fn within(self, section: Section) -> Self {
        Self { section, ..self }
    }

    /// Whether the role of who looks has that right.
    pub(crate) fn may(&self, right: Right) -> bool {
        self.viewer
            .as_ref()
            .is_some_and(|viewer| viewer.role.may(right))
    }

    /// The side bar's entry for a part of the workspace.
    pub(crate) fn entry(&self, section: Section) -> Entry {
        let (label, href) = match section {
            Section::Organizations => ("Organizations", self.links.organizations()),
            Section::Events => ("Events", self.links.events()),
            Section::Webhooks => ("Webhooks", self.links.webhooks()),
            Section::ApiKeys => ("API keys", self.links.api_keys()),
            Section::Members => ("Members", self.links.members()),
            Section::AuditLog => ("Audit log", self.links.audit_log()),
            Section::Settings => ("Settings", self.links.settings()),
        };
        let kind = if self.crumbs.is_empty() {
            "page"
        } else {
            "true"
        };
        Entry {
            label,
            href,
            current: (section == self.section).then_some(kind),
        }
    }

    /// The start of the document's title; the heading says the same.
    pub(crate) fn full_title(&self) -> String {
        self.part.map_or_else(
            || self.title.clone(),
            |part| format!("{}: {part}", self.title),
        )
    }

    /// Adds a step to the way here.
    #[must_use]
    pub(crate) fn crumb(mut self, label: impl Into<String>, href: String) -> Self {
        self.crumbs.push(Crumb {
            label: label.into(),
            href,
        });
        self
    }
}
