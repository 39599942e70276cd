//! A workspace with one of everything, each under the same name, and the ids by their names in paths.

use std::collections::BTreeMap;

use rollcall_store::api_key::{self, NewApiKey};
use rollcall_store::directory_group::{self, GroupProfile};
use rollcall_store::directory_user::{self, Profile};
use rollcall_store::ids::ProvisioningRequestId;
use rollcall_store::member::{self, NewMember};
use rollcall_store::organization_domain::{self, DomainName, Wanted};
use rollcall_store::password::{Hasher, PasswordHash};
use rollcall_store::provisioning_request::{self, ProvisioningRequest};
use rollcall_store::webhook_endpoint::{self, New};
use rollcall_store::workspace::{self, Role};
use rollcall_store::{
    Error, Tx, directory, event, invitation, organization, provider, publisher, webhook_delivery,
};
use secrecy::SecretString;
use serde_json::{Map, json};
use tokio::sync::OnceCell;

use crate::events::published;
use crate::support::{Answer, Browser, Database, PASSWORD, TestApp, email};

/// The owner whose browser it is, another one, and somebody whose role may be changed.
const MEMBERS: [(&str, Role); 3] = [
    ("Ada", Role::Owner),
    ("Eve", Role::Owner),
    ("Olga", Role::Viewer),
];

type Ids = BTreeMap<&'static str, String>;

/// The dashboard, and the browser of the owner, Ada.
pub(super) struct World {
    pub(super) app: TestApp,
    pub(super) owner: Browser,
    pub(super) ids: Ids,
}

impl World {
    /// Where everything has an ordinary name.
    pub(super) async fn new(database: Database) -> Option<Self> {
        Self::named(database, "Contoso").await
    }

    /// Where everything that has a name has this one.
    pub(super) async fn named(database: Database, name: &str) -> Option<Self> {
        let app = TestApp::start(database).await?;
        let password_hash = password_hash().await;
        let name = name.to_owned();
        let made = app.database.store.write(move |tx| {
            let workspace = workspace::create(tx, &name)?;
            let mut members = Vec::new();
            for (who, role) in MEMBERS {
                let new = NewMember {
                    email: email(who),
                    name: name.clone(),
                    password_hash: password_hash.clone(),
                };
                let member = member::create(tx, new)?;
                workspace::admit(tx, &workspace.id, &member.id, role)?;
                members.push(member.id);
            }
            let mut ids = fill(tx, &workspace, &name);
            let invited = invitation::create(
                tx,
                &workspace.id,
                &members[0],
                "invited@example.com",
                Role::Viewer,
            );
            ids.insert("invitation", invited.unwrap().0.id.to_string());
            ids.insert("workspace", workspace.slug.clone());
            ids.insert("member", members[2].to_string());
            Ok::<_, Error>((ids, workspace.id))
        });
        let (mut ids, workspace_id) = made.await.unwrap();
        let event = published(&app, &workspace_id).await.remove(0);
        ids.insert("event", event.event.id.to_string());
        ids.insert("entry", "1".to_owned());
        let owner = app.browser();
        owner.sign_in(&email("Ada"), PASSWORD).await.leads_to();
        ids.insert("session", another_session(&app, &owner).await);
        Some(Self { app, owner, ids })
    }

    /// Sends a form as the owner.
    pub(super) async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.owner.post(&self.fill_in(path), fields).await
    }

    /// A path of the table of routes, or text with the same names in braces, for what is here.
    pub(super) fn fill_in(&self, path: &str) -> String {
        let ids = self.ids.iter();
        ids.fold(path.to_owned(), |path, (name, id)| {
            path.replace(&format!("{{{name}}}"), id)
        })
    }
}

/// The hash of everybody's password, made once: worlds are many.
async fn password_hash() -> PasswordHash {
    static HASH: OnceCell<PasswordHash> = OnceCell::const_new();
    let made = HASH.get_or_init(async || {
        let hasher = Hasher::new().unwrap();
        hasher.hash(SecretString::from(PASSWORD)).await.unwrap()
    });
    made.await.clone()
}

/// Signs the owner in elsewhere; the id of that session.
async fn another_session(app: &TestApp, owner: &Browser) -> String {
    let elsewhere = app.browser();
    elsewhere.sign_in(&email("Ada"), PASSWORD).await.leads_to();
    let page = owner.page("/account").await;
    let (_, rest) = page
        .split_once("action=\"/account/sessions/session_")
        .unwrap();
    format!("session_{}", rest.split_once('/').unwrap().0)
}

fn fill(tx: &mut Tx<'_>, workspace: &workspace::Workspace, name: &str) -> Ids {
    let organization = organization::create(tx, &workspace.id, name).unwrap();
    let okta = &provider::PROVIDERS[0];
    let (directory, token) = directory::create(tx, &organization, okta, name).unwrap();
    let user = directory_user::create(tx, &directory, profile(name)).unwrap();
    let group = GroupProfile {
        display_name: name.to_owned(),
        external_id: Some(name.to_owned()),
        resource: Map::from_iter([("displayName".to_owned(), json!(name))]),
    };
    let members = [user.id.clone()];
    let group = directory_group::create(tx, &directory, group, &members).unwrap();
    let wanted = Wanted {
        domain: DomainName::parse("contoso.example.com").unwrap(),
        verified: false,
    };
    let domain = organization_domain::create(tx, &organization, &wanted).unwrap();
    publisher::publish(tx, "test").unwrap();
    let endpoint = endpoint(tx, workspace, name);
    let delivery = webhook_delivery::send_test(tx, &endpoint, event::USER_CREATED).unwrap();
    let key = NewApiKey {
        name: name.to_owned(),
        created_by: None,
        expires_at: None,
    };
    let (key, _) = api_key::create(tx, &workspace.id, key).unwrap();
    let request = request(tx, &directory, name);
    provisioning_request::insert_batch(tx, std::slice::from_ref(&request)).unwrap();
    Ids::from([
        ("organization", organization.id.to_string()),
        ("directory", directory.id.to_string()),
        ("user", user.id.to_string()),
        ("group", group.id.to_string()),
        ("domain", domain.id.to_string()),
        ("endpoint", endpoint.id.to_string()),
        ("delivery", delivery.id.to_string()),
        ("api_key", key.id.to_string()),
        ("request", request.id.to_string()),
        ("token", token.token.id.to_string()),
    ])
}

fn endpoint(
    tx: &mut Tx<'_>,
    workspace: &workspace::Workspace,
    name: &str,
) -> webhook_endpoint::WebhookEndpoint {
    let new = New {
        endpoint_url: "https://hooks.example.com/rollcall".to_owned(),
        description: name.to_owned(),
        events: vec![event::USER_CREATED.to_owned()],
        in_order: false,
        deliveries_per_second: 10,
    };
    webhook_endpoint::create(tx, &workspace.id, new).unwrap().0
}

/// A person who is called that in every attribute that is shown anywhere.
fn profile(name: &str) -> Profile {
    let resource = json!({
        "userName": name,
        "displayName": name,
        "name": {"givenName": name, "familyName": name, "formatted": name},
        "title": name,
        "nickName": name,
        "profileUrl": name,
        "emails": [{"value": name, "type": name, "primary": true}],
        "phoneNumbers": [{"value": name, "type": name}],
        "addresses": [{"type": name, "locality": name}],
        "urn:scim:schemas:extension:enterprise:1.0": {"costCenter": name},
        "urn:okta:acme:1.0:user:custom": {name: name},
    });
    Profile {
        user_name: name.to_owned(),
        external_id: Some(name.to_owned()),
        display_name: Some(name.to_owned()),
        first_name: Some(name.to_owned()),
        last_name: Some(name.to_owned()),
        email: Some(name.to_owned()),
        active: true,
        resource: resource.as_object().unwrap().clone(),
    }
}

fn request(tx: &Tx<'_>, directory: &directory::Directory, name: &str) -> ProvisioningRequest {
    let id: ProvisioningRequestId = tx.new_id();
    ProvisioningRequest {
        id,
        directory_id: directory.id.clone(),
        directory_token_id: None,
        method: "POST".to_owned(),
        path: format!("/Users/{name}"),
        query: format!("filter={name}"),
        status: 409,
        duration_micros: 1,
        summary: format!("Refused to create {name}"),
        request_body: Some(name.to_owned()),
        response_body: Some(name.to_owned()),
        user_agent: name.to_owned(),
        created_at: tx.now(),
    }
}
