//! What Okta goes through in one run.

mod burst;
mod churn;
mod full;
mod population;

pub(crate) use self::burst::burst;
pub use self::churn::Churn;
pub(crate) use self::full::full;
pub(crate) use self::population::Population;
