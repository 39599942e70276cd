"""Directories, their people and their groups by the official Python SDK."""

from workos import NotFoundError, UnprocessableEntityError

from support import SCHEMAS, Application, ApplicationTest


class Directories(ApplicationTest):
    workspace = "Python directories"

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.sync = cls.workos.directory_sync
        cls.directory = cls.application.directory
        cls.state_before = cls.sync.get_directory(cls.directory).state
        provider = cls.application.provider
        cls.ada = provider.user("ada@example.com", title="Lead")
        cls.grace = provider.user("grace@example.com")
        cls.team = provider.group("Team", cls.ada)
        cls.everybody = provider.group("Everybody", cls.ada, cls.grace)

    def emails(self, **options):
        return [user.email for user in self.sync.list_users(**options)]

    def names(self, **options):
        return [group.name for group in self.sync.list_groups(**options)]

    def test_a_directory_is_shown_listed_and_found(self):
        self.assertEqual(self.state_before, "validating")
        shown = self.sync.get_directory(self.directory)
        self.assertEqual((shown.object, shown.name, shown.type, shown.state), ("directory", "Okta", "okta scim v1.1", "linked"))
        self.assertEqual(shown.organization_id, self.application.organization)
        self.assertTrue(shown.external_key)
        self.assert_instant(shown.created_at)
        for options in ({}, {"search": "okt"}, {"organization_id": self.application.organization}, {"order": "asc"}):
            self.assertEqual(self.sync.list_directories(**options).data, [shown])
        self.assertEqual(self.sync.list_directories(search="entra").data, [])

    def test_a_user_is_shown(self):
        shown = self.sync.get_user(self.ada["id"])
        self.assert_id(shown.id, "directory_user")
        self.assert_instant(shown.updated_at)
        self.assertEqual((shown.email, shown.first_name, shown.last_name, shown.state), ("ada@example.com", "Grace", "Okonjo", "active"))
        self.assertEqual((shown.idp_id, shown.username, shown.job_title), (self.ada["externalId"], "ada@example.com", "Lead"))
        self.assertEqual((shown.directory_id, shown.organization_id), (self.directory, self.application.organization))
        self.assertEqual(shown.custom_attributes, {"job_title": "Lead"})
        self.assertEqual([email.value for email in shown.emails], ["ada@example.com"])
        self.assertEqual({group.name for group in shown.groups}, {"Team", "Everybody"})

    def test_a_group_is_shown(self):
        shown = self.sync.get_group(self.team["id"])
        self.assert_id(shown.id, "directory_group")
        self.assertEqual((shown.name, shown.idp_id, shown.directory_id), ("Team", "Team", self.directory))

    def test_users_are_listed_and_found(self):
        self.assertEqual(self.emails(directory=self.directory), ["grace@example.com", "ada@example.com"])
        self.assertEqual(self.emails(directory=self.directory, order="asc"), ["ada@example.com", "grace@example.com"])
        self.assertEqual(self.emails(group=self.team["id"]), ["ada@example.com"])
        self.assertEqual(self.emails(directory=self.directory, email="grace@example.com"), ["grace@example.com"])
        self.assertEqual(self.emails(directory=self.directory, idp_id=self.ada["externalId"]), ["ada@example.com"])
        self.assertEqual(self.emails(directory=self.directory, idp_id="nobody"), [])

    def test_groups_are_listed(self):
        self.assertEqual(self.names(directory=self.directory), ["Everybody", "Team"])
        self.assertEqual(self.names(user=self.grace["id"]), ["Everybody"])
        pages = self.sync.list_groups(directory=self.directory, order="asc", limit=1)
        self.assertEqual([group.name for group in pages.auto_paging_iter()], ["Team", "Everybody"])

    def test_many_users_come_in_pages(self):
        many = Application("Python pages")
        addresses = [f"person{number}@example.com" for number in range(25)]
        for address in addresses:
            many.provider.user(address)
        page = many.workos.directory_sync.list_users(directory=many.directory)
        self.assertEqual([user.email for user in page], addresses[:-11:-1])
        self.assertEqual([user.email for user in page.auto_paging_iter()], addresses[::-1])
        forward = many.workos.directory_sync.list_users(directory=many.directory, order="asc", limit=7)
        self.assertEqual([user.email for user in forward.auto_paging_iter()], addresses)

    def test_refused_as_the_sdk_expects(self):
        unknown = "directory_01HZZZZZZZZZZZZZZZZZZZZZZZ"
        calls = [
            (NotFoundError, lambda: self.sync.get_directory(unknown)),
            (NotFoundError, lambda: self.sync.delete_directory(unknown)),
            (NotFoundError, lambda: self.sync.get_user("not an id")),
            (NotFoundError, lambda: self.sync.get_group("a/../b?c")),
            (NotFoundError, lambda: self.sync.list_users(directory=unknown)),
            (NotFoundError, lambda: self.sync.list_groups(directory=unknown)),
            (UnprocessableEntityError, lambda: self.sync.list_users()),
            (UnprocessableEntityError, lambda: self.sync.list_groups()),
            (UnprocessableEntityError, lambda: self.sync.list_users(email="ada@example.com")),
            (UnprocessableEntityError, lambda: self.sync.list_users(directory=self.directory, limit=101)),
            (UnprocessableEntityError, lambda: self.sync.list_users(directory=self.directory, order="sideways")),
            # Only providers that are polled can be told to sync.
            (UnprocessableEntityError, lambda: self.sync.create_directory_sync(self.directory)),
            (NotFoundError, lambda: self.sync.create_directory_sync(unknown)),
        ]
        for number, (error_class, call) in enumerate(calls):
            with self.subTest(number=number):
                self.assert_refused(error_class, call)

    def test_deleted_with_all_it_has(self):
        leaving = Application("Python leaving")
        user = leaving.provider.user("last@example.com")
        self.assertIsNone(leaving.workos.directory_sync.delete_directory(leaving.directory))
        self.assert_refused(NotFoundError, lambda: leaving.workos.directory_sync.get_directory(leaving.directory))
        self.assert_refused(NotFoundError, lambda: leaving.workos.directory_sync.get_user(user["id"]))

    def test_a_deactivated_user_is_inactive(self):
        other = Application("Python inactive")
        user = other.provider.user("gone@example.com")
        other.provider.call("PATCH", f"/Users/{user['id']}", {"schemas": SCHEMAS, "active": False})
        self.assertEqual(other.workos.directory_sync.get_user(user["id"]).state, "inactive")
