// The application's own copy of its customers' directories: a JSON file, where yours would be tables.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

const FILE = process.env.COPY_FILE ?? 'directories.json';

/** What is known so far; `cursor` is the last event that is in it, and undefined before the first sync. */
export function load() {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return empty();
  }
}

/** Writes contents and cursor in one step: whatever breaks, an event may be applied again but is never skipped. */
export function save(copy) {
  writeFileSync(`${FILE}.new`, JSON.stringify(copy, null, 2));
  renameSync(`${FILE}.new`, FILE);
}

export function empty() {
  return { cursor: undefined, directories: {}, users: {}, groups: {} };
}

/** Applies one event. Applied twice, or to contents that already have it, it does no harm. */
export function apply(copy, { id, event, data }) {
  changes[event]?.(copy, data);
  copy.cursor = id;
}

const changes = {
  'dsync.activated': putDirectory,
  'dsync.deleted': deleteDirectory,
  'dsync.user.created': putUser,
  'dsync.user.updated': putUser,
  'dsync.user.deleted': deleteUser,
  'dsync.group.created': putGroup,
  'dsync.group.updated': putGroup,
  'dsync.group.deleted': (copy, { id }) => { delete copy.groups[id]; },
  'dsync.group.user_added': addMember,
  'dsync.group.user_removed': removeMember,
};

/** The events to ask for and to subscribe to. */
export const EVENTS = Object.keys(changes);

export function putDirectory(copy, { id, organizationId, name }) {
  copy.directories[id] = { organizationId, name };
}

/** One event tells of a whole directory: there is none for each of its people and groups. */
function deleteDirectory(copy, { id }) {
  delete copy.directories[id];
  for (const kind of [copy.users, copy.groups]) {
    for (const [key, { directoryId }] of Object.entries(kind)) if (directoryId === id) delete kind[key];
  }
}

export function putUser(copy, { id, directoryId, email, firstName, lastName, state }) {
  copy.users[id] = { directoryId, email, firstName, lastName, state };
}

/** A deleted person leaves all groups, without an event for each. */
function deleteUser(copy, { id }) {
  delete copy.users[id];
  for (const group of Object.values(copy.groups)) group.members = group.members.filter((member) => member !== id);
}

export function putGroup(copy, { id, directoryId, name }) {
  copy.groups[id] = { directoryId, name, members: copy.groups[id]?.members ?? [] };
}

export function addMember(copy, { user, group }) {
  putUser(copy, user);
  putGroup(copy, group);
  const { members } = copy.groups[group.id];
  if (!members.includes(user.id)) members.push(user.id);
}

function removeMember(copy, { user, group }) {
  const known = copy.groups[group.id];
  if (known) known.members = known.members.filter((member) => member !== user.id);
}
