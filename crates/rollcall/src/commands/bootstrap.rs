//! `rollcall bootstrap`: from nothing to a directory that waits for its provider, for scripts.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rollcall_store::api_key::NewApiKey;
use rollcall_store::audit::{Actor, Context};
use rollcall_store::directory_token::TokenError;
use rollcall_store::endpoint_host::{EndpointHosts, Patterns};
use rollcall_store::member::NewMember;
use rollcall_store::password::{Hasher, PasswordHash};
use rollcall_store::provider::{self, Provider};
use rollcall_store::workspace::Role;
use rollcall_store::{Store, Tx, api_key, directory, member, organization, workspace};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;

use super::fail;
use crate::settings::{self, DatabaseArgs};

/// The shortest password that the dashboard takes as well.
const SHORTEST_PASSWORD: usize = 8;

#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// The e-mail address of the owner; an existing member keeps their password
    #[arg(long)]
    email: String,
    /// A file that holds the owner's password
    #[arg(long)]
    password_file: PathBuf,
    /// The workspace; an existing one of that name is used
    #[arg(long)]
    workspace: String,
    /// The organization; an existing one of that name is used
    #[arg(long)]
    organization: String,
    /// The name of the directory to make
    #[arg(long)]
    directory: String,
    /// The identity provider
    #[arg(long, default_value = "okta scim v1.1", value_parser = provider)]
    provider: &'static Provider,
    #[command(flatten)]
    database: DatabaseArgs,
    /// Where identity providers reach the server
    #[arg(
        long,
        env = "ROLLCALL_PUBLIC_URL",
        default_value = "http://127.0.0.1:8080"
    )]
    public_url: String,
}

fn provider(text: &str) -> Result<&'static Provider, String> {
    let known = || {
        provider::PROVIDERS
            .iter()
            .map(|provider| provider.wire_name)
            .collect::<Vec<_>>()
            .join(", ")
    };
    provider::find(text).ok_or_else(|| format!("the providers are: {}", known()))
}

/// What is printed.
#[derive(Debug, Serialize)]
pub(crate) struct Bootstrapped {
    pub(crate) workspace_id: String,
    pub(crate) workspace_slug: String,
    pub(crate) api_key: String,
    pub(crate) organization_id: String,
    pub(crate) directory_id: String,
    pub(crate) scim_endpoint: String,
    pub(crate) scim_token: String,
}

/// What to make.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) email: String,
    pub(crate) member_name: String,
    pub(crate) password_hash: PasswordHash,
    pub(crate) workspace: String,
    pub(crate) organization: String,
    pub(crate) directory: String,
    pub(crate) provider: &'static Provider,
    pub(crate) public_url: String,
}

pub(crate) async fn run(args: Args) -> ExitCode {
    let made = async {
        let password = read_password(&args.password_file)?;
        let store = settings::open(&args.database)?.acting_as(Context::local(Actor::CommandLine));
        let plan = Plan {
            member_name: args.email.split('@').next().unwrap_or_default().to_owned(),
            email: args.email.trim().to_owned(),
            password_hash: Hasher::new()?.hash(password).await?,
            workspace: args.workspace,
            organization: args.organization,
            directory: args.directory,
            provider: args.provider,
            public_url: args.public_url,
        };
        let made = bootstrap(&store, plan).await?;
        Ok::<_, Box<dyn std::error::Error>>(serde_json::to_string_pretty(&made)?)
    };
    match made.await {
        Ok(json) => {
            println!("{json}");
            ExitCode::SUCCESS
        }
        Err(error) => fail(&error),
    }
}

fn read_password(file: &Path) -> Result<SecretString, String> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    let password = text.trim_end_matches(['\r', '\n']);
    if password.chars().count() < SHORTEST_PASSWORD {
        return Err(format!(
            "the password in {} has fewer than {SHORTEST_PASSWORD} characters",
            file.display()
        ));
    }
    Ok(SecretString::from(password))
}

/// Makes everything in one write.
pub(crate) async fn bootstrap(store: &Store, plan: Plan) -> Result<Bootstrapped, TokenError> {
    store.write(move |tx| make(tx, plan)).await
}

fn make(tx: &mut Tx<'_>, plan: Plan) -> Result<Bootstrapped, TokenError> {
    let workspace = match workspace::find_by_name(tx, &plan.workspace)? {
        Some(workspace) => workspace,
        None => workspace::create(tx, &plan.workspace)?,
    };
    let owner = if let Some((member, _)) = member::find_by_email(tx, &plan.email)? {
        member
    } else {
        let new = NewMember {
            email: plan.email,
            name: plan.member_name,
            password_hash: plan.password_hash,
        };
        member::create(tx, new)?
    };
    workspace::admit(tx, &workspace.id, &owner.id, Role::Owner)?;
    let organization = match organization::find_by_name(tx, &workspace.id, &plan.organization)? {
        Some(organization) => organization,
        None => organization::create(tx, &workspace.id, &plan.organization)?,
    };
    let (directory, token) = directory::create(tx, &organization, plan.provider, &plan.directory)?;
    let key = NewApiKey {
        name: "Made by rollcall bootstrap".to_owned(),
        created_by: Some(owner.id.clone()),
        expires_at: None,
    };
    let (_, api_key) = api_key::create(tx, &workspace.id, key)?;
    Ok(Bootstrapped {
        workspace_id: workspace.id.to_string(),
        workspace_slug: workspace.slug,
        api_key: api_key.expose_secret().to_owned(),
        organization_id: organization.id.to_string(),
        directory_id: directory.id.to_string(),
        scim_endpoint: EndpointHosts::new(plan.public_url, Patterns::default())
            .endpoint_url(&directory),
        scim_token: token.secret.expose_secret().to_owned(),
    })
}
