"""The application's own copy of its customers' directories, in SQLite."""

import os
import sqlite3
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS cursor (event_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS directories (id TEXT PRIMARY KEY, organization_id TEXT, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS users (id TEXT PRIMARY KEY, directory_id TEXT NOT NULL, email TEXT, first_name TEXT,
                                  last_name TEXT, state TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS groups (id TEXT PRIMARY KEY, directory_id TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS members (group_id TEXT NOT NULL, user_id TEXT NOT NULL, PRIMARY KEY (group_id, user_id));
"""
TABLES = ("cursor", "directories", "users", "groups", "members")


def connect() -> sqlite3.Connection:
    """Opens the copy, an empty one if there is none."""
    copy = sqlite3.connect(os.environ.get("COPY_FILE", "directories.db"))
    copy.executescript(SCHEMA)
    return copy


def cursor(copy: sqlite3.Connection) -> str | None:
    """The last event that is in the copy."""
    row = copy.execute("SELECT event_id FROM cursor").fetchone()
    return row[0] if row else None


def set_cursor(copy: sqlite3.Connection, event_id: str) -> None:
    copy.execute("DELETE FROM cursor")
    copy.execute("INSERT INTO cursor VALUES (?)", (event_id,))


def clear(copy: sqlite3.Connection) -> None:
    for table in TABLES:
        copy.execute(f"DELETE FROM {table}")


def apply(copy: sqlite3.Connection, event: Any) -> None:
    """Applies one event. Applied twice, or to contents that already have it, it does no harm."""
    change = CHANGES.get(event.event)
    if change:
        change(copy, event.data)
    set_cursor(copy, event.id)


def put_directory(copy: sqlite3.Connection, directory: Any) -> None:
    row = (directory.id, directory.organization_id, directory.name)
    copy.execute("INSERT OR REPLACE INTO directories VALUES (?, ?, ?)", row)


def delete_directory(copy: sqlite3.Connection, directory: Any) -> None:
    """One event tells of a whole directory: there is none for each of its people and groups."""
    of = "(SELECT id FROM groups WHERE directory_id = ?)"
    copy.execute(f"DELETE FROM members WHERE group_id IN {of}", (directory.id,))
    for table in ("groups", "users"):
        copy.execute(f"DELETE FROM {table} WHERE directory_id = ?", (directory.id,))
    copy.execute("DELETE FROM directories WHERE id = ?", (directory.id,))


def put_user(copy: sqlite3.Connection, user: Any) -> None:
    row = (user.id, user.directory_id, user.email, user.first_name, user.last_name, user.state.value)
    copy.execute("INSERT OR REPLACE INTO users VALUES (?, ?, ?, ?, ?, ?)", row)


def delete_user(copy: sqlite3.Connection, user: Any) -> None:
    """A deleted person leaves all groups, without an event for each."""
    copy.execute("DELETE FROM members WHERE user_id = ?", (user.id,))
    copy.execute("DELETE FROM users WHERE id = ?", (user.id,))


def put_group(copy: sqlite3.Connection, group: Any) -> None:
    row = (group.id, group.directory_id, group.name)
    copy.execute("INSERT OR REPLACE INTO groups VALUES (?, ?, ?)", row)


def delete_group(copy: sqlite3.Connection, group: Any) -> None:
    copy.execute("DELETE FROM members WHERE group_id = ?", (group.id,))
    copy.execute("DELETE FROM groups WHERE id = ?", (group.id,))


def add_member(copy: sqlite3.Connection, user: Any, group: Any) -> None:
    put_user(copy, user)
    put_group(copy, group)
    copy.execute("INSERT OR IGNORE INTO members VALUES (?, ?)", (group.id, user.id))


def remove_member(copy: sqlite3.Connection, user: Any, group: Any) -> None:
    row = (group.id, user.id)
    copy.execute("DELETE FROM members WHERE group_id = ? AND user_id = ?", row)


CHANGES = {
    "dsync.activated": put_directory,
    "dsync.deleted": delete_directory,
    "dsync.user.created": put_user,
    "dsync.user.updated": put_user,
    "dsync.user.deleted": delete_user,
    "dsync.group.created": put_group,
    "dsync.group.updated": put_group,
    "dsync.group.deleted": delete_group,
    "dsync.group.user_added": lambda copy, data: add_member(copy, data.user, data.group),
    "dsync.group.user_removed": lambda copy, data: remove_member(copy, data.user, data.group),
}

EVENTS = list(CHANGES)
"""The events to ask for and to subscribe to."""
