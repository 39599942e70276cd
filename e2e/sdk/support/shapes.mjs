// What the objects of the API have in common.
import assert from 'node:assert/strict';

const ULID = '[0-9A-HJKMNP-TV-Z]{26}';
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** An id: prefix and ULID. */
export function assertId(id, prefix) {
  assert.match(id, new RegExp(`^${prefix}_${ULID}$`));
}

/** An instant as the API writes it: UTC, with milliseconds. */
export function assertInstant(text) {
  assert.match(text, INSTANT);
}

/** The exception of an SDK call, which must be of that class, and tell the request's id. */
export async function refused(call, exception, expected = {}) {
  const error = await call.then(() => assert.fail('was not refused'), (thrown) => thrown);
  assert.equal(error.constructor.name, exception.name, `${error.stack}`);
  assert.match(error.requestID, /^\S+$/, 'the exception tells the id of the request');
  for (const [name, value] of Object.entries(expected)) assert.deepEqual(error[name], value, `${name} of ${error}`);
  return error;
}
