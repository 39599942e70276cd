//! A directory's name, its tokens, and its end.

use actix_web::{HttpResponse, web};
use askama::Template;
use rollcall_store::directory::{self, Directory};
use rollcall_store::directory_token;
use rollcall_store::ids::FormKey;
use serde::Deserialize;

use super::head::{self, Head, Tab};
use crate::auth::AtDirectory;
use crate::error::PageError;
use crate::flash::{Deed, Flash};
use crate::forms::{Confirmation, FormState};
use crate::pages::tokens::{OVERLAPS, Overlap, TokenRow};
use crate::reauthenticated::Reauthenticated;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "pages/directories/settings.html")]
struct SettingsPage {
    shell: Shell,
    head: Head,
    directory: Directory,
    forms: Forms,
    tokens: Vec<TokenRow>,
    overlaps: &'static [Overlap],
    form_key: FormKey,
}

/// The state of the page's forms.
#[derive(Default)]
pub(crate) struct Forms {
    pub(crate) rename: FormState,
    pub(crate) token: FormState,
    pub(crate) delete: FormState,
}

impl Forms {
    /// As they are when nobody has sent any.
    pub(crate) fn fresh(at: &AtDirectory) -> Self {
        Self {
            rename: FormState::default().with("name", &at.directory.name),
            ..Self::default()
        }
    }
}

/// A new name.
#[derive(Deserialize)]
pub(crate) struct Renaming {
    name: String,
}

/// The page.
pub(crate) async fn show(at: AtDirectory) -> Result<HttpResponse, PageError> {
    let page = page(&at, Forms::fresh(&at)).await?;
    at.who.ok(&page)
}

/// The page again, with what is wrong.
pub(crate) async fn refused(at: &AtDirectory, forms: Forms) -> Result<HttpResponse, PageError> {
    at.who.refused(&page(at, forms).await?)
}

/// Renames the directory.
pub(crate) async fn rename(
    at: AtDirectory,
    form: web::Form<Renaming>,
) -> Result<HttpResponse, PageError> {
    let mut state = FormState::default().with("name", &form.name);
    let name = state.name("name", &form.name, "a name for the directory");
    if !state.is_valid() {
        return refused(
            &at,
            Forms {
                rename: state,
                ..Forms::default()
            },
        )
        .await;
    }
    let (directory, new_name) = (at.directory.clone(), name.clone());
    at.who
        .store()
        .write(move |tx| directory::rename(tx, &directory, &new_name))
        .await?;
    let settings = at.who.links.directory_settings(&at.directory.id);
    Ok(at
        .who
        .done(&settings, &Flash::new(Deed::DirectoryRenamed, name)))
}

/// Deletes the directory with all it holds, once its name was typed.
pub(crate) async fn delete(
    Reauthenticated(at): Reauthenticated<AtDirectory>,
    form: web::Form<Confirmation>,
) -> Result<HttpResponse, PageError> {
    let state = form.check(&at.directory.name, "deleted");
    if !state.is_valid() {
        return refused(
            &at,
            Forms {
                delete: state,
                ..Forms::fresh(&at)
            },
        )
        .await;
    }
    let directory = at.directory.clone();
    at.who
        .store()
        .write(move |tx| directory::delete(tx, &directory))
        .await?;
    let back = at.who.links.organization(&at.organization.id);
    Ok(at.who.done(
        &back,
        &Flash::new(Deed::DirectoryDeleted, at.directory.name),
    ))
}

async fn page(at: &AtDirectory, forms: Forms) -> Result<SettingsPage, PageError> {
    let head = head::load(at, Tab::Settings).await?;
    let (id, now) = (at.directory.id.clone(), at.who.now());
    let tokens = at
        .who
        .store()
        .read(move |conn| directory_token::live(conn, &id, now))
        .await?;
    Ok(SettingsPage {
        shell: head::shell(at, Some("Settings")),
        head,
        directory: at.directory.clone(),
        forms,
        tokens: tokens
            .iter()
            .map(|token| TokenRow::new(token, &at.who.links, now))
            .collect(),
        overlaps: OVERLAPS,
        form_key: at.who.store().new_id(),
    })
}
