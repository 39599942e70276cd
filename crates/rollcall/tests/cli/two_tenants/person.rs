//! What happens to one person: the same at every tenant, down to the names.

use reqwest::Method;
use serde_json::{Value, json};

use super::tenant::Tenant;
use crate::application::id;

/// The calls that [`come_and_go`] makes.
pub(super) const CALLS: usize = 12;

const SCHEMA: &str = "urn:scim:schemas:core:1.0";

/// The person number `number` is looked for, made, changed, put into a group and deactivated; the application looks on,
/// and makes an organization.
pub(super) async fn come_and_go(tenant: &Tenant, number: usize) {
    let name = format!("person{number}@example.com");
    let by_name = format!("/Users?filter=userName%20eq%20%22{name}%22");
    let found = tenant.scim(Method::GET, &by_name, None).await;
    assert_eq!(found["totalResults"], 0, "nobody of this tenant: {found}");

    let mut user = json!({
        "schemas": [SCHEMA],
        "userName": name,
        "externalId": format!("00u{number}"),
        "title": tenant.mark,
        "name": { "givenName": "Grace", "familyName": "Okonjo" },
        "emails": [
            { "value": name, "primary": true, "type": "work" },
            { "value": format!("home{number}@example.com"), "type": "home" },
        ],
        "active": true,
    });
    let made = tenant.scim(Method::POST, "/Users", Some(&user)).await;
    let path = format!("/Users/{}", id(&made));
    let found = tenant.scim(Method::GET, &by_name, None).await;
    assert_eq!(found["totalResults"], 1, "{found}");
    for seen in [
        &found["Resources"][0],
        &tenant.scim(Method::GET, &path, None).await,
    ] {
        assert_eq!(
            [&seen["id"], &seen["title"]],
            [&made["id"], &json!(tenant.mark)]
        );
    }
    user["name"]["familyName"] = "Lindqvist".into();
    tenant.scim(Method::PUT, &path, Some(&user)).await;

    let group = gather(tenant, number, &made["id"]).await;
    look_on(tenant, &name, &made["id"], &group).await;
    let away = json!({ "schemas": [SCHEMA], "active": false });
    let away = tenant.scim(Method::PATCH, &path, Some(&away)).await;
    assert_eq!(away["title"], tenant.mark, "{away}");
}

/// Makes a group with the person in it; gives its id.
async fn gather(tenant: &Tenant, number: usize, member: &Value) -> Value {
    let name = format!("Group {number}");
    let group = json!({ "schemas": [SCHEMA], "displayName": name });
    let group = tenant.scim(Method::POST, "/Groups", Some(&group)).await;
    let path = format!("/Groups/{}", id(&group));
    let joins = json!({ "schemas": [SCHEMA], "members": [{ "value": member }] });
    tenant.scim(Method::PATCH, &path, Some(&joins)).await;
    let by_name = format!("/Groups?filter=displayName%20eq%20%22Group%20{number}%22");
    let found = tenant.scim(Method::GET, &by_name, None).await;
    assert_eq!(found["totalResults"], 1, "{found}");
    assert_eq!(found["Resources"][0]["id"], group["id"]);
    assert_eq!(
        found["Resources"][0]["members"][0]["value"], *member,
        "{found}"
    );
    group["id"].clone()
}

/// What the application sees of the person, and an organization of its own with an idempotency key that the other
/// tenant sends too.
async fn look_on(tenant: &Tenant, name: &str, user: &Value, group: &Value) {
    let members = format!("/directory_users?group={}", group.as_str().unwrap());
    let found = format!("/directory_users?search={name}");
    for path in [members, found] {
        let list = tenant.send(tenant.api(Method::GET, &path)).await;
        let seen = list["data"].as_array().unwrap();
        let own = seen.iter().find(|one| one["id"] == *user);
        assert_eq!(
            own.unwrap()["raw_attributes"]["title"],
            tenant.mark,
            "{list}"
        );
    }
    let new = json!({ "name": format!("Customer {name}"), "external_id": name });
    let request = tenant.api(Method::POST, "/organizations").json(&new);
    let made = tenant.send(request.header("idempotency-key", name)).await;
    assert_eq!(made["external_id"], name);
}
