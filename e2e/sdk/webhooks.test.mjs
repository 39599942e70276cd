// Webhook endpoints, and the signatures of what they get, by the official Node SDK.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ConflictException, NotFoundException, SignatureVerificationException, UnprocessableEntityException } from '@workos-inc/node';
import { pushUsers } from './support/people.mjs';
import { startReceiver } from './support/receiver.mjs';
import { assertId, refused } from './support/shapes.mjs';
import { onEachDatabase } from './support/suite.mjs';
import { until } from './support/wait.mjs';

const UNKNOWN = 'we_01HZZZZZZZZZZZZZZZZZZZZZZZ';

onEachDatabase('webhooks by the Node SDK', (at) => {
  let receiver, endpoint, delivery;

  before(async () => {
    receiver = await startReceiver();
    endpoint = await at.workos.webhooks.createWebhookEndpoint({ endpointUrl: receiver.url, events: ['dsync.user.created'] });
    await pushUsers(at.provider, 'zoë@example.com');
    await until(() => receiver.received, ({ length }) => length > 0);
    const [{ headers, body }] = receiver.received;
    delivery = { payload: body, sigHeader: headers['workos-signature'], secret: endpoint.secret };
  });
  after(() => receiver?.stop());

  const webhooks = () => at.workos.webhooks;
  const verify = (changes) => webhooks().constructEvent({ ...delivery, ...changes });

  test('an endpoint is made, listed, changed and deleted', async () => {
    const made = await webhooks().createWebhookEndpoint({ endpointUrl: 'https://app.example.com/hooks', events: ['dsync.user.created', 'organization.created'] });
    assertId(made.id, 'we');
    assert.deepEqual([made.object, made.endpointUrl, made.status], ['webhook_endpoint', 'https://app.example.com/hooks', 'enabled']);
    assert.deepEqual(made.events, ['dsync.user.created', 'organization.created']);
    assert.match(made.secret, /^whsec_\S+$/);
    assert.ok(Date.now() - made.createdAt < 60_000 && made.updatedAt >= made.createdAt);
    const list = await webhooks().listWebhookEndpoints();
    assert.deepEqual(list.data, [made, endpoint], 'with the secret on every read');
    assert.deepEqual((await webhooks().listWebhookEndpoints({ order: 'asc', limit: 1 })).data, [endpoint]);
    assert.deepEqual(await list.autoPagination(), [made, endpoint]);
    const change = (changes) => webhooks().updateWebhookEndpoint({ id: made.id, ...changes });
    const disabled = await change({ status: 'disabled' });
    assert.deepEqual({ ...disabled, updatedAt: made.updatedAt }, { ...made, status: 'disabled' });
    assert.equal((await change({ status: 'enabled' })).status, 'enabled');
    assert.deepEqual((await change({ events: ['dsync.deleted'] })).events, ['dsync.deleted']);
    assert.equal((await change({ endpointUrl: 'https://app.example.com/other' })).endpointUrl, 'https://app.example.com/other');
    await webhooks().deleteWebhookEndpoint({ id: made.id });
    assert.deepEqual((await webhooks().listWebhookEndpoints()).data, [endpoint]);
  });

  test('an endpoint is refused in the form that the SDK expects', async () => {
    const create = (changes) => webhooks().createWebhookEndpoint({ endpointUrl: 'https://app.example.com/new', events: ['dsync.deleted'], ...changes });
    await refused(create({ endpointUrl: receiver.url }), ConflictException, { code: 'duplicate_endpoint' });
    await refused(create({ endpointUrl: 'no address' }), UnprocessableEntityException, { code: 'invalid_url' });
    await refused(create({ endpointUrl: 'ftp://example.com/' }), UnprocessableEntityException, { code: 'invalid_url' });
    const invalid = { code: 'invalid_request_parameters' };
    const error = await refused(create({ events: ['dsync.user.vanished'] }), UnprocessableEntityException, invalid);
    assert.match(error.message, /events/);
    await refused(create({ events: [] }), UnprocessableEntityException, invalid);
    await refused(create({ events: ['dsync.token.created'] }), UnprocessableEntityException, invalid);
    await refused(create({ endpointUrl: undefined }), UnprocessableEntityException);
    await refused(webhooks().updateWebhookEndpoint({ id: endpoint.id, status: 'asleep' }), UnprocessableEntityException);
    await refused(webhooks().updateWebhookEndpoint({ id: UNKNOWN, status: 'enabled' }), NotFoundException, { code: 'entity_not_found' });
    await refused(webhooks().deleteWebhookEndpoint({ id: UNKNOWN }), NotFoundException);
    assert.deepEqual((await webhooks().listWebhookEndpoints()).data, [endpoint]);
  });

  test('a webhook is verified as bytes, as text and as an object', async () => {
    const text = delivery.payload.toString('utf8');
    const events = await Promise.all([verify(), verify({ payload: text }), verify({ payload: JSON.parse(text) })]);
    const { data: [listed] } = await at.workos.events.listEvents({ events: ['dsync.user.created'] });
    for (const event of events) assert.deepEqual(event, listed, 'the same event as /events tells');
    assert.deepEqual([listed.event, listed.data.email], ['dsync.user.created', 'zoë@example.com']);
  });

  test('a webhook that was touched, is old or comes from elsewhere is refused', async () => {
    const other = { payload: Buffer.from(delivery.payload.toString().replace('zoë', 'eve')) };
    const fakes = [other, { secret: 'whsec_other' }, { sigHeader: `${delivery.sigHeader.slice(0, -1)}x` }, { sigHeader: '' },
      { sigHeader: delivery.sigHeader.replace(/t=\d+/, 't=1500000000000') }, { tolerance: -3_600_000 }];
    for (const fake of fakes) {
      const error = await verify(fake).then(() => assert.fail('was taken'), (thrown) => thrown);
      assert.ok(error instanceof SignatureVerificationException, `${JSON.stringify(fake)}: ${error}`);
    }
  });

  test('a webhook has the headers of both conventions', () => {
    const [{ headers, body }] = receiver.received;
    assert.match(headers['workos-signature'], /^t=\d{13}, v1=[0-9a-f]{64}$/);
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(headers['webhook-id'], JSON.parse(body).id);
    assert.match(headers['webhook-timestamp'], /^\d{10}$/);
    assert.match(headers['webhook-signature'], /^v1,\S+$/);
  });

  test('an endpoint that is disabled gets nothing until it is enabled again', async () => {
    const seen = receiver.received.length;
    await webhooks().updateWebhookEndpoint({ id: endpoint.id, status: 'disabled' });
    await pushUsers(at.provider, 'while-disabled@example.com');
    await until(() => at.workos.events.listEvents({ events: ['dsync.user.created'] }), ({ data }) => data.length === 2);
    await webhooks().updateWebhookEndpoint({ id: endpoint.id, status: 'enabled' });
    await pushUsers(at.provider, 'afterwards@example.com');
    const emails = () => receiver.received.slice(seen).map(({ body }) => JSON.parse(body).data.email);
    const got = await until(emails, (got) => got.includes('afterwards@example.com'));
    assert.deepEqual(got, ['afterwards@example.com']);
  });
});
