//! What surrounds every page: its title, the way to it, colours, messages, and who looks at it.

use rollcall_store::member::Member;
use rollcall_store::workspace::Workspace;

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

/// Who looks at a page, and in which workspace.
#[derive(Clone, Debug)]
pub(crate) struct Viewer {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) initials: String,
    pub(crate) workspace: String,
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
            here: String::new(),
        }
    }

    /// The same in a member's workspace.
    #[must_use]
    pub(crate) fn of(self, member: &Member, workspace: &Workspace) -> Self {
        let viewer = Viewer {
            name: member.name.clone(),
            email: member.email.clone(),
            initials: format::initials(&member.name),
            workspace: workspace.name.clone(),
        };
        Self {
            viewer: Some(viewer),
            links: Links::new(&workspace.slug),
            ..self
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
