//! People who leave and come back.

use crate::okta::{AppUser, Okta};
use crate::operation::Operation;
use crate::request::{Request, Resource, Space};
use crate::settings::AppKind;
use crate::surprise::Trouble;
use crate::wire;

impl Okta {
    /// Unassigns a person. They must stay readable, and inactive, with all their attributes.
    pub(crate) async fn deactivate(&self, user: &mut AppUser) {
        let Some(id) = user.id.clone() else { return };
        user.assigned = false;
        self.perform(Operation::Deactivate, async {
            self.switch_off(&id).await?;
            self.read_user(&id).await.map(drop)
        })
        .await;
    }

    async fn switch_off(&self, id: &str) -> Result<(), Trouble> {
        if self.app == AppKind::Catalog {
            return self.patch_active(id, false).await;
        }
        let mut body = self.read_user(id).await?;
        body.insert("active".to_owned(), false.into());
        self.put_user(id, body).await
    }

    pub(crate) async fn patch_active(&self, id: &str, active: bool) -> Result<(), Trouble> {
        let request = Request::patch(Resource::Users, id, wire::set_active(id, active));
        let answer = self.client.send(request).await?;
        self.directory().set_active(id, active);
        answer
            .resource_if_any()?
            .map_or(Ok(()), |user| self.check_user(&answer, id, user))
    }

    /// A known fault of Okta: after a reactivation the profile goes out once more as it was while the person was
    /// inactive. The last write counts, and the next push mends it.
    pub(crate) async fn reactivate_with_stale_push(&self, user: &mut AppUser) {
        let Some(id) = user.id.clone() else { return };
        self.assign(user, Space::Percent).await;
        for active in [false, true] {
            self.perform(Operation::Reactivate, async {
                let returned = self.read_user(&id).await?;
                let mut body = wire::replace_user(&returned, &user.person.profile);
                body.insert("active".to_owned(), active.into());
                self.put_user(&id, body).await
            })
            .await;
        }
    }
}
