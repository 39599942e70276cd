"""An application of a workspace on the server under test, and the provider that fills its directory."""

import json
import os
import re
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from workos import WorkOSClient

URL = os.environ["ROLLCALL_TEST_URL"]
DATABASE_URL = os.environ["ROLLCALL_TEST_DATABASE_URL"]
BINARY = os.environ["ROLLCALL_BINARY"]
SCHEMAS = ["urn:scim:schemas:core:1.0"]
PATIENCE = 20
PAUSE = 0.025

T = TypeVar("T")


class Application:
    """A new workspace with an organization and a directory: the SDK with its key, and its provider."""

    def __init__(self, workspace: str) -> None:
        made = bootstrap(workspace)
        self.api_key: str = made["api_key"]
        self.organization: str = made["organization_id"]
        self.directory: str = made["directory_id"]
        self.workos = WorkOSClient(api_key=self.api_key, base_url=URL)
        unittest.addModuleCleanup(self.workos.close)
        self.provider = Provider(made["scim_endpoint"], made["scim_token"])


def bootstrap(workspace: str) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        password = Path(folder, "password")
        password.write_text("a long walk in the rain")
        arguments = {
            "--email": "owner@example.com",
            "--password-file": str(password),
            "--workspace": workspace,
            "--organization": "Contoso",
            "--directory": "Okta",
            "--database-url": DATABASE_URL,
            "--public-url": URL,
        }
        command = [BINARY, "bootstrap", *(word for pair in arguments.items() for word in pair)]
        return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


class Provider:
    """Pushes people and groups by SCIM, as an Okta app does."""

    def __init__(self, endpoint: str, token: str) -> None:
        self.endpoint = endpoint
        self.token = token

    def user(self, address: str, **attributes: Any) -> dict[str, Any]:
        return self.call("POST", "/Users", user(address, **attributes))

    def group(self, name: str, *members: dict[str, Any]) -> dict[str, Any]:
        listed = [{"value": member["id"]} for member in members]
        return self.call("POST", "/Groups", {"schemas": SCHEMAS, "displayName": name, "members": listed})

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self.endpoint + path, data, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None


def user(address: str, **attributes: Any) -> dict[str, Any]:
    """A user as Okta sends one."""
    return {
        "schemas": SCHEMAS,
        "userName": address,
        "externalId": f"00u{address.split('@')[0]}",
        "name": {"givenName": "Grace", "familyName": "Okonjo"},
        "emails": [{"value": address, "primary": True, "type": "work"}],
        "active": True,
        **attributes,
    }


class Receiver:
    """A webhook address on this machine, which keeps the signature and the body of what it gets."""

    def __init__(self) -> None:
        self.received: list[tuple[str, bytes]] = []
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                received.append((self.headers["WorkOS-Signature"], body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/webhooks"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def until(look: Callable[[], T], is_there: Callable[[T], bool]) -> T:
    """Asks again until `look` gives something that `is_there`; gives that."""
    end = time.monotonic() + PATIENCE
    while not is_there(seen := look()):
        if time.monotonic() > end:
            raise AssertionError(f"it never came to that; last: {seen}")
        time.sleep(PAUSE)
    return seen


class ApplicationTest(unittest.TestCase):
    """Tests of one application; `workspace` names it."""

    workspace: str
    application: Application

    @classmethod
    def setUpClass(cls) -> None:
        cls.application = Application(cls.workspace)
        cls.workos = cls.application.workos

    def assert_refused(self, error_class: type[Exception], call: Callable[[], object], **expected: Any) -> Any:
        """The call must raise exactly that class, and tell the request's id."""
        with self.assertRaises(error_class) as raised:
            call()
        error: Any = raised.exception
        self.assertIs(type(error), error_class)
        self.assertTrue(error.request_id)
        self.assertIsInstance(error.response_json, dict)
        for name, value in expected.items():
            self.assertEqual(getattr(error, name), value, str(error))
        return error

    def assert_id(self, text: str, prefix: str) -> None:
        self.assertRegex(text, re.compile(f"^{prefix}_[0-9A-HJKMNP-TV-Z]{{26}}$"))

    def assert_instant(self, instant: datetime) -> None:
        self.assertEqual(instant.utcoffset(), timedelta(0))
