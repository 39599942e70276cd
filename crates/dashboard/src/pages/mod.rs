//! The pages, a module each: its view, its form, its handlers.

pub(crate) mod account;
pub(crate) mod activity;
pub(crate) mod api_keys;
pub(crate) mod audit_log;
pub(crate) mod confirm_email;
pub(crate) mod directories;
pub(crate) mod directory_groups;
pub(crate) mod directory_users;
mod event_tree;
pub(crate) mod events;
pub(crate) mod forgot_password;
pub(crate) mod home;
pub(crate) mod invitation;
pub(crate) mod links;
pub(crate) mod listing;
pub(crate) mod login;
pub(crate) mod login_code;
mod mailed;
pub(crate) mod members;
pub(crate) mod organizations;
pub(crate) mod reauthenticate;
pub(crate) mod reset_password;
pub(crate) mod setup;
pub(crate) mod sign_up;
pub(crate) mod theme;
pub(crate) mod tokens;
pub(crate) mod webhooks;
