// A database of its own for each server: a SQLite file, or a database on the PostgreSQL server that
// ROLLCALL_TEST_POSTGRES_URL names. Without that server only SQLite is tested, and that is said loudly.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const server = process.env.ROLLCALL_TEST_POSTGRES_URL;

/** The kinds of database to test on. */
export const KINDS = server ? ['SQLite', 'PostgreSQL'] : ['SQLite'];

if (!server) {
  if (process.env.ROLLCALL_TEST_POSTGRES_REQUIRED) throw new Error('ROLLCALL_TEST_POSTGRES_URL must name a PostgreSQL server');
  console.error('LEFT OUT on PostgreSQL: set ROLLCALL_TEST_POSTGRES_URL, or run scripts/test');
}

/** Makes an empty database: its `url`, and `remove()` for the end. */
export async function createDatabase(kind) {
  return kind === 'PostgreSQL' ? createOnServer() : createFile();
}

async function createFile() {
  const folder = await mkdtemp(path.join(tmpdir(), 'rollcall-e2e-'));
  return { url: `sqlite://${folder}/rollcall.db`, remove: () => rm(folder, { recursive: true, force: true }) };
}

async function createOnServer() {
  const name = `rollcall_e2e_${randomBytes(8).toString('hex')}`;
  const say = (statement) => run('psql', ['--no-psqlrc', '--quiet', '--set', 'ON_ERROR_STOP=1', '--command', statement, server]);
  await say(`CREATE DATABASE ${name} TEMPLATE template0`);
  const url = server.replace(/\/[^/?]*(\?|$)/, `/${name}$1`);
  return { url, remove: () => say(`DROP DATABASE ${name} WITH (FORCE)`) };
}
