//! Links between pages, made in one place.

use rollcall_store::ids::{
    ApiKeyId, DirectoryGroupId, DirectoryId, DirectoryTokenId, DirectoryUserId, EventId,
    InvitationId, MemberId, OrganizationDomainId, OrganizationId, ProvisioningRequestId,
    WebhookDeliveryId, WebhookEndpointId,
};

/// Where everything in one workspace is.
#[derive(Clone, Debug)]
pub(crate) struct Links {
    base: String,
}

impl Links {
    /// The links of the workspace of that slug.
    pub(crate) fn new(slug: &str) -> Self {
        Self {
            base: format!("/w/{slug}"),
        }
    }

    /// The workspace itself, which leads on to its first page.
    pub(crate) fn home(&self) -> String {
        self.base.clone()
    }

    pub(crate) fn settings(&self) -> String {
        format!("{}/settings", self.base)
    }

    /// Where a form that does something to the workspace itself is sent.
    pub(crate) fn workspace_action(&self, action: &str) -> String {
        format!("{}/{action}", self.base)
    }

    /// The one page of a deleted workspace.
    pub(crate) fn deleted(&self) -> String {
        self.workspace_action("deleted")
    }

    pub(crate) fn restore(&self) -> String {
        self.workspace_action("restore")
    }

    pub(crate) fn organizations(&self) -> String {
        format!("{}/organizations", self.base)
    }

    pub(crate) fn new_organization(&self) -> String {
        format!("{}/organizations/new", self.base)
    }

    pub(crate) fn organization(&self, id: &OrganizationId) -> String {
        format!("{}/organizations/{id}", self.base)
    }

    pub(crate) fn organization_settings(&self, id: &OrganizationId) -> String {
        format!("{}/settings", self.organization(id))
    }

    pub(crate) fn rename_organization(&self, id: &OrganizationId) -> String {
        format!("{}/rename", self.organization(id))
    }

    pub(crate) fn delete_organization(&self, id: &OrganizationId) -> String {
        format!("{}/delete", self.organization(id))
    }

    pub(crate) fn add_domain(&self, id: &OrganizationId) -> String {
        format!("{}/domains", self.organization(id))
    }

    pub(crate) fn remove_domain(
        &self,
        organization: &OrganizationId,
        id: &OrganizationDomainId,
    ) -> String {
        format!("{}/{id}/remove", self.add_domain(organization))
    }

    pub(crate) fn verify_domain(
        &self,
        organization: &OrganizationId,
        id: &OrganizationDomainId,
    ) -> String {
        format!("{}/{id}/verify", self.add_domain(organization))
    }

    pub(crate) fn new_directory(&self, id: &OrganizationId) -> String {
        format!("{}/directories/new", self.organization(id))
    }

    pub(crate) fn create_directory(&self, id: &OrganizationId) -> String {
        format!("{}/directories", self.organization(id))
    }

    /// A directory's page, which is the list of its users.
    pub(crate) fn directory(&self, id: &DirectoryId) -> String {
        format!("{}/directories/{id}", self.base)
    }

    pub(crate) fn user(&self, directory: &DirectoryId, id: &DirectoryUserId) -> String {
        format!("{}/users/{id}", self.directory(directory))
    }

    pub(crate) fn groups(&self, directory: &DirectoryId) -> String {
        format!("{}/groups", self.directory(directory))
    }

    pub(crate) fn group(&self, directory: &DirectoryId, id: &DirectoryGroupId) -> String {
        format!("{}/{id}", self.groups(directory))
    }

    pub(crate) fn activity(&self, directory: &DirectoryId) -> String {
        format!("{}/activity", self.directory(directory))
    }

    pub(crate) fn request(&self, directory: &DirectoryId, id: &ProvisioningRequestId) -> String {
        format!("{}/{id}", self.activity(directory))
    }

    pub(crate) fn connect(&self, directory: &DirectoryId) -> String {
        format!("{}/connect", self.directory(directory))
    }

    pub(crate) fn directory_settings(&self, directory: &DirectoryId) -> String {
        format!("{}/settings", self.directory(directory))
    }

    pub(crate) fn rename_directory(&self, directory: &DirectoryId) -> String {
        format!("{}/rename", self.directory(directory))
    }

    pub(crate) fn delete_directory(&self, directory: &DirectoryId) -> String {
        format!("{}/delete", self.directory(directory))
    }

    pub(crate) fn tokens(&self, directory: &DirectoryId) -> String {
        format!("{}/tokens", self.directory(directory))
    }

    pub(crate) fn revoke_token(&self, directory: &DirectoryId, id: &DirectoryTokenId) -> String {
        format!("{}/{id}/revoke", self.tokens(directory))
    }

    pub(crate) fn events(&self) -> String {
        format!("{}/events", self.base)
    }

    pub(crate) fn event(&self, id: &EventId) -> String {
        format!("{}/{id}", self.events())
    }

    /// The events of one organization.
    pub(crate) fn events_of_organization(&self, id: &OrganizationId) -> String {
        format!("{}?organization={id}", self.events())
    }

    /// The events of one directory.
    pub(crate) fn events_of_directory(&self, id: &DirectoryId) -> String {
        format!("{}?directory={id}", self.events())
    }

    pub(crate) fn api_keys(&self) -> String {
        format!("{}/api_keys", self.base)
    }

    pub(crate) fn new_api_key(&self) -> String {
        format!("{}/new", self.api_keys())
    }

    pub(crate) fn revoke_api_key(&self, id: &ApiKeyId) -> String {
        format!("{}/{id}/revoke", self.api_keys())
    }

    pub(crate) fn members(&self) -> String {
        format!("{}/members", self.base)
    }

    pub(crate) fn invite_member(&self) -> String {
        format!("{}/invite", self.members())
    }

    pub(crate) fn invitations(&self) -> String {
        format!("{}/invitations", self.members())
    }

    pub(crate) fn resend_invitation(&self, id: &InvitationId) -> String {
        format!("{}/{id}/resend", self.invitations())
    }

    pub(crate) fn revoke_invitation(&self, id: &InvitationId) -> String {
        format!("{}/{id}/revoke", self.invitations())
    }

    pub(crate) fn member(&self, id: &MemberId) -> String {
        format!("{}/{id}", self.members())
    }

    pub(crate) fn change_role(&self, id: &MemberId) -> String {
        format!("{}/role", self.member(id))
    }

    pub(crate) fn remove_member(&self, id: &MemberId) -> String {
        format!("{}/remove", self.member(id))
    }

    pub(crate) fn audit_log(&self) -> String {
        format!("{}/audit-log", self.base)
    }

    pub(crate) fn audit_entry(&self, number: i64) -> String {
        format!("{}/{number}", self.audit_log())
    }

    /// The entries by a member or key, or about anything with an id.
    pub(crate) fn audit_log_about(&self, id: &str) -> String {
        format!("{}?about={id}", self.audit_log())
    }

    pub(crate) fn export_audit_log(&self) -> String {
        format!("{}/export", self.audit_log())
    }

    pub(crate) fn webhooks(&self) -> String {
        format!("{}/webhooks", self.base)
    }

    pub(crate) fn new_webhook(&self) -> String {
        format!("{}/new", self.webhooks())
    }

    /// An endpoint's page, which is the list of its deliveries.
    pub(crate) fn webhook(&self, id: &WebhookEndpointId) -> String {
        format!("{}/{id}", self.webhooks())
    }

    pub(crate) fn webhook_settings(&self, id: &WebhookEndpointId) -> String {
        format!("{}/settings", self.webhook(id))
    }

    /// Where a form that does something to an endpoint is sent.
    pub(crate) fn webhook_action(&self, id: &WebhookEndpointId, action: &str) -> String {
        format!("{}/{action}", self.webhook(id))
    }

    pub(crate) fn delivery(&self, endpoint: &WebhookEndpointId, id: &WebhookDeliveryId) -> String {
        format!("{}/deliveries/{id}", self.webhook(endpoint))
    }

    pub(crate) fn resend(&self, endpoint: &WebhookEndpointId, id: &WebhookDeliveryId) -> String {
        format!("{}/resend", self.delivery(endpoint, id))
    }
}

/// A path on this host that came from outside, as a way back; anything else is none.
pub(crate) fn local_path(path: &str) -> Option<&str> {
    let elsewhere =
        path.starts_with("//") || path.contains('\\') || path.chars().any(char::is_control);
    (path.starts_with('/') && !elsewhere).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn leads_nowhere_but_here() {
        assert_eq!(
            local_path("/w/acme/organizations?q=x"),
            Some("/w/acme/organizations?q=x")
        );
        for path in [
            "",
            "https://evil.example.net/",
            "//evil.example.net",
            "/\\evil.example.net",
            "/a\r\nb",
            "w/acme",
        ] {
            assert_eq!(local_path(path), None, "{path:?}");
        }
    }
}
