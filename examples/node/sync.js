// Brings the copy up to date: reads the events after the cursor, in the one order in which they happened.
import { fileURLToPath } from 'node:url';
import { connect } from './client.js';
import { EVENTS, addMember, apply, empty, load, putDirectory, putGroup, putUser, save } from './copy.js';

/** Applies all events that are new; gives how many there were. */
export async function sync(workos) {
  const copy = load();
  try {
    return await catchUp(workos, copy);
  } catch (error) {
    // The server keeps events for some time and then refuses their ids: a copy that slept longer begins anew.
    if (!copy.cursor || error.status !== 400) throw error;
    return catchUp(workos, empty());
  }
}

async function catchUp(workos, copy) {
  if (!copy.cursor) await begin(workos, copy);
  let applied = 0;
  for (;;) {
    const page = await workos.events.listEvents({ events: EVENTS, after: copy.cursor, limit: 100 });
    for (const event of page.data) apply(copy, event);
    applied += page.data.length;
    save(copy);
    if (!page.listMetadata.after) return applied;
  }
}

/**
 * The first contents, from the lists. The newest event is noted before they are read, so whatever changes
 * while they are is told by an event after it, and applied on top.
 */
async function begin(workos, copy) {
  const { data: [newest] } = await workos.events.listEvents({ events: EVENTS, order: 'desc', limit: 1 });
  const directories = await workos.directorySync.listDirectories();
  for (const directory of await directories.autoPagination()) {
    putDirectory(copy, directory);
    const groups = await workos.directorySync.listGroups({ directory: directory.id });
    for (const group of await groups.autoPagination()) putGroup(copy, group);
    const users = await workos.directorySync.listUsers({ directory: directory.id });
    for (const user of await users.autoPagination()) {
      putUser(copy, user);
      for (const group of user.groups) addMember(copy, { user, group });
    }
  }
  copy.cursor = newest?.id;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(`${await sync(connect())} events applied`);
}
