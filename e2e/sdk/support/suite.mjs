// One suite on each kind of database: a server of its own, and an application of one of its workspaces.
import { randomBytes } from 'node:crypto';
import { after, before, describe } from 'node:test';
import { WorkOS } from '@workos-inc/node';
import { KINDS } from '../../support/database.mjs';
import { bootstrap, startServer } from '../../support/rollcall.mjs';
import { scim } from '../../support/scim.mjs';

/** Webhooks may go to this machine, and their secrets are sealed with a key of this run. */
export const SETTINGS = { ROLLCALL_WEBHOOK_ALLOW_NETWORKS: '127.0.0.0/8', ROLLCALL_SECRET_KEY: randomBytes(32).toString('hex') };

/**
 * Declares `tests(at)` for each kind. Inside a test `at.server` is there, and what `application` gives.
 * `settings` are environment variables of the server.
 */
export function onEachDatabase(name, tests, settings = {}) {
  for (const kind of KINDS) {
    describe(`${name} on ${kind}`, () => {
      const at = {};
      before(async () => {
        at.server = await startServer(kind, { ...SETTINGS, ...settings });
        Object.assign(at, await application(at.server, 'Acme'));
      });
      after(() => at.server?.stop());
      tests(at);
    });
  }
}

/**
 * A new workspace's application: `workos`, the SDK with its key; `made`, what `rollcall bootstrap` printed; and
 * `provider`, the SCIM client of its one directory.
 */
export async function application(server, workspace) {
  const made = await bootstrap(server, {
    email: 'owner@example.com', password: 'a long walk in the rain', workspace, organization: 'Contoso', directory: 'Okta',
  });
  return { made, workos: connect(server, made.api_key), provider: scim({ endpoint: made.scim_endpoint, token: made.scim_token }) };
}

/** The SDK as an application makes it, with a key. */
export function connect(server, key, options = {}) {
  const { hostname, port } = new URL(server.url);
  return new WorkOS(key, { apiHostname: hostname, port: Number(port), https: false, ...options });
}
