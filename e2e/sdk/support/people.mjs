// What the provider pushes: people and groups, by SCIM.
import assert from 'node:assert/strict';
import { group, user } from '../../support/scim.mjs';

/** Creates a user for each address; gives them as SCIM answered. */
export async function pushUsers(provider, ...addresses) {
  const made = [];
  for (const address of addresses) made.push(await push(provider, '/Users', user(address)));
  return made;
}

/** Creates a group with members; gives it as SCIM answered. */
export function pushGroup(provider, name, ...members) {
  return push(provider, '/Groups', group(name, ...members));
}

async function push(provider, path, resource) {
  const { status, body } = await provider.post(path, resource);
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}
