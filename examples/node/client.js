// The official WorkOS SDK, pointed at a Rollcall server.
import { WorkOS } from '@workos-inc/node';

/** A client for the server and with the key that the environment names. */
export function connect() {
  const { protocol, hostname, port } = new URL(required('WORKOS_BASE_URL'));
  return new WorkOS(required('WORKOS_API_KEY'), {
    apiHostname: hostname,
    port: port ? Number(port) : undefined,
    https: protocol === 'https:',
  });
}

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`Set ${name}, as the README says.`);
  return value;
}
