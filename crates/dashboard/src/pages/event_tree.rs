//! The names of events as a tree to pick from: each branch, or all, can be taken whole.

use rollcall_store::event;

/// The value that stands for every event.
const EVERYTHING: &str = "all";

/// What belongs together: the value that stands for the branch, its label, and how its names begin.
const BRANCHES: &[(&str, &str, &[&str])] = &[
    (
        "directories",
        "Directories",
        &["dsync.activated", "dsync.deleted", "dsync.token."],
    ),
    ("users", "Users", &["dsync.user."]),
    (
        "groups",
        "Groups",
        &[
            "dsync.group.created",
            "dsync.group.updated",
            "dsync.group.deleted",
        ],
    ),
    ("memberships", "Memberships", &["dsync.group.user_"]),
    ("organizations", "Organizations", &["organization."]),
    ("domains", "Domains", &["organization_domain."]),
];

/// Names that belong together.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Branch {
    pub(crate) value: &'static str,
    pub(crate) label: &'static str,
    pub(crate) picked: bool,
    pub(crate) leaves: Vec<Leaf>,
}

/// One name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Leaf {
    pub(crate) name: &'static str,
    pub(crate) picked: bool,
}

impl Leaf {
    /// The name in two, so that a narrow page breaks it after its last full stop.
    pub(crate) fn parts(&self) -> (&'static str, &'static str) {
        self.name
            .split_at(self.name.rfind('.').map_or(0, |at| at + 1))
    }
}

/// The tree of some names, with those picked that are.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tree {
    /// Whether every one of them is picked.
    pub(crate) picked: bool,
    pub(crate) branches: Vec<Branch>,
}

impl Tree {
    /// The tree of every name.
    pub(crate) fn of_all(picked: &[String]) -> Self {
        Self::new(|_| true, picked)
    }

    /// The tree of the names that a webhook endpoint can ask for.
    pub(crate) fn of_selectable(picked: &[String]) -> Self {
        Self::new(event::is_selectable, picked)
    }

    fn new(offered: impl Fn(&str) -> bool, picked: &[String]) -> Self {
        let branches: Vec<Branch> = BRANCHES
            .iter()
            .map(|(value, label, starts)| {
                let names = event::ALL.into_iter().filter(|name| {
                    offered(name) && starts.iter().any(|start| name.starts_with(start))
                });
                let leaves: Vec<Leaf> = names
                    .map(|name| Leaf {
                        picked: picked.iter().any(|other| other == name),
                        name,
                    })
                    .collect();
                Branch {
                    value,
                    label,
                    picked: leaves.iter().all(|leaf| leaf.picked),
                    leaves,
                }
            })
            .collect();
        Self {
            picked: branches.iter().all(|branch| branch.picked),
            branches,
        }
    }

    /// The names that values of a form stand for: names, branches, or everything. `Err` is the
    /// value that stands for nothing here.
    pub(crate) fn names<'a>(
        &self,
        values: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<String>, &'a str> {
        let mut wanted = Vec::new();
        for value in values {
            let before = wanted.len();
            let taken = self.branches.iter().flat_map(|branch| {
                let whole = value == EVERYTHING || value == branch.value;
                let leaves = branch.leaves.iter();
                leaves.filter(move |leaf| whole || value == leaf.name)
            });
            wanted.extend(taken.map(|leaf| leaf.name));
            if wanted.len() == before {
                return Err(value);
            }
        }
        // In the order in which they are shown, each once.
        let names = event::ALL.iter().filter(|name| wanted.contains(*name));
        Ok(names.map(ToString::to_string).collect())
    }

    /// The fewest values that stand for what is picked.
    pub(crate) fn values(&self) -> Vec<&'static str> {
        if self.picked {
            return vec![EVERYTHING];
        }
        let mut values = Vec::new();
        for branch in &self.branches {
            if branch.picked {
                values.push(branch.value);
            } else {
                let leaves = branch.leaves.iter().filter(|leaf| leaf.picked);
                values.extend(leaves.map(|leaf| leaf.name));
            }
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_stands_in_one_branch() {
        let tree = Tree::of_all(&[]);
        let leaves = tree.branches.iter().flat_map(|branch| &branch.leaves);
        let mut names: Vec<&str> = leaves.map(|leaf| leaf.name).collect();
        names.sort_unstable();
        let mut all = event::ALL.to_vec();
        all.sort_unstable();
        assert_eq!(names, all);
    }

    #[test]
    fn values_stand_for_names_and_back() {
        let tree = Tree::of_selectable(&[]);
        let names = |values: &[&'static str]| tree.names(values.iter().copied());
        assert_eq!(
            names(&["memberships", "dsync.user.created", "memberships"]).unwrap(),
            [
                "dsync.user.created",
                "dsync.group.user_added",
                "dsync.group.user_removed"
            ]
        );
        assert_eq!(names(&["all"]).unwrap().len(), event::ALL.len() - 2);
        assert_eq!(names(&["dsync.token.created"]), Err("dsync.token.created"));
        assert_eq!(names(&["users", "nonsense"]), Err("nonsense"));

        for values in [vec!["all"], vec!["users", "dsync.group.created"], vec![]] {
            let picked = names(&values).unwrap();
            assert_eq!(Tree::of_selectable(&picked).values(), values);
        }
    }
}
