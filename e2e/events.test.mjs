// Events: what Okta sends becomes a list that is filtered and walked, and leads to its cause.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { visit } from './support/browser.mjs';
import { checkPage } from './support/checks.mjs';
import { bootstrap, rollcall } from './support/rollcall.mjs';
import { heading, openSection, OWNER, session } from './support/steps.mjs';
import { onEachDatabase } from './support/suite.mjs';
import { reloadUntil } from './support/wait.mjs';

onEachDatabase('events', (at) => {
  before(async () => {
    const names = { workspace: 'Northwind', organization: 'Contoso', directory: 'Okta production' };
    const made = await bootstrap(at.server, { ...OWNER, ...names });
    await rollcall('okta', '--endpoint', made.scim_endpoint, '--token', made.scim_token, '--users', '30', '--groups', '5');
    await bootstrap(at.server, { ...OWNER, ...names, organization: 'Fabrikam', directory: 'Okta of Fabrikam' });
    at.home = `/w/${made.workspace_slug}/organizations`;
    at.session = await session(at);
  });

  const open = async (options) => {
    const visitor = await visit(at.browser, at.server, { storageState: at.session, ...options });
    await visitor.page.goto(at.home);
    await openSection(visitor.page, 'Events');
    await reloadUntil(visitor.page, visitor.page.getByText('dsync.group.user_added').first());
    return visitor;
  };

  test('are listed, walked one by one, and lead to what caused them', async () => {
    const { page, verify } = await open();
    await checkPage(page, 'events');
    await page.getByRole('link', { name: 'Older' }).click();
    await page.getByRole('link', { name: 'Newer' }).waitFor();
    const row = page.getByRole('table', { name: /^Events/ }).getByRole('row').filter({ hasText: 'dsync.user.created' });
    await narrow(page, 'dsync.user.created');
    await row.first().getByRole('link').click();
    await heading(page, 'dsync.user.created');
    await checkPage(page, 'event');
    const event = await payload(page);
    assert.equal(event.event, 'dsync.user.created');
    assert.equal(Number.isInteger(event.context.directory_sequence), true);

    await page.getByRole('link', { name: 'Older' }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(event.id));
    const older = await payload(page);
    assert.equal(older.event, 'dsync.user.created', 'the filter holds');
    assert.notEqual(older.id, event.id);
    await page.getByRole('link', { name: 'Newer' }).click();
    await page.waitForURL((url) => url.pathname.endsWith(event.id));
    await page.getByRole('link', { name: 'POST /Users' }).click();
    await heading(page, 'POST /Users');
    await page.getByText('dsync.user.created').click();
    await page.getByRole('link', { name: 'Its place and deliveries' }).click();
    assert.equal((await payload(page)).id, event.id);
    verify();
  });

  test('are filtered by type, organization and time', async () => {
    const { page, verify } = await open();
    await page.getByText('Filter', { exact: true }).click();
    await page.getByText('Types: all').click();
    await page.getByRole('checkbox', { name: 'Directories' }).check();
    await checkPage(page, 'events-filter');
    for (const leaf of ['dsync.activated', 'dsync.token.created']) {
      assert.equal(await page.getByRole('checkbox', { name: leaf }).isChecked(), true, leaf);
    }
    await page.getByRole('checkbox', { name: 'dsync.deleted' }).uncheck();
    assert.equal(await page.getByRole('checkbox', { name: 'Directories' }).isChecked(), false, 'not all of them any more');
    await page.getByLabel('Organization', { exact: true }).fill('fabrikam');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('Types: 3 of').waitFor();
    const rows = page.getByRole('table', { name: /^Events/ }).getByRole('row');
    assert.equal(await rows.filter({ hasText: 'Contoso' }).count(), 0);
    assert.ok(await rows.filter({ hasText: 'Fabrikam' }).count() > 0);
    await page.getByLabel('Directory', { exact: true }).selectOption({ label: 'Okta of Fabrikam' });
    await page.getByLabel('Until, in UTC').fill('2020-01-01T00:00');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('No events match this filter.').waitFor();
    await checkPage(page, 'events-no-match');
    await page.getByRole('link', { name: 'Clear filter' }).first().click();
    await page.getByRole('cell', { name: 'Contoso' }).first().waitFor();
    verify();
  });

  test('need no script', async () => {
    const { page, verify } = await open({ javaScriptEnabled: false });
    await narrow(page, 'dsync.user.created');
    await page.getByRole('table', { name: /^Events/ }).getByRole('link').first().click();
    assert.equal((await payload(page)).event, 'dsync.user.created');
    verify();
  });
});

/** Looks at events of one type alone. */
async function narrow(page, name) {
  await page.getByText('Filter', { exact: true }).click();
  await page.getByText('Types: all').click();
  await page.getByRole('checkbox', { name, exact: true }).check();
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('Types: 1 of').waitFor();
}

async function payload(page) {
  return JSON.parse(await page.getByRole('region', { name: 'Payload of the event' }).textContent());
}
