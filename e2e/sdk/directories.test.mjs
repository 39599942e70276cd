// Directories, their people and their groups by the official Node SDK; the provider pushes them by SCIM.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { NotFoundException, UnprocessableEntityException } from '@workos-inc/node';
import { pushGroup, pushUsers } from './support/people.mjs';
import { assertId, assertInstant, refused } from './support/shapes.mjs';
import { application, onEachDatabase } from './support/suite.mjs';

const PEOPLE = Array.from({ length: 103 }, (_, number) => `person${number}@example.com`);

onEachDatabase('directories by the Node SDK', (at) => {
  let ada, grace, engineering, sync, directory;

  before(async () => {
    sync = at.workos.directorySync;
    directory = at.made.directory_id;
    assert.equal((await sync.getDirectory(directory)).state, 'validating', 'nobody has called its endpoint yet');
    [ada, grace] = await pushUsers(at.provider, 'ada@example.com', 'grace@example.com');
    engineering = await pushGroup(at.provider, 'Engineering', ada);
    await pushGroup(at.provider, 'Everybody', ada, grace);
  });

  const emails = (list) => list.data.map(({ email }) => email);
  const names = (list) => list.data.map(({ name }) => name);

  test('a directory is shown, listed and found', async () => {
    const shown = await sync.getDirectory(directory);
    assert.equal(shown.object, 'directory');
    assert.equal(shown.organizationId, at.made.organization_id);
    assert.deepEqual([shown.name, shown.type, shown.state], ['Okta', 'okta scim v1.1', 'active']);
    assert.ok(shown.externalKey);
    assertInstant(shown.createdAt);
    const lists = [
      sync.listDirectories(), sync.listDirectories({ search: 'okt' }), sync.listDirectories({ order: 'asc' }),
      sync.listDirectories({ organizationId: at.made.organization_id }),
    ];
    for (const list of await Promise.all(lists)) assert.deepEqual(list.data, [shown]);
    assert.deepEqual(await (await sync.listDirectories()).autoPagination(), [shown]);
    assert.deepEqual((await sync.listDirectories({ search: 'entra' })).data, []);
  });

  test('a user has what the provider pushed, and the groups', async () => {
    const shown = await sync.getUser(ada.id);
    assertId(shown.id, 'directory_user');
    assertInstant(shown.createdAt);
    assertInstant(shown.updatedAt);
    const { object, directoryId, organizationId, email, firstName, lastName, state, idpId } = shown;
    assert.deepEqual([object, directoryId, organizationId], ['directory_user', directory, at.made.organization_id]);
    assert.deepEqual([email, firstName, lastName, state, idpId], ['ada@example.com', 'Grace', 'Okonjo', 'active', ada.externalId]);
    assert.equal(shown.rawAttributes.userName, 'ada@example.com');
    assert.equal(shown.rawAttributes.password, undefined, 'no password is ever shown');
    assert.deepEqual(shown.customAttributes, {});
    assert.deepEqual(shown.groups.map(({ name }) => name).sort(), ['Engineering', 'Everybody']);
    assert.deepEqual(shown.groups.find(({ id }) => id === engineering.id), await sync.getGroup(engineering.id));
  });

  test('a group has its names', async () => {
    const shown = await sync.getGroup(engineering.id);
    assertId(shown.id, 'directory_group');
    assertInstant(shown.updatedAt);
    assert.deepEqual([shown.name, shown.idpId], ['Engineering', 'Engineering']);
    assert.deepEqual([shown.directoryId, shown.organizationId], [directory, at.made.organization_id]);
  });

  test('users are listed by directory, by group, and found by what identifies them', async () => {
    assert.deepEqual(emails(await sync.listUsers({ group: engineering.id })), ['ada@example.com']);
    assert.deepEqual(emails(await sync.listUsers({ directory, group: engineering.id })), ['ada@example.com']);
    // The types of the Node SDK lack these two; it sends them all the same.
    assert.deepEqual(emails(await sync.listUsers({ directory, email: 'grace@example.com' })), ['grace@example.com']);
    assert.deepEqual(emails(await sync.listUsers({ directory, idp_id: ada.externalId })), ['ada@example.com']);
    assert.deepEqual(emails(await sync.listUsers({ directory, email: 'nobody@example.com' })), []);
    const [listed] = (await sync.listUsers({ group: engineering.id })).data;
    assert.deepEqual(listed, await sync.getUser(ada.id));
  });

  test('groups are listed by directory and by user', async () => {
    assert.deepEqual(names(await sync.listGroups({ directory })), ['Everybody', 'Engineering']);
    assert.deepEqual(names(await sync.listGroups({ directory, order: 'asc' })), ['Engineering', 'Everybody']);
    assert.deepEqual(names(await sync.listGroups({ user: grace.id })), ['Everybody']);
    const page = await sync.listGroups({ directory, limit: 1 });
    assert.deepEqual(names(page), ['Everybody']);
    assert.deepEqual(names(await sync.listGroups({ directory, limit: 1, after: page.listMetadata.after })), ['Engineering']);
  });

  test('users come in pages of both orders, and whole by auto-pagination', async () => {
    const made = await application(at.server, 'Many');
    await pushUsers(made.provider, ...PEOPLE);
    const list = (options) => made.workos.directorySync.listUsers({ directory: made.made.directory_id, ...options });
    assert.deepEqual(emails(await list()), PEOPLE.toReversed().slice(0, 10), 'ten, the newest first');
    assert.deepEqual(emails(await list({ order: 'asc', limit: 100 })), PEOPLE.slice(0, 100));
    const first = await list({ limit: 3 });
    const second = await list({ limit: 3, after: first.listMetadata.after });
    assert.deepEqual(emails(second), PEOPLE.toReversed().slice(3, 6));
    assert.deepEqual(emails(await list({ limit: 3, before: second.listMetadata.before })), emails(first));
    for (const order of ['asc', 'desc']) {
      const all = await (await list({ order })).autoPagination();
      assert.deepEqual(all.map(({ email }) => email), order === 'asc' ? PEOPLE : PEOPLE.toReversed());
    }
  });

  test('what is unknown, of somebody else or unsaid is refused', async () => {
    const unknown = 'directory_01HZZZZZZZZZZZZZZZZZZZZZZZ';
    const refusals = [
      [() => sync.getDirectory(unknown), NotFoundException],
      [() => sync.deleteDirectory(unknown), NotFoundException],
      [() => sync.getUser('directory_user_01HZZZZZZZZZZZZZZZZZZZZZZZ'), NotFoundException],
      [() => sync.getUser('not an id'), NotFoundException],
      [() => sync.getUser('../organizations'), NotFoundException],
      [() => sync.getGroup('directory_group_01HZZZZZZZZZZZZZZZZZZZZZZZ'), NotFoundException],
      [() => sync.listUsers({ directory: unknown }), NotFoundException],
      [() => sync.listUsers({ group: 'directory_group_01HZZZZZZZZZZZZZZZZZZZZZZZ' }), NotFoundException],
      [() => sync.listGroups({ user: 'directory_user_01HZZZZZZZZZZZZZZZZZZZZZZZ' }), NotFoundException],
      [() => sync.listUsers({}), UnprocessableEntityException],
      [() => sync.listGroups({}), UnprocessableEntityException],
      [() => sync.listUsers({ directory, limit: 101 }), UnprocessableEntityException],
      [() => sync.listUsers({ directory, limit: 0 }), UnprocessableEntityException],
      [() => sync.listUsers({ directory, order: 'sideways' }), UnprocessableEntityException],
    ];
    for (const [call, exception] of refusals) await refused(call(), exception);
    const stranger = await application(at.server, 'Stranger');
    const theirs = stranger.workos.directorySync;
    await refused(theirs.getDirectory(directory), NotFoundException, { code: 'entity_not_found' });
    await refused(theirs.getUser(ada.id), NotFoundException);
    await refused(theirs.getGroup(engineering.id), NotFoundException);
    await refused(theirs.listUsers({ directory }), NotFoundException);
    await refused(theirs.deleteDirectory(directory), NotFoundException);
  });

  test('a directory is deleted with all it has', async () => {
    const { made, provider, workos } = await application(at.server, 'Leaving');
    const [user] = await pushUsers(provider, 'last@example.com');
    await workos.directorySync.deleteDirectory(made.directory_id);
    await refused(workos.directorySync.getDirectory(made.directory_id), NotFoundException);
    await refused(workos.directorySync.getUser(user.id), NotFoundException);
    assert.deepEqual((await workos.directorySync.listDirectories()).data, []);
  });
});
