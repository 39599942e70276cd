//! The groups that the company pushes.

use rand::{Rng, RngExt};

use super::Person;

/// A group before it is pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Team {
    pub(crate) name: String,
    pub(crate) description: Option<&'static str>,
    rule: Rule,
}

/// Who belongs to a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    Everyone,
    /// The department's name starts so.
    Department(&'static str),
    /// So many of a hundred, drawn anew for each group.
    Share(u32),
}

use Rule::{Department, Everyone, Share};

const TEAMS: [(&str, Option<&str>, Rule); 32] = [
    (
        "Engineering",
        Some("Everybody who builds the product"),
        Department("Engineering"),
    ),
    ("Sales and Marketing", None, Department("Sales")),
    ("Everyone", Some("All staff; managed by IT"), Everyone),
    (
        "Sales EMEA",
        Some("Europe, the Middle East & Africa"),
        Department("Sales EMEA"),
    ),
    ("On-call", Some("Pager rotation"), Share(8)),
    ("Customer Success", None, Department("Customer Success")),
    (
        "Finance",
        Some("Ledger and payroll access"),
        Department("Finance"),
    ),
    ("Berlin Büro", None, Share(12)),
    ("VPN Users", Some("Remote access"), Share(60)),
    ("People Managers", None, Share(15)),
    ("Sales Americas", None, Department("Sales Americas")),
    ("Sales APAC", None, Department("Sales APAC")),
    (
        "Product & Design",
        Some("Product managers, designers, researchers"),
        Department("Product"),
    ),
    ("営業部", Some("Sales, Japan"), Share(5)),
    (
        "Security",
        Some("Incident response"),
        Department("Security"),
    ),
    ("IT Admins", None, Department("IT")),
    ("Data", Some("Warehouse readers"), Department("Data")),
    ("Legal or Compliance", None, Department("Legal")),
    ("R&D – Zürich", Some("Research & development"), Share(6)),
    ("Marketing", None, Department("Marketing")),
    ("Operations", None, Department("Operations")),
    ("Contractors", Some("People on a fixed term"), Share(10)),
    ("Beta Testers", None, Share(20)),
    ("Équipe Montréal", None, Share(5)),
    (
        "First Aid",
        Some("Trained first-aiders of each floor"),
        Share(4),
    ),
    ("People Team", None, Department("People")),
    ("فريق القاهرة", Some("Cairo office"), Share(4)),
    ("Workplace", None, Department("Facilities")),
    (
        "C++ Guild",
        Some("Monthly meeting, first Tuesday"),
        Share(7),
    ),
    ("\"Lunch & Learn\" hosts", None, Share(5)),
    ("Parents' Network", None, Share(15)),
    ("Release Managers", Some("May deploy on Fridays"), Share(3)),
];

/// The first `count` groups; beyond the list of the well-known they are numbered projects.
pub(crate) fn teams(count: usize) -> Vec<Team> {
    let known = TEAMS.iter().map(|&(name, description, rule)| Team {
        name: name.to_owned(),
        description,
        rule,
    });
    let projects = (1..).map(|number| Team {
        name: format!("Project {number:03}"),
        description: (number % 3 == 0).then_some("Opened for one project, closed with it"),
        rule: Share(4),
    });
    known.chain(projects).take(count).collect()
}

impl Team {
    /// Whether the person belongs to the group.
    pub(crate) fn takes(&self, person: &Person, rng: &mut impl Rng) -> bool {
        match self.rule {
            Everyone => true,
            Department(start) => person.department().starts_with(start),
            Share(percent) => rng.random_ratio(percent, 100),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_groups_have_a_name_in_common() {
        let teams = teams(200);
        let names: HashSet<_> = teams.iter().map(|team| team.name.to_lowercase()).collect();
        assert_eq!(names.len(), 200);
    }
}
