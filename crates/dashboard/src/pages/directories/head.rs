//! What stands on top of each page of a directory: its state, its numbers, its tabs.

use std::time::Duration;

use rollcall_store::directory::{self, Counts, DirectoryState};
use rollcall_store::provisioning_request::{self, Listed, Traffic};

use super::guide::Guide;
use super::summary::Badge;
use crate::auth::AtDirectory;
use crate::error::PageError;
use crate::format::number;
use crate::shell::Shell;
use crate::time::When;

const DAY: Duration = Duration::from_hours(24);

/// A page of a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    Users,
    Groups,
    Activity,
    Connect,
    Settings,
}

/// A link in the row of tabs.
#[derive(Debug)]
pub(crate) struct TabLink {
    pub(crate) label: &'static str,
    pub(crate) href: String,
    pub(crate) count: Option<String>,
    pub(crate) current: bool,
}

/// The request that came last.
#[derive(Debug)]
pub(crate) struct Latest {
    pub(crate) when: When,
    pub(crate) status: i32,
    pub(crate) refused: bool,
}

/// The top of a directory's pages.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) state: Badge,
    pub(crate) users: String,
    pub(crate) active_users: String,
    pub(crate) groups: String,
    pub(crate) latest: Option<Latest>,
    pub(crate) refused: String,
    pub(crate) requests: String,
    pub(crate) tabs: Vec<TabLink>,
    /// How the pages speak of the provider.
    pub(crate) guide: Guide,
    /// How far Okta's admin has come.
    pub(crate) steps: Steps,
}

/// Which steps of connecting Okta have shown an effect here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Steps(u8);

impl Steps {
    /// How many there are.
    pub(crate) const ALL: u8 = 6;

    /// Nothing has arrived yet.
    pub(crate) const NONE: Self = Self(0);

    fn seen(state: DirectoryState, counts: Counts) -> Self {
        match (state, counts) {
            (DirectoryState::Validating, _) => Self::NONE,
            (DirectoryState::Linked, Counts { users: 0, .. }) => Self(3),
            (DirectoryState::Linked, Counts { groups: 0, .. }) => Self(5),
            (DirectoryState::Linked, _) => Self(Self::ALL),
        }
    }

    /// How many steps are done.
    pub(crate) const fn done(self) -> u8 {
        self.0
    }

    /// `done`, `now` or nothing, for the step of that number.
    pub(crate) fn class(self, step: u8) -> &'static str {
        match step.cmp(&(self.0 + 1)) {
            std::cmp::Ordering::Less => "done",
            std::cmp::Ordering::Equal => "now",
            std::cmp::Ordering::Greater => "",
        }
    }
}

/// Reads the top of a directory's page.
pub(crate) async fn load(at: &AtDirectory, tab: Tab) -> Result<Head, PageError> {
    let id = at.directory.id.clone();
    let yesterday = at.who.now().minus(DAY);
    let reading = at.who.store().read(move |conn| {
        let counts = directory::counts(conn, &id)?;
        let latest = provisioning_request::latest(conn, &id)?;
        Ok::<_, PageError>((
            counts,
            latest,
            provisioning_request::traffic(conn, &id, yesterday)?,
        ))
    });
    let (counts, latest, traffic) = reading.await?;
    Ok(head(at, tab, counts, latest, traffic))
}

fn head(
    at: &AtDirectory,
    tab: Tab,
    counts: Counts,
    latest: Option<Listed>,
    traffic: Traffic,
) -> Head {
    let now = at.who.now();
    let guide = Guide::of(&at.directory.provider);
    Head {
        guide,
        state: Badge::of_state(at.directory.state),
        users: number(counts.users),
        active_users: number(counts.active_users),
        groups: number(counts.groups),
        latest: latest.map(|request| Latest {
            when: When::new(request.created_at, now),
            status: request.status,
            refused: request.status >= 400,
        }),
        refused: number(traffic.refused),
        requests: number(traffic.requests),
        tabs: tabs(at, tab, counts, guide),
        steps: Steps::seen(at.directory.state, counts),
    }
}

fn tabs(at: &AtDirectory, current: Tab, counts: Counts, guide: Guide) -> Vec<TabLink> {
    let (links, id) = (&at.who.links, &at.directory.id);
    let tab = |tab, label, href, count: Option<i64>| TabLink {
        label,
        href,
        count: count.map(number),
        current: tab == current,
    };
    vec![
        tab(Tab::Users, "Users", links.directory(id), Some(counts.users)),
        tab(Tab::Groups, "Groups", links.groups(id), Some(counts.groups)),
        tab(Tab::Activity, "Activity", links.activity(id), None),
        tab(Tab::Connect, guide.connect, links.connect(id), None),
        tab(
            Tab::Settings,
            "Settings",
            links.directory_settings(id),
            None,
        ),
    ]
}

/// The surroundings of one of the directory's tabs.
pub(crate) fn shell(at: &AtDirectory, part: Option<&'static str>) -> Shell {
    Shell {
        part,
        ..at.shell(&at.directory.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_follow_what_arrived() {
        let counts = |users, groups| Counts {
            users,
            active_users: users,
            groups,
            ..Counts::default()
        };
        let seen = |state, users, groups| Steps::seen(state, counts(users, groups)).done();
        assert_eq!(seen(DirectoryState::Validating, 0, 0), 0);
        assert_eq!(seen(DirectoryState::Linked, 0, 0), 3);
        assert_eq!(seen(DirectoryState::Linked, 4, 0), 5);
        assert_eq!(seen(DirectoryState::Linked, 4, 1), 6);
        let steps = Steps(3);
        assert_eq!(
            [steps.class(3), steps.class(4), steps.class(5)],
            ["done", "now", ""]
        );
    }
}
