// Names are text, whatever stands in them: from a form, and from the provider.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visit } from './support/browser.mjs';
import { overflow } from './support/checks.mjs';
import { group, scim, user } from './support/scim.mjs';
import { createDirectory, createOrganization, credentials, heading, openSection, openTab, setUp, signIn } from './support/steps.mjs';
import { onEachDatabase } from './support/suite.mjs';

const NAMES = {
  markup: '<script>document.title="broken"</script>&amp;<b>',
  quotes: `"onmouseover="alert(1)' {{ 7*7 }} %s`,
  rightToLeft: 'محمد \u202Eעברית\u202C',
  emoji: '👩‍👩‍👧‍👦 Ærøskøbing 🇩🇰',
  // One word, so that it can only be cut or broken.
  long: `${'Donaudampfschiff'.repeat(19)}`.slice(0, 300),
};

onEachDatabase('hostile names', (at) => {
  test('show as text and widen no page', async () => {
    const { page, verify } = await visit(at.browser, at.server);
    await setUp(page, at.server, NAMES.markup);
    await page.getByText(NAMES.markup).first().waitFor();
    const okta = await connect(page);
    await push(okta);
    await page.getByRole('link', { name: 'I have saved it' }).click();
    for (const name of Object.values(NAMES)) {
      await openTab(page, 'Users');
      await showsAsHeading(page, name);
      await openTab(page, 'Groups');
      await showsAsHeading(page, name);
    }
    await showInEvents(page);
    verify();
  });

  test('of too many characters are refused with the words kept', async () => {
    const { page, verify } = await visit(at.browser, at.server);
    await page.goto('/login');
    await signIn(page);
    await page.getByRole('link', { name: 'New organization' }).first().click();
    await page.getByLabel('Name').fill(NAMES.long);
    await page.getByRole('button', { name: 'Create Organization' }).click();
    await page.getByRole('alert').getByText('Use at most 200 characters.').waitFor();
    assert.equal(await page.getByLabel('Name').inputValue(), NAMES.long);
    verify();
  });
});

async function connect(page) {
  await createOrganization(page, NAMES.quotes);
  await createDirectory(page, NAMES.rightToLeft);
  return credentials(page);
}

/** A person and a group of each name. */
async function push(okta) {
  const client = scim(okta);
  for (const [key, displayName] of Object.entries(NAMES)) {
    const made = await client.post('/Users', user(`${key}@example.com`, { displayName }));
    assert.equal(made.status, 201, displayName);
    assert.equal((await client.post('/Groups', group(displayName, made.body))).status, 201, displayName);
  }
}

/** The list of events says whom each is about, and its page shows what was sent. */
async function showInEvents(page) {
  await openSection(page, 'Events');
  for (const name of Object.values(NAMES)) {
    const row = page.getByRole('rowheader').filter({ hasText: 'dsync.group.created' }).filter({ hasText: name });
    await row.waitFor();
    await fits(page, name);
    await row.getByRole('link').click();
    await heading(page, 'dsync.group.created');
    const payload = JSON.parse(await page.getByRole('region', { name: 'Payload of the event' }).textContent());
    assert.equal(payload.data.name, name);
    await fits(page, name);
    await page.goBack();
  }
}

async function showsAsHeading(page, name) {
  await page.getByRole('table').getByRole('link', { name, exact: true }).click();
  await heading(page, name);
  await fits(page, name);
  await page.goBack();
}

async function fits(page, name) {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 });
    assert.deepEqual(await overflow(page), [], `with the name “${name}”`);
  }
  await page.setViewportSize({ width: 1280, height: 844 });
}
