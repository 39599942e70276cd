"""The events by the official Python SDK: each type by its own class, in the order in which things happened."""

import asyncio
from datetime import datetime, timedelta, timezone

from workos import AsyncWorkOSClient, BadRequestError, UnprocessableEntityError
from workos.events import models

from support import SCHEMAS, URL, Application, ApplicationTest, until, user
from test_organizations import domain

DIRECTORY = [
    "dsync.activated", "dsync.deleted", "dsync.user.created", "dsync.user.updated", "dsync.user.deleted", "dsync.group.created",
    "dsync.group.updated", "dsync.group.deleted", "dsync.group.user_added", "dsync.group.user_removed",
]  # fmt: skip
OTHERS = [
    "dsync.token.created", "dsync.token.revoked", "organization.created", "organization.updated", "organization.deleted",
    "organization_domain.created", "organization_domain.updated", "organization_domain.verified",
    "organization_domain.verification_failed", "organization_domain.deleted",
]  # fmt: skip


class Events(ApplicationTest):
    workspace = "Python events"

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        provider = cls.application.provider
        ada = provider.user("ada@example.com")
        grace = provider.user("grace@example.com")
        team = provider.group("Team", ada)
        provider.call("PATCH", f"/Groups/{team['id']}", {"schemas": SCHEMAS, "members": [{"value": ada["id"], "operation": "delete"}]})
        provider.call("PATCH", f"/Groups/{team['id']}", {"schemas": SCHEMAS, "displayName": "The team"})
        provider.call("PUT", f"/Users/{ada['id']}", user("ada@example.com", title="Lead"))
        provider.call("DELETE", f"/Groups/{team['id']}")
        provider.call("DELETE", f"/Users/{grace['id']}")
        cls.all = until(cls.read, lambda events: bool(events) and events[-1].event == "dsync.user.deleted")
        cls.ada = ada["id"]

    @classmethod
    def read(cls, **options):
        return list(cls.workos.events.list_events(**{"events": DIRECTORY, "limit": 100, **options}))

    def test_in_the_order_in_which_things_happened(self):
        self.assertEqual(
            [event.event for event in self.all],
            ["dsync.activated", "dsync.user.created", "dsync.user.created", "dsync.group.created", "dsync.group.user_added",
             "dsync.group.user_removed", "dsync.group.updated", "dsync.user.updated", "dsync.group.deleted", "dsync.user.deleted"],
        )  # fmt: skip

    def test_each_by_its_class(self):
        for event in self.all:
            name = "".join(part.title() for word in event.event.split(".") for part in word.split("_"))
            self.assertEqual(type(event).__name__, name)
            self.assert_id(event.id, "event")
            self.assert_instant(event.created_at)
        activated, created = self.all[:2]
        self.assertEqual((activated.data.id, activated.data.state), (self.application.directory, "active"))
        self.assertEqual((created.data.id, created.data.email, created.data.state), (self.ada, "ada@example.com", "active"))
        updated = next(event for event in self.all if event.event == "dsync.user.updated")
        self.assertEqual(updated.data.custom_attributes, {"job_title": "Lead"})
        self.assertIsNone(updated.data.previous_attributes["job_title"])
        renamed = next(event for event in self.all if event.event == "dsync.group.updated")
        self.assertEqual((renamed.data.name, renamed.data.previous_attributes["name"]), ("The team", "Team"))
        joined = next(event for event in self.all if event.event == "dsync.group.user_added")
        self.assertEqual((joined.data.user.id, joined.data.group.name), (self.ada, "Team"))

    def test_paged_in_both_orders(self):
        ids = [event.id for event in self.all]
        pages = self.workos.events.list_events(events=DIRECTORY, limit=3)
        self.assertEqual([event.id for event in pages.auto_paging_iter()], ids)
        self.assertEqual([event.id for event in self.read(order="desc")], ids[::-1])
        self.assertEqual([event.id for event in self.read(after=ids[4])], ids[5:])
        self.assertEqual([event.id for event in self.read(before=ids[2])], ids[:2])
        self.assertEqual(self.read(after=ids[-1]), [])

    def test_chosen_by_type_time_and_organization(self):
        ids = [event.id for event in self.all]
        self.assertEqual({event.event for event in self.read(events=["dsync.user.created"])}, {"dsync.user.created"})
        self.assertEqual([event.id for event in self.read(range_start=self.all[0].created_at)], ids)
        self.assertEqual(self.read(range_start=datetime.now(timezone.utc) + timedelta(minutes=1)), [])
        self.assertEqual(self.read(range_end="2020-01-01T00:00:00Z"), [])
        self.assertEqual([event.id for event in self.read(organization_id=self.application.organization)], ids)

    def test_every_other_type_has_its_class_too(self):
        other = Application("Python every type")
        other.provider.user("ada@example.com")
        organizations = other.workos.organizations
        made = organizations.create_organization(name="Fabrikam", domain_data=[domain("every.example.com"), domain("more.example.com", "pending")])
        organizations.update_organization(made.id, name="Fabrikam Group")
        organizations.delete_organization(made.id)
        other.workos.directory_sync.delete_directory(other.directory)
        read = lambda: other.workos.events.list_events(events=DIRECTORY + OTHERS, limit=100).data
        events = until(read, lambda events: bool(events) and events[-1].event == "dsync.deleted")
        found = {event.event: event for event in events}
        self.assertLessEqual(
            {"dsync.token.created", "organization.created", "organization.updated", "organization.deleted",
             "organization_domain.created", "dsync.deleted"},
            set(found),
        )  # fmt: skip
        for event in events:
            self.assertNotIsInstance(event, models.EventSchemaUnknown)
        self.assertEqual(found["organization.updated"].data.name, "Fabrikam Group")
        self.assertEqual(found["dsync.token.created"].data.directory_id, other.directory)
        self.assertEqual(found["dsync.deleted"].data.state, "active")

    def test_refused_as_the_sdk_expects(self):
        self.assert_refused(BadRequestError, lambda: self.read(events=["dsync.user.vanished"]), code="invalid_events_request")
        self.assert_refused(BadRequestError, lambda: self.read(events=[]), code="invalid_events_request")
        self.assert_refused(BadRequestError, lambda: self.read(after="event_01HZZZZZZZZZZZZZZZZZZZZZZZ"))
        self.assert_refused(BadRequestError, lambda: self.read(after=self.all[0].id, range_start=self.all[0].created_at))
        self.assert_refused(BadRequestError, lambda: self.read(range_start="2026-01-01T00:00:00+00:00"))
        self.assert_refused(UnprocessableEntityError, lambda: self.read(limit=0))

    def test_by_the_asynchronous_client(self):
        async def read():
            async with AsyncWorkOSClient(api_key=self.application.api_key, base_url=URL) as workos:
                pages = await workos.events.list_events(events=DIRECTORY, limit=4)
                events = [event.id async for event in pages.auto_paging_iter()]
                users = await workos.directory_sync.list_users(directory=self.application.directory)
                made = await workos.organizations.create_organization(name="Asynchronous")
                await workos.organizations.delete_organization(made.id)
                return events, [user.id for user in users.data]

        events, users = asyncio.run(read())
        self.assertEqual(events, [event.id for event in self.all])
        self.assertEqual(users, [self.ada])
