//! SCIM ingest: what identity providers push, under `/scim/v1.1/{key}`.

pub mod protocol;
