// A workspace's people in a real browser, with mail read from a real SMTP server: somebody is invited, makes an
// account, gets another role and is removed. Each page on the way has no barrier and fits.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { visit } from './support/browser.mjs';
import { checkPage } from './support/checks.mjs';
import { linkIn, openMailbox } from './support/mailbox.mjs';
import { bootstrap } from './support/rollcall.mjs';
import { heading, openSection, OWNER, signIn } from './support/steps.mjs';
import { onEachDatabase } from './support/suite.mjs';

const INVITED = { name: 'Tove Marklund', email: 'tove@example.com', password: 'seven lanterns on a pier' };
const mailbox = await openMailbox();
after(() => mailbox.close());

onEachDatabase('the people of a workspace', (at) => {
  let workspace;
  let owner;
  let invited;

  before(async () => {
    mailbox.clear();
    ({ workspace_slug: workspace } = await bootstrap(at.server,
      { ...OWNER, workspace: 'Northwind', organization: 'Contoso', directory: 'Okta' }));
    owner = await visit(at.browser, at.server);
    invited = await visit(at.browser, at.server, { javaScriptEnabled: false });
  });

  test('are invited by mail, and by a link to hand over', async () => {
    const { page } = owner;
    await page.goto('/login');
    await signIn(page);
    await openSection(page, 'Members');
    await page.getByRole('link', { name: 'Invite a member' }).click();
    await heading(page, 'Invite a member');
    await checkPage(page, 'member-invite');
    await invite(page, INVITED.email, 'Viewer');
    const shown = await page.getByLabel('Link').inputValue();
    await checkPage(page, 'member-invited');
    assert.equal(linkIn(await mailbox.next(INVITED.email)), shown);
    await page.reload();
    await heading(page, 'Members');
    await page.getByRole('row', { name: INVITED.email }).waitFor();
    await checkPage(page, 'members-invited');
    owner.verify();
  });

  test('lose a link that was replaced, and are told why it does not work', async () => {
    const { page } = owner;
    await page.getByRole('button', { name: `Invite again ${INVITED.email}` }).click();
    await heading(page, 'Invited again');
    const old = await page.getByLabel('Link').inputValue();
    await page.getByRole('link', { name: 'To the members' }).click();
    await page.getByRole('button', { name: `Invite again ${INVITED.email}` }).click();
    await heading(page, 'Invited again');
    await invited.page.goto(old);
    await heading(invited.page, 'This link does not work any more');
    invited.verify();
  });

  test('join with a new account, without a script', async () => {
    const { page } = invited;
    const link = await owner.page.getByLabel('Link').inputValue();
    await page.goto(link);
    await heading(page, 'You are invited');
    assert.equal(new URL(page.url()).pathname, '/invitation', 'the secret has left the address bar');
    await page.getByLabel('Name').fill(INVITED.name);
    await page.getByLabel('Password').fill('short');
    await page.getByRole('button', { name: 'Create account and join' }).click();
    await page.getByRole('alert').waitFor();
    assert.equal(await page.getByLabel('Name').inputValue(), INVITED.name);
    assert.equal(await page.getByLabel('Password').inputValue(), '');
    await page.getByLabel('Password').fill(INVITED.password);
    await page.getByRole('button', { name: 'Create account and join' }).click();
    await page.getByRole('status').getByText('Welcome to “Northwind”.').waitFor();
    assert.equal(await page.getByRole('link', { name: 'New organization' }).count(), 0, 'a viewer only looks');
    await page.goto(link);
    await heading(page, 'This link does not work any more');
    invited.verify();
  });

  test('get another role, which acts with their next request', async () => {
    const { page } = owner;
    await openSection(page, 'Members');
    await page.getByRole('link', { name: `Change ${INVITED.name}` }).click();
    await heading(page, INVITED.name);
    await checkPage(page, 'member');
    await page.getByRole('radio', { name: 'Operator' }).check();
    await page.getByRole('button', { name: 'Change role' }).click();
    await page.getByRole('status').getByText(`${INVITED.name} is an operator now.`).waitFor();
    await invited.page.goto(`/w/${workspace}/organizations`);
    await invited.page.getByRole('link', { name: 'New organization' }).first().waitFor();
    await mailOf(INVITED.email, /you are an operator now/);
    owner.verify();
    invited.verify();
  });

  test('keep at least one owner', async () => {
    const { page } = owner;
    await page.getByRole('row', { name: OWNER.email }).getByRole('link', { name: 'Change' }).click();
    await page.getByText('You are the last owner who can sign in.').waitFor();
    await checkPage(page, 'member-last-owner');
    owner.verify();
  });

  test('are removed, and see nothing from then on', async () => {
    const { page } = owner;
    await openSection(page, 'Members');
    await page.getByRole('link', { name: `Change ${INVITED.name}` }).click();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByRole('button', { name: 'Remove member' }).click();
    await heading(page, 'Members');
    await page.getByRole('status').getByText(INVITED.name).waitFor();
    await checkPage(page, 'members');
    const answer = await invited.page.goto(`/w/${workspace}/organizations`);
    assert.equal(answer.status(), 404);
    await mailOf(INVITED.email, /You are no member of the workspace/);
  });
}, { ROLLCALL_SMTP_URL: mailbox.url });

async function invite(page, email, role) {
  await page.getByLabel('Email').fill(email);
  await page.getByRole('radio', { name: role }).check();
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  await heading(page, 'Invited');
}

/** Reads mail until one is as expected. */
async function mailOf(recipient, words) {
  for (;;) {
    if (words.test(await mailbox.next(recipient))) return;
  }
}
