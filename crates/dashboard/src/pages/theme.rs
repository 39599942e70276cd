//! Light, dark or as the system.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use crate::theme::Theme;
use crate::urls;
use crate::visit::{Visit, see_other};

/// The form beside the account.
#[derive(Deserialize)]
pub(crate) struct Choice {
    theme: String,
    #[serde(default)]
    next: String,
}

/// Remembers the choice and goes back.
pub(crate) async fn choose(visit: Visit, form: web::Form<Choice>) -> HttpResponse {
    let back = urls::local_path(&form.next).unwrap_or("/");
    see_other(
        back,
        [Theme::named(&form.theme).cookie(!visit.app.settings().insecure_cookies)],
    )
}
