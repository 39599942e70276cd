//! Another tenant's ids, wherever an id can stand: the answer is byte for byte the one to an id that nothing has.

use rollcall_store::workspace::Role;
use rollcall_testkit::Database;
use rstest::rstest;
use serde_json::{Value, json};

use super::caller::{Answer, Identity};
use super::{Route, Walk, routes, unknown};

const OWNER: Identity = Identity::Member(Role::Owner);

/// Who may call a route of the own workspace, by who is listed for it.
fn insider(route: &Route) -> Option<Identity> {
    match route.who.as_str() {
        "anyone" | "signed in" => None,
        who if who.contains("API key") => Some(Identity::OwnKey),
        who if who.contains("bearer token") => Some(Identity::OwnToken),
        _ => Some(OWNER),
    }
}

/// An answer in which the ids that were asked for look alike.
fn alike(answer: Answer, ids: &[String]) -> Answer {
    let body = ids
        .iter()
        .fold(answer.body, |body, id| body.replace(id, "ID"));
    Answer { body, ..answer }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn foreign_ids_in_paths_are_unknown_ids(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(walk) = Walk::prepare(database).await else {
        return;
    };
    let before = walk.contents().await;
    let mut compared = 0;
    for route in routes() {
        // The ids of schemas are the same everywhere.
        let is_of_tenant = route.has_id() && !route.key.1.contains("/Schemas");
        let Some(identity) = insider(&route).filter(|_| is_of_tenant) else {
            continue;
        };
        let names = names(&route);
        // All of them foreign, and then the last alone: a foreign person in a directory of one's own.
        for foreign in [&names[..], &names[names.len() - 1..]] {
            let foreign: Vec<&String> = foreign
                .iter()
                .filter(|name| !["workspace", "entry"].contains(&name.as_str()))
                .collect();
            let theirs: Vec<String> = foreign
                .iter()
                .map(|name| route.id_of(&walk.other, name))
                .collect();
            let nobodys: Vec<String> = theirs.iter().map(|id| unknown(id)).collect();
            let mut answers = Vec::new();
            for ids in [&theirs, &nobodys] {
                let path = route.path(|name| {
                    let place = foreign.iter().position(|other| *other == name);
                    place.map_or_else(|| route.id_of(&walk.own, name), |at| ids[at].clone())
                });
                let caller = walk.caller(identity);
                let answer = caller.call(&route.key.0, &path, true).await;
                answers.push(alike(answer, ids));
            }
            assert_eq!(answers[0], answers[1], "{:?} {foreign:?}", route.key);
            compared += 1;
        }
    }
    assert!(compared > 100, "only {compared}");
    assert_eq!(walk.contents().await, before);
}

fn names(route: &Route) -> Vec<String> {
    let parts = route.key.1.split('{').skip(1);
    parts
        .map(|part| part.split_once('}').unwrap().0.to_owned())
        .collect()
}

/// Calls in which an id stands elsewhere than in the path. `ID` is that id; `{…}` are one's own.
const REFERENCES: &[(&str, Identity, &str, &str, &str)] = &[
    (
        "organization",
        Identity::OwnKey,
        "GET",
        "/organizations?after=ID",
        "",
    ),
    (
        "organization",
        Identity::OwnKey,
        "GET",
        "/directories?organization_id=ID",
        "",
    ),
    (
        "directory",
        Identity::OwnKey,
        "GET",
        "/directories?after=ID",
        "",
    ),
    (
        "directory",
        Identity::OwnKey,
        "GET",
        "/directory_users?directory=ID",
        "",
    ),
    (
        "group",
        Identity::OwnKey,
        "GET",
        "/directory_users?group=ID",
        "",
    ),
    (
        "user",
        Identity::OwnKey,
        "GET",
        "/directory_users?directory={directory}&after=ID",
        "",
    ),
    (
        "directory",
        Identity::OwnKey,
        "GET",
        "/directory_groups?directory=ID",
        "",
    ),
    (
        "user",
        Identity::OwnKey,
        "GET",
        "/directory_groups?user=ID",
        "",
    ),
    (
        "group",
        Identity::OwnKey,
        "GET",
        "/directory_groups?directory={directory}&before=ID",
        "",
    ),
    (
        "organization",
        Identity::OwnKey,
        "GET",
        "/events?events=dsync.user.created&organization_id=ID",
        "",
    ),
    (
        "directory",
        Identity::OwnKey,
        "GET",
        "/events?events=dsync.user.created&directory_id=ID",
        "",
    ),
    (
        "event",
        Identity::OwnKey,
        "GET",
        "/events?events=dsync.user.created&after=ID",
        "",
    ),
    (
        "endpoint",
        Identity::OwnKey,
        "GET",
        "/webhook_endpoints?after=ID",
        "",
    ),
    (
        "delivery",
        Identity::OwnKey,
        "GET",
        "/webhook_endpoints/{endpoint}/deliveries?after=ID",
        "",
    ),
    ("api_key", Identity::OwnKey, "GET", "/api_keys?after=ID", ""),
    (
        "directory",
        Identity::OwnKey,
        "GET",
        "/provisioning_requests?directory=ID",
        "",
    ),
    (
        "organization",
        Identity::OwnKey,
        "POST",
        "/directories",
        r#"{"organization_id":"ID","name":"Stolen"}"#,
    ),
    (
        "organization",
        Identity::OwnKey,
        "POST",
        "/organization_domains",
        r#"{"organization_id":"ID","domain":"stolen.example.com"}"#,
    ),
    (
        "organization",
        OWNER,
        "GET",
        "/w/own/organizations?q=ID",
        "",
    ),
    (
        "organization",
        OWNER,
        "GET",
        "/w/own/organizations?after=ID",
        "",
    ),
    (
        "organization",
        OWNER,
        "GET",
        "/w/own/events?organization=ID",
        "",
    ),
    ("directory", OWNER, "GET", "/w/own/events?directory=ID", ""),
    ("event", OWNER, "GET", "/w/own/events?after=ID", ""),
    (
        "user",
        OWNER,
        "GET",
        "/w/own/directories/{directory}?after=ID",
        "",
    ),
    (
        "user",
        OWNER,
        "GET",
        "/w/own/directories/{directory}?q=ID",
        "",
    ),
    (
        "group",
        OWNER,
        "GET",
        "/w/own/directories/{directory}/groups?after=ID",
        "",
    ),
    (
        "request",
        OWNER,
        "GET",
        "/w/own/directories/{directory}/activity?after=ID",
        "",
    ),
    ("api_key", OWNER, "GET", "/w/own/api_keys?after=ID", ""),
    ("endpoint", OWNER, "GET", "/w/own/webhooks?after=ID", ""),
    (
        "organization",
        OWNER,
        "GET",
        "/w/own/audit-log?about=ID",
        "",
    ),
    (
        "user",
        Identity::OwnToken,
        "GET",
        "/scim/v1.1/{key}/Users?filter=id%20eq%20%22ID%22",
        "",
    ),
    (
        "user",
        Identity::OwnToken,
        "GET",
        "/scim/v1.1/{key}/Groups?filter=members.value%20eq%20%22ID%22",
        "",
    ),
    (
        "group",
        Identity::OwnToken,
        "GET",
        "/scim/v1.1/{key}/Users?filter=groups.value%20eq%20%22ID%22",
        "",
    ),
    (
        "user",
        Identity::OwnToken,
        "POST",
        "/scim/v1.1/{key}/Groups",
        r#"{"schemas":["urn:scim:schemas:core:1.0"],"displayName":"Stolen","members":[{"value":"ID"}]}"#,
    ),
    (
        "user",
        Identity::OwnToken,
        "PATCH",
        "/scim/v1.1/{key}/Groups/{group}",
        r#"{"schemas":["urn:scim:schemas:core:1.0"],"members":[{"value":"ID"}]}"#,
    ),
    (
        "user",
        Identity::OwnToken,
        "PUT",
        "/scim/v1.1/{key}/Groups/{group}",
        r#"{"schemas":["urn:scim:schemas:core:1.0"],"displayName":"Engineers","members":[{"value":"ID"}]}"#,
    ),
];

/// How often two answers may differ by what happened between them.
const TRIES: usize = 10;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn foreign_ids_in_bodies_filters_and_cursors_are_unknown_ids(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(walk) = Walk::prepare(database).await else {
        return;
    };
    let before = walk.contents().await;
    for (kind, identity, method, path, body) in REFERENCES {
        let path = own(&walk, path);
        let theirs = walk.other.ids[kind].clone();
        let mut answers = Vec::new();
        // A page that shows the newest request may show a newer one the second time; a difference
        // between the ids would show every time.
        for _ in 0..TRIES {
            answers.clear();
            for id in [theirs.clone(), unknown(&theirs)] {
                let body = match body.replace("ID", &id).as_str() {
                    "" => json!({}),
                    text => serde_json::from_str::<Value>(text).unwrap(),
                };
                let caller = walk.caller(*identity);
                let answer = caller
                    .call_with(method, &path.replace("ID", &id), &body)
                    .await;
                answers.push(alike(answer, &[id]));
            }
            if answers[0] == answers[1] {
                break;
            }
        }
        assert_eq!(answers[0], answers[1], "{method} {path} {body}");
        assert!(answers[0].status < 500, "{method} {path}: {:?}", answers[0]);
    }
    assert_eq!(walk.contents().await, before);
}

fn own(walk: &Walk, path: &str) -> String {
    let ids = walk.own.ids.iter();
    let path = ids.fold(path.to_owned(), |path, (name, id)| {
        path.replace(&format!("{{{name}}}"), id)
    });
    path.replace("{key}", &walk.own.endpoint_key)
}
