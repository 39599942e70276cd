//! A walk over every route that `rollcall routes` prints, as everybody who might call it. Each answers as the
//! written table says, what is refused changes nothing, and what belongs to another tenant looks as if it were not there.

mod caller;
mod references;
mod table;
mod world;

use std::collections::BTreeMap;

use rollcall_store::workspace::Role;
use rollcall_testkit::{Database, TestStore};
use rstest::rstest;
use serde_json::Value;

use self::caller::{Caller, Identity};
use self::table::{Key, Row};
pub(crate) use self::world::{PASSWORD, Tenant, email};
use crate::support::{Server, report, run, stdout};

/// What may change while everything is refused: notes of when somebody was last there, counters of
/// attempts, and the log in which a provider's admin looks for refused calls.
const MAY_CHANGE: &[&str] = &[
    "sessions",
    "throttles",
    "provisioning_requests",
    "api_keys.last_used_at",
    "directory_tokens.last_used_at",
];

/// A route as `rollcall routes --json` prints it.
#[derive(Clone, Debug)]
struct Route {
    key: Key,
    who: String,
}

impl Route {
    fn is_get(&self) -> bool {
        self.key.0 == "GET"
    }

    /// Whether the path names something that belongs to a workspace, besides the workspace itself.
    fn has_id(&self) -> bool {
        self.path_without_workspace().contains('{')
    }

    fn path_without_workspace(&self) -> String {
        self.key.1.replace("{workspace}", "")
    }

    /// The path with the ids that `id` gives for their names.
    fn path(&self, id: impl Fn(&str) -> String) -> String {
        let mut parts = self.key.1.split('{');
        let mut path = parts.next().unwrap().to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}').unwrap();
            path.push_str(&id(name));
            path.push_str(rest);
        }
        path
    }

    /// The name under which a tenant keeps what the path calls `name`.
    fn kind<'a>(&'a self, name: &'a str) -> &'a str {
        match (name, self.key.1.as_str()) {
            ("key", path) if path.starts_with("/api_keys") => "api_key",
            ("id", path) if path.contains("/Users/") => "user",
            ("id", path) if path.contains("/Groups/") => "group",
            (name, _) => name,
        }
    }

    /// What stands in the path for `name` when it is this tenant's.
    fn id_of(&self, tenant: &Tenant, name: &str) -> String {
        match (self.kind(name), self.key.1.as_str()) {
            ("key", path) if path.starts_with("/scim") => tenant.endpoint_key.clone(),
            ("id", _) => "urn:scim:schemas:core:1.0:User".to_owned(),
            ("entry", _) => "1".to_owned(),
            (kind, _) => tenant
                .ids
                .get(kind)
                .cloned()
                .unwrap_or_else(|| "nothing".to_owned()),
        }
    }
}

fn routes() -> Vec<Route> {
    let listed: Vec<Value> = serde_json::from_str(&stdout(&run(&["routes", "--json"]))).unwrap();
    let text = |route: &Value, field: &str| route[field].as_str().unwrap().to_owned();
    let routes = listed.iter().map(|route| Route {
        key: (text(route, "method"), text(route, "path")),
        who: text(route, "who"),
    });
    // Signing out ends the session with which the walk goes on.
    let (last, mut routes): (Vec<_>, Vec<_>) = routes.partition(|route| route.key.1 == "/logout");
    routes.extend(last);
    routes
}

/// An id after that one which nothing has. Ids of one moment count up, so what differs is not the last character; and
/// it has to stay behind all ids that the other is behind, for where it is a cursor.
fn unknown(id: &str) -> String {
    let (before, rest) = id.split_at(id.len().saturating_sub(8));
    let place = rest.find(|character| character != 'Z').unwrap();
    format!("{before}{}Z{}", &rest[..place], &rest[place + 1..])
}

/// The server, two tenants, and everybody who calls the first of them.
struct Walk {
    test: TestStore,
    _server: Server,
    own: Tenant,
    other: Tenant,
    callers: Vec<Caller>,
}

impl Walk {
    async fn prepare(database: Database) -> Option<Self> {
        let test = TestStore::new(database).await?;
        let (own, other) = (
            Tenant::new(&test, "own").await,
            Tenant::new(&test, "other").await,
        );
        // Without the worker, which would publish and deliver by itself.
        let server = Server::start_with(&test.url_text, &["--role", "dashboard,api,scim"]);
        let mut callers = Vec::new();
        for identity in Identity::ALL {
            let owner = Identity::Member(Role::Owner);
            let browser = callers.iter().find(|one: &&Caller| one.identity == owner);
            callers.push(match (identity, browser) {
                (Identity::CrossSite, Some(browser)) => browser.at_another_site(),
                _ => Caller::new(identity, &server.url, (&own, &other)).await,
            });
        }
        let walk = Self {
            test,
            _server: server,
            own,
            other,
            callers,
        };
        // The first call of a provider links its directory, which is no matter of this test.
        let users = format!("/scim/v1.1/{}/Users", walk.own.endpoint_key);
        let linked = walk.caller(Identity::OwnToken).call("GET", &users, false);
        assert_eq!(linked.await.status, 200);
        // That an application reads the secrets of webhooks is written down, once an hour.
        let own_key = walk.caller(Identity::OwnKey);
        let read = own_key.call("GET", "/webhook_endpoints", false).await;
        assert_eq!(read.status, 200);
        Some(walk)
    }

    fn caller(&self, identity: Identity) -> &Caller {
        let found = self.callers.iter().find(|one| one.identity == identity);
        found.unwrap()
    }

    async fn contents(&self) -> BTreeMap<String, Vec<String>> {
        self.test.contents(MAY_CHANGE).await
    }

    /// What a route answers to everybody whom it lets in, or to everybody else.
    async fn ask(&self, route: &Route, allowed: bool) -> Vec<(usize, u16)> {
        let mut statuses = Vec::new();
        for (column, caller) in self.callers.iter().enumerate() {
            let may = caller
                .identity
                .may(&route.who, route.is_get(), route.has_id());
            if may != allowed {
                continue;
            }
            // Whoever may change something does it to nothing.
            let spared = may && !route.is_get();
            let path = route.path(|name| {
                let id = route.id_of(&self.own, name);
                let is_place = name == "workspace" || id == self.own.endpoint_key;
                if spared && !is_place {
                    unknown(&id)
                } else {
                    id
                }
            });
            let answer = caller.call(&route.key.0, &path, !spared).await;
            statuses.push((column, answer.status));
        }
        statuses
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_everybody_as_the_table_says(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let Some(walk) = Walk::prepare(database).await else {
        return;
    };
    let (routes, table) = (routes(), table::read());
    let listed: Vec<&Key> = routes.iter().map(|route| &route.key).collect();
    let gone: Vec<&Key> = table.keys().filter(|key| !listed.contains(key)).collect();
    assert_eq!(
        gone,
        [] as [&Key; 0],
        "in the table and not among the routes"
    );
    let mut found = vec![vec![0; Identity::ALL.len()]; routes.len()];
    let before = walk.contents().await;
    for (route, row) in routes.iter().zip(&mut found) {
        for (column, status) in walk.ask(route, false).await {
            row[column] = status;
        }
    }
    let after = walk.contents().await;
    for (table, rows) in &before {
        assert_eq!(rows, &after[table], "what was refused changed {table}");
    }
    for (route, row) in routes.iter().zip(&mut found) {
        for (column, status) in walk.ask(route, true).await {
            row[column] = status;
        }
    }
    let lines = routes.iter().zip(found).map(|(route, statuses)| {
        let row = Row { statuses };
        let as_written = table.get(&route.key) == Some(&row);
        (!as_written).then(|| table::line(&route.key, &row))
    });
    let wrong: Vec<String> = lines.flatten().collect();
    assert!(
        wrong.is_empty(),
        "not as the table says:\n{}",
        wrong.join("\n")
    );
    report(&format!(
        "{} routes walked as {} identities on {database:?}",
        routes.len(),
        Identity::ALL.len()
    ));
}
