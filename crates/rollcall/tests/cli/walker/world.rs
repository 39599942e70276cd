//! Two tenants with one of everything.

use std::collections::BTreeMap;

use rollcall_store::api_key::{self, NewApiKey};
use rollcall_store::directory_group::{self, GroupProfile};
use rollcall_store::directory_user::{self, Profile};
use rollcall_store::event::{self, Order, Query};
use rollcall_store::ids::{InvitationId, MemberId, ProvisioningRequestId, WorkspaceId};
use rollcall_store::member::{self, NewMember};
use rollcall_store::organization_domain::{self, DomainName, Wanted};
use rollcall_store::password::Hasher;
use rollcall_store::provisioning_request::{self, ProvisioningRequest};
use rollcall_store::webhook_endpoint::{self, DELIVERIES_PER_SECOND, New};
use rollcall_store::workspace::{self, Role};
use rollcall_store::{Error, Tx, directory_token, invitation, publisher, webhook_delivery};
use rollcall_testkit::{TestDirectory, TestStore};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, json};

pub(crate) const PASSWORD: &str = "a long walk in the rain";

/// A workspace and the ids of what is in it, by their names in the paths of routes.
pub(crate) struct Tenant {
    pub(super) ids: BTreeMap<&'static str, String>,
    /// The path part that names the directory's SCIM endpoint.
    pub(super) endpoint_key: String,
    pub(super) token: String,
    /// A token of the same directory that was revoked.
    pub(super) revoked_token: String,
    /// A token of another directory of the same organization.
    pub(super) second_token: String,
    pub(super) key: String,
}

/// The address of a tenant's member of that role.
pub(crate) fn email(tenant: &str, role: Role) -> String {
    format!("{}@{tenant}.example.com", role.as_str())
}

impl Tenant {
    pub(crate) async fn new(test: &TestStore, name: &'static str) -> Self {
        let at = test.directory(name).await;
        let second = test
            .directory_of(&at.workspace, &at.organization, "Second")
            .await;
        admit_everybody(test, &at, name).await;
        let own = at.clone();
        let filled = test.store.write(move |tx| Ok::<_, Error>(fill(tx, &own)));
        let (mut ids, key, revoked_token) = filled.await.unwrap();
        ids.insert("event", first_event(test, &at.workspace.id).await);
        Self {
            endpoint_key: at.directory.endpoint_key.clone(),
            token: at.token,
            revoked_token,
            second_token: second.token,
            key,
            ids,
        }
    }
}

async fn admit_everybody(test: &TestStore, at: &TestDirectory, tenant: &'static str) {
    let hasher = Hasher::new().unwrap();
    let password_hash = hasher.hash(SecretString::from(PASSWORD)).await.unwrap();
    let workspace_id = at.workspace.id.clone();
    let admitted: Result<(), Error> = test
        .store
        .write(move |tx| {
            for role in Role::ALL {
                let new = NewMember {
                    email: email(tenant, role),
                    name: role.as_str().to_owned(),
                    password_hash: password_hash.clone(),
                };
                let member = member::create(tx, new)?;
                workspace::admit(tx, &workspace_id, &member.id, role)?;
            }
            Ok(())
        })
        .await;
    admitted.unwrap();
}

/// Makes one of everything; answers with the ids, an API key and a revoked token.
fn fill(tx: &mut Tx<'_>, at: &TestDirectory) -> (BTreeMap<&'static str, String>, String, String) {
    let (directory, workspace_id) = (&at.directory, &at.workspace.id);
    let user = directory_user::create(tx, directory, profile()).unwrap();
    let members = [user.id.clone()];
    let group = directory_group::create(tx, directory, group_profile(), &members).unwrap();
    let wanted = Wanted {
        domain: DomainName::parse(&format!("{}.example.com", at.workspace.slug)).unwrap(),
        verified: false,
    };
    let domain = organization_domain::create(tx, &at.organization, &wanted).unwrap();
    publisher::publish(tx, "test").unwrap();
    let (endpoint, _) = webhook_endpoint::create(tx, workspace_id, new_endpoint()).unwrap();
    let delivery = webhook_delivery::send_test(tx, &endpoint, event::USER_CREATED).unwrap();
    let new_key = NewApiKey {
        name: "Application".to_owned(),
        created_by: None,
        expires_at: None,
    };
    let (key, secret) = api_key::create(tx, workspace_id, new_key).unwrap();
    let request = logged_request(tx, at);
    provisioning_request::insert_batch(tx, std::slice::from_ref(&request)).unwrap();
    let revoked = directory_token::create(tx, directory).unwrap();
    directory_token::revoke(tx, directory, &revoked.token.id).unwrap();
    let (viewer, invitation) = people(tx, at);
    let now = tx.now();
    let token = &directory_token::live(tx, &directory.id, now).unwrap()[0];
    let ids = BTreeMap::from([
        ("workspace", at.workspace.slug.clone()),
        ("organization", at.organization.id.to_string()),
        ("directory", directory.id.to_string()),
        ("user", user.id.to_string()),
        ("group", group.id.to_string()),
        ("domain", domain.id.to_string()),
        ("endpoint", endpoint.id.to_string()),
        ("delivery", delivery.id.to_string()),
        ("api_key", key.id.to_string()),
        ("request", request.id.to_string()),
        ("token", token.id.to_string()),
        ("member", viewer.to_string()),
        ("invitation", invitation.to_string()),
    ]);
    let revoked = revoked.secret.expose_secret().to_owned();
    (ids, secret.expose_secret().to_owned(), revoked)
}

/// The workspace's viewer, and somebody who is invited by its owner.
fn people(tx: &mut Tx<'_>, at: &TestDirectory) -> (MemberId, InvitationId) {
    let mut of_role = |role| {
        let found = member::find_by_email(tx, &email(&at.workspace.slug, role));
        found.unwrap().unwrap().0.id
    };
    let (owner, viewer) = (of_role(Role::Owner), of_role(Role::Viewer));
    let (id, address) = (&at.workspace.id, "zoe@example.com");
    let (invitation, _) = invitation::create(tx, id, &owner, address, Role::Viewer).unwrap();
    (viewer, invitation.id)
}

fn profile() -> Profile {
    Profile {
        user_name: "grace@example.com".to_owned(),
        external_id: Some("00u1".to_owned()),
        display_name: Some("Grace".to_owned()),
        first_name: None,
        last_name: None,
        email: Some("grace@example.com".to_owned()),
        active: true,
        resource: Map::from_iter([("userName".to_owned(), json!("grace@example.com"))]),
    }
}

fn group_profile() -> GroupProfile {
    GroupProfile {
        display_name: "Engineers".to_owned(),
        external_id: None,
        resource: Map::from_iter([("displayName".to_owned(), json!("Engineers"))]),
    }
}

fn new_endpoint() -> New {
    New {
        endpoint_url: "https://hooks.example.com/rollcall".to_owned(),
        description: String::new(),
        events: vec![event::USER_CREATED.to_owned()],
        in_order: false,
        deliveries_per_second: DELIVERIES_PER_SECOND,
    }
}

fn logged_request(tx: &Tx<'_>, at: &TestDirectory) -> ProvisioningRequest {
    let id: ProvisioningRequestId = tx.new_id();
    ProvisioningRequest {
        id,
        directory_id: at.directory.id.clone(),
        directory_token_id: None,
        method: "GET".to_owned(),
        path: "/Users".to_owned(),
        query: String::new(),
        status: 200,
        duration_micros: 1,
        summary: "Listed users".to_owned(),
        request_body: None,
        response_body: None,
        user_agent: String::new(),
        created_at: tx.now(),
    }
}

async fn first_event(test: &TestStore, workspace_id: &WorkspaceId) -> String {
    let workspace_id = workspace_id.clone();
    let query = Query {
        names: Vec::new(),
        organization_id: None,
        directory_id: None,
        after: None,
        before: None,
        created_from: None,
        created_until: None,
        order: Order::Ascending,
        limit: 1,
    };
    let read = test
        .store
        .read(move |conn| event::page(conn, &workspace_id, &query));
    read.await.unwrap()[0].event.id.to_string()
}
