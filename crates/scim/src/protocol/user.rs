//! Users: what POST, PUT and PATCH make of a stored resource.

use serde_json::Value;

use super::resource::{MAX_INDEXED_BYTES, MAX_NAME_BYTES, canonical, finish, refuse_long};
use super::schema::USER;
use super::{Invalid, Object, multi, patch};

/// A user to store: canonical, checked, without `id`, `meta`, `groups` and `password`.
#[derive(Debug, Clone, PartialEq)]
pub struct User(Object);

impl User {
    /// Reads a POST. Without `active` the person is active.
    pub fn create(body: Object) -> Result<Self, Invalid> {
        Ok(Replacement::parse(body)?.over(true))
    }

    fn checked(mut resource: Object) -> Result<Self, Invalid> {
        finish(&USER, &mut resource)?;
        let user = Self(resource);
        refuse_long("userName", Some(user.user_name()), MAX_INDEXED_BYTES)?;
        refuse_long("externalId", user.text("externalId"), MAX_INDEXED_BYTES)?;
        refuse_long("displayName", user.text("displayName"), MAX_INDEXED_BYTES)?;
        refuse_long("name.givenName", user.name("givenName"), MAX_NAME_BYTES)?;
        refuse_long("name.familyName", user.name("familyName"), MAX_NAME_BYTES)?;
        refuse_long("emails.value", user.email(), MAX_INDEXED_BYTES)?;
        Ok(user)
    }

    /// The required name.
    pub fn user_name(&self) -> &str {
        self.text("userName").unwrap_or_default()
    }

    /// A simple core attribute.
    pub fn text(&self, attribute: &str) -> Option<&str> {
        self.0.get(attribute).and_then(Value::as_str)
    }

    /// A part of `name`.
    pub fn name(&self, part: &str) -> Option<&str> {
        self.0.get("name")?.get(part)?.as_str()
    }

    /// The primary e-mail address, or the first.
    pub fn email(&self) -> Option<&str> {
        multi::main_value(self.0.get("emails"))
    }

    /// Whether the person may use the application.
    pub fn active(&self) -> bool {
        self.0
            .get("active")
            .and_then(Value::as_bool)
            .unwrap_or(true)
    }

    /// The attributes as they are stored and answered.
    pub fn into_resource(self) -> Object {
        self.0
    }
}

/// A PUT that was read; what it leaves out is cleared, except `active`, which keeps its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Replacement(User);

impl Replacement {
    /// Reads a whole user.
    pub fn parse(body: Object) -> Result<Self, Invalid> {
        let resource = canonical(&USER, body)?;
        for attribute in USER.lists() {
            let list = resource.get(attribute.name).and_then(Value::as_array);
            list.map_or(Ok(()), |list| {
                multi::refuse_operations(attribute.name, list)
            })?;
        }
        // Refused here already, so that a bad body costs no lock.
        User::checked(resource).map(Self)
    }

    /// The required name.
    pub fn user_name(&self) -> &str {
        self.0.user_name()
    }

    /// Whether the person is active, if that is sent.
    pub fn active(&self) -> Option<bool> {
        self.0.0.get("active").and_then(Value::as_bool)
    }

    /// The user to store in place of one that is (or is not) active.
    pub fn over(self, active: bool) -> User {
        let Self(mut user) = self;
        if !user.0.contains_key("active") {
            user.0.insert("active".to_owned(), Value::Bool(active));
        }
        user
    }
}

/// A PATCH that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch(patch::Patch);

impl Patch {
    /// Reads a partial user.
    pub fn parse(body: Object) -> Result<Self, Invalid> {
        patch::Patch::parse(&USER, body).map(Self)
    }

    /// The user name that is sent, if one is.
    pub fn user_name(&self) -> Option<&str> {
        self.0.sent("userName").and_then(Value::as_str)
    }

    /// Whether the person is active, if that is sent.
    pub fn active(&self) -> Option<bool> {
        self.0.sent("active").and_then(Value::as_bool)
    }

    /// The stored user with the change made.
    pub fn over(self, current: &Object) -> Result<User, Invalid> {
        let named = self.0.removes("active");
        let mut patched = self.0.apply(&USER, current)?;
        if !patched.contains_key("active") {
            // Cleared by `"active": null` it keeps its value; named for removal it would have none.
            let kept = current
                .get("active")
                .filter(|_| !named)
                .cloned()
                .ok_or(Invalid::ActiveRemoved)?;
            patched.insert("active".to_owned(), kept);
        }
        User::checked(patched)
    }
}

#[cfg(test)]
#[path = "user_tests.rs"]
mod tests;
