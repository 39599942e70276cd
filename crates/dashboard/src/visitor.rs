//! Who visits, as the audit log names them.

use actix_web::http::header::USER_AGENT;
use actix_web::{HttpMessage as _, HttpRequest};
use rollcall_store::audit::{self, Action, Actor, Context, Difference};
use rollcall_store::ids::ApiRequestId;
use rollcall_store::member::Member;
use rollcall_store::{Error, Tx};

use crate::settings::Settings;

/// Somebody who has not yet shown who they are, and from where.
pub(crate) fn stranger(request: &HttpRequest, settings: &Settings) -> Context {
    let agent = request.headers().get(USER_AGENT);
    let agent = agent.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let request_id = request.extensions().get::<ApiRequestId>().cloned();
    Context {
        actor: Actor::Nobody,
        ip_address: settings
            .proxies
            .client(request)
            .map(|address| address.to_string()),
        user_agent: agent,
        request_id: request_id.map(|id| id.to_string()),
    }
}

/// Writes down what a member did to their own account.
pub(crate) fn note(tx: &mut Tx<'_>, member: &Member, action: Action) -> Result<(), Error> {
    note_of(tx, actor(member), member, action)
}

/// Writes down an attempt to be a member, by somebody who has not shown to be.
pub(crate) fn note_attempt(tx: &mut Tx<'_>, member: &Member, action: Action) -> Result<(), Error> {
    note_of(tx, Actor::Nobody, member, action)
}

fn note_of(tx: &mut Tx<'_>, actor: Actor, member: &Member, action: Action) -> Result<(), Error> {
    let who = (&member.id, member.email.as_str());
    audit::record_of_member(tx, actor, action, who, &Difference::none())
}

/// A member.
pub(crate) fn actor(member: &Member) -> Actor {
    Actor::Member {
        id: member.id.clone(),
        email: member.email.clone(),
    }
}
