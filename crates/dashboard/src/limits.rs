//! How often somebody may try to prove who they are, or have mail sent. Counted in the database.

use std::time::Duration;

use rollcall_store::ids::MemberId;
use rollcall_store::throttle::{self, Key, Quota};
use rollcall_store::{Error, Tx, fold, known_device};

const WINDOW: Duration = Duration::from_mins(15);
/// At one account, from browsers that its member never used.
const PER_ACCOUNT: Quota = Quota::new(10, WINDOW);
/// At one account from one of its member's own browsers.
const PER_DEVICE: Quota = Quota::new(10, WINDOW);
/// From one address, at whatever account.
const PER_ADDRESS: Quota = Quota::new(30, WINDOW);
/// On the whole installation, known browsers aside: a check of a password costs memory and time.
const PER_INSTALLATION: Quota = Quota::new(1_000, WINDOW);
/// Mails to one address that somebody asked for without being signed in, or to a new one.
const MAILS: Quota = Quota::new(5, Duration::from_hours(1));

/// Invitations that one member makes, in whatever workspaces: each may be a mail to a stranger.
const INVITATIONS: Quota = Quota::new(200, Duration::from_hours(24));

/// Where an attempt comes from.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// The client's network.
    pub(crate) network: String,
    /// The cookie by which a browser is known.
    pub(crate) device: Option<String>,
}

/// Counts an attempt to sign in, whether there is such an account or not. `Some` says for how
/// long it is refused. A browser that the member has used counts by itself, so that nobody
/// elsewhere can lock the member out.
pub(crate) fn sign_in(
    tx: &mut Tx<'_>,
    origin: &Origin,
    email: &str,
    member_id: Option<&MemberId>,
) -> Result<Option<Duration>, Error> {
    if let Some(key) = own_device(tx, origin, member_id)? {
        return throttle::count(tx, &key, PER_DEVICE);
    }
    let account = Key::new("account", &fold::fold(email));
    if let Some(wait) = from_address(tx, origin)? {
        return Ok(Some(wait));
    }
    if let Some(wait) = throttle::count(tx, &account, PER_ACCOUNT)? {
        return Ok(Some(wait));
    }
    throttle::count(tx, &Key::new("installation", ""), PER_INSTALLATION)
}

/// Counts an attempt that is not at any account, from one address.
pub(crate) fn from_address(tx: &mut Tx<'_>, origin: &Origin) -> Result<Option<Duration>, Error> {
    throttle::count(tx, &Key::new("address", &origin.network), PER_ADDRESS)
}

/// Counts a code or a password given by somebody who has given one proof already.
pub(crate) fn second_proof(
    tx: &mut Tx<'_>,
    origin: &Origin,
    member_id: &MemberId,
) -> Result<Option<Duration>, Error> {
    let key = match own_device(tx, origin, Some(member_id))? {
        Some(key) => key,
        None => Key::new("second proof", &member_id.to_string()),
    };
    throttle::count(tx, &key, PER_ACCOUNT)
}

/// Counts a mail to an address; `true` when it may be sent.
pub(crate) fn mail(tx: &mut Tx<'_>, recipient: &str) -> Result<bool, Error> {
    let key = Key::new("mail", &fold::fold(recipient));
    Ok(throttle::count(tx, &key, MAILS)?.is_none())
}

/// Counts an invitation by a member; `true` when it may be made.
pub(crate) fn invitation(tx: &mut Tx<'_>, member_id: &MemberId) -> Result<bool, Error> {
    let key = Key::new("invitation", &member_id.to_string());
    Ok(throttle::count(tx, &key, INVITATIONS)?.is_none())
}

fn own_device(
    tx: &mut Tx<'_>,
    origin: &Origin,
    member_id: Option<&MemberId>,
) -> Result<Option<Key>, Error> {
    let (Some(cookie), Some(member_id)) = (origin.device.as_deref(), member_id) else {
        return Ok(None);
    };
    let known = known_device::is_known(tx, cookie, member_id)?;
    Ok(known.then(|| Key::new("device", &format!("{member_id} {cookie}"))))
}
