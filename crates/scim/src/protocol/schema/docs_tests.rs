//! The table of attributes in the documentation says what the code does.

use super::{Attribute, GROUP, Keeping, ResourceType, USER};

const DOCUMENT: &str = include_str!("../../../../../docs/SCIM.md");

fn table(resource: &ResourceType) -> String {
    let mut lines = vec![
        format!("### {}", resource.name),
        String::new(),
        "| attribute | type | what becomes of it |".to_owned(),
        "| --- | --- | --- |".to_owned(),
    ];
    for attribute in resource.attributes {
        lines.push(row("", attribute));
        let prefix = format!("{}.", attribute.name);
        lines.extend(attribute.sub_attributes.iter().map(|sub| row(&prefix, sub)));
    }
    lines.join("\n")
}

fn row(prefix: &str, attribute: &Attribute) -> String {
    let urn = if attribute.schema == crate::protocol::CORE || !prefix.is_empty() {
        String::new()
    } else {
        format!("{}:", attribute.schema)
    };
    let list = if attribute.is_multi_valued() {
        ", a list"
    } else {
        ""
    };
    let mut facts = Vec::new();
    if attribute.required {
        facts.push("required");
    }
    if attribute.case_exact {
        facts.push("compared exactly");
    }
    facts.push(match attribute.keeping {
        _ if attribute.read_only => "read-only",
        Keeping::Stored => "kept",
        Keeping::Apart => "kept apart",
        Keeping::Discarded => "thrown away",
    });
    let kind = attribute.kind.name();
    let name = attribute.name;
    format!(
        "| `{urn}{prefix}{name}` | {kind}{list} | {} |",
        facts.join(", ")
    )
}

#[test]
fn the_documentation_lists_every_attribute() {
    let expected = format!("{}\n\n{}\n", table(&USER), table(&GROUP));
    assert!(
        DOCUMENT.ends_with(&expected),
        "docs/SCIM.md must end with:\n\n{expected}"
    );
}
