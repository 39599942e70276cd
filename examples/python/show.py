"""Prints the copy: everybody's directories, people and groups."""

import directory_copy

PEOPLE = "SELECT email || ' ' || state FROM users WHERE directory_id = ?"
GROUPS = """
SELECT groups.name || ': ' || coalesce((
    SELECT group_concat(email, ', ')
    FROM (SELECT email FROM members JOIN users ON users.id = user_id WHERE group_id = groups.id ORDER BY email)
), '')
FROM groups WHERE directory_id = ?
"""

copy = directory_copy.connect()
for directory_id, name in copy.execute("SELECT id, name FROM directories ORDER BY id").fetchall():
    print(name)
    for lines in (PEOPLE, GROUPS):
        for line in sorted(row[0] for row in copy.execute(lines, (directory_id,))):
            print(f"  {line}")
