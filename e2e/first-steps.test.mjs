// The main job: from an empty installation to a person whom Okta provisioned, by clicking alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visit } from './support/browser.mjs';
import { scim, group, user } from './support/scim.mjs';
import { createDirectory, createOrganization, credentials, heading, openTab, setUp, signIn, OWNER } from './support/steps.mjs';
import { onEachDatabase } from './support/suite.mjs';

onEachDatabase('first steps', (at) => {
  test('an admin sets up, adds a directory, and what Okta sends shows up', async () => {
    const { page, verify } = await visit(at.browser, at.server, { permissions: ['clipboard-read', 'clipboard-write'] });
    await refuseWrongCode(page);
    await setUp(page, at.server, 'Northwind');
    await createOrganization(page, 'Contoso');
    await createDirectory(page, 'Okta production');

    const okta = await copyCredentials(page);
    assert.deepEqual(okta, await credentials(page));
    await tokenIsGoneAfterReload(page, okta.token);

    const grace = await provision(okta);
    await look(page, grace);
    await signOutAndIn(page);
    verify();
  });
});

async function refuseWrongCode(page) {
  await page.goto('/setup');
  await page.getByLabel('Setup code').fill('not-the-code');
  await page.getByLabel('Name', { exact: true }).fill(OWNER.name);
  await page.getByLabel('Email').fill(OWNER.email);
  await page.getByLabel('Password').fill(OWNER.password);
  await page.getByLabel('Workspace name').fill('Northwind');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('alert').getByText('This is not the code that the server printed').waitFor();
  assert.equal(await page.getByLabel('Workspace name').inputValue(), 'Northwind', 'what was typed is kept');
}

/** Copies both values with their buttons; the token stays masked until it is revealed. */
async function copyCredentials(page) {
  const token = page.getByLabel('Bearer Token');
  for (const field of [token, page.getByLabel('Endpoint')]) assert.equal(await field.isEditable(), false);
  assert.equal(await token.getAttribute('type'), 'password');
  await page.getByRole('button', { name: 'Reveal' }).click();
  assert.equal(await token.getAttribute('type'), 'text');
  await page.getByRole('button', { name: 'Hide' }).click();
  assert.equal(await token.getAttribute('type'), 'password');
  return { endpoint: await copy(page, 'Endpoint'), token: await copy(page, 'Bearer Token') };
}

async function copy(page, what) {
  await page.getByRole('button', { name: `Copy ${what}` }).click();
  await page.getByRole('status').getByText(`${what} copied`).waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

async function tokenIsGoneAfterReload(page, token) {
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Okta production' }).waitFor();
  assert.equal((await page.content()).includes(token), false, 'the token shows after a reload');
  await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Contoso' }).click();
  await heading(page, 'Contoso');
  assert.equal(await page.getByRole('row', { name: /Okta production/ }).count(), 1, 'one directory was made');
}

/** What Okta's app does: the credential test, a person, a group. */
async function provision(okta) {
  const client = scim(okta);
  const test = await client.get('/Users?startIndex=1&count=2');
  assert.equal(test.status, 200);
  assert.deepEqual(test.body.Resources, []);
  const made = await client.post('/Users', user('grace@example.com'));
  assert.equal(made.status, 201);
  assert.equal((await client.post('/Groups', group('Bridge crew', made.body))).status, 201);
  return made.body;
}

async function look(page, grace) {
  await page.getByRole('link', { name: 'Okta production' }).click();
  const row = page.getByRole('table', { name: 'Users' }).getByRole('row', { name: /Grace Okonjo/ });
  await row.getByText('Bridge crew').waitFor();
  await row.getByText('Active').waitFor();
  await openTab(page, 'Groups');
  await page.getByRole('link', { name: 'Bridge crew' }).click();
  await heading(page, 'Bridge crew');
  await page.getByRole('link', { name: 'Grace Okonjo' }).click();
  await heading(page, 'Grace Okonjo');
  const raw = page.getByRole('region', { name: /Raw JSON/ });
  assert.equal(JSON.parse(await raw.textContent()).userName, grace.userName);
}

async function signOutAndIn(page) {
  const place = page.url();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await heading(page, 'Sign in');
  await page.goto(place);
  await heading(page, 'Sign in');
  await page.getByLabel('Email').fill(OWNER.email);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('do not belong together').waitFor();
  await signIn(page);
  await heading(page, 'Grace Okonjo');
}
