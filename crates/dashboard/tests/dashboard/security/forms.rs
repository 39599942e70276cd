//! Every form of the dashboard, filled in as it should be.

use rollcall_dashboard::ROUTES;

/// A form for the owner of a [`World`](super::world::World).
pub(super) struct Form {
    pub(super) path: &'static str,
    pub(super) fields: &'static [(&'static str, &'static str)],
    /// Whether the password is asked for again when it was not given for ten minutes.
    pub(super) asks: bool,
    /// The tables that grow when the form comes a second time, since it does the same once more.
    pub(super) again: &'static [&'static str],
}

/// In all forms that make something; any key that was not used before counts as the page's own.
const KEY: (&str, &str) = ("form_key", "form_00000000000000000000000001");

const fn form(path: &'static str, fields: &'static [(&'static str, &'static str)]) -> Form {
    Form {
        path,
        fields,
        asks: false,
        again: &[],
    }
}

impl Form {
    const fn asks(self) -> Self {
        Self { asks: true, ..self }
    }

    const fn again(self, tables: &'static [&'static str]) -> Self {
        Self {
            again: tables,
            ..self
        }
    }
}

const AUDIT: &[&str] = &["audit_entries"];
const MAIL: &[&str] = &["mails"];

pub(super) const FORMS: &[Form] = &[
    form("/theme", &[("theme", "dark")]),
    form(
        "/login",
        &[
            ("email", "ada@example.com"),
            ("password", "correct horse battery"),
        ],
    )
    .again(AUDIT),
    form("/forgot_password", &[("email", "ada@example.com")]).again(MAIL),
    form("/reauthenticate", &[("password", "correct horse battery")]).again(AUDIT),
    form("/account/verify_email", &[]).again(MAIL),
    form("/account/email", &[("email", "ada@example.org")])
        .asks()
        .again(MAIL),
    form(
        "/account/password",
        &[
            ("current_password", "correct horse battery"),
            ("new_password", "a new horse battery"),
        ],
    )
    .again(AUDIT),
    form("/account/sessions/end_others", &[]).asks(),
    form("/account/sessions/{session}/end", &[]).asks(),
    form("/account/two_factor/disable", &[]).asks(),
    form("/account/two_factor/recovery_codes", &[]).asks(),
    form("/workspaces", &[("name", "Fabrikam"), KEY]),
    form("/w/{workspace}/rename", &[("name", "Fabrikam")]),
    form(
        "/w/{workspace}/settings",
        &[
            ("deactivated_users", "delete"),
            ("event_retention_days", "30"),
            // When the workspace was made: the clock stands.
            ("seen", "1767323045000000"),
        ],
    ),
    form("/w/{workspace}/second_factor", &[("required", "no")]).asks(),
    form("/w/{workspace}/restore", &[]),
    form(
        "/w/{workspace}/members/invitations",
        &[("email", "new@example.com"), ("role", "viewer"), KEY],
    )
    .asks(),
    form(
        "/w/{workspace}/members/invitations/{invitation}/resend",
        &[],
    )
    .asks()
    .again(&["mails", "audit_entries"]),
    form(
        "/w/{workspace}/members/invitations/{invitation}/revoke",
        &[],
    )
    .asks(),
    form(
        "/w/{workspace}/members/{member}/role",
        &[("role", "operator"), ("from", "viewer")],
    )
    .asks(),
    form("/w/{workspace}/members/{member}/remove", &[]).asks(),
    form("/w/{workspace}/organizations", &[("name", "Fabrikam"), KEY]),
    form(
        "/w/{workspace}/organizations/{organization}/rename",
        &[("name", "Fabrikam")],
    ),
    form(
        "/w/{workspace}/organizations/{organization}/domains",
        &[("domain", "fabrikam.example.com")],
    ),
    form(
        "/w/{workspace}/organizations/{organization}/domains/{domain}/remove",
        &[],
    ),
    form(
        "/w/{workspace}/organizations/{organization}/domains/{domain}/verify",
        &[],
    ),
    form(
        "/w/{workspace}/organizations/{organization}/delete",
        &[("confirmation", "Contoso")],
    )
    .asks(),
    form(
        "/w/{workspace}/organizations/{organization}/directories",
        &[("name", "Fabrikam"), ("provider", "okta scim v1.1"), KEY],
    ),
    form(
        "/w/{workspace}/directories/{directory}/rename",
        &[("name", "Fabrikam")],
    ),
    form(
        "/w/{workspace}/directories/{directory}/delete",
        &[("confirmation", "Contoso")],
    )
    .asks(),
    form(
        "/w/{workspace}/directories/{directory}/tokens",
        &[("overlap", "1h"), KEY],
    )
    .asks(),
    form(
        "/w/{workspace}/directories/{directory}/tokens/{token}/revoke",
        &[],
    )
    .asks(),
    form(
        "/w/{workspace}/webhooks",
        &[
            ("endpoint_url", "https://other.example.com/"),
            ("events", "dsync.user.created"),
            ("rate", "5"),
            KEY,
        ],
    ),
    form(
        "/w/{workspace}/webhooks/{endpoint}/test",
        &[("event", "dsync.user.created"), KEY],
    ),
    form(
        "/w/{workspace}/webhooks/{endpoint}/recover",
        &[("since", "2026-01-01T00:00"), KEY],
    ),
    form(
        "/w/{workspace}/webhooks/{endpoint}/deliveries/{delivery}/resend",
        &[KEY],
    ),
    form(
        "/w/{workspace}/webhooks/{endpoint}/update",
        &[
            ("endpoint_url", "https://other.example.com/"),
            ("events", "dsync.user.created"),
            ("rate", "5"),
        ],
    ),
    form("/w/{workspace}/webhooks/{endpoint}/enable", &[]),
    form("/w/{workspace}/webhooks/{endpoint}/disable", &[]),
    form(
        "/w/{workspace}/webhooks/{endpoint}/rotate",
        &[("overlap", "1h"), KEY],
    )
    .asks(),
    form(
        "/w/{workspace}/webhooks/{endpoint}/delete",
        &[("confirmation", "https://hooks.example.com/rollcall")],
    )
    .asks(),
    form(
        "/w/{workspace}/api_keys",
        &[("name", "Fabrikam"), ("lifetime", "never"), KEY],
    )
    .asks(),
    form(
        "/w/{workspace}/api_keys/{api_key}/revoke",
        &[("confirmation", "Contoso")],
    )
    .asks(),
    form("/w/{workspace}/audit-log/export", &[("format", "csv")]).again(AUDIT),
    // The last, since little can be done after them.
    form("/w/{workspace}/delete", &[("confirmation", "Contoso")]).asks(),
    form("/w/{workspace}/leave", &[("confirmation", "Contoso")]),
    form("/logout", &[]),
];

/// Forms that need more than a session; each has tests of its own.
pub(super) const BY_HAND: &[&str] = &[
    "/setup",
    "/login/code",
    "/reset_password",
    "/confirm_email",
    "/invitation",
    "/sign_up",
    "/sign_up/finish",
    "/account/two_factor/enable",
];

#[test]
fn every_form_is_in_the_table() {
    let posts = ROUTES.iter().filter(|route| route.method == "POST");
    let mut served: Vec<&str> = posts.map(|route| route.path).collect();
    let listed = FORMS.iter().map(|form| form.path);
    let mut listed: Vec<&str> = listed.chain(BY_HAND.iter().copied()).collect();
    served.sort_unstable();
    listed.sort_unstable();
    assert_eq!(served, listed);
}
