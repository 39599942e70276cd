//! The one line by which people recognise a request in the dashboard.

use crate::protocol::group::MemberChange as SentMembers;
use crate::protocol::paging::ListQuery;

/// What a list request asked for and got; `things` is "users" or "groups".
pub(crate) fn listed(things: &str, query: &ListQuery, total: i64, rows: usize) -> String {
    match &query.filter_text {
        Some(filter) => format!("Looked up {things} by {filter}: {total} found"),
        None if rows == 0 => format!(
            "Listed {things}: none from {} on, {total} in all",
            query.start_index
        ),
        None => {
            let last = query.offset() + i64::try_from(rows).unwrap_or(i64::MAX);
            format!("Listed {things} {} to {last} of {total}", query.start_index)
        }
    }
}

/// What a write did to a person.
pub(crate) fn changed_user(name: &str, changed: bool, active_before: bool, active: bool) -> String {
    match (active_before, active) {
        _ if !changed => format!("No change to {name}"),
        (true, false) => format!("Deactivated {name}"),
        (false, true) => format!("Reactivated {name}"),
        _ => format!("Updated {name}"),
    }
}

/// How many members a request names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MemberChange {
    Keep,
    Replace(usize),
    Alter { add: usize, remove: usize },
}

impl From<&SentMembers> for MemberChange {
    fn from(sent: &SentMembers) -> Self {
        match sent {
            SentMembers::Keep => Self::Keep,
            SentMembers::Replace(members) => Self::Replace(members.len()),
            SentMembers::Alter { add, remove } => Self::Alter {
                add: add.len(),
                remove: remove.len(),
            },
        }
    }
}

/// What a write did to a group.
pub(crate) fn changed_group(
    old_name: &str,
    name: &str,
    changed: bool,
    members: MemberChange,
) -> String {
    if !changed {
        return format!("No change to {name}");
    }
    let mut parts = Vec::new();
    if old_name != name {
        parts.push(format!("Renamed {old_name} to {name}"));
    }
    match members {
        MemberChange::Keep => {}
        MemberChange::Replace(members) => {
            parts.push(format!("Set the members of {name} to {}", people(members)));
        }
        MemberChange::Alter { add, remove: 0 } => {
            parts.push(format!("Added {} to {name}", people(add)));
        }
        MemberChange::Alter { add: 0, remove } => {
            parts.push(format!("Removed {} from {name}", people(remove)));
        }
        MemberChange::Alter { add, remove } => {
            parts.push(format!(
                "Added {} to {name} and removed {remove}",
                people(add)
            ));
        }
    }
    if parts.is_empty() {
        format!("Updated {name}")
    } else {
        parts.join("; ")
    }
}

/// "1 person", "3 people".
pub(crate) fn people(number: usize) -> String {
    if number == 1 {
        "1 person".to_owned()
    } else {
        format!("{number} people")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn altered(add: usize, remove: usize) -> String {
        changed_group("Eng", "Eng", true, MemberChange::Alter { add, remove })
    }

    #[test]
    fn a_change_of_members_counts_people() {
        assert_eq!(altered(3, 0), "Added 3 people to Eng");
        assert_eq!(altered(0, 1), "Removed 1 person from Eng");
        assert_eq!(altered(1, 2), "Added 1 person to Eng and removed 2");
        assert_eq!(
            changed_group("Eng", "Ops", true, MemberChange::Replace(2)),
            "Renamed Eng to Ops; Set the members of Ops to 2 people"
        );
    }

    #[test]
    fn a_change_of_nothing_says_so() {
        let keep = MemberChange::Keep;
        assert_eq!(changed_group("Eng", "Eng", true, keep), "Updated Eng");
        assert_eq!(changed_group("Eng", "Eng", false, keep), "No change to Eng");
        assert_eq!(changed_user("Ada", false, true, true), "No change to Ada");
    }

    #[test]
    fn a_change_of_state_is_named() {
        assert_eq!(changed_user("Ada", true, true, false), "Deactivated Ada");
        assert_eq!(changed_user("Ada", true, false, true), "Reactivated Ada");
        assert_eq!(changed_user("Ada", true, true, true), "Updated Ada");
    }

    #[test]
    fn a_list_says_which_rows_or_which_filter() {
        let summary = |raw, total, rows| {
            listed(
                "users",
                &ListQuery::parse(raw, &crate::protocol::schema::USER).unwrap(),
                total,
                rows,
            )
        };
        assert_eq!(
            summary("startIndex=101", 150, 50),
            "Listed users 101 to 150 of 150"
        );
        assert_eq!(summary("", 0, 0), "Listed users: none from 1 on, 0 in all");
        assert_eq!(
            summary("filter=userName+eq+%22a%22", 1, 1),
            "Looked up users by userName eq \"a\": 1 found"
        );
    }
}
