//! Requests whose answers show what a server does in the corners.

use futures_util::future::join;
use serde_json::Value;

use crate::okta::{AppUser, Okta};
use crate::operation::Operation;
use crate::request::{PAGE, Request, Resource, Space};
use crate::surprise::{Fault, Trouble};
use crate::wire;

/// An id that no server issues; Okta's own test suite asks for this one.
const UNKNOWN_ID: &str = "010101001010101011001010101011";

impl Okta {
    /// The same create twice at once, as after a timeout: one person must come of it, the other create is refused.
    pub(crate) async fn create_twice(&self, user: &mut AppUser) {
        let id = self.perform(Operation::CreateTwice, self.race(user)).await;
        user.assigned = id.is_some();
        user.id = id;
    }

    async fn race(&self, user: &AppUser) -> Result<String, Trouble> {
        self.find_user(user.person.user_name(), Space::Percent)
            .await?;
        let body = wire::create_user(&user.person, &self.password());
        let request = Request::create(Resource::Users, body.clone()).wanting(&[201, 409]);
        let (one, other) = join(self.client.send(request.clone()), self.client.send(request)).await;
        let (one, other) = (one?, other?);
        let (winner, loser) = if one.status == 201 {
            (one, other)
        } else {
            (other, one)
        };
        if (winner.status, loser.status) != (201, 409) {
            let got = format!("{} and {}", winner.status, loser.status);
            return Err(winner.trouble(Fault::Race { got }));
        }
        loser.check_error()?;
        let id = winner
            .resource()?
            .get("id")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        if let Value::Object(body) = &body {
            self.directory().put_user(&id, body);
        }
        self.find_user(user.person.user_name(), Space::Plus).await?;
        Ok(id)
    }

    /// Creating a person who is there, in another spelling of case: refused with a sentence.
    pub(crate) async fn create_again(&self, user: &AppUser) {
        let mut twin = user.person.clone();
        twin.profile.insert(
            "userName".to_owned(),
            other_case(user.person.user_name()).into(),
        );
        self.perform(Operation::CreateTwice, async {
            let body = wire::create_user(&twin, &self.password());
            let request = Request::create(Resource::Users, body).wanting(&[409]);
            self.client.send(request).await?.check_error()
        })
        .await;
    }

    /// Looks a person up with their `userName` in upper case, and with both spellings of a space.
    pub(crate) async fn look_up_every_way(&self, user: &AppUser) {
        let name = user.person.user_name();
        for (name, space) in [
            (name.to_owned(), Space::Plus),
            (other_case(name), Space::Percent),
        ] {
            self.perform(Operation::Lookup, self.find_user(&name, space))
                .await;
        }
    }

    /// Looks up somebody who is not there.
    pub(crate) async fn look_up_nobody(&self) {
        let name = "nobody and no-one@nowhere.example";
        self.perform(Operation::Lookup, self.find_user(name, Space::Plus))
            .await;
    }

    /// Asks for people and groups that are not there: 404, with a sentence, whatever the method.
    pub(crate) async fn ask_for_unknown(&self) {
        let requests = [
            Request::read(Resource::Users, UNKNOWN_ID),
            Request::read(Resource::Groups, UNKNOWN_ID),
            Request::patch(
                Resource::Users,
                UNKNOWN_ID,
                wire::set_active(UNKNOWN_ID, false),
            ),
            Request::patch(
                Resource::Groups,
                UNKNOWN_ID,
                wire::rename_group(UNKNOWN_ID, "Nothing"),
            ),
            Request::delete_group(UNKNOWN_ID),
        ];
        for request in requests {
            self.perform(Operation::UnknownId, async {
                self.client
                    .send(request.wanting(&[404]))
                    .await?
                    .check_error()
            })
            .await;
        }
    }

    /// Pages of another size must give the same rows in the same order, and past the end there are none.
    pub(crate) async fn page_every_way(&self) {
        /// Enough to cross several page borders without reading a big directory by crumbs.
        const ODD_COUNT: usize = 37;
        for resource in [Resource::Users, Resource::Groups] {
            self.perform(Operation::Import, async {
                let whole = self.read_pages(resource, PAGE).await?;
                for start in [1, 1 + ODD_COUNT, whole.len() + 1, whole.len() + PAGE] {
                    let answer = self
                        .client
                        .send(Request::page(resource, start, ODD_COUNT))
                        .await?;
                    let page = answer.page(start, ODD_COUNT)?;
                    let wanted = whole
                        .iter()
                        .skip(start - 1)
                        .take(ODD_COUNT)
                        .map(super::import::id);
                    if page.total != whole.len()
                        || !page.rows.iter().map(super::import::id).eq(wanted)
                    {
                        let wanted = "the same total and order as in pages of 100".to_owned();
                        let fault = Fault::Paging {
                            wanted,
                            got: format!("another from row {start} on"),
                        };
                        return Err(answer.trouble(fault));
                    }
                }
                Ok(())
            })
            .await;
        }
    }
}

/// The name in upper case where that is the same name to everybody: letters beyond ASCII fold differently.
fn other_case(name: &str) -> String {
    name.to_ascii_uppercase()
}
