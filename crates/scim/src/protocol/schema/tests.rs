use super::*;

fn all() -> impl Iterator<Item = (&'static ResourceType, &'static Attribute)> {
    [&USER, &GROUP].into_iter().flat_map(|resource| {
        resource.attributes.iter().flat_map(move |attribute| {
            let own = std::iter::once(attribute).chain(attribute.sub_attributes);
            own.map(move |attribute| (resource, attribute))
        })
    })
}

#[test]
fn complex_attributes_and_no_others_have_parts() {
    for (resource, attribute) in all() {
        assert_eq!(
            attribute.kind == Type::Complex,
            !attribute.sub_attributes.is_empty(),
            "{} {}",
            resource.name,
            attribute.name
        );
    }
}

#[test]
fn a_part_is_of_its_attributes_schema_and_named_once() {
    for (_, attribute) in all() {
        let mut names = std::collections::HashSet::new();
        for sub in attribute.sub_attributes {
            assert_eq!(
                sub.schema, attribute.schema,
                "{}.{}",
                attribute.name, sub.name
            );
            assert!(names.insert(sub.name), "{}.{}", attribute.name, sub.name);
            assert!(sub.child_name.is_none());
        }
    }
}

#[test]
fn names_are_found_in_their_schema_without_letter_case() {
    assert_eq!(USER.attribute("USERNAME").unwrap().name, "userName");
    assert_eq!(USER.attribute("department"), None);
    let department = USER.attribute_in(&ENTERPRISE.to_uppercase(), "Department");
    assert_eq!(department.unwrap().name, "department");
    assert_eq!(USER.extension("urn:example:other"), None);
    assert_eq!(GROUP.extension(ENTERPRISE), None);
}

#[test]
fn what_is_not_stored_with_the_resource_is_known() {
    for name in ["id", "Meta", "groups", "PASSWORD"] {
        assert!(USER.ignores(name), "{name}");
    }
    for name in ["id", "meta", "members", "password"] {
        assert!(GROUP.ignores(name), "{name}");
    }
    assert!(!USER.ignores("userName") && !USER.ignores("members") && !GROUP.ignores("groups"));
}
