//! `/webhook_deliveries`, an extension of ours.

pub(crate) mod resend;
pub(crate) mod show;
