// What a person does in the dashboard, by the roles and names that a person (or a screen reader) finds.
import assert from 'node:assert/strict';
import { visit } from './browser.mjs';

export const OWNER = { name: 'Ada Lindqvist', email: 'ada@example.com', password: 'a long walk in the rain' };

/** Makes the first account of an empty installation; ends signed in. */
export async function setUp(page, server, workspace) {
  await page.goto('/');
  await page.getByLabel('Setup code').fill(server.setupCode);
  await page.getByLabel('Name', { exact: true }).fill(OWNER.name);
  await page.getByLabel('Email').fill(OWNER.email);
  await page.getByLabel('Password').fill(OWNER.password);
  await page.getByLabel('Workspace name').fill(workspace);
  await page.getByRole('button', { name: 'Create account' }).click();
  await heading(page, 'Organizations');
}

export async function signIn(page) {
  await page.getByLabel('Email').fill(OWNER.email);
  await page.getByLabel('Password').fill(OWNER.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Signs the owner in and gives the session, which serves all tests: a sign-in costs a password hash. */
export async function session({ browser, server }) {
  const { context, page } = await visit(browser, server);
  await page.goto('/login');
  await signIn(page);
  await heading(page, 'Organizations');
  const state = await context.storageState();
  await context.close();
  return state;
}

/** Opens a part of the workspace from the side bar. */
export async function openSection(page, name) {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click();
  await heading(page, name);
}

/** From anywhere in the workspace to a new organization's page. */
export async function createOrganization(page, name) {
  await page.getByRole('link', { name: 'Organizations' }).first().click();
  await page.getByRole('link', { name: 'New organization' }).first().click();
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Create Organization' }).click();
  await heading(page, name);
}

/** From an organization's page to the one answer that shows the new directory's token. */
export async function createDirectory(page, name) {
  await page.getByRole('link', { name: 'Add Directory' }).first().click();
  await page.getByLabel('Directory Provider').selectOption({ label: 'Okta SCIM v1.1' });
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Create Directory' }).click();
  await heading(page, 'Connect Okta');
}

/** The endpoint and the token as they stand in their fields. */
export async function credentials(page) {
  return {
    endpoint: await page.getByLabel('Endpoint').inputValue(),
    token: await page.getByLabel('Bearer Token').inputValue(),
  };
}

/** Opens one of a directory's tabs. */
export async function openTab(page, name) {
  await page.getByRole('navigation', { name: 'Directory' }).getByRole('link', { name }).click();
  await page.getByRole('navigation', { name: 'Directory' }).locator('[aria-current=page]', { hasText: name }).waitFor();
}

/** Waits for the page of that heading, which is the start of its title. */
export async function heading(page, name) {
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  const title = await page.title();
  assert.ok(title.startsWith(name), `the title is ${title}`);
}
