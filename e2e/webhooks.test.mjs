// Webhooks: an endpoint from its making to its end, with a receiver that listens and one that fails.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { visit } from './support/browser.mjs';
import { checkPage } from './support/checks.mjs';
import { startReceiver } from './sdk/support/receiver.mjs';
import { bootstrap } from './support/rollcall.mjs';
import { scim, user } from './support/scim.mjs';
import { heading, openSection, OWNER, session } from './support/steps.mjs';
import { onEachDatabase } from './support/suite.mjs';
import { reloadUntil } from './support/wait.mjs';

const LOCAL = { ROLLCALL_WEBHOOK_ALLOW_NETWORKS: '127.0.0.0/8' };

onEachDatabase('webhooks', (at) => {
  const receivers = [];
  before(async () => {
    const names = { workspace: 'Northwind', organization: 'Contoso', directory: 'Okta production' };
    at.made = await bootstrap(at.server, { ...OWNER, ...names });
    at.session = await session(at);
    at.client = scim({ endpoint: at.made.scim_endpoint, token: at.made.scim_token });
  });
  after(() => Promise.all(receivers.map((receiver) => receiver.stop())));

  async function open(options) {
    const answer = { status: 200, body: 'ok' };
    const receiver = { ...(await startReceiver(() => answer.status, () => answer.body)), answer };
    receivers.push(receiver);
    const visitor = await visit(at.browser, at.server, { storageState: at.session, ...options });
    await visitor.page.goto(`/w/${at.made.workspace_slug}/organizations`);
    await openSection(visitor.page, 'Webhooks');
    return { ...visitor, receiver };
  }

  test('carry what Okta sends, signed, and show what became of it', async () => {
    const { page, receiver, verify } = await open();
    await checkPage(page, 'webhooks-empty');
    await page.getByRole('link', { name: 'New endpoint' }).first().click();
    await checkPage(page, 'webhook-new');
    await refuseNothing(page);
    await checkPage(page, 'webhook-refused');
    const secret = await create(page, receiver.url);
    await checkPage(page, 'webhook-secret');
    await page.reload();
    await heading(page, receiver.url);
    assert.equal((await page.content()).includes(secret), false, 'the secret shows after a reload');
    await checkPage(page, 'webhook-nothing-sent');

    assert.equal((await at.client.post('/Users', user('grace@example.com'))).status, 201);
    const row = page.getByRole('row').filter({ hasText: 'dsync.user.created' });
    await row.getByText('Succeeded').waitFor();
    const { headers, body } = receiver.received.find((each) => each.body.includes('"dsync.user.created"'));
    const [, time, signature] = /^t=(\d+), ?v1=([0-9a-f]+)$/.exec(headers['workos-signature']);
    assert.equal(signature, createHmac('sha256', secret).update(`${time}.${body}`).digest('hex'));

    await row.getByRole('link').click();
    await heading(page, 'dsync.user.created');
    await page.getByText('200 OK').waitFor();
    await checkPage(page, 'webhook-delivery');
    await page.getByRole('link', { name: 'dsync.user.created' }).click();
    await page.getByRole('table', { name: 'Deliveries of this event' }).getByText('Succeeded').waitFor();
    await checkPage(page, 'event-delivered');
    verify();
  });

  test('say what a receiver answers, and are sent again', async () => {
    const { page, receiver, verify } = await open();
    Object.assign(receiver.answer, { status: 503, body: '<h1>Down & out</h1>' });
    await create(page, receiver.url);
    await page.getByRole('link', { name: 'I have saved it' }).click();
    await page.getByLabel('Example of').selectOption('dsync.group.updated');
    await page.getByRole('button', { name: 'Send test event' }).click();
    await heading(page, 'dsync.group.updated');
    await page.getByText('503 Service Unavailable').waitFor();
    await page.getByText('<h1>Down & out</h1>').waitFor();
    await checkPage(page, 'webhook-delivery-failed');
    Object.assign(receiver.answer, { status: 200, body: '' });
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('200 OK').waitFor();
    await page.getByText('Succeeded', { exact: true }).first().waitFor();

    Object.assign(receiver.answer, { status: 500, body: '{"error":"no"}' });
    assert.equal((await at.client.post('/Users', user('linus@example.com'))).status, 201);
    await page.getByRole('link', { name: receiver.url }).click();
    await reloadUntil(page, page.getByText('Every attempt has failed since'));
    await checkPage(page, 'webhook-failing');
    await page.getByRole('link', { name: 'Succeeded', exact: true }).click();
    await page.getByRole('row').filter({ hasText: 'dsync.group.updated' }).waitFor();
    assert.equal(await page.getByRole('row').filter({ hasText: 'dsync.user.created' }).count(), 0);
    verify();
  });

  for (const javaScriptEnabled of [true, false]) {
    test(`are changed, disabled, recovered and deleted with scripts ${javaScriptEnabled ? 'on' : 'off'}`, async () => {
      const { page, receiver, verify } = await open({ javaScriptEnabled });
      const first = await create(page, receiver.url);
      await page.getByRole('link', { name: 'I have saved it' }).click();
      await tab(page, 'Settings');
      if (javaScriptEnabled) await checkPage(page, 'webhook-settings');
      await page.getByLabel('Description').fill('Staging');
      await page.getByLabel('One after the other').check();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText(`Saved ${receiver.url}.`).waitFor();
      await changeSecret(page, first);
      await disableAndRecover(page, receiver, at);
      await tab(page, 'Settings');
      await page.getByLabel('to confirm').fill(receiver.url);
      await page.getByRole('button', { name: 'Delete endpoint' }).click();
      await page.getByText(`Deleted ${receiver.url}.`).waitFor();
      verify();
    });
  }
}, LOCAL);

/** Picks nothing and sends it. */
async function refuseNothing(page) {
  await page.getByLabel('Endpoint URL').fill('https://10.0.0.1/hooks');
  await page.getByRole('checkbox', { name: 'All events' }).uncheck();
  await page.getByRole('button', { name: 'Create endpoint' }).click();
  await page.getByText('Pick at least one event.').first().waitFor();
}

/** From the list, or from the form, to the one page that shows the secret. */
async function create(page, url) {
  const button = page.getByRole('link', { name: 'New endpoint' }).first();
  if (await button.isVisible()) await button.click();
  await heading(page, 'New webhook endpoint');
  await page.getByLabel('Endpoint URL').fill(url);
  await page.getByRole('checkbox', { name: 'All events' }).check();
  await page.getByRole('button', { name: 'Create endpoint' }).click();
  await heading(page, 'Signing secret');
  const secret = await page.getByLabel('Signing secret', { exact: true }).inputValue();
  assert.match(secret, /^whsec_/);
  return secret;
}

async function tab(page, name) {
  await page.getByRole('navigation', { name: 'Endpoint' }).getByRole('link', { name }).click();
  await page.getByRole('navigation', { name: 'Endpoint' }).locator('[aria-current=page]', { hasText: name }).waitFor();
}

async function changeSecret(page, first) {
  await page.getByLabel('The old secret is used as well').selectOption({ label: 'for 1 hour' });
  await page.getByRole('button', { name: 'Change secret' }).click();
  await heading(page, 'Signing secret');
  const second = await page.getByLabel('Signing secret', { exact: true }).inputValue();
  assert.notEqual(second, first);
  await page.getByRole('link', { name: 'I have saved it' }).click();
  await page.getByText('The secret was changed.').waitFor();
}

async function disableAndRecover(page, receiver, at) {
  await tab(page, 'Settings');
  await page.getByRole('button', { name: 'Disable', exact: true }).click();
  await page.getByText('This endpoint is disabled.').waitFor();
  const name = `missed-${receiver.url.split(':')[2].split('/')[0]}@example.com`;
  assert.equal((await at.client.post('/Users', user(name))).status, 201);
  assert.equal(await page.getByRole('button', { name: 'Recover' }).isDisabled(), true);
  await page.getByRole('button', { name: 'Enable', exact: true }).click();
  await page.getByText('Events are sent to it again').waitFor();
  assert.equal(receiver.received.some((each) => each.body.includes(name)), false);
  await page.getByRole('button', { name: 'Recover' }).click();
  await page.getByText('Sending what was missed').waitFor();
  await reloadUntil(page, page.getByRole('row').filter({ hasText: 'dsync.user.created' }).getByText('Succeeded'));
  assert.equal(receiver.received.some((each) => each.body.includes(name)), true);
}
