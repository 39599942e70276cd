// The same forms where scripts are off.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visit } from './support/browser.mjs';
import { scim, user } from './support/scim.mjs';
import { createDirectory, createOrganization, credentials, heading, openTab, setUp, signIn } from './support/steps.mjs';
import { onEachDatabase } from './support/suite.mjs';
import { reloadUntil } from './support/wait.mjs';

onEachDatabase('without JavaScript', (at) => {
  test('every form works', async () => {
    const { page, verify } = await visit(at.browser, at.server, { javaScriptEnabled: false });
    await setUp(page, at.server, 'Northwind');
    await createOrganization(page, 'Contoso');
    await createDirectory(page, 'Okta production');
    const okta = await credentials(page);
    assert.equal(await page.getByRole('button', { name: 'Reveal' }).isVisible(), false, 'a button that could do nothing');
    assert.equal((await scim(okta).post('/Users', user('grace@example.com'))).status, 201);

    await sendAgain(page, okta.token);
    await search(page);
    await readActivity(page);
    await changeToken(page, okta);
    await renameAndDelete(page);
    await chooseTheme(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await signIn(page);
    await heading(page, 'Organizations');
    verify();
  });
});

/** A reload sends the form again; it makes no second directory and shows no token. */
async function sendAgain(page, token) {
  await page.reload();
  assert.equal((await page.content()).includes(token), false, 'the token shows after a reload');
  await page.getByRole('link', { name: 'Contoso' }).click();
  assert.equal(await page.getByRole('row', { name: /Okta production/ }).count(), 1, 'one directory was made');
  await page.getByRole('link', { name: 'Okta production' }).click();
}

async function search(page) {
  const field = page.getByRole('searchbox', { name: 'Search users' });
  await field.fill('nobody of that name');
  await field.press('Enter');
  await page.getByText('No users match “nobody of that name”.').waitFor();
  await page.getByRole('link', { name: 'Clear search' }).click();
  await field.fill('grace');
  await field.press('Enter');
  await page.getByRole('link', { name: 'Grace Okonjo' }).waitFor();
}

async function readActivity(page) {
  await openTab(page, 'Activity');
  const requests = page.getByRole('main').getByRole('listitem').filter({ hasText: 'POST' });
  await reloadUntil(page, requests);
  await requests.getByRole('link').click();
  await heading(page, 'POST /Users');
  await page.getByRole('link', { name: 'Okta production' }).click();
}

async function changeToken(page, okta) {
  await openTab(page, 'Settings');
  await page.getByLabel('The old token works').selectOption({ label: 'for 1 hour' });
  await page.getByRole('button', { name: 'Create second token' }).click();
  const second = { ...okta, token: await page.getByLabel('Bearer Token').inputValue() };
  await page.getByRole('link', { name: 'I have saved it' }).click();
  await openTab(page, 'Settings');
  await page.getByRole('button', { name: `Revoke token ending in ${okta.token.slice(-4)}` }).click();
  await page.getByRole('button', { name: 'Revoke token', exact: true }).click();
  await page.getByText('Revoked the token').waitFor();
  assert.equal((await scim(okta).get('/Users')).status, 401);
  assert.equal((await scim(second).get('/Users')).status, 200);
}

async function renameAndDelete(page) {
  await page.getByLabel('Name').fill('Okta of the north');
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByText('Renamed to “Okta of the north”').waitFor();
  await page.getByLabel('to confirm').fill('another name');
  await page.getByRole('button', { name: 'Delete Directory' }).click();
  await page.getByRole('alert').getByText('Nothing was deleted').waitFor();
  await page.getByLabel('to confirm').fill('Okta of the north');
  await page.getByRole('button', { name: 'Delete Directory' }).click();
  await page.getByText('Deleted “Okta of the north”').waitFor();
}

async function chooseTheme(page) {
  await page.getByRole('button', { name: 'Dark' }).click();
  assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
  await heading(page, 'Contoso');
}
