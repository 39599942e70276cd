//! The fields that both making and changing an organization take.

use std::collections::BTreeMap;

use rollcall_store::organization::{Change, MetadataChange};
use rollcall_store::organization_domain::{DomainName, Wanted};
use serde_json::Value;

use crate::error::ApiError;
use crate::fields::Fields;

/// Characters of an external id (WorkOS OpenAPI, `external_id`).
const LONGEST_EXTERNAL_ID: usize = 128;
/// Characters of a Stripe id (Stripe docs, "Object IDs").
const LONGEST_STRIPE_ID: usize = 255;
/// More than an organization has; each is a row and an event.
const MOST_DOMAINS: usize = 100;

/// `external_id`, which null removes.
pub(super) fn external_id(fields: &mut Fields<'_>) -> Change {
    let change = removable_text(fields, "external_id", LONGEST_EXTERNAL_ID);
    if let Change::Set(text) = &change
        && !text.is_ascii()
    {
        fields.refuse("external_id", "invalid", "external_id must be ASCII.");
    }
    change
}

/// `stripe_customer_id`, likewise.
pub(super) fn stripe_customer_id(fields: &mut Fields<'_>) -> Change {
    removable_text(fields, "stripe_customer_id", LONGEST_STRIPE_ID)
}

fn removable_text(fields: &mut Fields<'_>, field: &str, longest: usize) -> Change {
    if !fields.has(field) {
        return Change::Keep;
    }
    let text = fields.optional_text(field, longest);
    if text.as_deref() == Some("") {
        let message = format!("{field} must not be empty; null removes it.");
        fields.refuse(field, "invalid", message);
    }
    text.map_or(Change::Remove, Change::Set)
}

/// `metadata`: null and the empty object remove everything, a null value its key.
pub(super) fn metadata(fields: &Fields<'_>) -> Result<Option<MetadataChange>, ApiError> {
    if !fields.has("metadata") {
        return Ok(None);
    }
    let pairs = match fields.value("metadata") {
        None => return Ok(Some(MetadataChange::Clear)),
        Some(Value::Object(pairs)) if pairs.is_empty() => return Ok(Some(MetadataChange::Clear)),
        Some(Value::Object(pairs)) => pairs,
        Some(_) => return Err(invalid_metadata("metadata must be an object of strings.")),
    };
    let read = pairs.iter().map(|(key, value)| match value {
        Value::Null => Ok((key.clone(), None)),
        Value::String(text) => Ok((key.clone(), Some(text.clone()))),
        _ => Err(invalid_metadata(format!(
            "The value of {key:?} in metadata must be a string."
        ))),
    });
    let pairs = read.collect::<Result<BTreeMap<_, _>, _>>()?;
    Ok(Some(MetadataChange::Merge(pairs)))
}

pub(super) fn invalid_metadata(message: impl Into<String>) -> ApiError {
    ApiError::BadRequest {
        code: "invalid_metadata",
        message: message.into(),
    }
}

/// `domain_data`, or the deprecated `domains`, whose domains the application vouches for.
pub(super) fn domains(fields: &mut Fields<'_>) -> Option<Vec<Wanted>> {
    let wanted = if fields.value("domain_data").is_some() {
        domain_data(fields)
    } else {
        plain_domains(fields)?
    };
    if wanted.len() > MOST_DOMAINS {
        let message = format!("An organization cannot have more than {MOST_DOMAINS} domains.");
        fields.refuse("domain_data", "too_many", message);
    }
    Some(wanted)
}

fn domain_data(fields: &mut Fields<'_>) -> Vec<Wanted> {
    let Some(items) = fields.value("domain_data").and_then(Value::as_array) else {
        fields.refuse(
            "domain_data",
            "invalid",
            "domain_data must be an array of objects.",
        );
        return Vec::new();
    };
    let mut wanted = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let field = format!("domain_data.{index}");
        let verified = match item.get("state").and_then(Value::as_str) {
            Some("verified") => true,
            Some("pending") => false,
            _ => {
                let message = format!("{field}.state must be pending or verified.");
                fields.refuse(&format!("{field}.state"), "invalid", message);
                continue;
            }
        };
        let text = item.get("domain").and_then(Value::as_str);
        add(
            fields,
            &mut wanted,
            &format!("{field}.domain"),
            text,
            verified,
        );
    }
    wanted
}

fn plain_domains(fields: &mut Fields<'_>) -> Option<Vec<Wanted>> {
    let texts = fields.optional_texts("domains")?;
    let mut wanted = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let field = format!("domains.{index}");
        add(fields, &mut wanted, &field, Some(text), true);
    }
    Some(wanted)
}

fn add(
    fields: &mut Fields<'_>,
    wanted: &mut Vec<Wanted>,
    field: &str,
    text: Option<&str>,
    verified: bool,
) {
    let Some(domain) = domain_name(fields, field, text) else {
        return;
    };
    if wanted.iter().any(|other| other.domain == domain) {
        let message = format!("{field} names a domain that stands in the list already.");
        return fields.refuse(field, "duplicate", message);
    }
    wanted.push(Wanted { domain, verified });
}

/// The name of a domain, as it was sent in a field.
pub(crate) fn domain_name(
    fields: &mut Fields<'_>,
    field: &str,
    text: Option<&str>,
) -> Option<DomainName> {
    match text.map(DomainName::parse) {
        Some(Ok(name)) => return Some(name),
        Some(Err(error)) => fields.refuse(field, "invalid", format!("{field}: {error}.")),
        None => fields.refuse(field, "required", format!("{field} is required.")),
    }
    None
}
