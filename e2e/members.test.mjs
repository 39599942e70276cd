// A team in a real browser: invited by mail and by a link handed over, given another role, removed. Mail is read from a
// real SMTP server; each page on the way has no barrier and fits.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { visit } from './support/browser.mjs';
import { checkPage } from './support/checks.mjs';
import { linkIn, openMailbox } from './support/mailbox.mjs';
import { bootstrap } from './support/rollcall.mjs';
import { heading, OWNER, signIn } from './support/steps.mjs';
import { onEachDatabase } from './support/suite.mjs';

const PASSWORD = 'seven geese in a row';
const NAME = 'Grace <b>O’Hara</b> \u202Eעברית\u202C 👩‍🚀';
const GRACE = 'grace@example.com';
const mailbox = await openMailbox();
after(() => mailbox.close());

async function openMembers(at, options) {
  const seen = await visit(at.browser, at.server, options);
  await seen.page.goto('/login');
  await signIn(seen.page);
  await heading(seen.page, 'Organizations');
  await seen.page.getByRole('link', { name: 'Members' }).click();
  await heading(seen.page, 'Members');
  return seen;
}

async function invite(page, email, role) {
  await page.getByRole('link', { name: 'Invite a member' }).click();
  await heading(page, 'Invite a member');
  await page.getByLabel('Email').fill(email);
  await page.getByRole('radio', { name: role }).check();
  await page.getByRole('button', { name: 'Invite' }).click();
  await heading(page, 'Invited');
  return page.getByLabel('Link', { exact: true }).inputValue();
}

/** Who has an account signs in on the way, and lands in the workspace. */
async function joinWithAnAccount(at, link) {
  const { page, verify } = await visit(at.browser, at.server);
  await page.goto(link);
  await page.getByText('There is an account with this address.').waitFor();
  await checkPage(page, 'invitation-sign-in');
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('Email').fill('yu@example.com');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await heading(page, 'You are invited');
  await checkPage(page, 'invitation-accept');
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('status').getByText('Welcome to “Northwind staging”.').waitFor();
  verify();
}

onEachDatabase('members', (at) => {
  before(async () => {
    mailbox.clear();
    await bootstrap(at.server, { ...OWNER, workspace: 'Northwind', organization: 'Contoso', directory: 'Okta' });
  });

  test('are invited by mail, and make an account without a script', async () => {
    const { page, verify } = await openMembers(at);
    await page.getByRole('link', { name: 'Invite a member' }).click();
    await heading(page, 'Invite a member');
    await checkPage(page, 'invite');
    await page.getByLabel('Email').fill(OWNER.email);
    await page.getByRole('radio', { name: 'Admin' }).check();
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByRole('alert').getByText('They are a member already.').waitFor();
    assert.ok(await page.getByRole('radio', { name: 'Admin' }).isChecked(), 'what was chosen is kept');
    await checkPage(page, 'invite-refused');
    await page.getByRole('link', { name: 'Cancel' }).click();
    const shown = await invite(page, GRACE, 'Viewer');
    await checkPage(page, 'invited');
    await page.reload();
    await heading(page, 'Members');
    await checkPage(page, 'members-invited');

    const mail = await mailbox.next(GRACE);
    assert.equal(linkIn(mail), shown);
    const grace = await visit(at.browser, at.server, { javaScriptEnabled: false });
    await grace.page.goto(linkIn(mail));
    await heading(grace.page, 'You are invited');
    assert.equal(new URL(grace.page.url()).pathname, '/invitation', 'the secret has left the address bar');
    await grace.page.getByLabel('Name').fill(NAME);
    await grace.page.getByLabel('Password').fill('password1');
    await grace.page.getByRole('button', { name: 'Create account and join' }).click();
    await grace.page.getByRole('alert').getByText('among the first that are guessed').waitFor();
    assert.equal(await grace.page.getByLabel('Name').inputValue(), NAME);
    assert.equal(await grace.page.getByLabel('Password').inputValue(), '');
    await grace.page.getByLabel('Password').fill(PASSWORD);
    await grace.page.getByRole('button', { name: 'Create account and join' }).click();
    await grace.page.getByRole('status').getByText('Welcome to “Northwind”.').waitFor();
    await grace.page.goto(linkIn(mail));
    await heading(grace.page, 'This link does not work any more');
    grace.verify();
    verify();
  });

  test('see a page with every step of an invitation that fits', async () => {
    const { page, verify } = await openMembers(at);
    const link = await invite(page, 'zoe@example.com', 'Operator');
    const zoe = await visit(at.browser, at.server);
    await zoe.page.goto(link);
    await checkPage(zoe.page, 'invitation-new');
    await page.goto(link);
    await page.getByText('The invitation is for another address').waitFor();
    await checkPage(page, 'invitation-another');
    await page.goto('/w/northwind/members');
    const again = await invite(page, 'Yu@example.com', 'Viewer');
    const yu = await visit(at.browser, at.server);
    await yu.page.goto(again);
    await yu.page.getByLabel('Name').fill('Yu');
    await yu.page.getByLabel('Password').fill(PASSWORD);
    await yu.page.getByRole('button', { name: 'Create account and join' }).click();
    await heading(yu.page, 'Organizations');
    await page.goto('/workspaces/new');
    await page.getByLabel('Name').fill('Northwind staging');
    await page.getByRole('button', { name: 'Create workspace' }).click();
    await heading(page, 'Organizations');
    await page.getByRole('link', { name: 'Members' }).click();
    await joinWithAnAccount(at, await invite(page, 'yu@example.com', 'Viewer'));
    zoe.verify();
    yu.verify();
    verify();
  });

  test('are taken back before they accept', async () => {
    const { page, verify } = await openMembers(at);
    await page.getByRole('button', { name: 'Take back the invitation of zoe@example.com' }).click();
    const dialog = page.getByRole('dialog', { name: 'Take the invitation back' });
    await dialog.getByRole('button', { name: 'Take it back' }).click();
    await page.getByRole('status').getByText('Took the invitation of zoe@example.com back').waitFor();
    verify();
  });

  test('get another role, which acts with their next click, and are removed', async () => {
    const { page, verify } = await openMembers(at);
    const grace = await visit(at.browser, at.server);
    await grace.page.goto('/login');
    await grace.page.getByLabel('Email').fill(GRACE);
    await grace.page.getByLabel('Password').fill(PASSWORD);
    await grace.page.getByRole('button', { name: 'Sign in' }).click();
    await heading(grace.page, 'Organizations');
    assert.equal(await grace.page.getByRole('link', { name: 'New organization' }).count(), 0);
    await checkPage(page, 'members');
    await page.getByRole('link', { name: `Change ${NAME}` }).click();
    await heading(page, NAME);
    await checkPage(page, 'member');
    await page.getByRole('radio', { name: 'Operator' }).check();
    await page.getByRole('button', { name: 'Change role' }).click();
    await page.getByRole('status').getByText('is an operator now').waitFor();
    await grace.page.reload();
    await grace.page.getByRole('link', { name: 'New organization' }).first().waitFor();
    let mail = await mailbox.next(GRACE);
    while (!mail.includes('Your role in')) mail = await mailbox.next(GRACE);
    assert.match(mail, /you are an operator now/);

    await page.getByRole('link', { name: `Change ${NAME}` }).click();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByRole('button', { name: 'Remove member' }).click();
    await page.getByRole('status').getByText('from the workspace').waitFor();
    await grace.page.reload();
    await heading(grace.page, 'Page not found');
    await grace.page.goto('/account');
    await heading(grace.page, 'Your account');
    grace.verify();
    verify();
  });

  test('always have an owner', async () => {
    const { page, verify } = await openMembers(at);
    await page.getByRole('row', { name: '(you)' }).getByRole('link', { name: 'Change' }).click();
    await page.getByText('You are the last owner who can sign in').waitFor();
    await checkPage(page, 'member-last-owner');
    verify();
  });
}, { ROLLCALL_SMTP_URL: mailbox.url, ROLLCALL_MAIL_FROM: 'Rollcall <rollcall@example.com>' });
