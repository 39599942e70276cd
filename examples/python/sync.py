"""Brings the copy up to date: reads the events after the cursor, in the one order in which they happened."""

import sqlite3
from contextlib import closing

from workos import BadRequestError, WorkOSClient

import directory_copy
from directory_copy import EVENTS


def sync(workos: WorkOSClient) -> int:
    """Applies all events that are new; gives how many there were."""
    with closing(directory_copy.connect()) as copy:
        try:
            return catch_up(workos, copy)
        except BadRequestError:
            # The server keeps events for some time and then refuses their ids: a copy that slept longer begins anew.
            if directory_copy.cursor(copy) is None:
                raise
            with copy:
                directory_copy.clear(copy)
            return catch_up(workos, copy)


def catch_up(workos: WorkOSClient, copy: sqlite3.Connection) -> int:
    if directory_copy.cursor(copy) is None:
        begin(workos, copy)
    applied = 0
    while True:
        page = workos.events.list_events(events=EVENTS, after=directory_copy.cursor(copy), limit=100)
        # Contents and cursor in one transaction: an event may be applied again but is never skipped.
        with copy:
            for event in page:
                directory_copy.apply(copy, event)
        applied += len(page.data)
        if not page.has_more():
            return applied


def begin(workos: WorkOSClient, copy: sqlite3.Connection) -> None:
    """The first contents, from the lists.

    The newest event is noted before they are read, so whatever changes while they are is told by an event after it,
    and applied on top.
    """
    newest = workos.events.list_events(events=EVENTS, order="desc", limit=1).data
    with copy:
        for directory in workos.directory_sync.list_directories(limit=100).auto_paging_iter():
            directory_copy.put_directory(copy, directory)
            groups = workos.directory_sync.list_groups(directory=directory.id, limit=100)
            for group in groups.auto_paging_iter():
                directory_copy.put_group(copy, group)
            users = workos.directory_sync.list_users(directory=directory.id, limit=100)
            for user in users.auto_paging_iter():
                directory_copy.put_user(copy, user)
                for group in user.groups or []:
                    directory_copy.add_member(copy, user, group)
        if newest:
            directory_copy.set_cursor(copy, newest[0].id)


if __name__ == "__main__":
    # The SDK reads WORKOS_BASE_URL and WORKOS_API_KEY.
    print(f"{sync(WorkOSClient())} events applied")
