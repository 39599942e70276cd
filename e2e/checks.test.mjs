// The checks themselves: each notices the fault it is there for.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, visit } from './support/browser.mjs';
import { checkPage } from './support/checks.mjs';

const GOOD = `<!doctype html><html lang="en"><head><title>Fine · Rollcall</title></head>
  <body><main><h1>Fine</h1></main></body></html>`;

describe('the checks of pages', () => {
  let browser;
  before(async () => { browser = await launch(); });
  after(() => browser.close());

  async function open(html) {
    const visitor = await visit(browser, { url: 'http://127.0.0.1' });
    const headers = { 'content-security-policy': "default-src 'self'", 'content-type': 'text/html; charset=utf-8' };
    await visitor.page.route('**/*', (route) => route.fulfill({ headers, body: html }));
    await visitor.page.goto('/');
    return visitor;
  }

  test('let a good page pass', async () => {
    const { page, verify } = await open(GOOD);
    await checkPage(page, 'check');
    verify();
  });

  for (const [fault, change, sign] of [
    ['a button without a name', ['</h1>', '</h1><button></button>'], /button-name/],
    ['a page wider than the screen', ['</h1>', `</h1><p>${'wide'.repeat(400)}</p>`], /px wide on a screen of/],
    ['a title that is not the heading', ['Fine ·', 'Other ·'], /Other · Rollcall/],
  ]) {
    test(`notice ${fault}`, async () => {
      const { page } = await open(GOOD.replace(...change));
      await assert.rejects(checkPage(page, 'check'), sign);
    });
  }

  test('notice what the policy forbids and what fails on the console', async () => {
    const { page, verify } = await open(GOOD.replace('<h1>', '<h1 style="color: red">'));
    assert.throws(verify, /policy: style-src-attr/);
    await page.evaluate(() => console.error('something broke'));
    assert.throws(verify, /console: something broke/);
  });
});
