// Every page, in light and dark, wide and narrow: no barrier, no overflow, one heading, nothing on the console.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { visit } from './support/browser.mjs';
import { checkPage } from './support/checks.mjs';
import { bootstrap, rollcall } from './support/rollcall.mjs';
import { scim } from './support/scim.mjs';
import { createDirectory, createOrganization, heading, openTab, OWNER, session, setUp } from './support/steps.mjs';
import { onEachDatabase } from './support/suite.mjs';
import { reloadUntil } from './support/wait.mjs';

onEachDatabase('pages of a new installation', (at) => {
  test('are accessible and fit', async () => {
    const { page, verify } = await visit(at.browser, at.server);
    await page.goto('/setup');
    await checkPage(page, 'setup');
    await page.getByLabel('Name', { exact: true }).fill(' ');
    await page.getByLabel('Email').fill('ada@example');
    for (const label of ['Setup code', 'Password', 'Workspace name']) await page.getByLabel(label).fill('x');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('alert').waitFor();
    await checkPage(page, 'setup-refused');
    await setUp(page, at.server, 'Northwind');
    await checkPage(page, 'organizations-empty');
    await page.getByRole('link', { name: 'New organization' }).first().click();
    await checkPage(page, 'organization-new');
    await createOrganization(page, 'Contoso');
    await checkPage(page, 'organization-empty');
    await page.getByRole('link', { name: 'Add Directory' }).click();
    await checkPage(page, 'directory-new');
    await page.goBack();
    await createDirectory(page, 'Okta production');
    await checkPage(page, 'directory-created');
    await page.getByRole('link', { name: 'I have saved it' }).click();
    for (const tab of ['Users', 'Groups', 'Activity', 'Connect Okta']) {
      await openTab(page, tab);
      await checkPage(page, `${tab.toLowerCase().replace(' ', '-')}-empty`);
    }
    await page.getByRole('button', { name: 'Sign out' }).click();
    await heading(page, 'Sign in');
    await checkPage(page, 'sign-in');
    await page.getByLabel('Email').fill('nobody@example.com');
    await page.getByLabel('Password').fill('something');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await checkPage(page, 'sign-in-refused');
    verify();
  });
});

onEachDatabase('pages of a filled directory', (at) => {
  before(async () => {
    const names = { workspace: 'Northwind', organization: 'Contoso', directory: 'Okta production' };
    const made = await bootstrap(at.server, { ...OWNER, ...names });
    await rollcall('okta', '--endpoint', made.scim_endpoint, '--token', made.scim_token, '--users', '30', '--groups', '5');
    await scim({ endpoint: made.scim_endpoint, token: 'wrong' }).get('/Users');
    at.workspace = `/w/${made.workspace_slug}`;
    at.directory = `${at.workspace}/directories/${made.directory_id}`;
    at.organization = `${at.workspace}/organizations/${made.organization_id}`;
    at.session = await session(at);
  });

  test('are accessible and fit', async () => {
    const { page, verify } = await visit(at.browser, at.server, { storageState: at.session });
    for (const [name, path] of Object.entries(addresses(at))) {
      const answer = await page.goto(path);
      assert.equal(answer.status(), 200, path);
      await checkPage(page, name);
    }
    assert.equal((await page.goto(`${at.workspace}/nothing-here`)).status(), 404);
    await checkPage(page, 'not-found');
    verify();
  });

  test('lead to the next ones and back', async () => {
    const { page, verify } = await visit(at.browser, at.server, { storageState: at.session });
    await page.goto(at.directory);
    const names = () => page.getByRole('table', { name: 'Users' }).getByRole('rowheader').allTextContents();
    const first = await names();
    assert.equal(first.length, 25);
    await page.getByRole('link', { name: 'Next' }).click();
    await page.getByRole('link', { name: 'Previous' }).waitFor();
    const second = await names();
    assert.equal(new Set([...first, ...second]).size, 30, 'each of the 30 people is on one page');
    await page.getByRole('link', { name: 'Previous' }).click();
    await page.getByRole('link', { name: 'Next' }).waitFor();
    assert.deepEqual(await names(), first);
    verify();
  });

  test('open their side bar from a menu on a phone', async () => {
    const { page, verify } = await visit(at.browser, at.server, { storageState: at.session, viewport: { width: 390, height: 844 } });
    await page.goto(at.directory);
    const organizations = page.getByRole('link', { name: 'Organizations', exact: true }).and(page.locator('[aria-current]'));
    assert.equal(await organizations.isVisible(), false);
    await page.getByRole('button', { name: 'Menu' }).click();
    await organizations.waitFor();
    await checkPage(page, 'menu');
    await page.setViewportSize({ width: 390, height: 844 });
    await organizations.click();
    await heading(page, 'Organizations');
    verify();
  });

  test('of one person, one group and one request are as well', async () => {
    const { page, verify } = await visit(at.browser, at.server, { storageState: at.session });
    const main = page.getByRole('main');
    await page.goto(at.directory);
    await main.getByRole('table', { name: 'Users' }).getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Raw JSON' }).waitFor();
    await checkPage(page, 'user');
    await page.goto(`${at.directory}/groups`);
    await main.getByRole('table', { name: 'Groups' }).getByRole('link').first().click();
    await page.getByRole('table', { name: 'Members' }).waitFor();
    await checkPage(page, 'group');
    const refused = main.getByRole('listitem').filter({ hasText: '401' });
    await page.goto(`${at.directory}/activity`);
    await reloadUntil(page, refused);
    await refused.first().getByRole('link').click();
    await page.getByRole('heading', { name: 'Why, and what to do' }).waitFor();
    await checkPage(page, 'request-refused');
    await page.goto(`${at.directory}/activity`);
    await main.getByRole('listitem').filter({ hasText: 'PATCH' }).first().getByRole('link').click();
    await page.getByRole('region', { name: 'Request body' }).waitFor();
    await checkPage(page, 'request');
    verify();
  });
});

function addresses({ workspace, organization, directory }) {
  return {
    organizations: `${workspace}/organizations`,
    'organizations-no-match': `${workspace}/organizations?q=nobody`,
    organization,
    'organization-settings': `${organization}/settings`,
    users: directory,
    'users-no-match': `${directory}?q=nobody-of-that-name`,
    groups: `${directory}/groups`,
    activity: `${directory}/activity`,
    'activity-refused': `${directory}/activity?refused=1`,
    connect: `${directory}/connect`,
    settings: `${directory}/settings`,
    'events-of-directory': `${workspace}/events?directory=${directory.split('/').pop()}`,
    'webhooks-none': `${workspace}/webhooks`,
    'api-key-new': `${workspace}/api_keys/new`,
    'audit-log': `${workspace}/audit-log`,
    'audit-log-no-match': `${workspace}/audit-log?about=nobody@example.com`,
    'audit-entry': `${workspace}/audit-log/1`,
  };
}
