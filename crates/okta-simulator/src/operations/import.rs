//! The credential test, saving, and importing by pages.

use std::collections::{BTreeSet, HashSet};

use serde_json::{Map, Value};

use crate::model::Group;
use crate::okta::Okta;
use crate::operation::Operation;
use crate::request::{PAGE, Request, Resource};
use crate::surprise::{Fault, Trouble};

/// Everything in a directory, as it was read by pages.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    pub(crate) users: Vec<Map<String, Value>>,
    pub(crate) groups: Vec<Map<String, Value>>,
}

impl Okta {
    /// "Test API Credentials". Whether Okta would let the admin go on.
    pub(crate) async fn test_credentials(&self) -> bool {
        self.client.progress.stage("testing the credentials", 1);
        let test = async {
            self.client
                .send(Request::page(Resource::Users, 1, 2))
                .await?
                .page(1, 2)
                .map(drop)
        };
        self.perform(Operation::TestCredentials, test)
            .await
            .is_some()
    }

    /// Saving the integration: the test again, then all groups for the list of groups to link.
    pub(crate) async fn save(&self) {
        self.client.progress.stage("saving and importing", 2);
        self.perform(Operation::Save, async {
            self.client
                .send(Request::page(Resource::Users, 1, 2))
                .await?
                .page(1, 2)?;
            self.read_groups().await.map(drop)
        })
        .await;
    }

    /// "Import Now": all users and groups, by pages.
    pub(crate) async fn import(&self) -> Option<Snapshot> {
        self.perform(Operation::Import, self.read_everything())
            .await
    }

    /// The first import: what is there already must stay as it is unless it is pushed.
    pub(crate) async fn first_import(&self) {
        let Some(snapshot) = self.import().await else {
            return;
        };
        let mut directory = self.directory();
        for user in &snapshot.users {
            directory.put_user(id(user), user);
        }
        for group in &snapshot.groups {
            let display_name = group
                .get("displayName")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned();
            directory.put_group(
                id(group),
                Group {
                    display_name,
                    members: member_ids(group),
                },
            );
        }
    }

    pub(crate) async fn read_everything(&self) -> Result<Snapshot, Trouble> {
        let users = self.read_pages(Resource::Users, PAGE).await?;
        Ok(Snapshot {
            users,
            groups: self.read_groups().await?,
        })
    }

    /// All groups, each with its members: a list may leave them out, then each group is read.
    pub(crate) async fn read_groups(&self) -> Result<Vec<Map<String, Value>>, Trouble> {
        let mut groups = self.read_pages(Resource::Groups, PAGE).await?;
        for group in groups
            .iter_mut()
            .filter(|group| !group.contains_key("members"))
        {
            let answer = self
                .client
                .send(Request::read(Resource::Groups, id(group)))
                .await?;
            group.clone_from(answer.resource()?);
        }
        Ok(groups)
    }

    /// Every row, `count` at a time. The total may not change on the way, no row may come twice.
    pub(crate) async fn read_pages(
        &self,
        resource: Resource,
        count: usize,
    ) -> Result<Vec<Map<String, Value>>, Trouble> {
        let mut rows: Vec<Map<String, Value>> = Vec::new();
        let mut seen = HashSet::new();
        let mut total = None;
        loop {
            let start = rows.len() + 1;
            let answer = self
                .client
                .send(Request::page(resource, start, count))
                .await?;
            let page = answer.page(start, count)?;
            let paging =
                |wanted: String, got: String| Err(answer.trouble(Fault::Paging { wanted, got }));
            if *total.get_or_insert(page.total) != page.total {
                return paging(
                    format!("totalResults {total:?} on every page"),
                    page.total.to_string(),
                );
            }
            if let Some(row) = page
                .rows
                .iter()
                .find(|row| !seen.insert(id(row).to_owned()))
            {
                return paging("each row once".to_owned(), format!("{} twice", id(row)));
            }
            rows.extend(page.rows);
            if rows.len() >= page.total {
                return Ok(rows);
            }
        }
    }
}

/// The id of a row; rows without one were refused when they were read.
pub(crate) fn id(row: &Map<String, Value>) -> &str {
    row.get("id").and_then(Value::as_str).unwrap_or_default()
}

/// The ids of a group's members.
pub(crate) fn member_ids(group: &Map<String, Value>) -> BTreeSet<String> {
    let members = group.get("members").and_then(Value::as_array);
    let ids = members
        .into_iter()
        .flatten()
        .filter_map(|member| member.get("value")?.as_str());
    ids.map(str::to_owned).collect()
}

/// What is wrong with the members that were found.
pub(crate) fn member_fault(wanted: &Group, found: &BTreeSet<String>) -> Option<Fault> {
    if wanted.members == *found {
        return None;
    }
    Some(Fault::Members {
        group: wanted.display_name.clone(),
        missing: some(wanted.members.difference(found)),
        unexpected: some(found.difference(&wanted.members)),
    })
}

/// The first few ids and how many more.
fn some<'a>(ids: impl Iterator<Item = &'a String>) -> String {
    const SHOWN: usize = 3;
    let ids: Vec<_> = ids.map(String::as_str).collect();
    match ids.len() {
        0 => "nobody".to_owned(),
        count if count <= SHOWN => ids.join(", "),
        count => format!("{} and {} more", ids[..SHOWN].join(", "), count - SHOWN),
    }
}
