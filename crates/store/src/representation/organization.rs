//! The shapes of organizations and of their domains (WorkOS docs, "Organization" and "Organization domain" reference).

use serde_json::{Map, Value, json};

use crate::organization::Organization;
use crate::organization_domain::{OrganizationDomain, Proof};

/// An organization with its domains, as events show it.
pub fn organization(organization: &Organization, domains: &[OrganizationDomain]) -> Value {
    let mine = domains
        .iter()
        .filter(|domain| domain.organization_id == organization.id);
    let mut shown = Map::new();
    let mut show = |key: &str, value: Value| shown.insert(key.to_owned(), value);
    show("object", json!("organization"));
    show("id", json!(organization.id));
    show("name", json!(organization.name));
    show("domains", mine.map(organization_domain).collect());
    show("metadata", json!(organization.metadata));
    show("external_id", json!(organization.external_id));
    if let Some(id) = &organization.stripe_customer_id {
        show("stripe_customer_id", json!(id));
    }
    show("created_at", json!(organization.created_at));
    show("updated_at", json!(organization.updated_at));
    Value::Object(shown)
}

/// A domain, as events and the REST API show it.
pub fn organization_domain(domain: &OrganizationDomain) -> Value {
    let mut shown = Map::new();
    let mut show = |key: &str, value: Value| shown.insert(key.to_owned(), value);
    show("object", json!("organization_domain"));
    show("id", json!(domain.id));
    show("organization_id", json!(domain.organization_id));
    show("domain", json!(domain.domain));
    show("state", json!(domain.state.as_str()));
    show("verification_strategy", json!(domain.proof.strategy()));
    if let Proof::Dns(challenge) = &domain.proof {
        show("verification_prefix", json!(challenge.prefix));
        show("verification_token", json!(challenge.token));
    }
    show("created_at", json!(domain.created_at));
    show("updated_at", json!(domain.updated_at));
    Value::Object(shown)
}
