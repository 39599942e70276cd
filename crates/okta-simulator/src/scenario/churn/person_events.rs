//! What happens to one person.

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

use crate::okta::{AppUser, Okta};
use crate::people::{Change, Emptied, People};
use crate::request::Space;

/// An event that is decided, and shows in the person's profile, but is not pushed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PersonEvent {
    Assign,
    ReturnWithStalePush,
    PushProfile,
    ChangeUserName {
        old_name: String,
    },
    EmptyAttributes(Emptied),
    PushPassword,
    Leave,
    /// The assignment is made again, as when another group brings it too.
    AssignAgain,
    LookUp,
}

impl PersonEvent {
    /// Decides what happens next to the person.
    pub(super) fn draw(user: &mut AppUser, people: &mut People, rng: &mut StdRng) -> Self {
        if !user.assigned {
            let stale = user.id.is_some() && rng.random_ratio(1, 4);
            return if stale {
                Self::ReturnWithStalePush
            } else {
                Self::Assign
            };
        }
        match rng.random_range(0..100) {
            0..52 => {
                people.change(&mut user.person, Change::draw(rng));
                Self::PushProfile
            }
            52..60 => {
                let old_name = user.person.user_name().to_owned();
                people.rename(&mut user.person);
                Self::ChangeUserName { old_name }
            }
            60..68 => Self::EmptyAttributes(*Emptied::ALL.choose(rng).unwrap_or(&Emptied::Blank)),
            68..80 => Self::Leave,
            80..88 => Self::PushPassword,
            88..94 => Self::AssignAgain,
            _ => Self::LookUp,
        }
    }

    /// Pushes it.
    pub(super) async fn happen(self, okta: &Okta, mut user: AppUser) -> AppUser {
        match self {
            Self::Assign | Self::AssignAgain => okta.assign(&mut user, Space::Percent).await,
            Self::ReturnWithStalePush => okta.reactivate_with_stale_push(&mut user).await,
            Self::PushProfile => okta.push_profile(&user).await,
            Self::ChangeUserName { old_name } => okta.change_user_name(&user, &old_name).await,
            Self::EmptyAttributes(how) => okta.empty_attributes(&mut user, how).await,
            Self::PushPassword => okta.push_password(&user).await,
            Self::Leave => okta.deactivate(&mut user).await,
            Self::LookUp => okta.look_up_every_way(&user).await,
        }
        user
    }
}
