//! What is the same for every call, added to the document here rather than at each handler.

use std::collections::BTreeSet;

use utoipa::Modify;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Components, Content, Header, Object, OpenApi, PathItem, Ref, RefOr, Required, Response,
    ResponseBuilder, Schema, Type,
};

/// What somebody should know before the first call; the beginning of the reference page, too.
pub(super) const DESCRIPTION: &str = "The API of Rollcall for the application that reads its directories. Paths, \
    shapes and errors are those of WorkOS Directory Sync, so the official WorkOS SDKs work with another base URL and \
    nothing else. What is marked as an extension is Rollcall's own.";

/// The marker of a call that WorkOS does not have.
pub(super) const EXTENSION: &str = "x-rollcall-extension";

const JSON: &str = "application/json";
const KEY: &str = "api_key";

/// Completes the document.
pub(super) struct Complete;

impl Modify for Complete {
    fn modify(&self, document: &mut OpenApi) {
        let mut sent = BTreeSet::new();
        for item in document.paths.paths.values_mut() {
            for (takes_key, operation) in operations(item) {
                sent.extend(body_name(operation));
                refusals(operation);
                if takes_key {
                    let parameters = operation.parameters.get_or_insert_default();
                    parameters.push(idempotency_key().into());
                }
                for response in operation.responses.responses.values_mut() {
                    if let RefOr::T(response) = response {
                        let id = HeaderBuilder::from(Header::default());
                        let id = id
                            .description(Some("Names this call in the server's log."))
                            .build();
                        response
                            .headers
                            .insert("X-Request-ID".to_owned(), id.into());
                    }
                }
            }
        }
        let components = document.components.get_or_insert_default();
        require_nullable(components, &sent);
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("An API key of the workspace; it begins with `sk_`."))
            .build();
        let schemes = &mut components.security_schemes;
        schemes.insert(KEY.to_owned(), SecurityScheme::Http(scheme).into());
        document.security = Some(vec![SecurityRequirement::new(KEY, [""; 0])]);
    }
}

/// The calls of a path, each with whether it may be sent again under one idempotency key.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (bool, &mut Operation)> {
    let post = item.post.as_mut().map(|operation| (true, operation));
    let others = [
        &mut item.get,
        &mut item.put,
        &mut item.patch,
        &mut item.delete,
    ];
    let others = others.into_iter().filter_map(Option::as_mut);
    post.into_iter()
        .chain(others.map(|operation| (false, operation)))
}

/// The name of the shape that a call is sent.
fn body_name(operation: &Operation) -> Option<String> {
    let RefOr::T(body) = operation.request_body.as_ref()? else {
        return None;
    };
    let Some(RefOr::T(content)) = body.content.get(JSON) else {
        return None;
    };
    let Some(RefOr::Ref(shape)) = &content.schema else {
        return None;
    };
    shape.ref_location.rsplit('/').next().map(str::to_owned)
}

fn refusals(operation: &mut Operation) {
    let is_in = |place: &ParameterIn| {
        let parameters = operation.parameters.iter().flatten();
        let mut parameters = parameters.filter_map(|parameter| match parameter {
            RefOr::T(parameter) => Some(parameter),
            RefOr::Ref(_) => None,
        });
        parameters.any(|parameter: &Parameter| parameter.parameter_in == *place)
    };
    let (has_id, has_query) = (is_in(&ParameterIn::Path), is_in(&ParameterIn::Query));
    let has_body = operation.request_body.is_some();
    let all = [
        (true, "401", "There is no API key, or it opens nothing."),
        (has_id, "404", "The workspace has nothing of this id."),
        (has_body, "400", "The body is not JSON."),
        (has_body, "413", "The body is too large."),
        (has_body, "415", "The body is not declared as JSON."),
        (
            has_body || has_query,
            "422",
            "Parameters are missing or wrong.",
        ),
        (
            true,
            "429",
            "The API key makes too many requests; `Retry-After` says how long to wait.",
        ),
        (
            true,
            "503",
            "The database is away; `Retry-After` says when to try again.",
        ),
    ];
    for (_, status, description) in all.into_iter().filter(|(applies, ..)| *applies) {
        let responses = &mut operation.responses.responses;
        responses
            .entry(status.to_owned())
            .or_insert_with(|| refusal(description).into());
    }
}

fn refusal(description: &str) -> Response {
    let shape = Content::new(Some(Ref::from_schema_name("Refusal")));
    ResponseBuilder::new()
        .description(description)
        .content(JSON, shape)
        .build()
}

fn idempotency_key() -> Parameter {
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "Sent again within a day, the request is answered as the first time and makes nothing.",
        ))
        .schema(Some(Object::with_type(Type::String)))
        .build()
}

/// An answer says null where a request leaves out.
fn require_nullable(components: &mut Components, sent: &BTreeSet<String>) {
    for (name, schema) in &mut components.schemas {
        if sent.contains(name) {
            continue;
        }
        match schema {
            RefOr::T(Schema::Object(object)) => require_nullable_of(object),
            RefOr::T(Schema::AllOf(all)) => {
                for part in &mut all.items {
                    if let RefOr::T(Schema::Object(object)) = part {
                        require_nullable_of(object);
                    }
                }
            }
            _ => {}
        }
    }
}

fn require_nullable_of(object: &mut Object) {
    for (name, property) in &object.properties {
        let is_nullable = matches!(
            property,
            RefOr::T(Schema::Object(Object { schema_type: SchemaType::Array(types), .. }))
                if types.contains(&Type::Null)
        );
        if is_nullable && !object.required.contains(name) {
            object.required.push(name.clone());
        }
    }
}
