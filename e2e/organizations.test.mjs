// The list of customers: found, renamed, deleted.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { visit } from './support/browser.mjs';
import { createOrganization, heading, setUp } from './support/steps.mjs';
import { onEachDatabase } from './support/suite.mjs';

const NAMES = ['Contoso', 'Fabrikam', 'Ærø Shipping'];

onEachDatabase('organizations', (at) => {
  before(async () => {
    const { context, page } = await visit(at.browser, at.server);
    await setUp(page, at.server, 'Northwind');
    for (const name of NAMES) await createOrganization(page, name);
    at.session = await context.storageState();
    await context.close();
  });

  async function open() {
    const visitor = await visit(at.browser, at.server, { storageState: at.session });
    await visitor.page.goto('/');
    await heading(visitor.page, 'Organizations');
    return visitor;
  }

  test('are found while one types, and the address keeps the search', async () => {
    const { page, verify } = await open();
    await page.keyboard.press('/');
    await page.keyboard.type('ærø');
    await page.getByRole('link', { name: 'Contoso' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Ærø Shipping' }).waitFor();
    await page.getByRole('status').getByText('1 organization shown').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.type), 'search', 'the focus stays');
    await page.reload();
    assert.equal(await page.getByRole('searchbox').inputValue(), 'ærø');
    await page.getByRole('searchbox').fill('nobody');
    await page.getByText('No organizations match “nobody”.').waitFor();
    await page.getByRole('link', { name: 'Clear search' }).click();
    await page.getByRole('link', { name: 'Contoso' }).waitFor();
    verify();
  });

  test('take another name', async () => {
    const { page, verify } = await open();
    await page.getByRole('link', { name: 'Contoso' }).click();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByLabel('Name').fill(' ');
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Name').fill('Contoso Group');
    await page.getByRole('button', { name: 'Rename' }).click();
    await heading(page, 'Contoso Group');
    await page.getByRole('status').getByText('Renamed to “Contoso Group”').waitFor();
    verify();
  });

  test('go once their name is typed', async () => {
    const { page, verify } = await open();
    await page.getByRole('link', { name: 'Fabrikam' }).click();
    await page.getByRole('link', { name: 'Settings' }).click();
    const button = page.getByRole('button', { name: 'Delete Organization' });
    assert.equal(await button.isDisabled(), true);
    await page.getByLabel('to confirm').fill('Fabrikam');
    await button.click();
    await page.getByRole('status').getByText('Deleted “Fabrikam”').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Fabrikam' }).count(), 0);
    verify();
  });
});
