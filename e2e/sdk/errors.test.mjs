// What goes wrong reaches the application as the exception that the official Node SDK has for it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GenericServerException, NotFoundException, RateLimitExceededException, UnauthorizedException } from '@workos-inc/node';
import { refused } from './support/shapes.mjs';
import { connect, onEachDatabase } from './support/suite.mjs';

onEachDatabase('errors by the Node SDK', (at) => {
  test('a wrong key is unauthorized', async () => {
    for (const key of ['sk_wrong', `${at.made.api_key}x`, 'no key']) {
      const call = connect(at.server, key).organizations.listOrganizations();
      await refused(call, UnauthorizedException);
    }
  });

  test('a path that is not there is not found', async () => {
    for (const path of ['/nowhere', '/directory_users/a/b', '/sso/authorize', '/user_management/users']) {
      await refused(at.workos.get(path), NotFoundException);
    }
  });

  test('a method that a path does not take has an exception too', async () => {
    await refused(at.workos.put('/events', {}), GenericServerException, { status: 405 });
  });

  test('everything is answered as JSON with a request id', async () => {
    const call = (path, options = {}) => fetch(at.server.url + path, { ...options, headers: { Authorization: `Bearer ${at.made.api_key}`, ...options.headers } });
    const json = { 'Content-Type': 'application/json' };
    const calls = [
      [400, call('/organizations', { method: 'POST', body: '{"name":', headers: json })],
      [415, call('/organizations', { method: 'POST', body: '<name/>', headers: { 'Content-Type': 'application/xml' } })],
      [413, call('/organizations', { method: 'POST', body: JSON.stringify({ name: 'x'.repeat(4_000_000) }), headers: json })],
      [401, call('/organizations', { headers: { Authorization: '' } })],
      [401, call('/organizations', { headers: { Authorization: `Basic ${at.made.api_key}` } })],
      [404, call('/organizations/%00', {})],
      [422, call('/organizations?limit=ten', {})],
      [400, call('/organizations', { method: 'POST', body: '[]', headers: json })],
      [200, call('/organizations', {})],
    ];
    for (const [status, call] of calls) {
      const answer = await call;
      const body = await answer.json();
      assert.equal(answer.status, status, JSON.stringify(body));
      assert.match(answer.headers.get('content-type'), /^application\/json/);
      assert.ok(answer.headers.get('x-request-id'));
      if (status === 200) continue;
      assert.equal(typeof body.message, 'string');
      assert.deepEqual([body.error, body.error_description], [undefined, undefined], 'the SDKs would take it for a failed sign-in');
    }
  });

  test('arrays of a query are taken in every spelling of the SDKs', async () => {
    const read = async (query) => {
      const answer = await fetch(`${at.server.url}/events?${query}`, { headers: { Authorization: `Bearer ${at.made.api_key}` } });
      assert.equal(answer.status, 200, query);
    };
    for (const query of ['events=dsync.activated,dsync.deleted', 'events=dsync.activated%2Cdsync.deleted',
      'events[]=dsync.activated&events[]=dsync.deleted', 'events=dsync.activated&events=dsync.deleted']) await read(query);
  });
});

onEachDatabase('the rate limit by the Node SDK', (at) => {
  test('is told as such, with the time to wait', async () => {
    const impatient = connect(at.server, at.made.api_key, { maxRetries: 0 });
    const calls = Array.from({ length: 12 }, () => impatient.organizations.listOrganizations());
    const refusals = (await Promise.allSettled(calls)).filter(({ status }) => status === 'rejected').map(({ reason }) => reason);
    assert.ok(refusals.length > 0, 'more calls than the server was set to take');
    for (const error of refusals) {
      assert.ok(error instanceof RateLimitExceededException, `${error.stack}`);
      assert.ok(error.retryAfter > 0 && error.retryAfter <= 60, `${error.retryAfter}`);
      assert.match(error.requestID, /^\S+$/);
    }
  });

  test('is waited for by the SDK itself', async () => {
    const patient = connect(at.server, at.made.api_key, { maxRetries: 10 });
    const list = await patient.organizations.listOrganizations();
    assert.equal(list.data.length, 1);
  });
}, { ROLLCALL_API_REQUESTS_PER_MINUTE: '6' });
