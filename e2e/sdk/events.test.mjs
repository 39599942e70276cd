// The events by the official Node SDK: each type, in the order in which things happened.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { BadRequestException, UnprocessableEntityException } from '@workos-inc/node';
import { user } from '../support/scim.mjs';
import { pushGroup, pushUsers } from './support/people.mjs';
import { assertId, assertInstant, refused } from './support/shapes.mjs';
import { application, onEachDatabase } from './support/suite.mjs';
import { until } from './support/wait.mjs';

const PROVISIONING = ['dsync.activated', 'dsync.user.created', 'dsync.user.updated', 'dsync.user.deleted', 'dsync.group.created',
  'dsync.group.updated', 'dsync.group.deleted', 'dsync.group.user_added', 'dsync.group.user_removed', 'dsync.deleted'];
const ORGANIZATION = ['organization.created', 'organization.updated', 'organization.deleted', 'organization_domain.created',
  'organization_domain.updated', 'organization_domain.verified', 'organization_domain.verification_failed', 'organization_domain.deleted'];
const TOKEN = ['dsync.token.created', 'dsync.token.revoked'];
const ALL = [...PROVISIONING, ...ORGANIZATION, ...TOKEN];

onEachDatabase('events by the Node SDK', (at) => {
  let directory, ada, grace, team;

  const list = (options) => at.workos.events.listEvents({ events: PROVISIONING, limit: 100, ...options });
  const names = (list) => list.data.map(({ event }) => event);
  const ids = (list) => list.data.map(({ id }) => id);

  before(async () => {
    directory = at.made.directory_id;
    [ada, grace] = await pushUsers(at.provider, 'ada@example.com', 'grace@example.com');
    team = await pushGroup(at.provider, 'Team', ada);
    const call = async (method, ...call) => assert.ok((await at.provider[method](...call)).status < 300);
    await call('patch', `/Groups/${team.id}`, { schemas: ['urn:scim:schemas:core:1.0'], members: [{ value: grace.id }] });
    await call('patch', `/Groups/${team.id}`, { schemas: ['urn:scim:schemas:core:1.0'], members: [{ value: ada.id, operation: 'delete' }] });
    await call('patch', `/Groups/${team.id}`, { schemas: ['urn:scim:schemas:core:1.0'], displayName: 'The team' });
    await call('put', `/Users/${ada.id}`, { ...user('ada@example.com', { familyName: 'Byron' }), title: 'Lead' });
    await call('patch', `/Users/${ada.id}`, { schemas: ['urn:scim:schemas:core:1.0'], active: false });
    await call('delete', `/Groups/${team.id}`);
    await call('delete', `/Users/${grace.id}`);
    await until(() => list(), ({ data }) => data.at(-1)?.event === 'dsync.user.deleted');
  });

  test('come in the order in which things happened', async () => {
    assert.deepEqual(names(await list()), [
      'dsync.activated', 'dsync.user.created', 'dsync.user.created', 'dsync.group.created', 'dsync.group.user_added',
      'dsync.group.user_added', 'dsync.group.user_removed', 'dsync.group.updated', 'dsync.user.updated', 'dsync.user.updated',
      'dsync.group.deleted', 'dsync.user.deleted',
    ]);
  });

  test('carry what they tell of', async () => {
    const { data } = await list();
    const all = (name) => data.filter(({ event }) => event === name);
    for (const event of data) {
      assertId(event.id, 'event');
      assertInstant(event.createdAt);
    }
    const [activated] = all('dsync.activated');
    assert.deepEqual([activated.data.id, activated.data.state, activated.data.domains], [directory, 'active', []]);
    assert.equal(activated.data.externalKey, (await at.workos.directorySync.getDirectory(directory)).externalKey);
    const [created] = all('dsync.user.created');
    assert.deepEqual([created.data.object, created.data.id, created.data.email, created.data.state],
      ['directory_user', ada.id, 'ada@example.com', 'active']);
    assert.equal('groups' in created.data, false);
    const [profile, deactivated] = all('dsync.user.updated');
    assert.equal(profile.data.lastName, 'Byron');
    assert.equal(profile.data.previousAttributes.last_name, 'Okonjo');
    assert.deepEqual(profile.data.previousAttributes.custom_attributes, { job_title: null });
    assert.equal(deactivated.data.state, 'inactive');
    assert.equal(deactivated.data.previousAttributes.state, 'active');
    const [renamed] = all('dsync.group.updated');
    assert.deepEqual([renamed.data.name, renamed.data.previousAttributes.name], ['The team', 'Team']);
    const [first, second] = all('dsync.group.user_added');
    assert.deepEqual([first.data.directoryId, first.data.user.id, first.data.group.id], [directory, ada.id, team.id]);
    assert.equal(second.data.user.email, 'grace@example.com');
    assert.equal(all('dsync.group.user_removed')[0].data.user.id, ada.id);
    assert.equal(all('dsync.group.deleted')[0].data.id, team.id);
    assert.equal(all('dsync.user.deleted')[0].data.id, grace.id);
  });

  test('tell their place in the directory and the request that made them', async () => {
    const { data } = await list();
    const places = data.map(({ context }) => context.directory_sequence);
    assert.deepEqual(places, places.toSorted((one, other) => one - other));
    assert.equal(new Set(places).size, places.length);
    const made = data.find(({ event }) => event === 'dsync.group.created');
    const joined = data.find(({ event }) => event === 'dsync.group.user_added');
    assert.ok(made.context.provisioning_request_id);
    assert.equal(joined.context.provisioning_request_id, made.context.provisioning_request_id, 'one request made both');
  });

  test('are read by cursor, page by page, and backwards', async () => {
    const all = ids(await list());
    const read = [];
    let after;
    do {
      const page = await list({ limit: 5, after });
      read.push(...ids(page));
      after = page.listMetadata.after;
    } while (after);
    assert.deepEqual(read, all);
    assert.deepEqual(ids(await list({ after: all.at(-1) })), []);
    assert.deepEqual(ids(await list({ order: 'desc' })), all.toReversed());
    assert.deepEqual(ids(await list({ order: 'desc', limit: 3, after: all[4] })), all.slice(1, 4).toReversed());
    assert.equal((await at.workos.events.listEvents({ events: PROVISIONING })).data.length, 10, 'ten where nothing is asked');
  });

  test('are chosen by type, time and organization', async () => {
    const all = await list();
    assert.deepEqual(new Set(names(await list({ events: ['dsync.user.created', 'dsync.user.deleted'] }))),
      new Set(['dsync.user.created', 'dsync.user.deleted']));
    assert.deepEqual(names(await list({ events: ['dsync.deleted'] })), []);
    assert.deepEqual(ids(await list({ rangeStart: all.data[0].createdAt })), ids(all));
    assert.deepEqual(ids(await list({ rangeStart: '2020-01-01T00:00:00Z', rangeEnd: '2020-01-02T00:00:00Z' })), []);
    const later = new Date(Date.now() + 60_000).toISOString();
    assert.deepEqual(ids(await list({ rangeStart: later })), []);
    assert.deepEqual(ids(await list({ organizationId: at.made.organization_id })), ids(all));
    const { id: other } = await at.workos.organizations.createOrganization({ name: 'Other' });
    assert.deepEqual(ids(await list({ organizationId: other })), []);
  });

  test('of every type that there is are read by their shape', async () => {
    const { made, provider, workos } = await application(at.server, 'Every type');
    await pushUsers(provider, 'ada@example.com');
    const made2 = await workos.organizations.createOrganization({ name: 'Fabrikam', metadata: { plan: 'pro' },
      domainData: [{ domain: 'every.example.com', state: 'verified' }, { domain: 'other.example.com', state: 'pending' }] });
    await workos.organizations.updateOrganization({ organization: made2.id, name: 'Fabrikam Group' });
    await workos.organizationDomains.deleteOrganizationDomain(made2.domains[1].id);
    await workos.organizations.deleteOrganization(made2.id);
    await workos.directorySync.deleteDirectory(made.directory_id);
    const read = () => workos.events.listEvents({ events: ALL, limit: 100 });
    const { data } = await until(read, ({ data }) => data.at(-1)?.event === 'dsync.deleted');
    const find = (name, id) => data.find(({ event, data }) => event === name && (!id || data.id === id)) ?? assert.fail(`no ${name}`);
    const created = find('organization.created', made2.id).data;
    assert.deepEqual([created.name, created.metadata, created.externalId], ['Fabrikam', { plan: 'pro' }, null]);
    assert.deepEqual(created.domains.map(({ domain }) => domain).sort(), ['every.example.com', 'other.example.com']);
    assert.equal(find('organization.updated', made2.id).data.name, 'Fabrikam Group');
    assert.equal(find('organization.deleted', made2.id).data.name, 'Fabrikam Group');
    for (const name of ['organization_domain.created', 'organization_domain.deleted']) {
      const { data } = find(name, made2.domains[1].id);
      assert.deepEqual([data.organizationId, data.domain], [made2.id, 'other.example.com']);
    }
    // The SDK knows no type for tokens and hands them on as they are.
    const token = find('dsync.token.created').data;
    assert.deepEqual([token.object, token.directory_id], ['directory_token', made.directory_id]);
    const deleted = find('dsync.deleted', made.directory_id).data;
    assert.deepEqual([deleted.name, deleted.state, deleted.organizationId], ['Okta', 'active', made.organization_id]);
  });

  test('are refused to whoever asks wrongly', async () => {
    const [some] = ids(await list());
    const invalid = { code: 'invalid_events_request' };
    const error = await refused(list({ events: ['dsync.user.vanished'] }), BadRequestException, invalid);
    assert.match(error.message, /dsync\.user\.vanished/);
    await refused(list({ events: [] }), BadRequestException, invalid);
    await refused(list({ after: 'event_01HZZZZZZZZZZZZZZZZZZZZZZZ' }), BadRequestException);
    await refused(list({ after: 'no event' }), BadRequestException);
    await refused(list({ after: some, rangeStart: '2026-01-01T00:00:00Z' }), BadRequestException);
    await refused(list({ rangeStart: 'yesterday' }), BadRequestException);
    await refused(list({ limit: 101 }), UnprocessableEntityException);
    const stranger = await application(at.server, 'Stranger');
    const theirs = stranger.workos.events;
    await refused(theirs.listEvents({ events: PROVISIONING, after: some }), BadRequestException);
    assert.deepEqual((await theirs.listEvents({ events: PROVISIONING })).data, []);
  });
});
