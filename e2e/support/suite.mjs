// One suite on each kind of database, with a browser and a server of its own.
import { after, before, describe } from 'node:test';
import { launch } from './browser.mjs';
import { KINDS } from './database.mjs';
import { startServer } from './rollcall.mjs';

/**
 * Declares `tests(at)` for each kind; inside a test `at.browser` and `at.server` are there.
 * `settings` are environment variables of the server.
 */
export function onEachDatabase(name, tests, settings = {}) {
  for (const kind of KINDS) {
    describe(`${name} on ${kind}`, () => {
      const at = {};
      before(async () => {
        at.server = await startServer(kind, settings);
        at.browser = await launch();
      });
      after(async () => {
        await at.browser?.close();
        await at.server?.stop();
      });
      tests(at);
    });
  }
}
