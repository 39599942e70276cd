// API keys: made, used, seen to be used, revoked.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { visit } from './support/browser.mjs';
import { checkPage } from './support/checks.mjs';
import { bootstrap } from './support/rollcall.mjs';
import { heading, openSection, OWNER, session } from './support/steps.mjs';
import { onEachDatabase } from './support/suite.mjs';

onEachDatabase('API keys', (at) => {
  before(async () => {
    const names = { workspace: 'Northwind', organization: 'Contoso', directory: 'Okta production' };
    at.made = await bootstrap(at.server, { ...OWNER, ...names });
    at.session = await session(at);
  });

  const open = async (options) => {
    const visitor = await visit(at.browser, at.server, { storageState: at.session, ...options });
    await visitor.page.goto(`/w/${at.made.workspace_slug}/organizations`);
    await openSection(visitor.page, 'API keys');
    return visitor;
  };

  test('are shown once, open the API, and are revoked', async () => {
    const { page, verify } = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await checkPage(page, 'api-keys');
    const key = await create(page, 'Production <backend>');
    const field = page.getByLabel('API key', { exact: true });
    assert.equal(await field.getAttribute('type'), 'password');
    await page.getByRole('button', { name: 'Copy API key' }).click();
    await page.getByRole('status').getByText('API key copied').waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), key);
    await checkPage(page, 'api-key-created');
    await page.reload();
    await heading(page, 'API keys');
    assert.equal((await page.content()).includes(key), false, 'the key shows after a reload');

    assert.equal(await status(at, key), 200);
    await revoke(page, 'Production <backend>', key);
    await checkPage(page, 'api-key-revoke');
    await confirm(page, 'Production <backend>');
    assert.equal(await status(at, key), 401);
    verify();
  });

  test('need no script', async () => {
    const { page, verify } = await open({ javaScriptEnabled: false });
    await page.getByRole('link', { name: 'New API key' }).first().click();
    await page.getByRole('button', { name: 'Create API key' }).click();
    const key = await create(page, 'Staging');
    assert.equal(await status(at, key), 200);
    await page.getByRole('link', { name: 'I have saved it' }).click();
    await revoke(page, 'Staging', key);
    await confirm(page, 'Staging');
    assert.equal(await status(at, key), 401);
    verify();
  });
});

async function create(page, name) {
  const button = page.getByRole('link', { name: 'New API key' }).first();
  if (await button.isVisible()) await button.click();
  await heading(page, 'New API key');
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('It expires').selectOption({ label: 'In 90 days' });
  await page.getByRole('button', { name: 'Create API key' }).click();
  await heading(page, 'Your new API key');
  return page.getByLabel('API key', { exact: true }).inputValue();
}

async function status({ server }, key) {
  const answer = await fetch(`${server.url}/directories`, { headers: { Authorization: `Bearer ${key}` } });
  return answer.status;
}

async function revoke(page, name, key) {
  const row = page.getByRole('table', { name: 'API keys' }).getByRole('row').filter({ hasText: name });
  assert.match(await row.textContent(), new RegExp(`sk_…${key.slice(-4)}`));
  await row.getByRole('link', { name: `Revoke ${name}` }).click();
  await heading(page, 'Revoke API key');
}

/** A use is written down within the minute, so the page may or may not ask for the name yet. */
async function confirm(page, name) {
  const field = page.getByLabel('to confirm');
  if (await field.isVisible()) await field.fill(name);
  await page.getByRole('button', { name: 'Revoke API key' }).click();
  await page.getByText(`Revoked the key “${name}”`).waitFor();
}
