// The list of customers: found, renamed, deleted.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { visit } from './support/browser.mjs';
import { checkPage } from './support/checks.mjs';
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
    await page.getByRole('main').getByRole('link', { name: 'Settings' }).click();
    await page.getByLabel('Name').fill(' ');
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Name').fill('Contoso Group');
    await page.getByRole('button', { name: 'Rename' }).click();
    await heading(page, 'Contoso Group');
    await page.getByRole('status').getByText('Renamed to “Contoso Group”').waitFor();
    verify();
  });

  test('have domains, verified by hand or by a record', async () => {
    const { page, verify } = await open();
    await page.getByRole('link', { name: 'Ærø Shipping' }).click();
    await page.getByRole('main').getByRole('link', { name: 'Settings' }).click();
    await page.getByText('No domain yet.').waitFor();
    await page.getByRole('textbox', { name: 'Domain' }).fill('gmail.com');
    await page.getByRole('button', { name: 'Add domain' }).click();
    await page.getByRole('alert').getByText('consumer mailboxes').waitFor();
    await page.getByRole('textbox', { name: 'Domain' }).fill('aero.example');
    await page.getByRole('button', { name: 'Add domain' }).click();
    await page.getByRole('row', { name: 'aero.example' }).getByText('Verified').waitFor();
    await page.getByRole('textbox', { name: 'Domain' }).fill('shipping.example');
    await page.getByLabel('It is this organization’s').selectOption({ label: 'once its DNS shows a TXT record' });
    await page.getByRole('button', { name: 'Add domain' }).click();
    const waiting = page.getByRole('row', { name: 'shipping.example' });
    await waiting.getByText(/^rollcall-domain-verification-\w{6}=\w{25}$/).waitFor();
    await page.getByRole('button', { name: 'Look again for the record of shipping.example' }).click();
    await page.getByRole('status').getByText('Looking for the record of shipping.example').waitFor();
    await checkPage(page, 'organization-domains');
    await waiting.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('button', { name: 'Remove domain' }).click();
    await page.getByRole('status').getByText('Removed shipping.example').waitFor();
    assert.equal(await page.getByRole('row', { name: 'shipping.example' }).count(), 0);
    verify();
  });

  test('go once their name is typed', async () => {
    const { page, verify } = await open();
    await page.getByRole('link', { name: 'Fabrikam' }).click();
    await page.getByRole('main').getByRole('link', { name: 'Settings' }).click();
    const button = page.getByRole('button', { name: 'Delete Organization' });
    assert.equal(await button.isDisabled(), true);
    await page.getByLabel('to confirm').fill('Fabrikam');
    await button.click();
    await page.getByRole('status').getByText('Deleted “Fabrikam”').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Fabrikam' }).count(), 0);
    verify();
  });
});
