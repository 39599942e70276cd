"""What goes wrong reaches the application as the exception that the official Python SDK has for it."""

from workos import AuthenticationError, NotFoundError, WorkOSClient

from support import URL, Application, ApplicationTest


class Errors(ApplicationTest):
    workspace = "Python errors"

    def test_a_wrong_key_is_an_authentication_error(self):
        for key in ("sk_wrong", f"{self.application.api_key}x"):
            with WorkOSClient(api_key=key, base_url=URL) as wrong:
                self.assert_refused(AuthenticationError, wrong.organizations.list_organizations)

    def test_what_rollcall_does_not_have_is_not_found(self):
        self.assert_refused(NotFoundError, lambda: self.workos.organizations.get_audit_log_configuration(self.application.organization))
        self.assert_refused(NotFoundError, lambda: self.workos.request("get", ("nowhere",)))

    def test_what_another_workspace_has_is_not_found(self):
        stranger = Application("Python stranger")
        user = stranger.provider.user("ada@example.com")
        calls = [
            lambda: self.workos.organizations.get_organization(stranger.organization),
            lambda: self.workos.organizations.update_organization(stranger.organization, name="Mine"),
            lambda: self.workos.organizations.delete_organization(stranger.organization),
            lambda: self.workos.directory_sync.get_directory(stranger.directory),
            lambda: self.workos.directory_sync.get_user(user["id"]),
            lambda: self.workos.directory_sync.list_users(directory=stranger.directory),
        ]
        for number, call in enumerate(calls):
            with self.subTest(number=number):
                self.assert_refused(NotFoundError, call)
        self.assertEqual(stranger.workos.organizations.get_organization(stranger.organization).name, "Contoso")
