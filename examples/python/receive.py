"""Receives webhooks.

They come at least once and in no order, so each is taken as a knock: verified, answered at once, and followed by a
sync, which reads what happened in order.
"""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from workos import WorkOSClient, WorkOSError

from directory_copy import EVENTS
from sync import sync

PATH = "/webhooks"
workos = WorkOSClient()
knocked = Event()


class Receiver(BaseHTTPRequestHandler):
    secret: str

    def do_POST(self) -> None:
        status = self.receive() if self.path == PATH else 404
        self.send_response(status)
        self.end_headers()
        if status < 300:
            knocked.set()

    def receive(self) -> int:
        """Verifies a webhook; gives the status to answer."""
        # The bytes as they came: the signature is over them.
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        signature = self.headers.get("WorkOS-Signature", "")
        try:
            event = workos.webhooks.verify_event(event_body=body, event_signature=signature, secret=self.secret)
        except ValueError as error:
            print(f"refused a webhook: {error}", flush=True)
            return 400
        print(f"received {event.event} {event.id}", flush=True)
        return 204

    def log_message(self, *_arguments: object) -> None:
        """Nothing more than the above."""


def subscribe(url: str) -> str:
    """Finds the webhook endpoint of that address or makes it; gives the secret of its signatures."""
    for endpoint in workos.webhooks.list_webhook_endpoints(limit=100).auto_paging_iter():
        if endpoint.endpoint_url == url:
            return endpoint.secret
    return workos.webhooks.create_webhook_endpoint(endpoint_url=url, events=EVENTS).secret


def sync_when_knocked() -> None:
    """One sync at a time; a knock meanwhile makes for one more."""
    while knocked.wait():
        knocked.clear()
        try:
            print(f"{sync(workos)} events applied", flush=True)
        except WorkOSError as error:
            print(f"sync failed: {error}", flush=True)


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "3001"))), Receiver)
    url = os.environ.get("WEBHOOK_URL", f"http://127.0.0.1:{server.server_port}{PATH}")
    Receiver.secret = subscribe(url)
    print(f"receiving webhooks at {url}", flush=True)
    # What happened while nobody listened.
    knocked.set()
    Thread(target=sync_when_knocked, daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
