//! The shapes of bodies and answers, as the document describes them. What is described is what is served: a test
//! compares the two.

mod access;
mod directories;
mod envelope;
mod events;
mod organizations;
mod provisioning_requests;
mod webhooks;

pub(crate) use access::{ApiKey, CreateApiKey, NewApiKey};
pub(crate) use directories::{
    CreateDirectory, Directory, DirectoryGroup, DirectoryToken, DirectoryUser, NewDirectory,
    NewDirectoryToken, UpdateDirectory,
};
pub(crate) use envelope::{List, ListParams, Refusal};
pub(crate) use events::Event;
pub(crate) use organizations::{
    CreateOrganization, CreateOrganizationDomain, Organization, OrganizationDomain,
    UpdateOrganization,
};
pub(crate) use provisioning_requests::{ProvisioningRequest, WholeProvisioningRequest};
pub(crate) use webhooks::{
    CreateWebhookEndpoint, RecoverWebhooks, RotateWebhookSecret, SendTestEvent,
    UpdateWebhookEndpoint, WebhookDelivery, WebhookDeliveryWithAttempts, WebhookEndpoint,
    WebhookRecovery,
};
