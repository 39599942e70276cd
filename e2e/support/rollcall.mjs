// The program under test: a server with a database of its own, and its other commands.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { createDatabase } from './database.mjs';

export const BINARY = process.env.ROLLCALL_BINARY ?? path.resolve(import.meta.dirname, '../../target/debug/rollcall');
const START = 20_000;

/** Runs a command of the program; rejects with what it printed unless it exits with 0. */
export async function rollcall(...args) {
  const { stdout } = await promisify(execFile)(BINARY, args);
  return stdout;
}

/**
 * Starts a server on a free port: its `url`, the `setupCode` it printed, its `databaseUrl`, and `stop()`.
 * `settings` are environment variables.
 */
export async function startServer(kind, settings = {}) {
  const database = await createDatabase(kind);
  if (kind === 'PostgreSQL') await rollcall('migrate', '--database-url', database.url);
  const child = spawn(BINARY, ['serve', '--listen', '127.0.0.1:0', '--database-url', database.url], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...settings },
  });
  const ended = new Promise((resolve) => { child.once('exit', resolve); });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await database.remove();
  };
  try {
    return { ...(await greeting(child, ended)), databaseUrl: database.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Reads what the server prints until it listens; it goes on being read, or the pipe would fill. */
async function greeting(child, ended) {
  const printed = [];
  const listening = new Promise((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      printed.push(line);
      const address = /listening on .*reached at (http\S+)/.exec(line);
      if (address) resolve(address[1]);
    });
  });
  const url = await Promise.race([listening, ended.then(() => null), timeout(START)]);
  if (!url) throw new Error(`the server did not start:\n${printed.join('\n')}`);
  const before = printed.findIndex((line) => line.includes('setup code'));
  return { url, setupCode: printed[before + 1].trim() };
}

function timeout(milliseconds) {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds, null).unref(); });
}

/** Makes a workspace with an organization and a directory on a running server's database. */
export async function bootstrap(server, { email, password, workspace, organization, directory }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'rollcall-e2e-'));
  try {
    const file = path.join(folder, 'password');
    await writeFile(file, password);
    const printed = await rollcall('bootstrap', '--email', email, '--password-file', file, '--workspace', workspace,
      '--organization', organization, '--directory', directory,
      '--database-url', server.databaseUrl, '--public-url', server.url);
    return JSON.parse(printed);
  } finally {
    await rm(folder, { recursive: true });
  }
}
