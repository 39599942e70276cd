// The examples do what their READMEs say, by the very commands that stand there.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { KINDS } from './support/database.mjs';
import { startServer } from './support/rollcall.mjs';
import { user } from './support/scim.mjs';
import { pushGroup, pushUsers } from './sdk/support/people.mjs';
import { SETTINGS, application } from './sdk/support/suite.mjs';
import { until } from './sdk/support/wait.mjs';

const SCHEMAS = ['urn:scim:schemas:core:1.0'];
const FORGOTTEN = 'event_01ARZ3NDEKTSV4RRFFQ69G5FAV';
const EXAMPLES = [
  {
    name: 'node', sync: 'npm run --silent sync', show: 'npm run --silent show',
    lose: `node -e "import('./copy.js').then(({ load, save }) => save({ ...load(), cursor: '${FORGOTTEN}' }))"`,
  },
  {
    name: 'python', sync: '.venv/bin/python -B sync.py', show: '.venv/bin/python -B show.py',
    lose: `.venv/bin/python -B -c "import directory_copy as d; copy = d.connect(); d.set_cursor(copy, '${FORGOTTEN}'); copy.commit()"`,
  },
];

for (const example of EXAMPLES) for (const kind of KINDS) describe(`the example in ${example.name} on ${kind}`, () => {
  const folder = path.resolve(import.meta.dirname, '../examples', example.name);
  const blocks = shellBlocks(path.join(folder, 'README.md'));
  let server, at, temporary, env, ada, grace, team;

  before(async () => {
    server = await startServer(kind, SETTINGS);
    at = await application(server, 'Acme');
    temporary = await mkdtemp(path.join(tmpdir(), 'rollcall-example-'));
    env = { ...process.env, COPY_FILE: path.join(temporary, 'copy'), PORT: '0', WORKOS_BASE_URL: server.url, WORKOS_API_KEY: at.made.api_key };
    [ada, grace] = await pushUsers(at.provider, 'ada@example.com', 'grace@example.com');
    team = await pushGroup(at.provider, 'Team', ada, grace);
  });
  after(async () => {
    await server?.stop();
    if (temporary) await rm(temporary, { recursive: true });
  });

  const run = async (command) => (await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', command], { cwd: folder, env })).stdout;
  const shown = () => run(example.show);

  test('begins with what is there', async () => {
    const commands = blocks[0].replace('http://127.0.0.1:8080', server.url).replace('sk_...', at.made.api_key);
    assert.ok(commands.includes(server.url) && commands.includes(at.made.api_key));
    const printed = await run(commands);
    assert.match(printed, /^\d+ events applied$/m);
    assert.ok(printed.endsWith(await whole(at)), printed);
  });

  test('follows the webhooks', async () => {
    const receiver = await startReceiver(blocks[1], folder, env);
    try {
      const fake = await fetch(receiver.url, { method: 'POST', body: '{}', headers: { 'WorkOS-Signature': 't=1, v1=00' } });
      assert.equal(fake.status, 400, 'what is not signed is refused');
      await provide('patch', `/Groups/${team.id}`, { schemas: SCHEMAS, displayName: 'The team' });
      await provide('patch', `/Groups/${team.id}`, { schemas: SCHEMAS, members: [{ value: grace.id, operation: 'delete' }] });
      await provide('patch', `/Users/${ada.id}`, { schemas: SCHEMAS, active: false });
      const [alan] = await pushUsers(at.provider, 'alan@example.com');
      await pushGroup(at.provider, 'Others', alan, grace);
      const expected = await whole(at);
      assert.match(expected, /ada@example\.com inactive/);
      await until(shown, (text) => text === expected);
      assert.ok(receiver.printed.some((line) => line.startsWith('received dsync.group.updated event_')));
    } finally {
      await receiver.stop();
    }
  });

  test('catches up with what it missed', async () => {
    await provide('delete', `/Users/${grace.id}`);
    await provide('put', `/Users/${ada.id}`, user('ada@example.com', { familyName: 'Byron' }));
    await pushUsers(at.provider, ...Array.from({ length: 110 }, (_, number) => `late${number}@example.com`));
    await followed();
  });

  test('begins anew when its place is forgotten', async () => {
    await run(example.lose);
    await provide('delete', `/Groups/${team.id}`);
    await followed();
  });

  test('forgets a directory that was deleted', async () => {
    await at.workos.directorySync.deleteDirectory(at.made.directory_id);
    await followed('');
  });

  async function provide(method, ...call) {
    const { status, body } = await at.provider[method](...call);
    assert.ok(status < 300, JSON.stringify(body));
  }

  /** Syncs until the copy is what the API tells; what was just pushed is published a moment later. */
  async function followed(expected) {
    const wanted = expected ?? (await whole(at));
    await until(() => run(`${example.sync} >/dev/null && ${example.show}`), (text) => text === wanted);
  }
});

/** The directory as the API tells it, in the words of the examples. */
async function whole({ made, workos }) {
  const { name } = await workos.directorySync.getDirectory(made.directory_id);
  const of = { directory: made.directory_id };
  const users = await (await workos.directorySync.listUsers(of)).autoPagination();
  const groups = await (await workos.directorySync.listGroups(of)).autoPagination();
  const members = (group) => users.filter(({ groups }) => groups.some(({ id }) => id === group.id)).map(({ email }) => email).sort();
  const people = users.map(({ email, state }) => `  ${email} ${state}`).sort();
  const teams = groups.map((group) => `  ${group.name}: ${members(group).join(', ')}`).sort();
  return `${[name, ...people, ...teams].join('\n')}\n`;
}

/** The shell commands of a README, block by block. */
function shellBlocks(file) {
  return Array.from(readFileSync(file, 'utf8').matchAll(/^```sh\n(.*?)^```$/gms), ([, commands]) => commands);
}

/** Runs the command that receives webhooks; gives its `url` and what it `printed` so far. */
async function startReceiver(command, cwd, env) {
  // A process group of its own, since it is the shell's child, or npm's, that listens.
  const child = spawn('bash', ['-c', command], { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => { child.once('exit', resolve); });
  const printed = [];
  createInterface({ input: child.stdout }).on('line', (line) => printed.push(line));
  const address = () => printed.map((line) => /^receiving webhooks at (\S+)$/.exec(line)?.[1]).find(Boolean);
  const stop = async () => {
    process.kill(-child.pid, 'SIGTERM');
    await ended;
  };
  try {
    return { url: await until(address, Boolean), printed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
