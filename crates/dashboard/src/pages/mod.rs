//! The pages, a module each: its view, its form, its handlers.

pub(crate) mod activity;
pub(crate) mod directories;
pub(crate) mod directory_groups;
pub(crate) mod directory_users;
pub(crate) mod home;
pub(crate) mod listing;
pub(crate) mod login;
pub(crate) mod organizations;
pub(crate) mod setup;
pub(crate) mod theme;
pub(crate) mod tokens;
