// Chromium, and what no page may do: break the content security policy or put an error on the console.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];
const PATIENCE = 10_000;

/** Starts a browser. */
export function launch() {
  const executablePath = process.env.ROLLCALL_TEST_CHROMIUM ?? PATHS.find(existsSync);
  assert.ok(executablePath, 'Chromium is missing. On Debian: apt-get install chromium');
  return chromium.launch({ executablePath, args: QUIET });
}

/** A browser's own profile on a server: `page`, and `verify()`, which fails if any page of it misbehaved. */
export async function visit(browser, server, options = {}) {
  const context = await browser.newContext({ baseURL: server.url, reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(PATIENCE);
  const troubles = [];
  if (options.javaScriptEnabled !== false) await watchPolicy(context, troubles);
  const page = await context.newPage();
  page.on('pageerror', (error) => troubles.push(`exception: ${error}`));
  page.on('console', (message) => {
    // The browser's own note of an answer like 404 or 422; those statuses are checked where they are wanted.
    const status = message.text().startsWith('Failed to load resource: the server responded with a status of 4');
    if (message.type() === 'error' && !status) troubles.push(`console: ${message.text()}`);
  });
  return { context, page, verify: () => assert.deepEqual(troubles, []) };
}

async function watchPolicy(context, troubles) {
  await context.exposeBinding('reportPolicyViolation', (_source, text) => { troubles.push(`policy: ${text}`); });
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      window.reportPolicyViolation(`${event.effectiveDirective} ${event.blockedURI} on ${location.pathname}`);
    });
  });
}
