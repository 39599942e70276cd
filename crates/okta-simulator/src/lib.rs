//! Okta as it is on the wire: the provisioning engine of a SCIM 1.1 app, with a made-up company behind it.
//!
//! A [`Simulator`] connects an app to a SCIM endpoint and plays a [`Scenario`]. It keeps its own model of what
//! the directory must hold, checks every answer as Okta would, and at the end reads everything back. What is not
//! as it should be is a [`Surprise`] in the [`Report`].
//!
//! | module | what |
//! | --- | --- |
//! | `simulator`, `scenario` | what Okta goes through in one run |
//! | `operations` | what Okta does for one person or group |
//! | `okta` | one connected app and what it believes |
//! | `wire`, `request`, `client`, `answer`, `retry` | the protocol, from bodies to waiting |
//! | `model`, `matching`, `compare` | what must be in the directory, and what is not |
//! | `people` | the company |
//! | `tally`, `histogram`, `report` | what it took |

mod answer;
mod client;
mod compare;
mod histogram;
mod matching;
mod model;
mod okta;
mod operation;
mod operations;
mod people;
mod progress;
mod report;
mod request;
mod retry;
mod scenario;
mod settings;
mod simulator;
mod surprise;
mod tally;
mod wire;

pub use self::operation::Operation;
pub use self::progress::{Progress, Silent};
pub use self::report::{Contents, Report, Timing};
pub use self::retry::{RealTime, Sleeper};
pub use self::scenario::Churn;
pub use self::settings::{AppKind, Scenario, Settings, SettingsError};
pub use self::simulator::Simulator;
pub use self::surprise::{Fault, Surprise};
