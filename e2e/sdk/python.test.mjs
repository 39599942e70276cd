// The official Python SDK: its own suite in python/, on each kind of database.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { describe, test } from 'node:test';
import { KINDS } from '../support/database.mjs';
import { BINARY, startServer } from '../support/rollcall.mjs';
import { SETTINGS } from './support/suite.mjs';

const FOLDER = path.join(import.meta.dirname, 'python');
const PYTHON = path.resolve(FOLDER, '../../../examples/python/.venv/bin/python');

for (const kind of KINDS) {
  describe(`the Python SDK on ${kind}`, () => {
    test('passes its suite', () => passes(kind, 'test_[!r]*.py', SETTINGS));
    test('takes a rate limit for what it is', () => passes(kind, 'test_rate_limit.py', { ...SETTINGS, ROLLCALL_API_REQUESTS_PER_MINUTE: '6' }));
  });
}

/** Runs the files of that pattern against a server of their own; fails with what they printed. */
async function passes(kind, pattern, settings) {
  const server = await startServer(kind, settings);
  try {
    const env = { ...process.env, ROLLCALL_BINARY: BINARY, ROLLCALL_TEST_URL: server.url, ROLLCALL_TEST_DATABASE_URL: server.databaseUrl };
    const child = spawn(PYTHON, ['-B', '-m', 'unittest', 'discover', '--pattern', pattern], { cwd: FOLDER, env });
    const printed = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => printed.push(text));
    const code = await new Promise((resolve, reject) => { child.once('close', resolve).once('error', reject); });
    const text = Buffer.concat(printed).toString();
    assert.equal(code, 0, text);
    assert.match(text, /^Ran [1-9]\d* tests? in/m);
  } finally {
    await server.stop();
  }
}
