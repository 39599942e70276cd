//! The discovery documents: what this server can do, written from the same table that the parsing uses.

use serde_json::{Value, json};

use super::body::MAX_BODY_BYTES;
use super::bulk::MAX_OPERATIONS;
use super::paging::MAX_COUNT;
use super::schema::{Attribute, GROUP, ResourceType, USER};
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
        "sort": { "supported": true },
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
    let attributes: Vec<Value> = resource.attributes.iter().map(attribute).collect();
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

fn attribute(attribute: &Attribute) -> Value {
    let mut document = described(attribute);
    document["multiValued"] = json!(attribute.is_multi_valued());
    document["schema"] = json!(attribute.schema);
    if let Some(name) = attribute.child_name {
        document["multiValuedAttributeChildName"] = json!(name);
    }
    if !attribute.sub_attributes.is_empty() {
        document["subAttributes"] = attribute.sub_attributes.iter().map(described).collect();
    }
    document
}

/// What attributes and sub-attributes have in common.
fn described(attribute: &Attribute) -> Value {
    let mut document = json!({
        "name": attribute.name,
        "type": attribute.kind.name(),
        "description": attribute.description,
        "readOnly": attribute.read_only,
        "required": attribute.required,
        "caseExact": attribute.case_exact,
    });
    if !attribute.canonical_values.is_empty() {
        document["canonicalValues"] = json!(attribute.canonical_values);
    }
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
