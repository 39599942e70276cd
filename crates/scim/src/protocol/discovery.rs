//! The discovery documents: what this server can do, written from the same table that the parsing uses.

use serde_json::{Value, json};

use super::body::MAX_BODY_BYTES;
use super::bulk::MAX_OPERATIONS;
use super::paging::MAX_COUNT;
use super::schema::{Attribute, ENTERPRISE_TEXTS, GROUP, Kind, MANAGER, ResourceType, Sub, USER};
use super::{CORE, ENTERPRISE, list};

/// `GET /ServiceProviderConfigs`: one object, no list (SCIM 1.1 core schema §9).
pub fn service_provider_configs() -> Value {
    let not_supported = json!({ "supported": false });
    json!({
        "schemas": [CORE],
        "patch": { "supported": true },
        "bulk": { "supported": true, "maxOperations": MAX_OPERATIONS, "maxPayloadSize": MAX_BODY_BYTES },
        "filter": { "supported": true, "maxResults": MAX_COUNT },
        "changePassword": not_supported,
        "sort": not_supported,
        "etag": { "supported": true },
        "xmlDataFormat": not_supported,
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "The bearer token of the directory, sent in the Authorization header.",
            "specUrl": "https://www.rfc-editor.org/rfc/rfc6750",
            "primary": true,
        }],
    })
}

/// `GET /ResourceTypes`: unknown to SCIM 1.1, but read by Okta's test suite.
pub fn resource_types() -> Value {
    discovery_list(&[USER, GROUP].map(|resource| resource_type(&resource)))
}

/// `GET /Schemas`: one document per resource type, extensions included (SCIM 1.1 core schema §10).
pub fn schemas() -> Value {
    discovery_list(&[USER, GROUP].map(|resource| schema(&resource)))
}

/// `GET /Schemas/{id}`: by its id, the bare name or the endpoint's name.
pub fn schema_of(id: &str) -> Option<Value> {
    let names = |resource: &&ResourceType| {
        [
            schema_id(resource).as_str(),
            resource.name,
            resource.endpoint.trim_start_matches('/'),
        ]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(id))
    };
    [USER, GROUP].iter().find(names).map(schema)
}

/// Okta's suite wants another URN in each of the two lists, so both carry both.
fn discovery_list(resources: &[Value]) -> Value {
    let total = i64::try_from(resources.len()).unwrap_or(i64::MAX);
    let mut list = list::envelope(resources, total, 1);
    list["schemas"] = json!([CORE, format!("{CORE}:ListResponse")]);
    list
}

fn resource_type(resource: &ResourceType) -> Value {
    let mut document = json!({
        "schemas": [CORE],
        "id": resource.name,
        "name": resource.name,
        "endpoint": resource.endpoint,
        "description": resource.description,
        "schema": CORE,
    });
    if *resource == USER {
        document["schemaExtensions"] = json!([{ "schema": ENTERPRISE, "required": false }]);
    }
    document
}

fn schema_id(resource: &ResourceType) -> String {
    format!("{CORE}:{}", resource.name)
}

fn schema(resource: &ResourceType) -> Value {
    let mut attributes = vec![simple(
        "id",
        "The directory's own id.",
        CORE,
        Flags {
            read_only: true,
            required: true,
            case_exact: true,
        },
    )];
    attributes.extend(resource.attributes.iter().map(attribute));
    if *resource == USER {
        attributes.push(list_attribute(
            "groups",
            "The groups the person is a member of.",
            true,
            &reference_subs(),
        ));
        attributes.push(simple(
            "password",
            "Accepted and discarded.",
            CORE,
            Flags::default(),
        ));
        let texts = ENTERPRISE_TEXTS.iter().map(|name| {
            simple(
                name,
                "Part of the enterprise extension.",
                ENTERPRISE,
                Flags::default(),
            )
        });
        attributes.extend(texts);
        attributes.push(manager());
    } else {
        attributes.push(list_attribute(
            "members",
            "The people in the group.",
            false,
            &reference_subs(),
        ));
    }
    json!({
        "schemas": [CORE],
        "id": schema_id(resource),
        "name": resource.name,
        "description": resource.description,
        "schema": CORE,
        "endpoint": resource.endpoint,
        "attributes": attributes,
    })
}

#[derive(Default, Clone, Copy)]
struct Flags {
    read_only: bool,
    required: bool,
    case_exact: bool,
}

fn simple(name: &str, description: &str, schema: &str, flags: Flags) -> Value {
    json!({
        "name": name,
        "type": "string",
        "multiValued": false,
        "description": description,
        "schema": schema,
        "readOnly": flags.read_only,
        "required": flags.required,
        "caseExact": flags.case_exact,
    })
}

fn attribute(attribute: &Attribute) -> Value {
    let case_exact = attribute.name == "externalId";
    let flags = Flags {
        required: attribute.required,
        case_exact,
        read_only: false,
    };
    let mut document = simple(attribute.name, attribute.description, CORE, flags);
    match attribute.kind {
        Kind::Text => document,
        Kind::Boolean => {
            document["type"] = json!("boolean");
            document
        }
        Kind::Complex(subs) => {
            document["type"] = json!("complex");
            document["subAttributes"] = subs.iter().map(sub_attribute).collect();
            document
        }
        Kind::Multi(subs) => {
            let subs: Vec<Value> = subs.iter().map(sub_attribute).collect();
            list_attribute(attribute.name, attribute.description, false, &subs)
        }
    }
}

fn list_attribute(name: &str, description: &str, read_only: bool, subs: &[Value]) -> Value {
    let mut document = simple(
        name,
        description,
        CORE,
        Flags {
            read_only,
            ..Flags::default()
        },
    );
    document["type"] = json!("complex");
    document["multiValued"] = json!(true);
    document["multiValuedAttributeChildName"] = json!(child_name(name));
    document["subAttributes"] = json!(subs);
    document
}

/// The singular of a list's name (SCIM 1.1 core schema, "Multi-valued Attributes").
fn child_name(name: &str) -> &str {
    match name {
        "addresses" => "address",
        "entitlements" => "entitlement",
        _ => name.strip_suffix('s').unwrap_or(name),
    }
}

fn sub_attribute(sub: &Sub) -> Value {
    json!({
        "name": sub.name,
        "type": if sub.boolean { "boolean" } else { "string" },
        "description": format!("The {} of the value.", sub.name),
        "readOnly": false,
        "required": false,
        "caseExact": false,
    })
}

fn reference_subs() -> [Value; 2] {
    ["value", "display"].map(|name| {
        json!({
            "name": name,
            "type": "string",
            "description": if name == "value" { "The id." } else { "The name." },
            "readOnly": name == "display",
            "required": name == "value",
            "caseExact": name == "value",
        })
    })
}

fn manager() -> Value {
    let mut document = simple(
        "manager",
        "The person's manager.",
        ENTERPRISE,
        Flags::default(),
    );
    document["type"] = json!("complex");
    document["subAttributes"] = MANAGER
        .iter()
        .map(|name| {
            sub_attribute(&Sub {
                name,
                boolean: false,
            })
        })
        .collect();
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_found_by_each_of_its_names() {
        for id in ["urn:scim:schemas:core:1.0:User", "User", "users"] {
            assert_eq!(schema_of(id).unwrap()["endpoint"], "/Users");
        }
        assert_eq!(schema_of("Groups").unwrap()["name"], "Group");
        assert_eq!(schema_of("urn:scim:schemas:core:1.0"), None);
    }

    #[test]
    fn only_lists_have_a_child_name() {
        for attribute in schema(&USER)["attributes"].as_array().unwrap() {
            let child = attribute.get("multiValuedAttributeChildName");
            assert_eq!(
                child.is_some(),
                attribute["multiValued"] == true,
                "{attribute}"
            );
        }
    }
}
