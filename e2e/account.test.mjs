// One's own account in a real browser, with mail read from a real SMTP server: a forgotten password, a proven
// address, two factors, sessions. Each page on the way has no barrier and fits.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { oneTimeCode } from './support/authenticator.mjs';
import { visit } from './support/browser.mjs';
import { checkPage } from './support/checks.mjs';
import { linkIn, openMailbox } from './support/mailbox.mjs';
import { bootstrap } from './support/rollcall.mjs';
import { heading, OWNER, signIn } from './support/steps.mjs';
import { onEachDatabase } from './support/suite.mjs';

const NEW_PASSWORD = 'another walk in the rain';
const mailbox = await openMailbox();
after(() => mailbox.close());

onEachDatabase('an account', (at) => {
  before(async () => {
    mailbox.clear();
    await bootstrap(at.server, { ...OWNER, workspace: 'Northwind', organization: 'Contoso', directory: 'Okta' });
  });

  test('proves its address', async () => {
    const { page, verify } = await visit(at.browser, at.server);
    await page.goto('/login');
    await signIn(page);
    await heading(page, 'Organizations');
    await page.goto('/account');
    await page.getByRole('button', { name: 'Send a link to confirm it' }).click();
    await page.getByRole('status').getByText('A link is on its way').waitFor();
    let mail = await mailbox.next(OWNER.email);
    while (!mail.includes('/links/')) mail = await mailbox.next(OWNER.email);
    await page.goto(linkIn(mail));
    await checkPage(page, 'confirm-email');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('Confirmed', { exact: true }).waitFor();
    verify();
  });

  test('gets a new password by a mailed link, without a script', async () => {
    const { page, verify } = await visit(at.browser, at.server, { javaScriptEnabled: false });
    await page.goto('/login');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await heading(page, 'Forgot your password?');
    await page.getByLabel('Email').fill(OWNER.email);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await heading(page, 'Look into your mail');
    await page.goto(linkIn(await mailbox.next(OWNER.email)));
    await heading(page, 'Choose a new password');
    assert.equal(new URL(page.url()).pathname, '/reset_password', 'the secret has left the address bar');
    await page.getByLabel('New password').fill('password1');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByRole('alert').getByText('among the first that are guessed').waitFor();
    await page.getByLabel('New password').fill(OWNER.password);
    await page.getByRole('button', { name: 'Change password' }).click();
    await heading(page, 'Sign in');
    assert.match(await mailbox.next(OWNER.email), /Your password was changed/);
    await signIn(page);
    await heading(page, 'Organizations');
    verify();
  });

  test('shows pages that are accessible and fit', async () => {
    const { page, verify } = await visit(at.browser, at.server);
    for (const [name, path] of [['forgot-password', '/forgot_password'], ['link-refused', '/links/x']]) {
      await page.goto(path);
      await checkPage(page, name);
    }
    await page.goto('/forgot_password');
    await page.getByLabel('Email').fill('nobody@example.com');
    await page.getByRole('button', { name: 'Send the link' }).click();
    await heading(page, 'Look into your mail');
    await checkPage(page, 'mailed');
    await page.goto('/login');
    await signIn(page);
    await page.getByTitle('Your account').click();
    await heading(page, 'Your account');
    await checkPage(page, 'account');
    await page.goto('/reauthenticate?next=%2Faccount');
    await checkPage(page, 'reauthenticate');
    await page.getByLabel('Password').fill(OWNER.password);
    await page.getByRole('button', { name: 'Go on' }).click();
    await heading(page, 'Your account');
    verify();
  });

  test('asks for a second factor, and ends sessions elsewhere', async () => {
    const { page, verify } = await visit(at.browser, at.server);
    await page.goto('/login');
    await signIn(page);
    await heading(page, 'Organizations');
    await page.goto('/account');
    await page.getByRole('link', { name: 'Set up' }).click();
    await heading(page, 'Set up two-factor sign-in');
    const picture = page.getByRole('img', { name: 'QR code' });
    assert.ok(await picture.evaluate((image) => image.complete && image.naturalWidth > 0), 'the QR code shows');
    await checkPage(page, 'two-factor');
    const seed = await page.getByLabel('Or type this key').inputValue();
    await page.getByLabel('Code', { exact: true }).fill(oneTimeCode(seed));
    await page.getByRole('button', { name: 'Switch on' }).click();
    await heading(page, 'Your recovery codes');
    await checkPage(page, 'recovery-codes');
    const codes = (await page.getByRole('region', { name: 'Recovery codes' }).textContent()).trim().split('\n');
    assert.equal(codes.length, 10);

    const other = await visit(at.browser, at.server);
    await other.page.goto('/login');
    await signIn(other.page);
    await heading(other.page, 'Enter a code');
    await checkPage(other.page, 'sign-in-code');
    await other.page.getByLabel('Code').fill(oneTimeCode(seed, 1));
    await other.page.getByRole('button', { name: 'Sign in' }).click();
    await heading(other.page, 'Organizations');
    await page.goto('/account');
    await checkPage(page, 'account-two-factor');
    await page.getByRole('button', { name: 'Sign out all others' }).click();
    await page.getByRole('status').getByText('Signed out 1 session').waitFor();
    await other.page.goto('/account');
    await heading(other.page, 'Sign in');
    await page.getByRole('link', { name: 'Change' }).click();
    await heading(page, 'Two-factor sign-in');
    await checkPage(page, 'two-factor-on');
    await page.getByRole('button', { name: 'Switch off two-factor sign-in' }).click();
    await heading(page, 'Your account');
    other.verify();
    verify();
  });

  test('changes its password and stays signed in', async () => {
    const { page, verify } = await visit(at.browser, at.server);
    await page.goto('/login');
    await signIn(page);
    await heading(page, 'Organizations');
    await page.goto('/account');
    await page.getByLabel('Present password').fill('not it');
    await page.getByLabel('New password').fill(NEW_PASSWORD);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByRole('alert').getByText('This is not your password').waitFor();
    await checkPage(page, 'account-refused');
    await page.getByLabel('Present password').fill(OWNER.password);
    await page.getByLabel('New password').fill(NEW_PASSWORD);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByRole('status').getByText('Your password is changed').waitFor();
    verify();
  });
}, { ROLLCALL_SMTP_URL: mailbox.url, ROLLCALL_MAIL_FROM: 'Rollcall <rollcall@example.com>' });
