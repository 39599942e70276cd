"""Webhook endpoints, and the signatures of what they get, by the official Python SDK."""

from workos import ConflictError, NotFoundError, UnprocessableEntityError

from support import ApplicationTest, Receiver, until

UNKNOWN = "we_01HZZZZZZZZZZZZZZZZZZZZZZZ"


class Webhooks(ApplicationTest):
    workspace = "Python webhooks"

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.webhooks = cls.workos.webhooks
        cls.receiver = Receiver()
        cls.addClassCleanup(cls.receiver.stop)
        cls.endpoint = cls.webhooks.create_webhook_endpoint(endpoint_url=cls.receiver.url, events=["dsync.user.created"])
        cls.application.provider.user("zoë@example.com")
        until(lambda: cls.receiver.received, bool)
        cls.signature, cls.body = cls.receiver.received[0]

    def verify(self, **changes):
        sent = {"event_body": self.body, "event_signature": self.signature, "secret": self.endpoint.secret}
        return self.webhooks.verify_event(**{**sent, **changes})

    def test_made_listed_changed_and_deleted(self):
        made = self.webhooks.create_webhook_endpoint(endpoint_url="https://app.example.com/hooks", events=["dsync.deleted", "organization.created"])
        self.assert_id(made.id, "we")
        self.assert_instant(made.created_at)
        self.assertEqual((made.endpoint_url, made.status), ("https://app.example.com/hooks", "enabled"))
        self.assertEqual(made.events, ["dsync.deleted", "organization.created"])
        self.assertRegex(made.secret, r"^whsec_\S+$")
        self.assertEqual(self.webhooks.list_webhook_endpoints().data, [made, self.endpoint])
        pages = self.webhooks.list_webhook_endpoints(order="asc", limit=1)
        self.assertEqual(list(pages.auto_paging_iter()), [self.endpoint, made])
        change = lambda **changes: self.webhooks.update_webhook_endpoint(made.id, **changes)
        self.assertEqual(change(status="disabled").status, "disabled")
        changed = change(events=["dsync.user.deleted"])
        self.assertEqual((changed.events, changed.status, changed.secret), (["dsync.user.deleted"], "disabled", made.secret))
        self.assertEqual(change(endpoint_url="https://app.example.com/other").endpoint_url, "https://app.example.com/other")
        self.assertIsNone(self.webhooks.delete_webhook_endpoint(made.id))
        self.assertEqual(self.webhooks.list_webhook_endpoints().data, [self.endpoint])

    def test_refused_as_the_sdk_expects(self):
        create = lambda **changes: lambda: self.webhooks.create_webhook_endpoint(
            **{"endpoint_url": "https://app.example.com/new", "events": ["dsync.deleted"], **changes}
        )
        self.assert_refused(ConflictError, create(endpoint_url=self.receiver.url), code="duplicate_endpoint")
        self.assert_refused(UnprocessableEntityError, create(endpoint_url="no address"), code="invalid_url")
        self.assert_refused(UnprocessableEntityError, create(events=["dsync.user.vanished"]), code="invalid_request_parameters")
        self.assert_refused(UnprocessableEntityError, create(events=[]), code="invalid_request_parameters")
        self.assert_refused(NotFoundError, lambda: self.webhooks.update_webhook_endpoint(UNKNOWN, status="enabled"))
        self.assert_refused(NotFoundError, lambda: self.webhooks.delete_webhook_endpoint(UNKNOWN))

    def test_a_webhook_is_verified_as_bytes_and_as_text(self):
        listed = self.workos.events.list_events(events=["dsync.user.created"]).data[0]
        self.assertEqual(listed.data.email, "zoë@example.com")
        self.assertEqual(self.verify(), listed)
        self.assertEqual(self.verify(event_body=self.body.decode()), listed)

    def test_a_webhook_that_was_touched_or_is_old_is_refused(self):
        fakes = [
            {"event_body": self.body.replace("zoë".encode(), b"eve")},
            {"secret": "whsec_other"},
            {"event_signature": ""},
            {"event_signature": self.signature[:-1] + "x"},
            {"event_signature": "t=1500000000000, " + self.signature.split(", ")[1]},
            {"tolerance": -1},
        ]
        for fake in fakes:
            with self.subTest(**fake), self.assertRaises(ValueError):
                self.verify(**fake)
