// Living with a directory: what came in, the change of its token, its name, its end.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { visit } from './support/browser.mjs';
import { bootstrap } from './support/rollcall.mjs';
import { scim, user } from './support/scim.mjs';
import { heading, openTab, OWNER, session } from './support/steps.mjs';
import { onEachDatabase } from './support/suite.mjs';
import { reloadUntil } from './support/wait.mjs';

onEachDatabase('a directory', (at) => {
  let number = 0;
  before(async () => {
    await fresh(at, 'to make the account');
    at.session = await session(at);
  });

  async function open() {
    number += 1;
    const made = await fresh(at, `Directory ${number}`);
    const visitor = await visit(at.browser, at.server, { storageState: at.session });
    await visitor.page.goto(`/w/${made.workspace_slug}/directories/${made.directory_id}`);
    return { ...visitor, name: `Directory ${number}`, okta: { endpoint: made.scim_endpoint, token: made.scim_token } };
  }

  test('logs each request with its bodies, without secrets, and its events', async () => {
    const { page, okta, verify } = await open();
    const client = scim(okta);
    assert.equal((await client.post('/Users', user('grace@example.com'))).status, 201);
    assert.equal((await client.post('/Users', { ...user('grace@example.com') })).status, 409);
    await openTab(page, 'Activity');
    const requests = page.getByRole('main').getByRole('listitem').filter({ hasText: 'POST' });
    await reloadUntil(page, requests.nth(1));
    assert.match(await requests.nth(1).textContent(), /\/Users[\s\S]*201[\s\S]*\d ms/);
    assert.match(await requests.nth(0).textContent(), /\/Users[\s\S]*409[\s\S]*\d ms/);

    await requests.nth(1).getByRole('link').click();
    await heading(page, 'POST /Users');
    const sent = await page.getByRole('region', { name: 'Request body' }).textContent();
    assert.equal(JSON.parse(sent).userName, 'grace@example.com');
    await page.getByText('dsync.user.created').click();
    const event = await page.getByRole('region', { name: 'dsync.user.created' }).textContent();
    assert.equal(JSON.parse(event).directory_id !== undefined, true, event);
    const everything = await page.content();
    for (const secret of [okta.token, 'never-show-this-9f2c']) assert.equal(everything.includes(secret), false, secret);
    verify();
  });

  test('shows only what was refused, and what to do about it', async () => {
    const { page, okta, verify } = await open();
    assert.equal((await scim(okta).get('/Users?startIndex=1&count=2')).status, 200);
    assert.equal((await scim({ ...okta, token: 'wrong' }).get('/Users')).status, 401);
    await openTab(page, 'Activity');
    const requests = page.getByRole('main').getByRole('listitem').filter({ hasText: 'GET' });
    await reloadUntil(page, requests.nth(1));
    await page.getByRole('link', { name: 'Refused only' }).click();
    await requests.filter({ hasText: '200' }).waitFor({ state: 'detached' });
    assert.equal(await requests.count(), 1);
    await requests.getByRole('link').click();
    await page.getByRole('heading', { name: 'Why, and what to do' }).waitFor();
    await page.getByText('paste the bearer token').waitFor();
    verify();
  });

  test('moves by itself while Okta provisions', async () => {
    const { page, okta, verify } = await open();
    await openTab(page, 'Activity');
    await page.getByText('No request yet').waitFor();
    assert.equal((await scim(okta).post('/Users', user('linus@example.com'))).status, 201);
    await page.getByRole('listitem').filter({ hasText: 'POST' }).waitFor();
    await page.getByText('Linked').waitFor();
    verify();
  });

  test('changes its token without a gap', async () => {
    const { page, okta, verify } = await open();
    await openTab(page, 'Settings');
    await page.getByRole('button', { name: 'Create second token' }).click();
    const second = { ...okta, token: await page.getByLabel('Bearer Token').inputValue() };
    assert.notEqual(second.token, okta.token);
    for (const one of [okta, second]) assert.equal((await scim(one).get('/Users')).status, 200);

    await page.getByRole('link', { name: 'I have saved it' }).click();
    await openTab(page, 'Settings');
    const tokens = page.getByRole('table', { name: 'Bearer tokens that work now' });
    assert.equal(await tokens.getByRole('row').count(), 3, 'the head and two tokens');
    const ending = okta.token.slice(-4);
    await tokens.getByRole('button', { name: `Revoke token ending in ${ending}` }).click();
    await page.getByRole('button', { name: 'Revoke token', exact: true }).click();
    await page.getByRole('status').getByText('Revoked the token').waitFor();
    assert.equal((await scim(okta).get('/Users')).status, 401);
    assert.equal((await scim(second).get('/Users')).status, 200);
    verify();
  });

  test('takes another name', async () => {
    const { page, verify } = await open();
    await openTab(page, 'Settings');
    await page.getByLabel('Name').fill('Okta of the north');
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('status').getByText('Renamed to “Okta of the north”').waitFor();
    await page.getByRole('heading', { level: 1, name: /^Okta of the north/ }).waitFor();
    verify();
  });

  test('goes once its name is typed, and Okta is refused from then on', async () => {
    const { page, okta, name, verify } = await open();
    assert.equal((await scim(okta).post('/Users', user('ada@example.com'))).status, 201);
    await openTab(page, 'Settings');
    const button = page.getByRole('button', { name: 'Delete Directory' });
    assert.equal(await button.isDisabled(), true);
    await page.getByLabel('to confirm').fill(name);
    await button.click();
    await page.getByRole('status').getByText(`Deleted “${name}”`).waitFor();
    assert.equal(await page.getByRole('link', { name, exact: true }).count(), 0);
    assert.equal((await scim(okta).get('/Users')).status, 401);
    verify();
  });
});

function fresh(at, directory) {
  return bootstrap(at.server, { ...OWNER, workspace: 'Northwind', organization: 'Contoso', directory });
}
