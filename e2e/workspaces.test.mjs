// Several workspaces of one person: making, switching, deciding, deleting and undoing, leaving; with scripts and without.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visit } from './support/browser.mjs';
import { checkPage } from './support/checks.mjs';
import { scim } from './support/scim.mjs';
import { createDirectory, createOrganization, credentials, heading, setUp, signIn } from './support/steps.mjs';
import { onEachDatabase } from './support/suite.mjs';

const RIGHT_TO_LEFT = 'محمد \u202Eעברית\u202C';

onEachDatabase('workspaces', (at) => {
  test('are made, changed, deleted and brought back', async () => {
    const { page, verify } = await visit(at.browser, at.server);
    await setUp(page, at.server, 'Northwind');
    await createOrganization(page, 'Contoso');
    await createDirectory(page, 'Okta production');
    const okta = scim(await credentials(page));
    assert.equal((await okta.get('/Users')).status, 200);
    await page.getByRole('link', { name: 'I have saved it' }).click();
    await makeAnother(page);
    await switchTo(page, 'Northwind');
    await page.getByRole('link', { name: 'Contoso' }).waitFor();
    await decide(page);
    await deleteAndUndo(page, okta);
    verify();
  });

  test('are at hand on a narrow screen', async () => {
    const { page, verify } = await visit(at.browser, at.server, { viewport: { width: 390, height: 844 } });
    await page.goto('/login');
    await signIn(page);
    await heading(page, 'Organizations');
    await page.getByRole('button', { name: 'Menu' }).click();
    const menu = await openSwitcher(page);
    const { x, width } = await menu.boundingBox();
    assert.ok(x >= 0 && x + width <= 390, `the list goes from ${x} to ${x + width}`);
    await menu.getByRole('link', { name: 'Northwind staging' }).click();
    await page.getByText('No organizations yet').waitFor();
    verify();
  });

  test('work without JavaScript', async () => {
    const { page, verify } = await visit(at.browser, at.server, { javaScriptEnabled: false });
    await page.goto('/login');
    await signIn(page);
    await heading(page, 'Organizations');
    await create(page, RIGHT_TO_LEFT);
    await switchTo(page, 'Northwind Traders');
    await switchTo(page, RIGHT_TO_LEFT);
    await openSettings(page);
    await page.getByLabel('Days to keep events').fill('30');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved the settings').waitFor();
    await typeName(page, 'Delete workspace', RIGHT_TO_LEFT);
    await heading(page, 'This workspace is deleted');
    await page.getByRole('button', { name: 'Undo' }).click();
    await heading(page, 'Organizations');
    verify();
  });
});

async function openSwitcher(page) {
  const side = page.getByRole('complementary', { name: 'Side bar' });
  const button = side.getByRole('button', { name: 'Workspace' });
  await button.click();
  const menu = page.getByRole('navigation', { name: 'Workspaces' });
  const [above, below] = [await button.boundingBox(), await menu.boundingBox()];
  assert.ok(below.y >= above.y + above.height, `the list stands at ${below.y}, over its button`);
  return menu;
}

async function switchTo(page, name) {
  const menu = await openSwitcher(page);
  await menu.getByRole('link', { name, exact: true }).click();
  await heading(page, 'Organizations');
}

async function create(page, name) {
  const menu = await openSwitcher(page);
  await menu.getByRole('link', { name: 'New workspace' }).click();
  await heading(page, 'New workspace');
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await heading(page, 'Organizations');
}

async function makeAnother(page) {
  const menu = await openSwitcher(page);
  await checkPage(page, 'switcher');
  await menu.getByRole('link', { name: 'New workspace' }).click();
  await checkPage(page, 'workspace-new');
  await page.getByLabel('Name').fill(' ');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await page.getByRole('alert').getByText('Enter a name').waitFor();
  await checkPage(page, 'workspace-new-refused');
  await page.getByLabel('Name').fill('Northwind staging');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await page.getByText('Created the workspace “Northwind staging”').waitFor();
  const opened = await openSwitcher(page);
  await opened.getByRole('link', { name: 'All workspaces' }).click();
  await checkPage(page, 'workspaces');
  await page.getByRole('link', { name: 'Northwind staging' }).click();
  await page.getByText('No organizations yet').waitFor();
}

async function openSettings(page) {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).click();
  await heading(page, 'Workspace settings');
}

async function decide(page) {
  await openSettings(page);
  await checkPage(page, 'workspace-settings');
  await page.getByLabel('that they are deleted').check();
  await page.getByLabel('Days to keep events').fill('30');
  await page.getByLabel('Host name of SCIM endpoints').fill('not a host');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').getByText('is not the name of a host').waitFor();
  assert.equal(await page.getByLabel('Days to keep events').inputValue(), '30');
  assert.equal(await page.getByLabel('that they are deleted').isChecked(), true);
  await checkPage(page, 'workspace-settings-refused');
  await page.getByLabel('Host name of SCIM endpoints').fill('scim.northwind.example');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved the settings of “Northwind”.').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('Northwind Traders');
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByText('Renamed to “Northwind Traders”.').waitFor();
}

async function deleteAndUndo(page, okta) {
  await typeName(page, 'Delete workspace', 'Northwind Traders');
  await heading(page, 'This workspace is deleted');
  assert.equal((await okta.get('/Users')).status, 401);
  await checkPage(page, 'workspace-deleted');
  await page.getByRole('link', { name: 'To your workspaces' }).click();
  await page.getByRole('row', { name: 'Northwind Traders' }).getByText('Deleted').waitFor();
  await checkPage(page, 'workspaces-one-deleted');
  await page.getByRole('link', { name: 'Northwind Traders' }).click();
  await heading(page, 'This workspace is deleted');
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('“Northwind Traders” is not deleted').waitFor();
  await page.getByRole('link', { name: 'Contoso' }).waitFor();
  assert.equal((await okta.get('/Users')).status, 200);
}

/** Types the name into the form of that button, and sends it. */
async function typeName(page, verb, name) {
  const form = page.locator('form').filter({ has: page.getByRole('button', { name: verb }) });
  await form.getByRole('textbox').fill(name);
  await form.getByRole('button', { name: verb }).click();
}
