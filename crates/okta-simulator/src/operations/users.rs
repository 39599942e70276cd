//! Assigning people and pushing their profiles.

use serde_json::{Map, Value, json};

use crate::okta::{AppUser, Okta};
use crate::operation::Operation;
use crate::people::Emptied;
use crate::request::{Request, Resource, Space};
use crate::settings::AppKind;
use crate::surprise::Trouble;
use crate::wire;

impl Okta {
    /// Assigns a person: lookup, then create, adopt or reactivate.
    pub(crate) async fn assign(&self, user: &mut AppUser, space: Space) {
        let operation = self.kind_of_assignment(user);
        let id = self.perform(operation, self.provision(user, space)).await;
        user.assigned = id.is_some();
        user.id = id.or_else(|| user.id.take());
    }

    fn kind_of_assignment(&self, user: &AppUser) -> Operation {
        let directory = self.directory();
        match directory.id_by_user_name(user.person.user_name()) {
            None => Operation::Create,
            Some(id) if directory.is_active(id) => Operation::Adopt,
            Some(_) => Operation::Reactivate,
        }
    }

    async fn provision(&self, user: &AppUser, space: Space) -> Result<String, Trouble> {
        match self.find_user(user.person.user_name(), space).await? {
            None => self.create(user).await,
            Some(id) => self.adopt(&id, user).await.map(|()| id),
        }
    }

    async fn create(&self, user: &AppUser) -> Result<String, Trouble> {
        let body = wire::create_user(&user.person, &self.password());
        let answer = self
            .client
            .send(Request::create(Resource::Users, body.clone()))
            .await?;
        let created = answer.resource()?;
        let id = created
            .get("id")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        if let Value::Object(body) = body {
            self.directory().put_user(&id, &body);
        }
        self.check_user(&answer, &id, created)?;
        Ok(id)
    }

    /// A person who is there already: activated, read, and their profile pushed.
    async fn adopt(&self, id: &str, user: &AppUser) -> Result<(), Trouble> {
        if self.app == AppKind::Catalog {
            self.patch_active(id, true).await?;
        }
        let returned = self.read_user(id).await?;
        let mut body = wire::replace_user(&returned, &user.person.profile);
        body.insert("active".to_owned(), true.into());
        // Okta's own sample of this PUT shows an empty list, whatever groups the person is in.
        body.insert("groups".to_owned(), json!([]));
        self.put_user(id, body).await
    }

    /// Pushes a changed profile.
    pub(crate) async fn push_profile(&self, user: &AppUser) {
        if let Some(id) = &user.id {
            self.perform(Operation::PushProfile, self.push(id, user))
                .await;
        }
    }

    async fn push(&self, id: &str, user: &AppUser) -> Result<(), Trouble> {
        let returned = self.read_user(id).await?;
        self.put_user(id, wire::replace_user(&returned, &user.person.profile))
            .await
    }

    /// Pushes attributes that were emptied in Okta.
    pub(crate) async fn empty_attributes(&self, user: &mut AppUser, how: Emptied) {
        let Some(id) = user.id.clone() else { return };
        user.person.empty_attributes(how);
        self.perform(Operation::EmptyAttributes, async {
            let returned = self.read_user(&id).await?;
            let mut body = wire::replace_user(&returned, &user.person.profile);
            if how == Emptied::Absent {
                leave_out_nulls(&mut body);
            }
            self.put_user(&id, body).await
        })
        .await;
    }

    /// Pushes a person whose `userName` has changed; the old one must then be free, the new one found.
    pub(crate) async fn change_user_name(&self, user: &AppUser, old_name: &str) {
        let Some(id) = &user.id else { return };
        self.perform(Operation::ChangeUserName, async {
            self.push(id, user).await?;
            self.find_user(old_name, Space::Percent).await?;
            self.find_user(user.person.user_name(), Space::Percent)
                .await
                .map(drop)
        })
        .await;
    }

    /// Pushes a password: by PATCH from the catalogue app, in a whole PUT from a wizard app.
    pub(crate) async fn push_password(&self, user: &AppUser) {
        let Some(id) = &user.id else { return };
        self.perform(Operation::PushPassword, async {
            let password = self.password();
            if self.app == AppKind::Wizard {
                let mut body = self.read_user(id).await?;
                body.insert("password".to_owned(), password.into());
                return self.put_user(id, body).await;
            }
            let body = wire::set_password(id, &password);
            let answer = self
                .client
                .send(Request::patch(Resource::Users, id, body))
                .await?;
            answer
                .resource_if_any()?
                .map_or(Ok(()), |user| self.check_user(&answer, id, user))
        })
        .await;
    }
}

fn leave_out_nulls(object: &mut Map<String, Value>) {
    object.retain(|_, value| !value.is_null());
    for value in object.values_mut() {
        if let Value::Object(inner) = value {
            leave_out_nulls(inner);
        }
    }
}
